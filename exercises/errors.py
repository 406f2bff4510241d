"""What can go wrong with exercises.

ExerciseError
├── MalformedExercise   a folder does not keep the format; its author must act
├── UnsafeArchive       an archive is not a packed folder, or would write outside its folder
└── DataUnavailable     a data set can't be read on this machine; an operator must act
"""

from __future__ import annotations

from pathlib import Path


class ExerciseError(Exception):
    """Base: an exercise can't be used as it is."""

    retryable = False


class MalformedExercise(ExerciseError):
    """A file of an exercise or a course is not as expected. Prints as `path:line: expected ...`."""

    def __init__(self, path: Path, line: int, expected: str) -> None:
        super().__init__(f"{path}:{line}: expected {expected}")
        self.path = path
        self.line = line
        self.expected = expected


class UnsafeArchive(ExerciseError):
    """A tar holds something else than regular files below its root."""


class DataUnavailable(ExerciseError):
    """A data set's source is missing or damaged."""
