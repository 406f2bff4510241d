"""A student's rank from day to day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portal.catalogue.models import Assignment
from portal.courses.models import Enrolment, Role
from portal.gradebook.domain import days, rank_history
from portal.gradebook.models import DayTotal, Standing
from portal.gradebook.plots import rank_plot
from portal.submissions.models import State
from tests.portal.factories import add_attempt, add_student
from tests.portal.gradebook.conftest import grade, record_values

MONDAY = date(2026, 9, 7)


def totals(enrolment: Enrolment) -> list[tuple[date, float]]:
    rows = DayTotal.objects.filter(enrolment=enrolment).order_by("day")
    return [*rows.values_list("day", "points")]


def on(day: int, enrolment: Enrolment, points: float) -> None:
    """Write down a total so many days after the Monday."""
    DayTotal.objects.create(enrolment=enrolment, day=MONDAY + timedelta(days=day), points=points)


def test_a_day_ends_with_the_last_of_its_totals_and_one_without_change_has_none(
    record: Assignment, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = add_student(record.cohort, "ada")
    worth = record.exercise.points
    for day, score in ((0, 0.2), (0, 0.4), (1, 0.3), (2, 1.0)):
        monkeypatch.setattr(days, "today", lambda day=day: MONDAY + timedelta(days=day))
        grade(ada, record, record_values(0.9, 1, 1), score=score)
    assert totals(ada) == [(MONDAY, 0.4 * worth), (MONDAY + timedelta(days=2), worth)]


def test_a_total_follows_what_the_exercise_is_worth_and_standings_that_go(
    record: Assignment,
) -> None:
    ada = add_student(record.cohort, "ada")
    grade(ada, record, record_values(0.9, 1, 1), score=0.5)
    record.exercise.points = 40
    record.exercise.save()
    assert [points for _day, points in totals(ada)] == [20]
    Standing.objects.all().delete()
    assert [points for _day, points in totals(ada)] == [0]


def test_a_rank_is_told_of_each_day_on_which_it_or_the_points_change(
    record: Assignment,
) -> None:
    ada, ben, cleo = (add_student(record.cohort, name) for name in ("ada", "ben", "cleo"))
    on(0, ben, 5)
    on(1, ada, 5)
    on(2, cleo, 4)
    on(3, cleo, 9)
    on(5, ada, 10)
    Enrolment.objects.create(
        cohort=record.cohort,
        user=ben.user.__class__.objects.create(username="assistant"),
        role=Role.ASSISTANT,
    )
    told = [(one.day - MONDAY, one.rank, one.among, one.points)
            for one in rank_history(enrolment=ada)]  # fmt: skip
    day = timedelta(days=1)
    assert told == [(day, 1, 2, 5), (3 * day, 2, 3, 5), (5 * day, 1, 3, 10)]
    assert rank_history(enrolment=add_student(record.cohort, "dina")) == []


def test_a_history_takes_one_query_for_any_number_of_changes(
    record: Assignment, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ada = add_student(record.cohort, "ada")
    for size in (1, 3, 300):
        rows = [
            DayTotal(enrolment=ada, day=MONDAY + timedelta(days=day), points=day)
            for day in range(DayTotal.objects.count(), size)
        ]
        DayTotal.objects.bulk_create(rows)
        with django_assert_num_queries(1):
            assert len(rank_history(enrolment=ada)) == size


def test_the_chart_has_the_best_rank_on_top_and_one_day_makes_none(record: Assignment) -> None:
    ada, ben = add_student(record.cohort, "ada"), add_student(record.cohort, "ben")
    on(0, ada, 1)
    assert rank_plot(rank_history(enrolment=ada)) is None
    on(1, ben, 2)
    on(2, ada, 3)
    plot = rank_plot(rank_history(enrolment=ada))
    assert plot is not None
    assert [tick.label for tick in plot.frame.up] == ["1", "2"]
    assert plot.frame.up[0].at < plot.frame.up[1].at
    assert (plot.y, plot.x) == (plot.frame.up[0].at, plot.frame.right)
    assert (plot.best, plot.last.rank, plot.last.among) == (1, 1, 2)


def test_a_past_without_days_is_told_from_the_attempts(record: Assignment) -> None:
    ada, ben = add_student(record.cohort, "ada"), add_student(record.cohort, "ben")
    day = 24 * 3600
    for score, ago in ((0.25, 9 * day), (0.125, 8 * day), (0.5, 7 * day)):
        add_attempt(ada, record, state=State.GRADED, score=score, ago=ago)
    grade(ada, record, {}, score=0.5)
    grade(ben, record, {}, score=0.125)
    told = totals(ben)
    DayTotal.objects.filter(enrolment=ada).delete()
    call_command("rebuild_boards", verbosity=0)
    worth = record.exercise.points
    portals = timezone.get_default_timezone()
    since = [timezone.localdate(timezone.now() - timedelta(days=ago), portals) for ago in (9, 7)]
    assert totals(ada) == [(since[0], 0.25 * worth), (since[1], 0.5 * worth)]
    assert totals(ben) == told
