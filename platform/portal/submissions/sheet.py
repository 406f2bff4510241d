"""A typed answer as a page shows it and as a form sends it: fields of cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from exercises.question import AnswerField, Bilingual, Question
from graders.report import Report, TestResult

T = TypeVar("T")
MAX_TYPED = 200
Answers = Mapping[str, Sequence[Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Cell:
    """One input: its name in the form, where it stands, what was typed, and whether it is right.

    `label` is what a screen reader calls it.
    """

    name: str
    label: str
    row: int
    column: int
    typed: str
    is_right: bool | None


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one line, with the heading before them."""

    heading: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to fill in, with what grading said of it.

    `has_heads` and `has_sides` tell whether headings stand above the columns, before the rows.
    """

    name: str
    label: str
    points: float
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    has_heads: bool
    has_sides: bool
    result: TestResult | None

    @property
    def is_single(self) -> bool:
        """Whether there is just one number to type."""
        return len(self.rows) == 1 and len(self.columns) == 1


def answer_sheet(
    question: Question, *, typed: Answers | None = None, report: Report | None = None
) -> tuple[Field, ...]:
    """Return the fields of `question`, with what was typed and the verdict where there is one."""
    results = {test.name: test for test in report.tests} if report else {}
    return tuple(
        _field(field, (typed or {}).get(field.name, ()), results.get(field.name))
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


def _field(field: AnswerField, typed: Sequence[Sequence[str]], result: TestResult | None) -> Field:
    height, width = field.shape
    named, is_single = bool(field.rows or field.columns), height == width == 1
    return Field(
        name=field.name,
        label=_in_language(field.label),
        points=field.points,
        columns=_headings(field.columns, width),
        rows=tuple(_rows(field, typed, result)),
        # A lone line without a name needs no number where the other lines have names.
        has_heads=bool(field.columns) or not (is_single or (named and width == 1)),
        has_sides=bool(field.rows) or not (is_single or (named and height == 1)),
        result=result,
    )


def _rows(
    field: AnswerField, typed: Sequence[Sequence[str]], result: TestResult | None
) -> Iterator[Row]:
    height, width = field.shape
    cells = result.cells if result else None
    for row, heading in enumerate(_headings(field.rows, height)):
        yield Row(
            heading,
            tuple(
                Cell(
                    name=_cell_name(field, row, column),
                    label=_spoken(field, row, column),
                    row=row,
                    column=column,
                    typed=_at(typed, row, column) or "",
                    is_right=_at(cells, row, column) if cells else None,
                )
                for column in range(width)
            ),
        )


def _headings(names: Sequence[Bilingual], count: int) -> tuple[str, ...]:
    """Return the names of `count` lines, or their numbers where they have none."""
    return tuple(map(_in_language, names)) or tuple(str(i + 1) for i in range(count))


def _spoken(field: AnswerField, row: int, column: int) -> str:
    """Return what a screen reader calls a cell: the names of its lines, or else their numbers."""
    if not (field.rows or field.columns):
        return _("row %(row)s, column %(column)s") % {"row": row + 1, "column": column + 1}
    height, width = field.shape
    heard = []
    if field.rows or height > 1:
        heard.append(_headings(field.rows, height)[row])
    if field.columns or width > 1:
        heard.append(_headings(field.columns, width)[column])
    return ", ".join(heard)


def _in_language(text: Bilingual) -> str:
    return text.in_language(get_language() or "en")


def _cell_name(field: AnswerField, row: int, column: int) -> str:
    return f"{field.name}.{row}.{column}"


def _at(grid: Sequence[Sequence[T]], row: int, column: int) -> T | None:
    try:
        return grid[row][column]
    except IndexError:
        return None
