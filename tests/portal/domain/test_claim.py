"""Taking attempts from the queue: one worker each, and only for as long as a lease lives."""

from __future__ import annotations

import subprocess
import sys
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.utils import timezone

from graders.protocol import Progress
from portal.catalogue.models import Assignment
from portal.courses.models import Enrolment
from portal.submissions.domain import (
    claim_next,
    extend_lease,
    finish,
    record_progress,
    requeue_expired,
)
from portal.submissions.models import Attempt, State
from tests.portal.factories import add_attempt, add_student, scored_report

WORKERS = 8


def claim(queue: str = "cpu") -> Attempt | None:
    claimed = claim_next(queue=queue, lease_seconds=30)
    assert claimed is None or isinstance(claimed, Attempt)
    return claimed


def held(attempt: Attempt) -> UUID:
    assert attempt.lease is not None
    return attempt.lease


def expire(attempt: Attempt) -> None:
    past = timezone.now() - timedelta(seconds=1)
    Attempt.objects.filter(pk=attempt.pk).update(lease_expires_at=past)


def test_a_claim_takes_the_attempt_under_a_lease(attempt: Attempt) -> None:
    claimed = claim()
    assert claimed is not None
    assert (claimed.pk, claimed.state, claimed.tries) == (attempt.pk, State.RUNNING, 1)
    assert claimed.lease_expires_at is not None
    assert claimed.lease_expires_at > timezone.now()
    assert claim() is None


def test_a_queue_gives_only_its_own(attempt: Attempt) -> None:
    assert claim("gpu") is None
    assert claim() == attempt


def test_what_is_not_ready_yet_is_left(attempt: Attempt) -> None:
    attempt.ready_at = timezone.now() + timedelta(hours=1)
    attempt.save()
    assert claim() is None


@pytest.mark.django_db(transaction=True)
def test_each_attempt_is_claimed_by_exactly_one_thread(
    enrolment: Enrolment, assignment: Assignment
) -> None:
    students = [enrolment, *(add_student(enrolment.cohort, f"s{n}") for n in range(11))]
    attempts = {add_attempt(student, assignment).pk for student in students}
    start = threading.Barrier(WORKERS)

    def work(_index: int) -> list[UUID]:
        start.wait()
        try:
            return [attempt.pk for attempt in iter(claim, None)]
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        claimed = [pk for taken in pool.map(work, range(WORKERS)) for pk in taken]
    assert sorted(claimed) == sorted(attempts)


CLAIMER = """
import sys, django
django.setup()
from django.db import connections
connections["default"].settings_dict["NAME"] = sys.argv[1]
from portal.submissions.domain import claim_next
print("ready", flush=True)
sys.stdin.readline()
for attempt in iter(lambda: claim_next(queue="cpu", lease_seconds=30), None):
    print(attempt.pk, flush=True)
"""


@pytest.mark.django_db(transaction=True)
def test_each_attempt_is_claimed_by_exactly_one_process(
    enrolment: Enrolment, assignment: Assignment
) -> None:
    students = [enrolment, *(add_student(enrolment.cohort, f"s{n}") for n in range(19))]
    attempts = {str(add_attempt(student, assignment).pk) for student in students}
    database = str(connection.settings_dict["NAME"])
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", CLAIMER, database],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _worker in range(2)
    ]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("\n")
        worker.stdin.flush()
    claimed = [line for worker in workers for line in worker.communicate()[0].split()]
    assert sorted(claimed) == sorted(attempts)
    assert [worker.returncode for worker in workers] == [0, 0]


def test_a_lease_is_extended_by_its_holder_only(attempt: Attempt) -> None:
    claimed = claim()
    assert claimed == attempt
    expire(claimed)
    assert extend_lease(work=claimed, lease_seconds=60)
    assert requeue_expired() == 0
    claimed.lease = uuid.uuid4()
    assert not extend_lease(work=claimed, lease_seconds=60)


def test_progress_is_stored_for_the_holder_only(attempt: Attempt) -> None:
    claimed = claim()
    assert claimed is not None
    told = Progress(phase="cells", done=2, total=5)
    assert record_progress(work=claimed, progress=told)
    claimed.lease = uuid.uuid4()
    assert not record_progress(work=claimed, progress=Progress(phase="tests"))
    attempt.refresh_from_db()
    assert Progress.model_validate(attempt.progress) == told


def test_an_expired_lease_puts_the_attempt_back(attempt: Attempt) -> None:
    claimed = claim()
    assert claimed is not None
    expire(claimed)
    assert (requeue_expired(), requeue_expired()) == (1, 0)
    attempt.refresh_from_db()
    assert (attempt.state, attempt.lease, attempt.tries) == (State.QUEUED, None, 1)


def test_a_lost_lease_can_not_write(attempt: Attempt) -> None:
    first = claim()
    assert first is not None
    expire(first)
    requeue_expired()
    Attempt.objects.update(ready_at=None)
    second = claim()
    assert second is not None

    def end(worker: Attempt, score: float) -> bool:
        return finish(
            attempt_id=worker.pk,
            lease=held(worker),
            version=worker.version,
            report=scored_report(score),
            executed=None,
        )

    assert not end(first, 0.25)
    assert end(second, 0.75)
    assert not end(first, 0.5)
    assert not end(second, 0.5)
    attempt.refresh_from_db()
    assert (attempt.state, attempt.score) == (State.GRADED, 0.75)
