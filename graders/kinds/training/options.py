"""What the exercise's `[grading]` table says of the model that is trained."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from exercises.exercise import Exercise
from exercises.manifest import read_table
from graders.report import Frozen


class Options(Frozen):
    """`weights` is the notebook's name for the model whose weights are kept, empty for none."""

    weights: Annotated[str, Field(pattern=r"^([A-Za-z][A-Za-z0-9_]*)?$", max_length=60)] = ""


def options_of(exercise: Exercise) -> Options:
    """Return what the exercise says of its model. Raises MalformedExercise."""
    return read_table(
        exercise.manifest.grading,
        Options,
        name="grading",
        content=exercise.files.get("exercise.toml", b""),
        path=exercise.path / "exercise.toml",
    )
