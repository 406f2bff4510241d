"""A manuscript as the folder that the loader reads: is it an exercise, and if not, why not."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from exercises.archive import write_files
from exercises.errors import MalformedExercise
from exercises.exercise import Exercise as Source
from portal.catalogue.domain import checked


@dataclass(frozen=True, slots=True)
class Flaw:
    """What keeps a folder from being an exercise: a file, a line of it, what was expected."""

    path: str
    line: int
    expected: str


def load_files(files: Mapping[str, bytes], *, slug: str) -> Source:
    """Return the exercise that these files are. Raises MalformedExercise. None of their code runs.

    What it holds is in memory: its folder is gone when this returns.
    """
    with tempfile.TemporaryDirectory(prefix="noyau-manuscript-") as home:
        folder = Path(home) / slug
        folder.mkdir()
        write_files(files, folder)
        return checked(folder)


def examine(files: Mapping[str, bytes], *, slug: str) -> Source | Flaw:
    """Return the exercise that these files are, or the first thing that is not right."""
    try:
        return load_files(files, slug=slug)
    except MalformedExercise as error:
        return flaw_of(error, slug=slug)


def flaw_of(error: MalformedExercise, *, slug: str) -> Flaw:
    """Return what the loader said, its file as the manuscript has it."""
    parts = error.path.parts
    # The folder lies somewhere, under the exercise's name.
    where = len(parts) - parts[::-1].index(slug) if slug in parts else 0
    return Flaw("/".join(parts[where:]) or slug, error.line, error.expected)
