"""Messages are hints: losing them, or the broker, loses no attempt."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from portal.catalogue.models import Assignment
from portal.celery_app import app
from portal.courses.models import Enrolment
from portal.submissions.domain import announce_waiting, announce_work
from portal.submissions.domain.announce import MOST_AT_ONCE
from portal.submissions.models import Attempt, State
from tests.portal.factories import add_attempt


@pytest.fixture(autouse=True)
def quiet_broker() -> Iterator[None]:
    """Begin and end without a message."""
    for queue in ("cpu", "gpu"):
        hints(queue)
    yield
    for queue in ("cpu", "gpu"):
        hints(queue)


def hints(queue: str) -> int:
    """Take every message of `queue` and return how many there were."""
    connecting = app.connection_for_write()  # type: ignore[no-untyped-call]
    with connecting as connection, connection.SimpleQueue(queue) as messages:
        count: int = messages.qsize()
        messages.clear()
        return count


def test_an_announcement_is_one_message_on_its_queue() -> None:
    announce_work(queue="gpu")
    assert (hints("gpu"), hints("cpu")) == (1, 0)


def test_what_waits_too_long_is_announced_again(
    enrolment: Enrolment, assignment: Assignment
) -> None:
    for _attempt in range(3):
        add_attempt(enrolment, assignment, ago=60)
    announce_waiting()
    assert hints("cpu") == 3


def test_a_long_queue_that_nobody_serves_gathers_few_messages(
    enrolment: Enrolment, assignment: Assignment
) -> None:
    for _attempt in range(MOST_AT_ONCE + 5):
        add_attempt(enrolment, assignment, ago=60)
    for _sweep in range(3):
        announce_waiting()
    assert hints("cpu") == MOST_AT_ONCE


def test_what_waits_for_a_good_reason_is_not_announced(
    enrolment: Enrolment, assignment: Assignment
) -> None:
    add_attempt(enrolment, assignment)
    add_attempt(enrolment, assignment, state=State.RUNNING, ago=60)
    add_attempt(enrolment, assignment, state=State.GRADED, score=1, ago=60)
    later = add_attempt(enrolment, assignment, ago=60)
    Attempt.objects.filter(pk=later.pk).update(ready_at=timezone.now() + timedelta(hours=1))
    announce_waiting()
    assert hints("cpu") == 0


AWAY = """
import django
django.setup()
from portal.submissions.domain import announce_work
announce_work(queue="cpu")
print("went on")
"""


def test_a_broker_that_is_away_is_told_to_the_operator_only(var: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings.dev",
        "NOYAU_VAR": str(var),
        "NOYAU_BROKER_URL": f"redis://127.0.0.1:{port}/0",
    }
    told = subprocess.run(
        [sys.executable, "-c", AWAY], env=environment, capture_output=True, text=True, check=True
    )
    assert told.stdout == "went on\n"
    assert "no broker to announce work on cpu" in told.stderr
