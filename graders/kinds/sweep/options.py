"""What the exercise's `[grading]` table says of the grid, and of what is best in it."""

from __future__ import annotations

from itertools import product
from math import prod
from typing import Annotated

from pydantic import Field, model_validator

from graders.report import MAX_TRIALS, Finite, Frozen, Scalar, ShortText

Name = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=60)]
Values = Annotated[tuple[Scalar, ...], Field(min_length=1, max_length=MAX_TRIALS)]
Points = Annotated[Finite, Field(ge=0)]


class Options(Frozen):
    """A grid of parameters, and the metric, measured by the tests, that ranks its jobs.

    `effect_points` are for parameters that change something. The best job earns from none of the
    `score_points` at `floor` to all of them at `target`, and the defaults that the notebook gives
    its parameters earn `choice_points` where they are as good as the best. `training_loss` names
    a metric that is a loss on what was learnt from, by which nobody should choose.
    """

    grid: Annotated[dict[Name, Values], Field(min_length=1, max_length=4)]
    metric: ShortText
    greater_is_better: bool = True
    floor: Finite
    target: Finite
    training_loss: ShortText | None = None
    effect_points: Points = 1
    score_points: Points = 2
    choice_points: Points = 2

    @property
    def points(self) -> float:
        """What is earned beside the tests."""
        return self.effect_points + self.score_points + self.choice_points

    @property
    def trials(self) -> tuple[dict[str, Scalar], ...]:
        """The parameters of each job: every combination, the last parameter changing first."""
        return tuple(
            dict(zip(self.grid, values, strict=True)) for values in product(*self.grid.values())
        )

    @model_validator(mode="after")
    def _is_sound(self) -> Options:
        for name, values in self.grid.items():
            if len(set(values)) < len(values):
                raise ValueError(f"each value of {name} stands in the grid once")
        if not 2 <= (jobs := prod(map(len, self.grid.values()))) <= MAX_TRIALS:  # noqa: PLR2004
            raise ValueError(f"a grid has 2 to {MAX_TRIALS} jobs, not {jobs}")
        if self.floor == self.target or (self.floor < self.target) != self.greater_is_better:
            raise ValueError(f"the target of {self.metric} must be better than its floor")
        return self

    def credit(self, value: float) -> float:
        """Return the share of the score's points that a value of the metric earns, 0 to 1."""
        return min(max((value - self.floor) / (self.target - self.floor), 0.0), 1.0)
