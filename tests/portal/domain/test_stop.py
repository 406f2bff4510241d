"""Stopping an attempt: its author's right until the tests begin, and final whoever works on it."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from graders.grading import Grading
from graders.protocol import Progress
from graders.report import Curve
from portal.accounts.models import User
from portal.catalogue.domain import current_version, open_version
from portal.catalogue.models import Assignment
from portal.courses.models import Enrolment
from portal.gradebook.models import Standing
from portal.settings.env import GPU_QUEUE
from portal.submissions.domain import (
    accept_file,
    attempts_left,
    claim_next,
    extend_lease,
    finish,
    gpu_budget,
    may_be_stopped,
    record_curves,
    record_log,
    record_progress,
    regrade,
    stop,
)
from portal.submissions.domain.rooms import portal_sandbox
from portal.submissions.domain.run import grade_claimed
from portal.submissions.domain.trials import finish_trial
from portal.submissions.errors import TooLateToStop
from portal.submissions.models import Attempt, LiveCurves, LiveJobCurves, LiveLog, State, Trial
from tests.portal.domain.test_run import claim, hand_in
from tests.portal.factories import scored_report

LOSS = Curve(name="loss", points=((1, 2.5),))
CELLS, TESTS = Progress(phase="cells", done=1, total=2), Progress(phase="tests", done=0, total=2)


def running(attempt: Attempt, progress: Progress = CELLS) -> Attempt:
    """Return the attempt as the worker has it that has claimed it and come so far."""
    claimed = claim_next(queue="cpu", lease_seconds=30)
    assert claimed == attempt
    assert isinstance(claimed, Attempt)
    assert record_progress(work=claimed, progress=progress)
    return claimed


def end(attempt: Attempt) -> bool:
    return finish(
        attempt_id=attempt.pk,
        lease=attempt.lease or uuid.uuid4(),
        version=attempt.version,
        report=scored_report(1),
        executed=None,
    )


def test_one_that_waits_is_not_graded_and_not_counted(
    attempt: Attempt, enrolment: Enrolment, assignment: Assignment
) -> None:
    assignment.max_attempts = 2
    assert may_be_stopped(attempt)
    stop(attempt=attempt)
    attempt.refresh_from_db()
    assert (attempt.state, attempt.is_settled, attempt.score) == (State.STOPPED, True, None)
    assert attempt.finished_at is not None
    assert claim_next(queue="cpu", lease_seconds=30) is None
    assert attempts_left(enrolment=enrolment, assignment=assignment) == 2
    with pytest.raises(TooLateToStop):
        stop(attempt=attempt)


def test_who_works_on_it_has_lost_it_and_writes_nothing_more(attempt: Attempt) -> None:
    claimed = running(attempt)
    assert record_curves(work=claimed, curves=[LOSS])
    assert record_log(work=claimed, tail="epoch 1\n")
    stop(attempt=attempt)
    assert not extend_lease(work=claimed, lease_seconds=30)
    assert not record_progress(work=claimed, progress=TESTS)
    assert not record_curves(work=claimed, curves=[LOSS])
    assert not record_log(work=claimed, tail="epoch 2\n")
    assert not end(claimed)
    attempt.refresh_from_db()
    assert (attempt.state, attempt.report, attempt.progress) == (State.STOPPED, None, {})
    assert not LiveCurves.objects.exists()
    assert not LiveLog.objects.exists()
    assert not Standing.objects.exists()


def test_once_its_tests_have_begun_it_is_too_late(attempt: Attempt) -> None:
    claimed = running(attempt, TESTS)
    attempt.refresh_from_db()
    assert not may_be_stopped(attempt)
    with pytest.raises(TooLateToStop):
        stop(attempt=attempt)
    assert end(claimed)
    with pytest.raises(TooLateToStop):
        stop(attempt=attempt)
    attempt.refresh_from_db()
    assert (attempt.state, attempt.score) == (State.GRADED, 1.0)


@pytest.mark.parametrize(("state", "score"), [(State.GRADED, 0.5), (State.FAILED, None)])
def test_what_is_graded_again_is_not_its_authors_to_stop(
    attempt: Attempt, teacher: User, state: State, score: float | None
) -> None:
    Attempt.objects.update(state=state, score=score)
    assert regrade(attempts=[attempt], by=teacher) == 1
    attempt.refresh_from_db()
    assert (attempt.state, may_be_stopped(attempt)) == (State.QUEUED, False)
    with pytest.raises(TooLateToStop):
        stop(attempt=attempt)


def test_the_gpu_time_that_was_used_counts(
    attempt: Attempt, enrolment: Enrolment, settings: Settings
) -> None:
    settings.NOYAU = settings.NOYAU.model_copy(update={"gpu_daily_seconds": 100})
    running(attempt)
    started_at = timezone.now() - timedelta(seconds=40)
    Attempt.objects.update(queue=GPU_QUEUE, started_at=started_at)
    stop(attempt=attempt)
    attempt.refresh_from_db()
    assert attempt.finished_at is not None
    used = (attempt.finished_at - started_at).total_seconds()
    assert attempt.gpu_seconds == pytest.approx(used, abs=1)
    budget = gpu_budget(enrolment)
    assert budget is not None
    assert budget.used == attempt.gpu_seconds


def test_a_sweep_stops_with_its_jobs_until_the_last_is_tested(
    enrolment: Enrolment, assignment: Assignment
) -> None:
    grid = Assignment.objects.get(cohort=assignment.cohort, exercise__slug="batch-runs")
    content = open_version(current_version(grid.exercise)).reference()
    attempt = accept_file(enrolment=enrolment, assignment=grid, filename="a", content=content)
    claimed = claim_next(queue="cpu", lease_seconds=30)
    assert isinstance(claimed, Trial)
    assert record_progress(work=claimed, progress=TESTS)
    assert record_curves(work=claimed, curves=[LOSS])
    attempt.refresh_from_db()
    assert may_be_stopped(attempt)
    others = Trial.objects.exclude(pk=claimed.pk)
    others.update(state=State.GRADED)
    with pytest.raises(TooLateToStop):
        stop(attempt=attempt)
    others.update(state=State.QUEUED)
    stop(attempt=attempt)
    attempt.refresh_from_db()
    assert attempt.state == State.STOPPED
    assert not Trial.objects.exists()
    assert not LiveJobCurves.objects.exists()
    assert not record_curves(work=claimed, curves=[LOSS])
    assert not finish_trial(trial=claimed, grading=Grading(scored_report(1), b"{}"))
    assert claim_next(queue="cpu", lease_seconds=30) is None


@pytest.mark.bwrap
@pytest.mark.django_db(transaction=True)
def test_a_worker_ends_the_rooms_of_a_silent_notebook_that_is_stopped(
    enrolment: Enrolment, assignment: Assignment, settings: Settings
) -> None:
    # Long before its lease would have to be renewed.
    settings.NOYAU = settings.NOYAU.model_copy(update={"lease_seconds": 3600})
    attempt = hand_in(enrolment, assignment, "while True: pass")
    stopping = threading.Thread(target=stop_once_it_runs, args=(attempt,))
    stopping.start()
    assert not grade_claimed(attempt=claim(), sandbox=portal_sandbox())
    stopping.join()
    attempt.refresh_from_db()
    assert (attempt.state, attempt.report, attempt.executed) == (State.STOPPED, None, "")


def stop_once_it_runs(attempt: Attempt) -> None:
    """Stop the attempt when its cells are seen to run."""
    try:
        seen = Attempt.objects.filter(pk=attempt.pk, progress__phase="cells")
        while not seen.exists():
            threading.Event().wait(0.05)
        stop(attempt=attempt)
    finally:
        connection.close()
