"""In which order waiting attempts are served."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from django.core.cache import cache
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from portal.submissions.models import Attempt, State

MEMORY = timedelta(minutes=10)
"""How long having been served puts a student, and a class, behind the others."""

ORDER_SECONDS = 1
"""How old an order may be from which people are told their place."""


class _Waiting(NamedTuple):
    user: int
    cohort: UUID
    is_regrade: bool
    arrival: float
    attempt: UUID


def serving_order(*, queue: str) -> Iterator[UUID]:
    """Yield the attempts of `queue` that may start now, in the order in which they are served.

    First the student, then the class, that was served least in the last MEMORY, then the one
    that came first. New work goes before regrades: its author is looking at the page. Serving
    one counts at once, so that the order is the one that workers follow if nothing else arrives.
    """
    students, cohorts = _served(queue)

    def rank(one: _Waiting) -> tuple[bool, int, int, float, str]:
        served = students[one.user], cohorts[one.cohort]
        return one.is_regrade, *served, one.arrival, str(one.attempt)

    heap = [(rank(one), one) for one in _waiting(queue)]
    heapq.heapify(heap)
    while heap:
        known, one = heap[0]
        # Counts only grow: a rank that still holds at the top is the lowest of all.
        if known != rank(one):
            heapq.heapreplace(heap, (rank(one), one))
            continue
        heapq.heappop(heap)
        students[one.user] += 1
        cohorts[one.cohort] += 1
        yield one.attempt


def queue_position(attempt: Attempt) -> int:
    """Return the place of a waiting attempt in its queue, from 1; 0 where it doesn't wait.

    Everybody who waits asks more than once a second, so they share an order of ORDER_SECONDS.
    """
    if attempt.state != State.QUEUED or is_held_back(attempt):
        return 0
    key = f"queue-places-{attempt.queue}"
    places: dict[UUID, int] | None = cache.get(key)
    if places is None or attempt.pk not in places:
        order = serving_order(queue=attempt.queue)
        places = {waiting: place for place, waiting in enumerate(order, start=1)}
        cache.set(key, places, ORDER_SECONDS)
    return places.get(attempt.pk, 0)


def is_held_back(attempt: Attempt) -> bool:
    """Return whether a failure of ours keeps the attempt from being tried again just yet."""
    return attempt.ready_at is not None and attempt.ready_at > timezone.now()


def _served(queue: str) -> tuple[Counter[int], Counter[UUID]]:
    since = timezone.now() - MEMORY
    rows = Attempt.objects.filter(
        Q(state=State.RUNNING) | Q(started_at__gte=since), queue=queue
    ).values_list("enrolment__user_id", "enrolment__cohort_id")
    students: Counter[int] = Counter()
    cohorts: Counter[UUID] = Counter()
    for user, cohort in rows:
        students[user] += 1
        cohorts[cohort] += 1
    return students, cohorts


def _waiting(queue: str) -> Iterator[_Waiting]:
    rows = (
        Attempt.objects.filter(state=State.QUEUED, queue=queue)
        .exclude(ready_at__gt=timezone.now())
        .annotate(arrival=Coalesce("queued_at", "submitted_at"))
        .values_list("enrolment__user_id", "enrolment__cohort_id", "score", "arrival", "pk")
    )
    for user, cohort, score, arrival, pk in rows:
        yield _Waiting(user, cohort, score is not None, arrival.timestamp(), pk)
