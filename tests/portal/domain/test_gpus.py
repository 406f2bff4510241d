"""Work for GPUs: its queue, its seconds, and workers that have one or have none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from graders.report import GpuUse, Report
from portal.accounts.models import User
from portal.catalogue.models import Assignment
from portal.courses.models import Enrolment
from portal.submissions.domain import accept_file, claim_next, finish, gpu_budget, regrade
from portal.submissions.domain.gpus import hold_device, portal_gpus
from portal.submissions.domain.workers import (
    PATIENCE,
    forget_worker,
    is_served,
    note_worker,
    waits_in_vain,
)
from portal.submissions.errors import GpuBudgetSpent
from portal.submissions.models import Attempt, ServedQueue, State
from portal.submissions.tasks import grade_next
from sandbox.errors import SandboxUnavailable
from tests.portal.factories import add_student, scored_report
from tests.portal.gpu import ask_for_gpu

HandIn = Callable[[], Attempt]
NO_DRIVER = pytest.mark.skipif(
    Path("/dev/nvidiactl").exists(), reason="This machine has NVIDIA's driver."
)


@pytest.fixture
def on_gpu(assignment: Assignment, tmp_path: Path) -> Assignment:
    """An exercise that is graded on a GPU."""
    return ask_for_gpu(assignment, tmp_path / "exercises")


@pytest.fixture
def hand_in(enrolment: Enrolment, on_gpu: Assignment, notebook: bytes) -> HandIn:
    """Hand in the reference."""

    def hand_in() -> Attempt:
        return accept_file(
            enrolment=enrolment, assignment=on_gpu, filename="a.ipynb", content=notebook
        )

    return hand_in


def report_of(seconds: float) -> Report:
    use = GpuUse(name="Test", seconds=seconds, memory=2**30, peak=2**29)
    return scored_report(1).model_copy(update={"gpu": use})


def grade(report: Report) -> Attempt:
    """Store this report for the attempt whose turn it is."""
    attempt = claim_next(queue="gpu", lease_seconds=30)
    assert isinstance(attempt, Attempt)
    assert attempt.lease is not None
    assert finish(
        attempt_id=attempt.pk,
        lease=attempt.lease,
        version=attempt.version,
        report=report,
        executed=None,
    )
    return Attempt.objects.get(pk=attempt.pk)


def used(enrolment: Enrolment) -> float:
    budget = gpu_budget(enrolment)
    assert budget is not None
    return budget.used


def test_what_needs_a_gpu_waits_on_a_queue_of_its_own(hand_in: HandIn) -> None:
    attempt = hand_in()
    assert (attempt.queue, attempt.state) == ("gpu", State.QUEUED)
    assert claim_next(queue="cpu", lease_seconds=30) is None


@NO_DRIVER
@pytest.mark.bwrap
def test_a_worker_without_a_gpu_leaves_the_work_where_it_is(
    hand_in: HandIn, caplog: pytest.LogCaptureFixture, settings: Settings
) -> None:
    attempt = hand_in()
    for gpus in ((), ("0",)):
        settings.NOYAU = settings.NOYAU.model_copy(update={"gpus": gpus})
        grade_next("gpu")
        attempt.refresh_from_db()
        assert (attempt.state, attempt.tries, attempt.lease) == (State.QUEUED, 0, None)
    assert "NOYAU_GPUS" in caplog.text
    assert "no NVIDIA driver" in caplog.text


def test_work_of_other_queues_holds_no_device() -> None:
    with hold_device("cpu") as share:
        assert share is None
    with pytest.raises(SandboxUnavailable, match="told of no GPU"):
        portal_gpus()


def test_seconds_on_a_gpu_are_summed_by_day_and_by_student(
    hand_in: HandIn, enrolment: Enrolment
) -> None:
    for seconds in (100.5, 20.0):
        hand_in()
        assert grade(report_of(seconds)).gpu_seconds == seconds
    assert used(enrolment) == 120.5
    assert used(add_student(enrolment.cohort, "student2")) == 0
    Attempt.objects.filter(gpu_seconds=20).update(submitted_at=timezone.now() - timedelta(days=1))
    assert used(enrolment) == 100.5


def test_once_the_seconds_of_the_day_are_spent_nothing_more_is_taken(
    hand_in: HandIn, enrolment: Enrolment, settings: Settings
) -> None:
    settings.NOYAU = settings.NOYAU.model_copy(update={"gpu_daily_seconds": 60.0})
    hand_in()
    grade(report_of(59.0))
    hand_in()
    grade(report_of(30.0))
    with pytest.raises(GpuBudgetSpent) as refused:
        hand_in()
    assert (refused.value.used, refused.value.allowed) == (89.0, 60.0)
    assert Attempt.objects.filter(enrolment=enrolment).count() == 2


def test_an_exercise_without_gpu_is_taken_when_they_are_spent(
    enrolment: Enrolment, assignment: Assignment, notebook: bytes, settings: Settings
) -> None:
    settings.NOYAU = settings.NOYAU.model_copy(update={"gpu_daily_seconds": 1e-9})
    attempt = accept_file(
        enrolment=enrolment, assignment=assignment, filename="a.ipynb", content=notebook
    )
    assert attempt.queue == "cpu"


def test_no_limit_is_told_as_none(enrolment: Enrolment, settings: Settings) -> None:
    settings.NOYAU = settings.NOYAU.model_copy(update={"gpu_daily_seconds": 0.0})
    assert gpu_budget(enrolment) is None


def test_a_regrade_is_not_charged_to_the_student(
    hand_in: HandIn, enrolment: Enrolment, teacher: User
) -> None:
    hand_in()
    first = grade(report_of(40.0))
    assert regrade(attempts=[first], by=teacher) == 1
    assert used(enrolment) == 40.0
    assert grade(report_of(70.0)).gpu_seconds == 40.0


@pytest.mark.django_db
def test_a_queue_is_served_while_a_worker_says_so() -> None:
    assert not is_served("gpu")
    note_worker(name="one", queues=["cpu", "gpu"])
    note_worker(name="two", queues=["gpu"])
    note_worker(name="two", queues=["gpu"])
    assert is_served("gpu")
    assert ServedQueue.objects.count() == 3
    forget_worker(name="one")
    assert (is_served("gpu"), is_served("cpu")) == (True, False)
    ServedQueue.objects.update(seen_at=timezone.now() - PATIENCE - timedelta(seconds=1))
    assert not is_served("gpu")


@pytest.mark.django_db
def test_workers_that_are_long_gone_are_forgotten() -> None:
    note_worker(name="old", queues=["gpu"])
    ServedQueue.objects.update(seen_at=timezone.now() - timedelta(days=2))
    note_worker(name="new", queues=["gpu"])
    assert [row.worker for row in ServedQueue.objects.all()] == ["new"]


def test_only_work_for_a_gpu_waits_in_vain(hand_in: HandIn, attempt: Attempt) -> None:
    waiting = hand_in()
    assert (waiting.queue, waits_in_vain(waiting)) == ("gpu", True)
    assert (attempt.queue, waits_in_vain(attempt)) == ("cpu", False)
    note_worker(name="one", queues=["gpu"])
    assert not waits_in_vain(waiting)
