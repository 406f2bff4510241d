"""What those who wait are told: their place in the queue, and when their result may be there."""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any, TypeAlias
from uuid import UUID

from django.core.cache import cache
from django.db.models import Exists, IntegerField, OuterRef, Q, QuerySet, Value
from django.utils import timezone

from portal.submissions.domain.fairness import serving_order
from portal.submissions.domain.workers import slots
from portal.submissions.models import (
    Attempt,
    Leased,
    PastReport,
    Regrading,
    State,
    Trial,
    Tryout,
)

ORDER_SECONDS = 1
"""How old an order may be from which people are told their place."""

LENGTHS_SECONDS = 30
"""How old may be what is known of how long gradings take."""

LATEST = 2000
"""Gradings of a kind from which that is known."""

ENOUGH = 20
"""Of one exercise."""

EXERCISE: Mapping[type[Leased], str] = {
    Attempt: "version__exercise_id",
    Trial: "version__exercise_id",
    Tryout: "version__exercise_id",
    Regrading: "plan__version__exercise_id",
}
"""The rows whose work has a length that can be known, and how each tells its exercise."""

KINDS = tuple(EXERCISE)
Lengths: TypeAlias = Mapping[tuple[type[Leased], int], float]


@dataclass(frozen=True, slots=True)
class Outlook:
    """A place from 1, 0 where nothing waits; and in how many seconds the result may be there."""

    position: int = 0
    seconds: float | None = None


def outlook(attempt: Attempt) -> Outlook:
    """Return what its author may expect of a waiting attempt, as far as that can be known.

    Everybody who waits asks more than once a second, so they share an order of ORDER_SECONDS.
    """
    if attempt.state != State.QUEUED or _is_held_back(attempt):
        return Outlook()
    key = f"queue-outlook-{attempt.queue}"
    known: dict[UUID, Outlook] | None = cache.get(key)
    if known is None or attempt.pk not in known:
        known = _outlooks(attempt.queue)
        cache.set(key, known, ORDER_SECONDS)
    return known.get(attempt.pk, Outlook())


def queue_position(attempt: Attempt) -> int:
    """Return the place of a waiting attempt in its queue, from 1; 0 where it doesn't wait."""
    return outlook(attempt).position


def usual_seconds(attempt: Attempt) -> float | None:
    """Return how long gradings of its exercise usually take, None where none is known."""
    return _lengths(attempt.queue).get((Attempt, attempt.version.exercise_id))


def _lengths(queue: str) -> Lengths:
    """Return the median seconds of the latest gradings, by their kind and exercise."""
    key = f"queue-lengths-{queue}"
    known: Lengths | None = cache.get(key)
    if known is None:
        known = {
            (rows, exercise): median(seconds)
            for rows in EXERCISE
            for exercise, seconds in _latest(rows, queue).items()
        }
        cache.set(key, known, LENGTHS_SECONDS)
    return known


def _outlooks(queue: str) -> dict[UUID, Outlook]:
    """Return what all that wait may expect, were nothing to arrive: each room takes the next.

    What takes nobody knows how long keeps its room for ever, so nothing is promised behind it.
    """
    known, exercises = _lengths(queue), _exercises(queue)
    free = _free(queue, known, timezone.now())
    positions: dict[UUID, int] = {}
    ends: dict[UUID, float] = {}
    for number, place in enumerate(serving_order(queue=queue), start=1):
        positions.setdefault(place.group, number)
        length = known.get((place.kind.rows, exercises.get(place.pk, 0)), math.inf)
        end = free[0] + length if free else math.inf
        if free:
            heapq.heapreplace(free, end)
        ends[place.group] = max(end, ends.get(place.group, 0.0))
    return {
        group: Outlook(number, ends[group] if ends[group] < math.inf else None)
        for group, number in positions.items()
    }


def _free(queue: str, known: Lengths, now: datetime) -> list[float]:
    """Return in how many seconds each room will be free, as a heap."""
    # An attempt that is graded as jobs has no lease of its own.
    running = _of_all(Q(state=State.RUNNING, lease__isnull=False), queue, "started_at")
    busy = []
    for kind, exercise, started_at in running:
        length = known.get((KINDS[kind], exercise), math.inf)
        gone = (now - started_at).total_seconds() if started_at else 0.0
        # One that takes longer than usual is nearly done.
        busy.append(max(length - gone, length / 10))
    free = busy + [0.0] * (slots(queue) - len(busy))
    heapq.heapify(free)
    return free


def _exercises(queue: str) -> dict[UUID, int]:
    """Return the exercise of each row that waits."""
    waiting = _of_all(Q(state=State.QUEUED), queue, "pk")
    return {pk: exercise for _kind, exercise, pk in waiting}


def _of_all(wanted: Q, queue: str, column: str) -> QuerySet[Leased, tuple[int, int, Any]]:
    """Return the kind, the exercise and a column of such rows of all kinds, by one query."""
    of_each: list[QuerySet[Leased, tuple[int, int, Any]]] = [
        QuerySet(rows)
        .filter(wanted, queue=queue)
        .order_by()
        .values_list(Value(kind, IntegerField()), EXERCISE[rows], column)
        for kind, rows in enumerate(KINDS)
    ]
    return of_each[0].union(*of_each[1:], all=True)


def _latest(rows: type[Leased], queue: str) -> dict[int, list[float]]:
    """Return the seconds of the latest gradings of a kind, by exercise."""
    done: QuerySet[Leased] = QuerySet(rows).filter(
        state=State.GRADED, queue=queue, started_at__isnull=False, finished_at__isnull=False
    )
    if rows is Attempt:
        # What was graded again may have been scored without a run.
        done = done.filter(~Exists(PastReport.objects.filter(attempt=OuterRef("pk"))))
    found: dict[int, list[float]] = defaultdict(list)
    times = done.order_by("-started_at").values_list(EXERCISE[rows], "started_at", "finished_at")
    for exercise, started_at, finished_at in times[:LATEST]:
        if len(found[exercise]) < ENOUGH:
            found[exercise].append((finished_at - started_at).total_seconds())
    return found


def _is_held_back(attempt: Attempt) -> bool:
    """Return whether a failure of ours keeps the attempt from being tried again just yet."""
    return attempt.ready_at is not None and attempt.ready_at > timezone.now()
