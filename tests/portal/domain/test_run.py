"""Grading what was claimed: in real rooms, under a lease that is kept alive."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from graders.report import ProblemCode, Report
from portal.accounts.models import User
from portal.catalogue.models import Assignment, ExerciseVersion
from portal.common import blobs
from portal.courses.models import Enrolment
from portal.gradebook.models import Standing
from portal.submissions.domain import accept_file, claim_next, regrade, requeue_expired
from portal.submissions.domain.rooms import portal_sandbox
from portal.submissions.domain.run import grade_claimed
from portal.submissions.models import Attempt, PastReport, State
from portal.submissions.tasks import grade_next
from sandbox import RoomFailed, Sandbox, SandboxSettings
from sandbox.room import Room, RoomSpec

pytestmark = [pytest.mark.bwrap, pytest.mark.django_db(transaction=True)]

SLOW = "__import__('time').sleep(5)"


def hand_in(enrolment: Enrolment, assignment: Assignment, source: str) -> Attempt:
    """Hand in a notebook of one cell."""
    cell: dict[str, object] = {
        "cell_type": "code",
        "metadata": {},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }
    notebook = {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [cell]}
    return accept_file(
        enrolment=enrolment,
        assignment=assignment,
        filename="a.ipynb",
        content=json.dumps(notebook).encode(),
    )


def claim(lease_seconds: float = 30) -> Attempt:
    claimed = claim_next(queue="cpu", lease_seconds=lease_seconds)
    assert isinstance(claimed, Attempt)
    return claimed


class BrokenSandbox(Sandbox):
    """A sandbox on a machine that broke after it was checked."""

    name = "broken"

    def __init__(self, settings: SandboxSettings) -> None:
        self.settings = settings

    def check(self) -> None:
        """Find nothing wrong."""

    def environment(self) -> str:
        """Return a name."""
        return "broken"

    async def open(self, spec: RoomSpec) -> Room:
        """Open no room."""
        raise RoomFailed(f"no room for {spec.label}")


@contextmanager
def sweeping() -> Iterator[list[dict[str, object]]]:
    """Sweep in another thread all the while; yield the progress seen on the way."""
    ended = threading.Event()
    seen: list[dict[str, object]] = []

    def sweep() -> None:
        try:
            while not ended.wait(0.05):
                requeue_expired()
                seen.extend(Attempt.objects.values_list("progress", flat=True))
        finally:
            connection.close()

    thread = threading.Thread(target=sweep)
    thread.start()
    try:
        yield seen
    finally:
        ended.set()
        thread.join()


def test_a_right_notebook_earns_everything(attempt: Attempt) -> None:
    assert grade_claimed(attempt=claim(), sandbox=portal_sandbox())
    attempt.refresh_from_db()
    report = Report.model_validate(attempt.report)
    executed = json.loads(blobs.read(attempt.executed))
    assert (attempt.state, attempt.score, attempt.progress) == (State.GRADED, 1.0, {})
    assert (report.version, report.problem) == (attempt.version.digest, None)
    assert executed["nbformat"] == 4
    assert Standing.objects.get().best == attempt


def test_a_task_grades_what_waits_and_nothing_else(attempt: Attempt) -> None:
    grade_next("gpu")
    grade_next("cpu")
    grade_next("cpu")
    attempt.refresh_from_db()
    assert (attempt.state, attempt.score, attempt.tries) == (State.GRADED, 1.0, 1)


def test_a_lease_lasts_as_long_as_the_grading_and_its_progress_is_seen(
    enrolment: Enrolment, assignment: Assignment, settings: Settings
) -> None:
    attempt = hand_in(enrolment, assignment, SLOW)
    settings.NOYAU = settings.NOYAU.model_copy(update={"lease_seconds": 3})
    with sweeping() as seen:
        assert grade_claimed(attempt=claim(3), sandbox=portal_sandbox())
    attempt.refresh_from_db()
    assert (attempt.state, attempt.tries) == (State.GRADED, 1)
    assert "cells" in {progress.get("phase") for progress in seen}


def test_a_grading_whose_lease_is_lost_ends_and_writes_nothing(
    enrolment: Enrolment, assignment: Assignment, settings: Settings
) -> None:
    hand_in(enrolment, assignment, "while True: pass")
    settings.NOYAU = settings.NOYAU.model_copy(update={"lease_seconds": 1})
    claimed = claim()
    thief = uuid.uuid4()
    Attempt.objects.update(lease=thief)
    assert not grade_claimed(attempt=claimed, sandbox=portal_sandbox())
    row = Attempt.objects.get()
    assert (row.state, row.lease, row.report, row.progress) == (State.RUNNING, thief, None, {})


def test_a_room_that_fails_is_ours_and_tried_again(attempt: Attempt) -> None:
    sandbox = BrokenSandbox(portal_sandbox().settings)
    assert grade_claimed(attempt=claim(), sandbox=sandbox)
    attempt.refresh_from_db()
    assert (attempt.state, attempt.report, attempt.tries) == (State.QUEUED, None, 1)
    assert attempt.ready_at is not None


def test_kept_bytes_that_are_gone_are_ours(attempt: Attempt, var: Path) -> None:
    (var / "blobs" / attempt.blob[:2] / attempt.blob[2:]).unlink()
    assert grade_claimed(attempt=claim(), sandbox=portal_sandbox())
    attempt.refresh_from_db()
    assert (attempt.state, attempt.report) == (State.QUEUED, None)


def test_without_a_sandbox_nothing_is_claimed_and_the_operator_is_told(
    attempt: Attempt, tmp_path: Path, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    missing = tmp_path / "python"
    settings.NOYAU = settings.NOYAU.model_copy(
        update={"room_python": missing, "docker": f"unix://{tmp_path}/docker.sock"}
    )
    grade_next("cpu")
    attempt.refresh_from_db()
    assert (attempt.state, attempt.tries) == (State.QUEUED, 0)
    assert str(missing) in caplog.text


@pytest.mark.parametrize(("state", "score"), [(State.GRADED, 0.5), (State.FAILED, None)])
def test_a_regrade_is_graded_by_the_exercise_as_it_is_now(
    attempt: Attempt, teacher: User, state: State, score: float | None
) -> None:
    old = ExerciseVersion.objects.create(
        exercise=attempt.assignment.exercise, digest="0" * 64, archive="0" * 64
    )
    Attempt.objects.update(state=state, score=score, report={}, version=old)
    assert regrade(attempts=[attempt], by=teacher) == 1
    assert grade_claimed(attempt=claim(), sandbox=portal_sandbox())
    attempt.refresh_from_db()
    past = [(one.score, one.version, one.replaced_by) for one in PastReport.objects.all()]
    assert (attempt.score, attempt.version) == (1.0, attempt.assignment.exercise.current)
    assert past == ([] if score is None else [(score, old, teacher)])


def test_a_function_that_is_missing_is_the_students(
    enrolment: Enrolment, assignment: Assignment
) -> None:
    attempt = hand_in(enrolment, assignment, "answer = 1")
    assert grade_claimed(attempt=claim(), sandbox=portal_sandbox())
    attempt.refresh_from_db()
    report = Report.model_validate(attempt.report)
    codes = {test.problem.code for test in report.tests if test.problem}
    assert (attempt.state, attempt.score) == (State.GRADED, 0.0)
    assert codes == {ProblemCode.MISSING_NAME}
