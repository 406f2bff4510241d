"""The table of a course's checks: a line per sound row, and the lines that were there before."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from exercises.loader import load_exercise
from graders.check import CheckRow, CheckTable
from graders.check_course import CourseRow
from graders.course_table import course_page
from graders.grader import Mutant, Role
from graders.mutation.hunt import Fate, Hunt
from graders.report import Text

EMPTY = Text(fr="", en="")

COURSE = Path(__file__).parents[2] / "exercises" / "cnn"


def row(
    slug: str, *, lost: Collection[bool] = (), seconds: float = 30, ok: bool = True
) -> CourseRow:
    exercise = load_exercise(COURSE / slug)
    solutions = tuple(
        CheckRow(name, role, EMPTY, EMPTY, ok=ok, variants=variants, cpu=2.5)
        for name, role, variants in (
            ("reference", Role.REFERENCE, 50),
            ("starter", Role.EMPTY, 1),
            ("wrong", Role.WRONG, 1),
        )
    )
    fates = tuple(
        Fate(Mutant(str(number), "", "a", "b", {}), lost=one, cpu=1)
        for number, one in enumerate(lost)
    )
    return CourseRow(exercise, CheckTable(slug, solutions), Hunt(fates, ()), seconds)


def lines(page: str) -> list[list[str]]:
    table = [line for line in page.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2:]]


def test_a_row_tells_what_was_graded_and_what_it_took() -> None:
    page = course_page([row("relu", lost=[True] * 39 + [False])], known={"relu"}, earlier="")
    name = "ReLU and its derivatives"
    line = [
        "9",
        name,
        "`relu`",
        "code",
        "10",
        "50 of 50",
        "0",
        "1 of 1",
        "39 of 40",
        "0",
        "48",
        "30",
    ]
    assert lines(page) == [line]


def test_a_training_has_no_mutants_and_counts_towards_the_minutes() -> None:
    rows = [row("mnist-cnn", seconds=90), row("relu", lost=[True], seconds=600)]
    page = course_page(rows, known={"mnist-cnn", "relu"}, earlier="")
    assert lines(page)[1][-4:-2] == ["-", "-"]
    assert "1 are in this table; together they take 1.5 minutes" in page


def test_rows_not_checked_anew_stay_and_those_of_no_exercise_go() -> None:
    known = {"relu", "pooling"}
    earlier = course_page(
        [row("pooling", lost=[True]), row("conv2d", lost=[True])],
        known=known | {"conv2d"},
        earlier="",
    )
    page = course_page([row("relu", lost=[True])], known=known, earlier=earlier)
    assert [line[2] for line in lines(page)] == ["`relu`", "`pooling`"]
    assert lines(page)[1] == lines(earlier)[1]
    assert course_page([], known=known, earlier=page) == page


def test_a_row_that_failed_leaves_the_table() -> None:
    page = course_page([row("relu", lost=[True])], known={"relu"}, earlier="")
    for failed in (row("relu", ok=False), row("relu", lost=[True] * 18 + [False])):
        assert failed.failures
        assert lines(course_page([failed], known={"relu"}, earlier=page)) == []
