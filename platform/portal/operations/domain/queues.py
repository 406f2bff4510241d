"""How much work waits and runs, by queue and kind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Min, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from portal.operations.domain.work import EXERCISE, NAMED, rows_of
from portal.submissions.models import State

MOST_RUNNING = 100


@dataclass(frozen=True, slots=True)
class Depth:
    """Work of one kind on one queue. `held_back` waits out a failure of ours.

    `oldest` is how long the first of those that may start has waited.
    """

    queue: str
    kind: str
    waiting: int
    held_back: int
    running: int
    oldest: timedelta | None


@dataclass(frozen=True, slots=True)
class Running:
    """Work that a worker has taken. `is_silent`: it no longer renews its lease."""

    kind: str
    exercise: str
    queue: str
    worker: str
    started_at: datetime | None
    tries: int
    is_silent: bool


def queue_depths() -> list[Depth]:
    """Return what waits and runs, a line for each queue and kind of which there is any."""
    now = timezone.now()
    held_back = Q(state=State.QUEUED, ready_at__gt=now)
    ready = Q(state=State.QUEUED) & ~Q(ready_at__gt=now)
    found = []
    for name, kind in NAMED.items():
        lines = (
            rows_of(kind)
            .filter(state__in=(State.QUEUED, State.RUNNING))
            .values("queue")
            .annotate(
                waiting=Count("pk", filter=ready),
                held_back=Count("pk", filter=held_back),
                running=Count("pk", filter=Q(state=State.RUNNING)),
                since=Min(Coalesce("queued_at", kind.came), filter=ready),
            )
        )
        for line in lines.order_by("queue"):
            since = line["since"]
            found.append(
                Depth(
                    queue=line["queue"],
                    kind=name,
                    waiting=line["waiting"],
                    held_back=line["held_back"],
                    running=line["running"],
                    oldest=since and now - since,
                )
            )
    return found


def running_work() -> list[Running]:
    """Return what workers have taken, the oldest first, MOST_RUNNING of each kind at most."""
    now = timezone.now()
    found = []
    for name, kind in NAMED.items():
        rows = rows_of(kind).filter(state=State.RUNNING).order_by("started_at")
        fields = ("queue", "worker", "started_at", "tries", "lease_expires_at")
        for row in rows.values(*fields, exercise=F(EXERCISE[kind.rows]))[:MOST_RUNNING]:
            expires = row.pop("lease_expires_at")
            found.append(Running(kind=name, is_silent=expires is None or expires < now, **row))
    return sorted(found, key=lambda one: one.started_at or now)
