"""The jobs of a sweep: each graded once, gathered once, and fair to everybody else."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from graders.grading import Grading
from graders.protocol import Progress
from graders.report import Fault, Problem, ProblemCode, Report
from portal.accounts.models import User
from portal.catalogue.domain import current_version, open_version
from portal.catalogue.models import Assignment
from portal.common import blobs
from portal.courses.models import Cohort, Enrolment
from portal.gradebook.models import Standing
from portal.submissions.domain import (
    accept_file,
    announce_waiting,
    claim_next,
    extend_lease,
    queue_position,
    regrade,
    trials_progress,
)
from portal.submissions.domain.leases import MOST_TRIES
from portal.submissions.domain.trials import finish_trial, requeue_expired_trials
from portal.submissions.models import Attempt, Leased, PastReport, State, Trial
from tests.portal.domain.test_announce import hints, quiet_broker
from tests.portal.factories import add_attempt, add_student, our_report, scored_report

JOBS = 6
CountQueries = Callable[[int], AbstractContextManager[object]]
# Used of itself, by every test here.
__all__ = ["quiet_broker"]


@pytest.fixture
def sweep(cohort: Cohort) -> Assignment:
    """The exercise with a grid of six jobs."""
    return Assignment.objects.select_related("exercise").get(
        cohort=cohort, exercise__slug="batch-runs"
    )


@pytest.fixture
def attempt(enrolment: Enrolment, sweep: Assignment) -> Attempt:
    """A queued attempt at it, with the reference's notebook."""
    return hand_in(enrolment, sweep)


def hand_in(enrolment: Enrolment, assignment: Assignment) -> Attempt:
    content = open_version(current_version(assignment.exercise)).reference()
    return accept_file(
        enrolment=enrolment, assignment=assignment, filename="a.ipynb", content=content
    )


def claimed_trial() -> Trial:
    found = claim_next(queue="cpu", lease_seconds=30)
    assert isinstance(found, Trial)
    return found


def served() -> Iterator[Leased]:
    """Claim until the queue is empty, nothing ending in between."""
    return iter(lambda: claim_next(queue="cpu", lease_seconds=30), None)


def end(trial: Trial, *, score: float = 1, report: Report | None = None) -> bool:
    return finish_trial(trial=trial, grading=Grading(report or scored_report(score), b"{}"))


def end_all(*, score: float = 1) -> None:
    for trial in served():
        assert isinstance(trial, Trial)
        assert end(trial, score=score)


def expire(trial: Trial) -> None:
    past = timezone.now() - timedelta(seconds=1)
    Trial.objects.filter(pk=trial.pk).update(lease_expires_at=past)


def test_a_hand_in_is_queued_as_the_jobs_of_its_grid(attempt: Attempt) -> None:
    trials = list(attempt.trials.order_by("number"))
    assert (attempt.state, attempt.trial_count) == (State.QUEUED, JOBS)
    assert [(trial.number, trial.state, trial.version) for trial in trials] == [
        (number, State.QUEUED, attempt.version) for number in range(1, JOBS + 1)
    ]
    assert trials[1].parameters == {"learning_rate": 0.0003, "shift": 2}


@pytest.mark.django_db(transaction=True)
def test_a_hand_in_sends_a_hint_for_each_job(enrolment: Enrolment, sweep: Assignment) -> None:
    hand_in(enrolment, sweep)
    assert hints("cpu") == JOBS


def test_jobs_that_wait_too_long_are_announced_again(attempt: Attempt) -> None:
    past = timezone.now() - timedelta(minutes=1)
    Attempt.objects.update(queued_at=past)
    Trial.objects.filter(number__gt=2).update(queued_at=past)
    assert attempt.trials.count() == JOBS
    announce_waiting()
    assert hints("cpu") == JOBS - 2


def test_a_notebook_without_parameters_is_refused_and_queues_nothing(
    enrolment: Enrolment, sweep: Assignment, notebook: bytes
) -> None:
    attempt = accept_file(enrolment=enrolment, assignment=sweep, filename="a", content=notebook)
    problem = Report.model_validate(attempt.report).problem
    assert problem is not None
    assert (attempt.state, problem.code) == (State.REFUSED, ProblemCode.PARAMETERS_CELL)
    assert not Trial.objects.exists()


def test_the_first_job_starts_the_attempt_and_the_last_one_settles_it(attempt: Attempt) -> None:
    assert queue_position(attempt) == 1
    first = claimed_trial()
    attempt.refresh_from_db()
    assert (attempt.state, attempt.lease, first.number) == (State.RUNNING, None, 1)
    assert end(first)
    assert trials_progress(attempt) == Progress(phase="jobs", done=1, total=JOBS)
    end_all()
    attempt.refresh_from_db()
    report = Report.model_validate(attempt.report)
    assert attempt.state == State.GRADED
    assert blobs.read(attempt.executed) == b"{}"
    assert report.sweep is not None
    assert len(report.sweep.trials) == JOBS
    assert Standing.objects.get().attempts == 1


def test_how_far_it_is_costs_one_query(
    attempt: Attempt, django_assert_num_queries: CountQueries
) -> None:
    with django_assert_num_queries(1):
        assert trials_progress(attempt).total == JOBS


def test_an_attempt_whose_jobs_wait_is_never_claimed_itself(attempt: Attempt) -> None:
    claimed = list(served())
    assert [type(one) for one in claimed] == [Trial] * JOBS
    assert {one.attempt_id for one in claimed if isinstance(one, Trial)} == {attempt.pk}


def test_a_sweep_holds_up_nobody_elses_notebook(
    enrolment: Enrolment, sweep: Assignment, assignment: Assignment
) -> None:
    large = hand_in(enrolment, sweep)
    others = [add_attempt(add_student(enrolment.cohort, f"s{n}"), assignment) for n in range(3)]
    order = list(served())
    assert isinstance(order[0], Trial)
    assert order[1:4] == others
    assert all(isinstance(one, Trial) and one.attempt == large for one in order[4:])


def test_two_sweeps_take_turns(enrolment: Enrolment, sweep: Assignment) -> None:
    first = hand_in(enrolment, sweep)
    second = hand_in(add_student(enrolment.cohort, "other"), sweep)
    assert queue_position(first) == 1
    assert queue_position(second) == 2
    whose = [one.attempt_id for one in served() if isinstance(one, Trial)]
    assert whose == [first.pk, second.pk] * JOBS


def test_a_failure_of_ours_is_one_jobs_and_is_tried_again(attempt: Attempt) -> None:
    trial = claimed_trial()
    assert end(trial, report=our_report())
    trial.refresh_from_db()
    assert (trial.state, trial.tries, trial.report) == (State.QUEUED, 1, None)
    assert trial.ready_at is not None
    end_all()
    attempt.refresh_from_db()
    assert attempt.state == State.RUNNING
    Trial.objects.update(ready_at=None)
    end_all()
    attempt.refresh_from_db()
    assert attempt.state == State.GRADED


def test_a_job_that_is_given_up_takes_its_sweep_with_it(attempt: Attempt) -> None:
    other = None
    for _try in range(MOST_TRIES):
        Trial.objects.filter(number=1).update(ready_at=None)
        trial = claimed_trial()
        assert trial.number == 1
        other = other or claimed_trial()
        assert end(trial, report=our_report())
    attempt.refresh_from_db()
    assert (attempt.state, attempt.score) == (State.FAILED, None)
    assert not Trial.objects.exists()
    assert other is not None
    assert not extend_lease(work=other, lease_seconds=30)
    assert not end(other)
    assert not Standing.objects.exists()


def test_a_lost_lease_can_not_write_and_the_job_is_graded_once(attempt: Attempt) -> None:
    first = claimed_trial()
    assert extend_lease(work=first, lease_seconds=30)
    expire(first)
    assert (requeue_expired_trials(), requeue_expired_trials()) == (1, 0)
    Trial.objects.update(ready_at=None)
    again = claimed_trial()
    assert (again.pk, again.tries) == (first.pk, 2)
    assert not end(first, score=0)
    assert end(again, score=1)
    assert not end(again, score=0)
    end_all()
    attempt.refresh_from_db()
    assert Report.model_validate(attempt.report).tests[0].earned == 1


def test_an_attempt_that_runs_by_its_jobs_never_expires(attempt: Attempt) -> None:
    claimed_trial()
    attempt.refresh_from_db()
    assert (attempt.state, attempt.lease_expires_at) == (State.RUNNING, None)


def test_a_regrade_runs_every_job_again_and_keeps_the_old_report(
    attempt: Attempt, teacher: User
) -> None:
    end_all(score=1)
    attempt.refresh_from_db()
    before = attempt.score
    assert regrade(attempts=[attempt], by=teacher) == 1
    attempt.refresh_from_db()
    assert (attempt.state, attempt.score) == (State.QUEUED, before)
    assert list(attempt.trials.values_list("state", flat=True)) == [State.QUEUED] * JOBS
    end_all(score=0)
    attempt.refresh_from_db()
    assert (attempt.state, PastReport.objects.get().score) == (State.GRADED, before)
    assert attempt.score != before


def test_a_regrade_that_can_not_be_had_leaves_what_was_there(
    attempt: Attempt, teacher: User
) -> None:
    end_all()
    attempt.refresh_from_db()
    before = attempt.score, attempt.report
    regrade(attempts=[attempt], by=teacher)
    for _try in range(MOST_TRIES):
        Trial.objects.filter(number=1).update(ready_at=None)
        end(claimed_trial(), report=our_report())
    attempt.refresh_from_db()
    assert (attempt.state, (attempt.score, attempt.report)) == (State.GRADED, before)


def test_what_went_wrong_in_one_job_is_told_of_that_job(attempt: Attempt) -> None:
    raised = Problem(code=ProblemCode.CELL_RAISED, fault=Fault.STUDENT, cell=2)
    end(claimed_trial(), report=scored_report(0, problem=raised))
    end_all()
    attempt.refresh_from_db()
    report = Report.model_validate(attempt.report)
    assert report.problem is None
    assert report.sweep is not None
    assert [t.number for t in report.sweep.trials if t.problem == raised] == [1]


@pytest.mark.django_db(transaction=True)
def test_jobs_that_end_at_once_are_gathered_once(enrolment: Enrolment, sweep: Assignment) -> None:
    attempt = hand_in(enrolment, sweep)
    claimed = [one for one in served() if isinstance(one, Trial)]
    start = threading.Barrier(JOBS)

    def work(trial: Trial) -> bool:
        start.wait()
        try:
            return end(trial)
        finally:
            connection.close()

    with ThreadPoolExecutor(JOBS) as pool:
        assert list(pool.map(work, claimed)) == [True] * JOBS
    attempt.refresh_from_db()
    assert (attempt.state, PastReport.objects.count()) == (State.GRADED, 0)
    assert Standing.objects.get().attempts == 1
