"""A question whose answer is typed: what an answer exercise's `variant.py` draws from a seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

Grid: TypeAlias = tuple[tuple[float, ...], ...]
"""A value as rows of cells; a single number is a grid of one row and one cell."""
Typed: TypeAlias = Sequence[Sequence[float | None]]
"""An answer in the shape of a grid; None stands for a cell that is no number."""


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
    """One thing to fill in: a grid of `expected`'s shape, right within `tolerance` per cell.

    `rows` and `columns` name the grid's lines in plain text; without names they are numbered.
    """

    name: str
    label: Bilingual
    expected: Grid
    points: float
    tolerance: float = 1e-9
    rows: tuple[Bilingual, ...] = ()
    columns: tuple[Bilingual, ...] = ()

    def __post_init__(self) -> None:
        for names, count in zip((self.rows, self.columns), self.shape, strict=True):
            if names and len(names) != count:
                raise ValueError(f"{self.name}: {len(names)} names for {count} lines of cells")

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.expected), len(self.expected[0])

    def right(self, answer: Typed) -> tuple[tuple[bool, ...], ...]:
        """Return which cells of the answer are right."""
        return tuple(
            tuple(self.is_near(cell, value) for cell, value in zip(*rows, strict=True))
            for rows in zip(answer, self.expected, strict=True)
        )

    def is_near(self, cell: float | None, value: float) -> bool:
        """Return whether a cell holds the value, within the tolerance."""
        return cell is not None and abs(cell - value) <= self.tolerance


@dataclass(frozen=True, slots=True)
class Misconception:
    """A known mistake and the answers it leads to, by field; absent fields are not compared."""

    slug: str
    title: Bilingual
    hint: Bilingual
    answers: Mapping[str, Grid]

    def explains(self, field: AnswerField, answer: Typed) -> int:
        """Return how many of the answer's cells are wrong in just this way.

        0 where any cell in which this mistake differs from the truth does not show it.
        """
        wrong = self.answers.get(field.name, field.expected)
        count = 0
        for rows in zip(answer, wrong, field.expected, strict=True):
            for cell, value, truth in zip(*rows, strict=True):
                if field.is_near(value, truth):
                    continue
                if not field.is_near(cell, value):
                    return 0
                count += 1
        return count


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

    def misconception(self, field: AnswerField, answer: Typed) -> Misconception | None:
        """Return the misconception that explains most of the answer's wrong cells, if any does."""
        explained = [(one.explains(field, answer), one) for one in self.misconceptions]
        most, named = max(explained, key=lambda pair: pair[0], default=(0, None))
        return named if most else None

    @property
    def is_distinguishing(self) -> bool:
        """Whether each misconception, wherever it has an answer, would be named from it."""
        return all(
            self.misconception(field, one.answers[field.name]) is one
            for one in self.misconceptions
            for field in self.fields
            if field.name in one.answers
        )


@dataclass(frozen=True, slots=True)
class Drawn:
    """Variants of an answer exercise that were drawn beforehand, and what its solvers answer.

    `answers` has, by a solver's name, what it answers to each question, field by field.
    """

    questions: tuple[Question, ...]
    answers: Mapping[str, tuple[Mapping[str, Grid], ...]]
