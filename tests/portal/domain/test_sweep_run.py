"""A sweep graded in real rooms, and by real workers of which one is killed in the middle."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.db.models import QuerySet
from django.utils import timezone
from pytest_django import Settings

from graders.report import ProblemCode, Report
from portal.catalogue.models import Assignment
from portal.common import blobs
from portal.courses.models import Enrolment
from portal.gradebook.models import Standing
from portal.submissions.domain import accept_file
from portal.submissions.domain.rooms import close_loops
from portal.submissions.models import Attempt, PastReport, State, Trial
from portal.submissions.tasks import grade_next
from tests.graders.sweeps import with_parameters
from tests.portal.domain.test_trials import JOBS, sweep
from tests.portal.domain.test_worker import kill, wait_for, worker

pytestmark = [pytest.mark.bwrap, pytest.mark.django_db(transaction=True)]
__all__ = ["sweep"]

DEFAULTS = ("learning_rate = 0.003", "shift = 2")
FUNCTIONS = "def predict(images): ...\ndef augmented(images): ...\nprint(learning_rate)"
RAISES = "if learning_rate > 0.01 and shift:\n    raise ValueError(learning_rate)"
SLOW = "if learning_rate < 0.001 and not shift:\n    __import__('time').sleep(5)"


def hand_in(enrolment: Enrolment, assignment: Assignment, source: str) -> Attempt:
    content = with_parameters(FUNCTIONS, source, defaults=DEFAULTS)
    return accept_file(
        enrolment=enrolment, assignment=assignment, filename="a.ipynb", content=content
    )


def running() -> QuerySet[Trial]:
    """Return the jobs whose cells a worker is running."""
    return Trial.objects.filter(state=State.RUNNING, progress__phase="cells")


def test_each_job_is_graded_in_rooms_of_its_own_with_its_own_parameters(
    enrolment: Enrolment,
    sweep: Assignment,
    settings: Settings,
) -> None:
    # This notebook needs nothing of what rooms of the exercise have imported while they wait.
    close_loops()
    cold = {"sandbox": "bubblewrap", "warm_memory_mib": 0}
    settings.NOYAU = settings.NOYAU.model_copy(update=cold)
    attempt = hand_in(enrolment, sweep, RAISES)
    for _job in range(JOBS + 1):
        grade_next("cpu")
    close_loops()
    attempt.refresh_from_db()
    report = Report.model_validate(attempt.report)
    assert (attempt.state, attempt.score, report.problem) == (State.GRADED, 0, None)
    assert report.sweep is not None
    problems = {trial.number: trial.problem for trial in report.sweep.trials}
    found = {number: problem and problem.code for number, problem in problems.items()}
    assert found == dict.fromkeys(range(1, JOBS)) | {JOBS: ProblemCode.CELL_RAISED}
    raised = problems[JOBS]
    assert raised is not None
    assert (raised.cell, raised.line, raised.message) == (3, 2, "0.03")
    printed = [
        json.loads(blobs.read(executed))["cells"][2]["outputs"][0]["text"]
        for executed in Trial.objects.order_by("number").values_list("executed", flat=True)
    ]
    assert printed == ["0.0003\n"] * 2 + ["0.003\n"] * 2 + ["0.03\n"] * 2


def test_a_worker_killed_in_the_middle_of_a_job_costs_that_job_nothing_but_time(
    enrolment: Enrolment,
    sweep: Assignment,
    var: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NOYAU_SANDBOX", "bubblewrap")
    monkeypatch.setenv("NOYAU_WARM_MEMORY_MIB", "0")
    attempt = hand_in(enrolment, sweep, SLOW)
    Trial.objects.update(queued_at=timezone.now() - timedelta(minutes=1))
    with worker(var) as first:
        wait_for(attempt, lambda _row: running().exists())
        kill(first)
    attempt.refresh_from_db()
    [killed] = running()
    assert (attempt.state, attempt.report, killed.report) == (State.RUNNING, None, None)
    with worker(var):
        wait_for(attempt, lambda row: row.is_settled)
    killed.refresh_from_db()
    assert (attempt.state, killed.state, killed.tries > 1) == (State.GRADED, State.GRADED, True)
    assert Trial.objects.filter(state=State.GRADED, lease=None).count() == JOBS
    assert (Standing.objects.get().attempts, PastReport.objects.count()) == (1, 0)
