"""What counts, and how a class stands."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from portal.accounts.models import User
from portal.catalogue.models import Assignment
from portal.courses.models import Cohort, Enrolment
from portal.gradebook.domain import class_table, leaderboard, progress_of, update_standing
from portal.gradebook.models import Standing
from portal.submissions.models import Attempt, State
from tests.portal.factories import add_attempt, add_student


def score(enrolment: Enrolment, assignment: Assignment, share: float, *, ago: float = 0) -> Attempt:
    """Add a graded attempt and let the standing follow."""
    attempt = add_attempt(enrolment, assignment, state=State.GRADED, score=share, ago=ago)
    with transaction.atomic():
        update_standing(enrolment=enrolment, assignment=assignment)
    return attempt


@given(scores=st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=1, max_size=6))
@settings(
    max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_the_highest_score_counts_and_of_equal_ones_the_earliest(
    enrolment: Enrolment, assignment: Assignment, scores: list[float]
) -> None:
    Standing.objects.all().delete()
    Attempt.objects.all().delete()
    attempts = [
        score(enrolment, assignment, share, ago=100 - index) for index, share in enumerate(scores)
    ]
    standing = Standing.objects.get()
    best = attempts[scores.index(max(scores))]
    assert (standing.best, standing.score, standing.attempts, standing.reached_at) == (
        best,
        max(scores),
        len(scores),
        best.submitted_at,
    )
    assert standing.points == max(scores) * assignment.exercise.points


@pytest.mark.parametrize("state", [State.REFUSED, State.FAILED, State.QUEUED, State.RUNNING])
def test_what_has_no_score_does_not_count(
    enrolment: Enrolment, assignment: Assignment, state: State
) -> None:
    add_attempt(enrolment, assignment, state=state)
    with transaction.atomic():
        assert update_standing(enrolment=enrolment, assignment=assignment) is None
    assert Standing.objects.count() == 0


def test_equal_points_share_a_rank_and_the_next_is_skipped(
    cohort: Cohort, assignment: Assignment
) -> None:
    shares = {"ada": 0.5, "ben": 1.0, "cleo": 0.5, "dina": 0.25}
    for index, (name, share) in enumerate(shares.items()):
        score(add_student(cohort, name), assignment, share, ago=index)
    rows = leaderboard(cohort=cohort, assignment=assignment)
    assert [(row.rank, row.name) for row in rows] == [
        (1, "ben"),
        (2, "cleo"),
        (2, "ada"),
        (4, "dina"),
    ]


def test_over_all_exercises_points_add_up(
    cohort: Cohort, enrolment: Enrolment, assignment: Assignment, typed: Assignment
) -> None:
    other = add_student(cohort, "other", pseudonym="Gauss")
    score(enrolment, assignment, 0.5)
    score(enrolment, assignment, 0.25)
    late = score(enrolment, typed, 1.0)
    score(other, assignment, 1.0)
    rows = leaderboard(cohort=cohort, viewer=enrolment)
    both = 0.5 * assignment.exercise.points + typed.exercise.points
    mine = next(row for row in rows if row.is_viewer)
    assert (mine.points, mine.attempts, mine.reached_at) == (both, 3, late.submitted_at)
    assert {row.name: row.points for row in rows} == {
        "student1": both,
        "Gauss": assignment.exercise.points,
    }


def test_a_leaderboard_shows_students_of_the_class_only(
    cohort: Cohort, enrolment: Enrolment, teaching: Enrolment, assignment: Assignment
) -> None:
    score(teaching, assignment, 1.0)
    score(enrolment, assignment, 0.5)
    assert [row.name for row in leaderboard(cohort=cohort)] == ["student1"]


def test_the_class_table_has_a_cell_for_every_student_and_exercise(
    cohort: Cohort, enrolment: Enrolment, assignment: Assignment, typed: Assignment
) -> None:
    assignment.max_attempts = 3
    assignment.save()
    idle = add_student(cohort, "idle")
    best = score(enrolment, assignment, 0.5, ago=9)
    for state in (State.QUEUED, State.REFUSED, State.FAILED):
        add_attempt(enrolment, assignment, state=state)
    table = class_table(cohort=cohort)
    shown = [one.exercise for one in table.assignments]
    assert shown == sorted(shown, key=lambda one: one.position)
    assert {typed.exercise, assignment.exercise} <= set(shown)
    assert [row.enrolment for row in table.rows] == [idle, enrolment]
    column = table.assignments.index(assignment)
    none, some = (row.cells[column] for row in table.rows)
    assert (none.points, none.handed_in) == (None, 0)
    assert (some.best_id, some.handed_in, some.waiting, some.failed) == (best.pk, 3, 1, 1)
    assert [row.points for row in table.rows] == [0, 0.5 * assignment.exercise.points]
    mine = progress_of(enrolment)
    assert (mine[column].handed_in, mine[column].attempts_left) == (4, 1)
    assert [cell.standing for cell in mine] == [cell.standing for cell in table.rows[1].cells]


def fill(cohort: Cohort, count: int) -> None:
    """Add `count` students who each have a graded attempt at each exercise."""
    users = User.objects.bulk_create(User(username=f"many{n}") for n in range(count))
    people = Enrolment.objects.bulk_create(Enrolment(cohort=cohort, user=user) for user in users)
    now = timezone.now()
    for assignment in cohort.assignments.select_related("exercise__current"):
        attempts = Attempt.objects.bulk_create(
            Attempt(
                enrolment=person,
                assignment=assignment,
                version=assignment.exercise.current,
                number=1,
                state=State.GRADED,
                submitted_at=now - timedelta(seconds=index),
                score=index / count,
            )
            for index, person in enumerate(people)
        )
        Standing.objects.bulk_create(
            Standing(
                enrolment=attempt.enrolment,
                assignment=assignment,
                best=attempt,
                score=attempt.score or 0,
                points=attempt.score or 0,
                attempts=1,
                reached_at=attempt.submitted_at,
            )
            for attempt in attempts
        )


@pytest.mark.parametrize("count", [1, 3, 300])
def test_the_number_of_queries_does_not_grow_with_the_class(
    cohort: Cohort, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    fill(cohort, count)
    with django_assert_num_queries(2):
        assert len(leaderboard(cohort=cohort)) == count
    with django_assert_num_queries(4):
        table = class_table(cohort=cohort)
        shown = [(row.points, row.enrolment.user.username) for row in table.rows]
        assert (len(shown), table.listing.total) == (min(count, 50), count)
    with django_assert_num_queries(4):
        progress_of(table.rows[0].enrolment)


def test_points_follow_what_the_exercise_is_worth(
    enrolment: Enrolment, assignment: Assignment
) -> None:
    score(enrolment, assignment, 0.5)
    assignment.exercise.points = 40
    assignment.exercise.save()
    assert [row.points for row in leaderboard(cohort=enrolment.cohort)] == [20]
