"""Which queues are served: workers say so again and again, for as long as they live."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Mapping
from datetime import timedelta

from django.utils import timezone

from portal.settings.env import GPU_QUEUE
from portal.submissions.models import Attempt, ServedQueue, State

BEAT = timedelta(seconds=10)
"""How often a worker says that it lives."""

PATIENCE = 3 * BEAT
"""How long a worker may be silent before it is taken for dead."""

FORGOTTEN = timedelta(days=1)


def worker_name() -> str:
    """Return the name of this process among the workers of all machines."""
    return f"{socket.gethostname()}-{os.getpid()}"


def note_worker(
    *, name: str, queues: Iterable[str], status: Mapping[str, int] | None = None
) -> None:
    """Write down that worker `name` lives and serves `queues`, and what it tells of itself."""
    now = timezone.now()
    for queue in queues:
        ServedQueue.objects.update_or_create(
            worker=name, queue=queue, defaults={"seen_at": now, "status": dict(status or {})}
        )
    ServedQueue.objects.filter(seen_at__lt=now - FORGOTTEN).delete()


def forget_worker(*, name: str) -> None:
    """Write down that worker `name` serves nothing any more."""
    ServedQueue.objects.filter(worker=name).delete()


def is_served(queue: str) -> bool:
    """Return whether a worker that lives takes work from `queue`."""
    return ServedQueue.objects.filter(queue=queue, seen_at__gte=timezone.now() - PATIENCE).exists()


def slots(queue: str) -> int:
    """Return how many gradings of `queue` the workers that live do at once."""
    living = ServedQueue.objects.filter(queue=queue, seen_at__gte=timezone.now() - PATIENCE)
    return sum(_slots(status, queue) for status in living.values_list("status", flat=True))


def _slots(status: Mapping[str, int], queue: str) -> int:
    count = status.get("slots", 1)
    return min(count, status.get("shares", count)) if queue == GPU_QUEUE else count


def waits_in_vain(attempt: Attempt) -> bool:
    """Return whether the attempt waits for a GPU on a portal where no worker has one now."""
    is_waiting = attempt.state == State.QUEUED and attempt.queue == GPU_QUEUE
    return is_waiting and not is_served(GPU_QUEUE)
