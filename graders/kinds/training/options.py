"""What the exercise's `[grading]` table says of the model that is trained."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from exercises.exercise import Exercise
from exercises.manifest import read_table
from graders.grader import Order, Ranking
from graders.report import Frozen

Metric = Annotated[str, Field(pattern=r"^-?[a-z][a-z0-9_-]*$", max_length=60)]
# Measured by the worker: a notebook's own clock is the notebook's to set.
SECONDS = "seconds"


class Options(Frozen):
    """`weights` is the notebook's name for the model whose weights are kept, empty for none.

    `ranking` names the metrics that a board goes by, the first one first; a smaller value is the
    better one where a minus stands before the name. Tests measure them all, but `seconds`: the
    processor time that the cells took.
    """

    weights: Annotated[str, Field(pattern=r"^([A-Za-z][A-Za-z0-9_]*)?$", max_length=60)] = ""
    ranking: Annotated[tuple[Metric, ...], Field(max_length=6)] = ()

    @property
    def ranked(self) -> Ranking | None:
        """What a board goes by, None without one."""
        orders = tuple(
            Order(name.removeprefix("-"), greater_is_better=not name.startswith("-"))
            for name in self.ranking
        )
        return Ranking(orders) if orders else None

    @property
    def ranks_seconds(self) -> bool:
        """Whether the board looks at the time that the cells took."""
        return self.ranked is not None and SECONDS in {one.name for one in self.ranked.orders}


def options_of(exercise: Exercise) -> Options:
    """Return what the exercise says of its model. Raises MalformedExercise."""
    return read_table(
        exercise.manifest.grading,
        Options,
        name="grading",
        content=exercise.files.get("exercise.toml", b""),
        path=exercise.path / "exercise.toml",
    )
