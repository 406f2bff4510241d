"""What an import makes: the files of an exercise, and what its author should know of them.

ExerciseError
└── NotImportable   the file is no assignment of that system
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from exercises.errors import ExerciseError


class NotImportable(ExerciseError):
    """The file is no assignment that can be read: why, in both languages. Prints in English."""

    def __init__(self, *, fr: str, en: str) -> None:
        super().__init__(en)
        self.fr = fr
        self.en = en

    def in_language(self, language: str) -> str:
        """Return the sentence in `language`, in English when that language is not known."""
        return self.fr if language.startswith("fr") else self.en


@dataclass(frozen=True, slots=True)
class Remark:
    """Something of the assignment that was not taken over as it was: where, and why.

    `place` is the cell's name, or its number from 1; empty for the whole.
    """

    place: str
    fr: str
    en: str

    def in_language(self, language: str) -> str:
        """Return the sentence in `language`, in English when that language is not known."""
        return self.fr if language.startswith("fr") else self.en


@dataclass(frozen=True, slots=True)
class Imported:
    """A folder of kind `code` by relative path, and the remarks on it."""

    files: Mapping[str, bytes]
    remarks: tuple[Remark, ...]
