"""What becomes of an attempt when its grading ends, well or not."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from graders.report import Report
from portal.accounts.models import User
from portal.catalogue.models import Assignment
from portal.common import blobs
from portal.courses.models import Enrolment
from portal.gradebook.models import Standing
from portal.submissions.domain import claim_next, finish, regrade, requeue_expired
from portal.submissions.domain.leases import MOST_TRIES
from portal.submissions.models import Attempt, PastReport, State
from tests.portal.factories import add_attempt, our_report, scored_report


def grade(report: Report, *, executed: bytes | None = None, **kept: bytes) -> bool:
    """Claim the next attempt, however long it was told to wait, and end it with `report`."""
    Attempt.objects.update(ready_at=None)
    claimed = claim_next(queue="cpu", lease_seconds=30)
    assert isinstance(claimed, Attempt)
    assert claimed.lease is not None
    current = claimed.assignment.exercise.current
    assert current is not None
    return finish(
        attempt_id=claimed.pk,
        lease=claimed.lease,
        version=current,
        report=report,
        executed=executed,
        **kept,
    )


def test_a_report_settles_the_attempt_and_moves_the_standing(attempt: Attempt) -> None:
    assert grade(scored_report(0.5), executed=b"{}")
    attempt.refresh_from_db()
    standing = Standing.objects.get()
    assert (attempt.state, attempt.score, attempt.lease) == (State.GRADED, 0.5, None)
    assert blobs.read(attempt.executed) == b"{}"
    assert (standing.best, standing.points) == (attempt, 0.5 * attempt.assignment.exercise.points)


def test_a_disk_that_takes_no_more_costs_what_is_kept_and_not_the_report(
    attempt: Attempt, var: Path
) -> None:
    (var / "blobs").rename(var / "moved")
    (var / "blobs").write_bytes(b"")
    assert grade(scored_report(0.5), executed=b"{}", transcript=b"replies", weights=b"numbers")
    attempt.refresh_from_db()
    kept = attempt.executed, attempt.transcript, attempt.weights
    assert (attempt.state, attempt.score, kept) == (State.GRADED, 0.5, ("", "", ""))


def test_a_rescoring_leaves_what_was_kept_of_the_run(attempt: Attempt, teacher: User) -> None:
    grade(scored_report(0.5), executed=b"{}", transcript=b"replies", weights=b"numbers")
    regrade(attempts=[attempt], by=teacher)
    grade(scored_report(1).model_copy(update={"rescored": True}), transcript=b"same replies")
    attempt.refresh_from_db()
    kept = attempt.executed, attempt.transcript, attempt.weights
    assert [blobs.read(digest) for digest in kept] == [b"{}", b"same replies", b"numbers"]
    regrade(attempts=[attempt], by=teacher)
    grade(scored_report(1))
    attempt.refresh_from_db()
    assert (attempt.executed, attempt.transcript, attempt.weights) == ("", "", "")


def test_a_failure_of_ours_is_tried_again_later_and_later(attempt: Attempt) -> None:
    waits = []
    for _try in range(MOST_TRIES - 1):
        assert grade(our_report())
        attempt.refresh_from_db()
        assert (attempt.state, attempt.report, attempt.started_at) == (State.QUEUED, None, None)
        assert attempt.ready_at is not None
        waits.append(round((attempt.ready_at - timezone.now()).total_seconds()))
    assert waits == [5, 15, 45]
    assert Standing.objects.count() == 0
    assert grade(scored_report(1))
    attempt.refresh_from_db()
    assert (attempt.state, attempt.score) == (State.GRADED, 1.0)


def test_after_many_failures_of_ours_an_attempt_is_given_up_and_counts_for_nothing(
    attempt: Attempt,
) -> None:
    for _try in range(MOST_TRIES):
        assert grade(our_report())
    attempt.refresh_from_db()
    assert (attempt.state, attempt.score, attempt.is_settled) == (State.FAILED, None, True)
    assert attempt.report == our_report().model_dump(mode="json")
    assert Standing.objects.count() == 0


def test_an_attempt_that_kills_its_workers_is_given_up_too(attempt: Attempt) -> None:
    for _try in range(MOST_TRIES):
        Attempt.objects.update(ready_at=None)
        assert claim_next(queue="cpu", lease_seconds=30) == attempt
        Attempt.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
        assert requeue_expired() == 1
    attempt.refresh_from_db()
    report = Report.model_validate(attempt.report)
    assert (attempt.state, report.is_ours) == (State.FAILED, True)


def test_a_regrade_keeps_the_old_report_and_the_old_score_until_the_new_one(
    attempt: Attempt, teacher: User
) -> None:
    grade(scored_report(1))
    assert regrade(attempts=[attempt], by=teacher) == 1
    attempt.refresh_from_db()
    assert (attempt.state, attempt.score) == (State.QUEUED, 1.0)
    assert Standing.objects.get().score == 1.0
    assert PastReport.objects.count() == 0
    grade(scored_report(0.25))
    attempt.refresh_from_db()
    past = PastReport.objects.get()
    assert (attempt.state, attempt.score, attempt.regrade_by) == (State.GRADED, 0.25, None)
    assert (past.score, past.replaced_by, past.report) == (
        1.0,
        teacher,
        scored_report(1).model_dump(mode="json"),
    )
    assert Standing.objects.get().score == 0.25


def test_a_regrade_that_lowers_the_best_score_lets_the_next_best_count(
    attempt: Attempt, teacher: User
) -> None:
    second = add_attempt(
        attempt.enrolment, attempt.assignment, state=State.GRADED, score=0.5, ago=10
    )
    grade(scored_report(1))
    regrade(attempts=[attempt], by=teacher)
    grade(scored_report(0.25))
    standing = Standing.objects.get()
    assert (standing.best, standing.score, standing.attempts) == (second, 0.5, 2)


def test_a_regrade_that_can_not_be_had_leaves_the_student_what_they_had(
    attempt: Attempt, teacher: User
) -> None:
    grade(scored_report(0.75))
    regrade(attempts=[attempt], by=teacher)
    for _try in range(MOST_TRIES):
        grade(our_report())
    attempt.refresh_from_db()
    assert (attempt.state, attempt.score) == (State.GRADED, 0.75)
    assert attempt.report == scored_report(0.75).model_dump(mode="json")
    assert (PastReport.objects.count(), Standing.objects.get().score) == (0, 0.75)


@pytest.mark.parametrize(
    ("state", "count"),
    [
        (State.GRADED, 1),
        (State.FAILED, 1),
        (State.REFUSED, 0),
        (State.QUEUED, 0),
        (State.RUNNING, 0),
    ],
)
def test_only_what_was_graded_or_given_up_is_graded_again(
    enrolment: Enrolment, assignment: Assignment, teacher: User, state: State, count: int
) -> None:
    attempt = add_attempt(enrolment, assignment, state=state)
    assert regrade(attempts=[attempt], by=teacher) == count
