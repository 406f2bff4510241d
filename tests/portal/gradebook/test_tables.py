"""Boards of many rows: sorted by any column, a page at a time, one's own row always there."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from graders.grader import Order, Ranking
from graders.report import Metric
from portal.accounts.models import User
from portal.catalogue.models import Assignment
from portal.courses.models import Enrolment
from portal.gradebook.board_table import BoardTable, metrics_table
from portal.gradebook.domain import BoardRow
from portal.gradebook.models import BoardEntry, DayTotal, Standing
from portal.gradebook.plots import pareto_plots
from portal.submissions.models import Attempt, State
from tests.portal.factories import add_student
from tests.portal.gradebook.conftest import grade, record_values

RANKING = Ranking(
    (Order("accuracy", greater_is_better=True), Order("parameters", greater_is_better=False))
)


def row(
    rank: int, name: str, accuracy: float, parameters: float | None, *, own: bool = False
) -> BoardRow:
    size = None if parameters is None else Metric(name="parameters", value=parameters)
    metrics = (Metric(name="accuracy", value=accuracy), size)
    return BoardRow(rank, name, metrics, 10 - rank, is_viewer=own)


def table(rows: list[BoardRow], query: str = "") -> BoardTable:
    return metrics_table(rows, ranking=RANKING, name="b", title="Best", asked=QueryDict(query))


FEW = [row(1, "Émile", 0.9, None), row(2, "ada", 0.8, 70), row(3, "Ben", 0.7, 20, own=True)]


@pytest.mark.parametrize(
    ("query", "ranks", "sort"),
    [
        ("", [1, 2, 3], ["ascending", "", "", "", ""]),
        ("b-by=accuracy", [1, 2, 3], ["", "", "descending", "", ""]),
        ("b-by=parameters", [3, 2, 1], ["", "", "", "ascending", ""]),
        ("b-by=name", [2, 3, 1], ["", "ascending", "", "", ""]),
        ("b-by=attempts", [3, 2, 1], ["", "", "", "", "ascending"]),
        ("b-by=seed&b-page=-1", [1, 2, 3], ["ascending", "", "", "", ""]),
        ("other-by=parameters", [1, 2, 3], ["ascending", "", "", "", ""]),
    ],
)
def test_a_column_puts_its_best_first_and_ranks_stay(
    query: str, ranks: list[int], sort: list[str]
) -> None:
    shown = table(FEW, query)
    assert [line.rank for line in shown.lines] == ranks
    assert [head.sort for head in shown.heads] == sort


MANY = [row(n, f"s{n}", 1 - n / 1000, n, own=n == 130) for n in range(1, 251)]


@pytest.mark.parametrize(
    ("query", "first", "length", "own", "links"),
    [
        ("", 1, 100, 130, ("", "?b-page=2#b", "?b-page=2#b")),
        ("b-page=2", 101, 100, None, ("?#b", "?b-page=3#b", "")),
        ("b-page=9&b-by=name", 54, 50, 130, ("?b-by=name&b-page=2#b", "", "?b-by=name#b")),
        ("b-page=99999999999", 1, 100, 130, ("", "?b-page=2#b", "?b-page=2#b")),
        ("b-page=x", 1, 100, 130, ("", "?b-page=2#b", "?b-page=2#b")),
    ],
)
def test_a_page_has_a_hundred_rows_and_ones_own_wherever_it_stands(
    query: str, first: int, length: int, own: int | None, links: tuple[str, str, str]
) -> None:
    shown = table(MANY, query)
    assert (shown.lines[0].rank, len(shown.lines)) == (first, length)
    assert (shown.own.rank if shown.own else None) == own
    assert (shown.previous_href, shown.next_href, shown.own_href) == links


def test_a_plot_steps_along_the_models_that_none_beats() -> None:
    rows = [row(1, "a", 0.99, 20_000), row(2, "b", 0.98, 2_000, own=True), row(3, "c", 0.97, 9_000)]
    (plot,) = pareto_plots(rows, RANKING)
    assert plot.is_logarithmic
    assert [point.name for point in plot.best] == ["a", "b"]
    assert plot.points[-1].is_viewer
    a, b = plot.best
    assert plot.front == f"M{b.x:g} {b.y:g}H{a.x:g}V{a.y:g}H{plot.frame.right:g}"
    assert [tick.label for tick in plot.frame.across] == [
        "2\u202f000",
        "5\u202f000",
        "10\u202f000",
        "20\u202f000",
    ]
    assert (a.first, a.traded) == ("99.0%", "20,000")


def fill(record: Assignment, size: int) -> None:
    """Bring the class to `size` students with a standing, an entry and two days each."""
    start = User.objects.filter(username__startswith="many").count()
    users = User.objects.bulk_create(User(username=f"many{n}") for n in range(start, size))
    people = Enrolment.objects.bulk_create(Enrolment(cohort=record.cohort, user=u) for u in users)
    now = timezone.now()
    attempts = Attempt.objects.bulk_create(
        Attempt(enrolment=one, assignment=record, version=record.exercise.current, number=1,
                state=State.GRADED, submitted_at=now, score=0.5)
        for one in people
    )  # fmt: skip
    for number, one in enumerate(attempts):
        common = {"enrolment": one.enrolment, "assignment": record, "attempts": 1}
        values = record_values(0.9, 1000 + number, 5)
        BoardEntry.objects.create(**common, attempt=one, public=values, private={})
        Standing.objects.create(**common, best=one, score=0.5, points=5, reached_at=now)
    DayTotal.objects.bulk_create(
        DayTotal(enrolment=one, day=f"2026-09-0{day}", points=day)
        for one in people
        for day in (1, 2)
    )


@pytest.mark.parametrize("name", ["leaderboard", "exercise-leaderboard", "class-table"])
def test_pages_ask_as_often_for_300_students_as_for_3(
    record: Assignment, teacher: User, name: str
) -> None:
    ada = add_student(record.cohort, "ada")
    grade(ada, record, record_values(0.95, 900, 5))
    client = Client()
    client.force_login(teacher if name == "class-table" else ada.user)
    slug = [record.exercise.slug] if name == "exercise-leaderboard" else []
    address = reverse(name, args=[record.cohort_id, *slug])
    counts = []
    for size in (1, 3, 300):
        fill(record, size)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            html = client.get(address).content.decode()
        counts.append(len(queries))
    assert counts == [counts[0]] * 3
    assert len(re.findall("<tr", html)) < 220


def test_the_page_of_a_ranked_exercise_draws_it_and_marks_ones_own(record: Assignment) -> None:
    ada = add_student(record.cohort, "ada", pseudonym="Gauss")
    ben = add_student(record.cohort, "ben")
    grade(ada, record, record_values(0.95, 9_000, 30))
    grade(ben, record, record_values(0.99, 900, 60))
    client = Client()
    client.force_login(ben.user)
    address = reverse("exercise-leaderboard", args=[record.cohort_id, "mnist-record"])
    html = client.get(f"{address}?public-by=parameters").content.decode()
    assert html.count("<svg") >= 2
    assert "<title>Gauss: 95.0%, 9,000</title>" in html
    assert "<title>ben: 99.0%, 60</title>" in html
    assert 'class="point best own"' in html
    assert 'aria-sort="ascending"><a href="?public-by=parameters#public">' in html
    assert html.index("ben <span") < html.index('row">Gauss')
    assert ada.user.username not in html
