"""A real Celery worker over the broker that is a folder: what dies is made good by the next."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from portal.catalogue.models import Assignment
from portal.celery_app import worker_arguments
from portal.courses.models import Enrolment
from portal.gradebook.models import Standing
from portal.submissions.models import Attempt, PastReport, ServedQueue, State
from tests.portal.domain.test_run import SLOW, hand_in

pytestmark = [pytest.mark.bwrap, pytest.mark.django_db(transaction=True)]

PATIENCE = 120
"""Seconds after which a test gives up waiting for a worker."""


def database_url() -> str:
    """Return the address of the test database, for other processes."""
    at = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{at['NAME']}"
    port = f":{at['PORT']}" if at["PORT"] else ""
    return f"postgres://{at['USER']}:{at['PASSWORD']}@{at['HOST']}{port}/{at['NAME']}"


def worker_environment(var: Path) -> dict[str, str]:
    """Return the variables of a worker over this test's rows, broker and blobs."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
        "NOYAU_VAR": str(var),
        "NOYAU_DATABASE_URL": database_url(),
        "NOYAU_LEASE_SECONDS": "3",
    }


def worker_command(*queues: str) -> list[str]:
    """Return what starts a worker and its sweep."""
    arguments = worker_arguments(queues=queues, beat=True)
    return [sys.executable, "-m", "celery", *arguments, "--concurrency", "1"]


@contextmanager
def worker(var: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker and its sweep over this test's rows, broker and blobs."""
    environment, command = worker_environment(var), worker_command("cpu")
    log = var / "worker.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, env=environment, stdout=output, stderr=output, start_new_session=True
        )
        try:
            yield process
        except BaseException:
            sys.stderr.write(log.read_text())
            raise
        finally:
            if process.poll() is None:
                kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill the worker and its pool, as a power cut would."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_for(attempt: Attempt, condition: Callable[[Attempt], bool]) -> None:
    """Return once the row is as wanted. Other processes write it, so it can only be looked at."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        attempt.refresh_from_db()
        if condition(attempt):
            return
        time.sleep(0.1)
    pytest.fail(f"{attempt.state} {attempt.progress} after {PATIENCE} s")


def forget_hint(attempt: Attempt) -> None:
    """Make the attempt one that has waited for long, its message lost."""
    Attempt.objects.filter(pk=attempt.pk).update(queued_at=timezone.now() - timedelta(minutes=1))


def test_an_attempt_whose_message_was_lost_is_graded(attempt: Attempt, var: Path) -> None:
    forget_hint(attempt)
    with worker(var):
        wait_for(attempt, lambda row: row.is_settled)
    assert (attempt.state, attempt.score, attempt.tries) == (State.GRADED, 1.0, 1)


def test_a_worker_killed_in_the_middle_of_a_grading_costs_nothing_but_time(
    enrolment: Enrolment, assignment: Assignment, var: Path
) -> None:
    attempt = hand_in(enrolment, assignment, SLOW)
    forget_hint(attempt)
    with worker(var) as first:
        wait_for(attempt, lambda row: row.progress.get("phase") == "cells")
        kill(first)
    attempt.refresh_from_db()
    assert (attempt.state, attempt.report) == (State.RUNNING, None)
    with worker(var):
        wait_for(attempt, lambda row: row.is_settled)
    assert (attempt.state, attempt.tries, attempt.lease) == (State.GRADED, 2, None)
    assert (Standing.objects.get().attempts, PastReport.objects.count()) == (1, 0)


def test_a_worker_without_gpus_takes_no_work_of_theirs_and_says_what_it_serves(
    enrolment: Enrolment, assignment: Assignment, attempt: Attempt, var: Path
) -> None:
    waiting = hand_in(enrolment, assignment, "1")
    Attempt.objects.filter(pk=waiting.pk).update(queue="gpu")
    for one in (waiting, attempt):
        forget_hint(one)
    with worker(var) as running:
        wait_for(attempt, lambda row: row.is_settled)
        waiting.refresh_from_db()
        assert (waiting.state, waiting.tries) == (State.QUEUED, 0)
        assert [row.queue for row in ServedQueue.objects.all()] == ["cpu"]
        running.terminate()
        running.wait(PATIENCE)
    assert not ServedQueue.objects.exists()


@pytest.mark.skipif(Path("/dev/nvidiactl").exists(), reason="This machine has NVIDIA's driver.")
def test_a_worker_that_is_told_to_serve_gpus_and_has_none_does_not_start(var: Path) -> None:
    environment = {**worker_environment(var), "NOYAU_GPUS": "0"}
    done = subprocess.run(
        worker_command("cpu", "gpu"),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 1
    assert "can't serve the queue gpu. There is no NVIDIA driver here" in done.stderr
