"""The workers that said that they live, and what each has in hand."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from portal.operations.domain.work import NAMED, rows_of
from portal.settings.env import GPU_QUEUE
from portal.submissions.domain.workers import PATIENCE
from portal.submissions.models import ServedQueue, State


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker, of whose `slots` some are `busy`.

    `warm` pairs of rooms wait in it; of its GPUs' `shares` some are `held`.
    """

    name: str
    queues: tuple[str, ...]
    seen_at: datetime
    is_alive: bool
    slots: int
    busy: int
    warm: int
    shares: int
    held: int


def workers() -> list[Worker]:
    """Return the workers of the last day, those that live first."""
    rows: dict[str, list[ServedQueue]] = {}
    for row in ServedQueue.objects.order_by("worker", "queue"):
        rows.setdefault(row.worker, []).append(row)
    hands = _hands()
    found = [_worker(name, served, hands) for name, served in rows.items()]
    return sorted(found, key=lambda one: (not one.is_alive, one.name))


def _worker(name: str, served: list[ServedQueue], hands: Counter[tuple[str, str]]) -> Worker:
    status = served[0].status
    seen_at = max(row.seen_at for row in served)
    busy = sum(count for (worker, _queue), count in hands.items() if worker == name)
    return Worker(
        name=name,
        queues=tuple(row.queue for row in served),
        seen_at=seen_at,
        is_alive=seen_at >= timezone.now() - PATIENCE,
        slots=int(status.get("slots", 1)),
        busy=busy,
        warm=int(status.get("warm", 0)),
        shares=int(status.get("shares", 0)),
        held=hands[name, GPU_QUEUE],
    )


def _hands() -> Counter[tuple[str, str]]:
    """Return how much each worker has in hand, by queue."""
    hands: Counter[tuple[str, str]] = Counter()
    for kind in NAMED.values():
        hands.update(rows_of(kind).filter(state=State.RUNNING).values_list("worker", "queue"))
    return hands
