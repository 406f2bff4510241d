"""A typed answer as a page shows it and as a form sends it: fields of cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from exercises.question import AnswerField, Question
from graders.report import Report, TestResult

T = TypeVar("T")
MAX_TYPED = 200
Answers = Mapping[str, Sequence[Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Cell:
    """One input: its name in the form, where it stands, what was typed, and whether it is right."""

    name: str
    row: int
    column: int
    typed: str
    is_right: bool | None

    @property
    def label(self) -> str:
        """What a screen reader calls the input."""
        return _("row %(row)s, column %(column)s") % {
            "row": self.row + 1,
            "column": self.column + 1,
        }


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to fill in, with what grading said of it."""

    name: str
    label: str
    points: float
    rows: tuple[tuple[Cell, ...], ...]
    result: TestResult | None

    @property
    def is_single(self) -> bool:
        """Whether there is just one number to type."""
        return len(self.rows) == 1 and len(self.rows[0]) == 1


def answer_sheet(
    question: Question, *, typed: Answers | None = None, report: Report | None = None
) -> tuple[Field, ...]:
    """Return the fields of `question`, with what was typed and the verdict where there is one."""
    results = {test.name: test for test in report.tests} if report else {}
    return tuple(
        Field(
            name=field.name,
            label=field.label.in_language(get_language() or "en"),
            points=field.points,
            rows=tuple(_rows(field, (typed or {}).get(field.name, ()), results.get(field.name))),
            result=results.get(field.name),
        )
        for field in question.fields
    )


def typed_answers(question: Question, data: Mapping[str, str]) -> dict[str, list[list[str]]]:
    """Return what a form sent for `question`, cell by cell; an absent cell is blank."""
    return {
        field.name: [
            [data.get(_cell_name(field, row, column), "")[:MAX_TYPED] for column in range(width)]
            for row in range(height)
        ]
        for field in question.fields
        for height, width in [field.shape]
    }


def _rows(
    field: AnswerField, typed: Sequence[Sequence[str]], result: TestResult | None
) -> Iterator[tuple[Cell, ...]]:
    height, width = field.shape
    cells = result.cells if result else None
    for row in range(height):
        yield tuple(
            Cell(
                name=_cell_name(field, row, column),
                row=row,
                column=column,
                typed=_at(typed, row, column) or "",
                is_right=_at(cells, row, column) if cells else None,
            )
            for column in range(width)
        )


def _cell_name(field: AnswerField, row: int, column: int) -> str:
    return f"{field.name}.{row}.{column}"


def _at(grid: Sequence[Sequence[T]], row: int, column: int) -> T | None:
    try:
        return grid[row][column]
    except IndexError:
        return None
