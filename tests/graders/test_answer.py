"""Typed answers: how a number is read, and what a grid of them earns."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exercises.exercise import Exercise, Solver
from exercises.loader import load_exercise
from exercises.question import Grid
from graders.answer import Cell, Unread, grade_answers, read_number
from graders.report import Fault, Outcome, ProblemCode, Visibility

COURSE = Path(__file__).parents[2] / "exercises" / "cnn"
BY_HAND = load_exercise(COURSE / "convolution-by-hand")
OUTPUT_SIZE = load_exercise(COURSE / "output-size")
SEED = 20


def typed(grid: Grid) -> list[list[str]]:
    return [[str(cell) for cell in row] for row in grid]


def right_answers(seed: int = SEED) -> dict[str, list[list[str]]]:
    return {field.name: typed(field.expected) for field in BY_HAND.question(seed).fields}


def blank(rows: int, columns: int) -> Sequence[Sequence[str]]:
    return [[""] * columns for _ in range(rows)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3.0),
        ("+3", 3.0),
        ("-3", -3.0),
        ("\u22123", -3.0),
        ("\u20133", -3.0),
        ("2.5", 2.5),
        ("2,5", 2.5),
        (",5", 0.5),
        ("5.", 5.0),
        ("  12 ", 12.0),
        ("1 000", 1000.0),
        ("1\u202f000,5", 1000.5),
        ("1\u00a0000", 1000.0),
        ("- 4", -4.0),
        ("1e3", 1000.0),
        ("1E-2", 0.01),
        ("3/4", 0.75),
        ("-3 / 4", -0.75),
        ("1,5/3", 0.5),
        ("0/5", 0.0),
    ],
)
def test_a_number_is_read_as_students_type_it(text: str, value: float) -> None:
    assert read_number(text) == Cell(value)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Unread.BLANK),
        ("   ", Unread.BLANK),
        ("nan", Unread.NOT_FINITE),
        ("NaN", Unread.NOT_FINITE),
        ("-inf", Unread.NOT_FINITE),
        ("Infinity", Unread.NOT_FINITE),
        ("\u221e", Unread.NOT_FINITE),
        ("1e31", Unread.TOO_LARGE),
        ("1e-31", Unread.TOO_LARGE),
        ("1/1e99", Unread.TOO_LARGE),
        ("1e99999999999999999999", Unread.TOO_LARGE),
        ("1" * 41, Unread.TOO_LONG),
        (" " * 41, Unread.TOO_LONG),
        ("9" * 1_000_000, Unread.TOO_LONG),
        ("1/0", Unread.ZERO_DENOMINATOR),
        ("1/0,0", Unread.ZERO_DENOMINATOR),
        ("1/2/3", Unread.NOT_A_NUMBER),
        ("/2", Unread.NOT_A_NUMBER),
        ("1/", Unread.NOT_A_NUMBER),
        ("1,2,3", Unread.NOT_A_NUMBER),
        ("1.000,5", Unread.NOT_A_NUMBER),
        ("--1", Unread.NOT_A_NUMBER),
        ("1_000", Unread.NOT_A_NUMBER),
        ("0x10", Unread.NOT_A_NUMBER),
        ("2+3", Unread.NOT_A_NUMBER),
        ("2**9", Unread.NOT_A_NUMBER),
        ("\u0663", Unread.NOT_A_NUMBER),
        ("__import__('os')", Unread.NOT_A_NUMBER),
        ("\x00", Unread.NOT_A_NUMBER),
    ],
)
def test_what_is_no_number_is_told_why(text: str, reason: Unread) -> None:
    assert read_number(text) == Cell(None, reason)


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    cell = read_number(text)
    assert (cell.value is None) == (cell.unread is not None)


@given(st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=10**6))
def test_every_fraction_is_read_as_itself(value: Fraction) -> None:
    assert read_number(f"{value.numerator}/{value.denominator}") == Cell(float(value))


@given(st.decimals(-(10**6), 10**6, places=4), st.sampled_from([".", ","]))
def test_every_decimal_is_read_as_itself(value: object, mark: str) -> None:
    assert read_number(str(value).replace(".", mark)) == Cell(float(str(value)))


@settings(deadline=None)
@given(st.integers(0, 2**63 - 1))
def test_the_right_answers_earn_everything(seed: int) -> None:
    report = grade_answers(exercise=BY_HAND, seed=seed, answers=right_answers(seed))
    assert {test.name: test.earned for test in report.tests} == {"stride-1": 3, "stride-2": 2}
    assert [test.outcome for test in report.tests] == [Outcome.PASSED] * 2
    assert [test.mistake for test in report.tests] == [None] * 2
    assert (report.points, report.max_points) == (5, BY_HAND.manifest.points)


def test_the_report_says_what_was_graded() -> None:
    report = grade_answers(exercise=BY_HAND, seed=SEED, answers=right_answers())
    assert (report.exercise, report.kind) == ("convolution-by-hand", "answer")
    assert report.version == BY_HAND.digest
    assert {test.visibility for test in report.tests} == {Visibility.PUBLIC}
    assert report.tests[0].title.fr == "Pas de 1"


@pytest.mark.parametrize(
    "answers",
    [{}, {"stride-1": [], "stride-2": []}, {"stride-1": blank(3, 3), "stride-2": blank(2, 2)}],
    ids=["no field", "no row", "blank cells"],
)
def test_blank_answers_earn_nothing(answers: dict[str, Sequence[Sequence[str]]]) -> None:
    report = grade_answers(exercise=BY_HAND, seed=SEED, answers=answers)
    assert report.points == 0
    assert [test.outcome for test in report.tests] == [Outcome.FAILED] * 2
    assert [test.problem for test in report.tests] == [None] * 2
    assert [test.mistake for test in report.tests] == [None] * 2


def test_each_right_cell_earns_its_share() -> None:
    answers = right_answers()
    answers["stride-1"][0][0] = "999"
    answers["stride-1"][2][1] = ""
    report = grade_answers(exercise=BY_HAND, seed=SEED, answers=answers)
    assert report.tests[0].earned == pytest.approx(3 * 7 / 9)
    assert report.tests[0].outcome is Outcome.PARTIAL
    assert report.tests[0].cells == ((False, True, True), (True, True, True), (True, False, True))
    assert report.tests[1].cells == ((True, True), (True, True))


def test_a_cell_that_is_no_number_is_pointed_at() -> None:
    answers = right_answers()
    answers["stride-1"][1][2] = "four"
    answers["stride-1"][2][0] = "1/0"
    report = grade_answers(exercise=BY_HAND, seed=SEED, answers=answers)
    problem = report.tests[0].problem
    assert problem is not None
    assert (problem.code, problem.fault) == (ProblemCode.NOT_A_NUMBER, Fault.STUDENT)
    assert problem.message == "2, 3: 'four' (not-a-number)\n3, 1: '1/0' (zero-denominator)"
    assert report.tests[0].earned == pytest.approx(3 * 7 / 9)


def test_a_huge_cell_is_cut_in_the_report() -> None:
    answers = right_answers()
    answers["stride-2"][0][0] = "9" * 1_000_000
    report = grade_answers(exercise=BY_HAND, seed=SEED, answers=answers)
    assert report.tests[1].problem is not None
    assert report.tests[1].problem.message == f"1, 1: '{'9' * 40}' (too-long)"


@pytest.mark.parametrize("grid", [blank(4, 3), blank(3, 4), [["1"] * 3, ["1"] * 9]])
def test_a_grid_of_another_shape_earns_nothing(grid: Sequence[Sequence[str]]) -> None:
    answers = {**right_answers(), "stride-1": grid}
    report = grade_answers(exercise=BY_HAND, seed=SEED, answers=answers)
    assert report.tests[0].problem is not None
    assert report.tests[0].problem.code is ProblemCode.WRONG_SHAPE
    assert [test.earned for test in report.tests] == [0, 2]


def test_fields_that_were_not_asked_for_are_not_read() -> None:
    answers = {**right_answers(), "stride-3": [["1"]]}
    report = grade_answers(exercise=BY_HAND, seed=SEED, answers=answers)
    assert [test.name for test in report.tests] == ["stride-1", "stride-2"]


@pytest.mark.parametrize("exercise", [BY_HAND, OUTPUT_SIZE], ids=lambda one: one.manifest.id)
@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 2**63 - 1))
def test_each_wrong_solution_is_named_wherever_it_shows(exercise: Exercise, seed: int) -> None:
    question = exercise.question(seed)
    misconceptions = {one.slug: one for one in question.misconceptions}
    for wrong in exercise.wrong:
        solve = cast("Solver", wrong.work)
        answers = {name: typed(grid) for name, grid in solve(question.given).items()}
        report = grade_answers(exercise=exercise, seed=seed, answers=answers)
        for test in report.tests:
            shows = test.name in misconceptions[wrong.mistake].answers
            named = test.mistake.slug if test.mistake else None
            # Elsewhere it may look like another by chance, as in three cells of four.
            assert (named == wrong.mistake) is shows
            assert (test.earned < test.points) or not shows
