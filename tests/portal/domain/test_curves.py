"""Curves of a running attempt: seen while its lease lasts, gone when it has ended."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from graders.report import MAX_CURVES, Curve, Report
from portal.catalogue.models import Assignment
from portal.courses.models import Enrolment
from portal.submissions.domain import (
    claim_next,
    finish,
    live_curves,
    live_log,
    record_curves,
    record_log,
)
from portal.submissions.domain.finish import our_failure
from portal.submissions.domain.rooms import portal_sandbox
from portal.submissions.domain.run import grade_claimed
from portal.submissions.models import Attempt, LiveCurves, LiveLog
from tests.portal.domain.test_run import claim, hand_in
from tests.portal.factories import scored_report

LOGGING = """\
import time
from noyau import log
for value in range(40):
    log(loss=value)
    print("value", value)
    time.sleep(0.1)
"""
LOSS = Curve(name="loss", points=((1, 2.5), (2, 0.125)), not_finite=1)


@pytest.fixture
def running(attempt: Attempt) -> Attempt:
    """The attempt, claimed by a worker."""
    claimed = claim_next(queue="cpu", lease_seconds=30)
    assert claimed == attempt
    return claimed


def record(attempt: Attempt, *curves: Curve, lease: uuid.UUID | None = None) -> bool:
    attempt.lease = lease or attempt.lease
    return record_curves(work=attempt, curves=curves)


def test_the_latest_curves_are_seen(running: Attempt) -> None:
    longer = LOSS.model_copy(update={"points": (*LOSS.points, (3, 0.0625))})
    assert live_curves(running) == ()
    assert record(running, LOSS)
    assert record(running, longer, *[LOSS] * (MAX_CURVES - 1))
    assert live_curves(running) == (longer, *[LOSS] * (MAX_CURVES - 1))


def test_a_worker_that_lost_its_lease_writes_none(running: Attempt) -> None:
    assert not record(running, LOSS, lease=uuid.uuid4())
    assert live_curves(running) == ()


@pytest.mark.parametrize("is_ours", [False, True])
def test_they_end_with_the_grading(running: Attempt, *, is_ours: bool) -> None:
    record(running, LOSS)
    assert record_log(work=running, tail="epoch 1")
    assert live_log(running) == "epoch 1"
    lease, version = running.lease, running.version
    assert lease is not None
    report = our_failure(version=version, message="x") if is_ours else scored_report(1)
    assert finish(attempt_id=running.pk, lease=lease, version=version, report=report, executed=None)
    assert not record(running, LOSS, lease=lease)
    assert not record_log(work=running, tail="late")
    assert not LiveCurves.objects.exists()
    assert not LiveLog.objects.exists()


@pytest.mark.bwrap
@pytest.mark.django_db(transaction=True)
def test_a_worker_shows_what_a_notebook_logs_before_it_ends(
    enrolment: Enrolment, assignment: Assignment
) -> None:
    attempt = hand_in(enrolment, assignment, LOGGING)
    with watching(attempt) as (seen, printed):
        assert grade_claimed(attempt=claim(), sandbox=portal_sandbox())
    attempt.refresh_from_db()
    [curve] = Report.model_validate(attempt.report).curves
    assert (curve.name, curve.points[0], curve.points[-1]) == ("loss", (1, 0), (40, 39))
    names = {one.name for curves in seen for one in curves}
    assert names == {"loss"}
    assert any(tail.startswith("value 0\nvalue 1\n") for tail in printed)
    assert not LiveCurves.objects.exists()
    assert not LiveLog.objects.exists()


@contextmanager
def watching(attempt: Attempt) -> Iterator[tuple[list[tuple[Curve, ...]], list[str]]]:
    """Look at what an attempt logs and prints in another thread; yield what was seen."""
    ended = threading.Event()
    seen: list[tuple[Curve, ...]] = []
    printed: list[str] = []

    def watch() -> None:
        try:
            while not ended.wait(0.05):
                seen.append(live_curves(attempt))
                printed.append(live_log(attempt))
        finally:
            connection.close()

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen, printed
    finally:
        ended.set()
        thread.join()
