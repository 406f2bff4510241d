"""A question whose answer is typed: what an answer exercise's `variant.py` draws from a seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Grid: TypeAlias = tuple[tuple[float, ...], ...]
"""A value as rows of cells; a single number is a grid of one row and one cell."""


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A Markdown text (with LaTeX math between dollars) in both languages."""

    fr: str
    en: str

    def in_language(self, language: str) -> str:
        """Return the text in `language`, in English when that language is not known."""
        return self.fr if language.startswith("fr") else self.en


@dataclass(frozen=True, slots=True)
class AnswerField:
    """One thing to fill in: a grid of `expected`'s shape, right within `tolerance` per cell."""

    name: str
    label: Bilingual
    expected: Grid
    points: float
    tolerance: float = 1e-9

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.expected), len(self.expected[0])


@dataclass(frozen=True, slots=True)
class Misconception:
    """A known mistake and the answers it leads to, by field; absent fields are not compared."""

    slug: str
    title: Bilingual
    hint: Bilingual
    answers: Mapping[str, Grid]


@dataclass(frozen=True, slots=True)
class Question:
    """One variant of an answer exercise.

    `given` holds the drawn parameters as plain data: a reference or wrong solution solves from
    these alone. `prompt` and `solution` are Markdown.
    """

    given: Mapping[str, object]
    prompt: Bilingual
    fields: tuple[AnswerField, ...]
    solution: Bilingual
    misconceptions: tuple[Misconception, ...] = field(default=())
