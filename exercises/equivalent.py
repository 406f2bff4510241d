"""An author's judgement of changes to the reference that no test could tell from it.

`equivalent.toml` in an exercise's folder lists them, each with the reason. It is for whoever
checks the exercise: no part of a version, and shown to nobody else.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from exercises.archive import EQUIVALENT
from exercises.manifest import read_toml
from exercises.spec import Strict

Line = Annotated[str, Field(min_length=1)]


class Equivalent(Strict):
    """Changes of one statement in the function `within` that leave right what it computes.

    The statement is one line as `ast.unparse` writes it.
    """

    within: str = ""
    before: Line
    after: Annotated[tuple[Line, ...], Field(min_length=1)]
    reason: Annotated[str, Field(min_length=10)]


class EquivalentFile(Strict):
    """The whole of `equivalent.toml`."""

    equivalent: tuple[Equivalent, ...]


def read_equivalents(folder: Path) -> tuple[Equivalent, ...]:
    """Return what the exercise's author has judged, if anything. Raises MalformedExercise."""
    path = folder / EQUIVALENT
    if not path.is_file():
        return ()
    return read_toml(path.read_bytes(), EquivalentFile, path).equivalent
