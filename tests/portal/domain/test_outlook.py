"""What those who wait are told of when: as much as the last gradings and the workers tell."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.catalogue.domain import current_version
from portal.catalogue.models import Assignment
from portal.courses.models import Cohort, Enrolment
from portal.submissions.domain import Outlook, outlook, usual_seconds
from portal.submissions.models import Attempt, PastReport, ServedQueue, State, Trial
from tests.portal.factories import add_attempt, add_student


@pytest.fixture
def other(cohort: Cohort) -> Assignment:
    """Another exercise of the class, of which nothing was ever graded."""
    return Assignment.objects.get(cohort=cohort, exercise__slug="conv2d")


@pytest.fixture
def students(enrolment: Enrolment) -> list[Enrolment]:
    """Four students, of whom each may be served in turn."""
    return [enrolment, *(add_student(enrolment.cohort, f"s{n}") for n in range(3))]


def serve(*, slots: int = 1) -> None:
    """Let one worker live that has so many rooms."""
    ServedQueue.objects.update_or_create(
        worker="w", queue="cpu", defaults={"seen_at": timezone.now(), "status": {"slots": slots}}
    )


def took(student: Enrolment, assignment: Assignment, *seconds: float) -> None:
    """Add gradings of an hour ago that took so long."""
    started_at = timezone.now() - timedelta(hours=1)
    for number in seconds:
        attempt = add_attempt(student, assignment, state=State.GRADED, score=1)
        finished_at = started_at + timedelta(seconds=number)
        Attempt.objects.filter(pk=attempt.pk).update(
            queue="cpu", started_at=started_at, finished_at=finished_at
        )


def told(*attempts: Attempt) -> list[Outlook]:
    """Return what each is told, asked anew."""
    cache.clear()
    found = [outlook(attempt) for attempt in attempts]
    return [
        Outlook(one.position, None if one.seconds is None else round(one.seconds)) for one in found
    ]


def test_each_is_told_when_the_rooms_before_it_will_be_free(
    students: list[Enrolment], assignment: Assignment
) -> None:
    took(students[3], assignment, 5, 10, 600)
    waiting = [add_attempt(one, assignment, ago=9 - n) for n, one in enumerate(students[:3])]
    assert usual_seconds(waiting[0]) == 10
    assert [one.seconds for one in told(*waiting)] == [None] * 3
    serve()
    assert told(*waiting) == [Outlook(1, 10), Outlook(2, 20), Outlook(3, 30)]
    serve(slots=2)
    assert told(*waiting) == [Outlook(1, 10), Outlook(2, 10), Outlook(3, 20)]
    running = add_attempt(students[3], assignment, state=State.RUNNING, ago=4)
    Attempt.objects.filter(pk=running.pk).update(lease=running.pk)
    assert told(*waiting) == [Outlook(1, 10), Outlook(2, 16), Outlook(3, 20)]


def test_nothing_is_promised_behind_what_nobody_knows(
    students: list[Enrolment], assignment: Assignment, other: Assignment
) -> None:
    took(students[3], assignment, 10)
    serve()
    first = add_attempt(students[0], assignment, ago=3)
    unknown = add_attempt(students[1], other, ago=2)
    last = add_attempt(students[2], assignment, ago=1)
    assert usual_seconds(unknown) is None
    assert told(first, unknown, last) == [Outlook(1, 10), Outlook(2), Outlook(3)]


def test_what_was_graded_again_says_nothing_of_how_long_a_run_takes(
    students: list[Enrolment], assignment: Assignment
) -> None:
    took(students[0], assignment, 1)
    attempt = Attempt.objects.get()
    PastReport.objects.create(attempt=attempt, report={}, score=1, version=attempt.version)
    assert usual_seconds(attempt) is None


def test_a_sweep_is_done_with_its_last_job(
    students: list[Enrolment], assignment: Assignment
) -> None:
    took(students[3], assignment, 10)
    sweep = add_attempt(students[0], assignment, ago=9)
    Attempt.objects.filter(pk=sweep.pk).update(trial_count=3)
    sweep.refresh_from_db()
    now = timezone.now()
    for number, state in enumerate((State.GRADED, State.RUNNING, State.QUEUED, State.QUEUED), 1):
        Trial.objects.create(
            attempt=sweep, version=current_version(assignment.exercise), number=number,
            parameters={}, state=state, queue="cpu", queued_at=now,
            lease=sweep.pk if state is State.RUNNING else None,
            started_at=now - timedelta(seconds=30), finished_at=now,
        )  # fmt: skip
    serve()
    [one] = told(sweep)
    # The one that runs is nearly done; two more take half a minute each.
    assert one == Outlook(1, 3 + 30 + 30)


def test_who_asks_costs_the_same_however_many_wait(
    students: list[Enrolment], assignment: Assignment
) -> None:
    serve()
    counts = []
    for size in (1, 3, 300):
        for _number in range(Attempt.objects.count(), size):
            last = add_attempt(students[0], assignment, state=State.QUEUED)
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            assert outlook(last).position == size
        counts.append(len(queries))
        with CaptureQueriesContext(connection) as queries:
            outlook(last)
        assert len(queries) == 0
    assert counts == [counts[0]] * 3
