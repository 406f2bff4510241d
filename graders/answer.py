"""Grade typed answers: at once, without a sandbox, cell by cell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from exercises.exercise import Exercise
from exercises.question import AnswerField, Bilingual, Misconception, Question
from graders.report import (
    Fault,
    Mistake,
    Outcome,
    Problem,
    ProblemCode,
    Report,
    TestResult,
    Text,
    Visibility,
)

MAX_CHARACTERS = 40
MAX_EXPONENT = 30

# A space, a no-break space or a narrow no-break space may group digits or surround a sign.
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009]+")
_MINUS = str.maketrans({"\u2212": "-", "\u2013": "-", "\u2010": "-", "\u2011": "-"})
_DECIMAL = r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE]([+-]?\d+))?"
_NUMBER = re.compile(rf"{_DECIMAL}(?:/{_DECIMAL})?", re.ASCII)
_NOT_FINITE = re.compile(r"[+-]?(nan|inf|infinity|∞)", re.IGNORECASE)

Answers = Mapping[str, Sequence[Sequence[str]]]


class Unread(StrEnum):
    """Why a typed cell is not a number."""

    BLANK = "blank"
    TOO_LONG = "too-long"
    NOT_A_NUMBER = "not-a-number"
    NOT_FINITE = "not-finite"
    TOO_LARGE = "too-large"
    ZERO_DENOMINATOR = "zero-denominator"


@dataclass(frozen=True, slots=True)
class Cell:
    """One typed cell: its number, or why it is none."""

    value: float | None
    unread: Unread | None = None


def read_number(typed: str) -> Cell:
    """Return the number that a student typed.

    Understood: a decimal comma or point, spaces, typographic minus signs, an exponent up to 30
    either way, and simple fractions such as -3/4. Nothing is evaluated.
    """
    text = _SPACES.sub("", typed[: MAX_CHARACTERS + 1]).translate(_MINUS)
    reason = _why_unread(typed, text)
    if reason is not None:
        return Cell(None, reason)
    numerator, _, denominator = text.replace(",", ".").partition("/")
    below = Fraction(denominator or 1)
    if below == 0:
        return Cell(None, Unread.ZERO_DENOMINATOR)
    return Cell(float(Fraction(numerator) / below))


def _why_unread(typed: str, text: str) -> Unread | None:
    match = _NUMBER.fullmatch(text)
    if len(typed) > MAX_CHARACTERS:
        return Unread.TOO_LONG
    if not text:
        return Unread.BLANK
    if match is None:
        return Unread.NOT_FINITE if _NOT_FINITE.fullmatch(text) else Unread.NOT_A_NUMBER
    if any(abs(int(exponent)) > MAX_EXPONENT for exponent in match.groups() if exponent):
        return Unread.TOO_LARGE
    return None


def grade_answers(*, exercise: Exercise, seed: int, answers: Answers) -> Report:
    """Return the report on the answers to the variant that `seed` draws.

    Every cell of a field is worth the same share of its points. A missing field or cell is
    blank; a grid of another shape earns nothing.
    """
    question = exercise.question(seed)
    return Report(
        exercise=exercise.manifest.id,
        version=exercise.digest,
        kind=exercise.manifest.kind,
        tests=tuple(
            _grade_field(field, question, answers.get(field.name, ())) for field in question.fields
        ),
    )


def _grade_field(
    field: AnswerField, question: Question, typed: Sequence[Sequence[str]]
) -> TestResult:
    rows, columns = field.shape
    fits = len(typed) <= rows and all(len(row) <= columns for row in typed)
    cells = tuple(tuple(_cells(row, columns)) for row in _rows(typed if fits else (), rows))
    answer = tuple(tuple(cell.value for cell in row) for row in cells)
    right = field.right(answer)
    count, total = sum(map(sum, right)), rows * columns
    return TestResult(
        name=field.name,
        title=_text(field.label),
        visibility=Visibility.PUBLIC,
        outcome=_outcome(count, total),
        points=field.points,
        earned=field.points * count / total,
        problem=_problem(field, typed, cells) if fits else _wrong_shape(field),
        mistake=_mistake(question.misconception(field, answer)),
        cells=right,
    )


def _rows(typed: Sequence[Sequence[str]], count: int) -> Iterator[Sequence[str]]:
    yield from typed
    yield from ((),) * (count - len(typed))


def _cells(row: Sequence[str], count: int) -> Iterator[Cell]:
    yield from map(read_number, row)
    yield from (Cell(None, Unread.BLANK),) * (count - len(row))


def _outcome(right: int, total: int) -> Outcome:
    if right == total:
        return Outcome.PASSED
    return Outcome.PARTIAL if right else Outcome.FAILED


def _problem(
    field: AnswerField, typed: Sequence[Sequence[str]], cells: tuple[tuple[Cell, ...], ...]
) -> Problem | None:
    """Return which cells could not be read, as `row, column: what was typed (why)`, if any."""
    unread = [
        f"{i}, {j}: {typed[i - 1][j - 1][:MAX_CHARACTERS]!r} ({cell.unread})"
        for i, row in enumerate(cells, start=1)
        for j, cell in enumerate(row, start=1)
        if cell.unread not in {None, Unread.BLANK}
    ]
    if not unread:
        return None
    return Problem(
        code=ProblemCode.NOT_A_NUMBER,
        fault=Fault.STUDENT,
        name=field.name,
        message="\n".join(unread)[:20_000],
    )


def _wrong_shape(field: AnswerField) -> Problem:
    return Problem(code=ProblemCode.WRONG_SHAPE, fault=Fault.STUDENT, name=field.name)


def _mistake(named: Misconception | None) -> Mistake | None:
    if named is None:
        return None
    return Mistake(slug=named.slug, title=_text(named.title), hint=_text(named.hint))


def _text(text: Bilingual) -> Text:
    return Text(fr=text.fr, en=text.en)
