"""In which order waiting attempts, and the jobs of sweeps, are served."""

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

from portal.submissions.models import Attempt, State, Trial, Tryout

MEMORY = timedelta(minutes=10)
"""How long having been served puts a student, and a class, behind the others."""

ORDER_SECONDS = 1
"""How old an order may be from which people are told their place."""


class Place(NamedTuple):
    """A place in the queue: an attempt's own, that of one of its trials, or a tryout's."""

    attempt: UUID | None
    trial: UUID | None = None
    tryout: UUID | None = None


class _Waiting(NamedTuple):
    user: int
    cohort: UUID
    is_regrade: bool
    arrival: float
    number: int
    place: Place


def serving_order(*, queue: str) -> Iterator[Place]:
    """Yield what waits in `queue` and may start now, in the order in which it is served.

    First the student, then the class, that was served least in the last MEMORY, then the one
    that came first. New work goes before regrades: its author is looking at the page. Serving
    one counts at once, so that the order is the one that workers follow if nothing else arrives.
    Each job of a sweep counts as much as a notebook: a large grid holds up nobody else.
    """
    students, cohorts = _served(queue)

    def rank(one: _Waiting) -> tuple[bool, int, int, float, str, int]:
        served = students[one.user], cohorts[one.cohort]
        return (
            one.is_regrade,
            *served,
            one.arrival,
            str(one.place.attempt or one.place.tryout),
            one.number,
        )

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
        yield one.place


def queue_position(attempt: Attempt) -> int:
    """Return the place of a waiting attempt in its queue, from 1; 0 where it doesn't wait.

    Everybody who waits asks more than once a second, so they share an order of ORDER_SECONDS.
    """
    if attempt.state != State.QUEUED or is_held_back(attempt):
        return 0
    key = f"queue-places-{attempt.queue}"
    places: dict[UUID, int] | None = cache.get(key)
    if places is None or attempt.pk not in places:
        places = {}
        for number, place in enumerate(serving_order(queue=attempt.queue), start=1):
            if place.attempt is not None:
                places.setdefault(place.attempt, number)
        cache.set(key, places, ORDER_SECONDS)
    return places.get(attempt.pk, 0)


def is_held_back(attempt: Attempt) -> bool:
    """Return whether a failure of ours keeps the attempt from being tried again just yet."""
    return attempt.ready_at is not None and attempt.ready_at > timezone.now()


def _served(queue: str) -> tuple[Counter[int], Counter[UUID]]:
    lately = Q(state=State.RUNNING) | Q(started_at__gte=timezone.now() - MEMORY)
    trials = Trial.objects.filter(lately, queue=queue).values_list(
        "attempt__enrolment__user_id", "attempt__enrolment__cohort_id"
    )
    whole = Attempt.objects.filter(lately, queue=queue, trial_count=0).values_list(
        "enrolment__user_id", "enrolment__cohort_id"
    )
    students: Counter[int] = Counter()
    cohorts: Counter[UUID] = Counter()
    tryouts = Tryout.objects.filter(lately, queue=queue).values_list(
        "enrolment__user_id", "enrolment__cohort_id"
    )
    for user, cohort in whole.union(trials, tryouts, all=True):
        students[user] += 1
        cohorts[cohort] += 1
    return students, cohorts


def _waiting(queue: str) -> Iterator[_Waiting]:
    ready = Q(state=State.QUEUED, queue=queue) & ~Q(ready_at__gt=timezone.now())
    whole = Attempt.objects.filter(ready, trial_count=0).values_list(
        "enrolment__user_id",
        "enrolment__cohort_id",
        "score",
        Coalesce("queued_at", "submitted_at"),
        "number",
        "pk",
        "pk",
    )
    trials = Trial.objects.filter(ready).values_list(
        "attempt__enrolment__user_id",
        "attempt__enrolment__cohort_id",
        "attempt__score",
        Coalesce("queued_at", "attempt__submitted_at"),
        "number",
        "attempt_id",
        "pk",
    )
    for user, cohort, score, arrival, number, attempt, pk in whole.union(trials, all=True):
        place = Place(attempt, None if pk == attempt else pk)
        yield _Waiting(user, cohort, score is not None, arrival.timestamp(), number, place)
    tryouts = Tryout.objects.filter(ready).values_list(
        "enrolment__user_id",
        "enrolment__cohort_id",
        Coalesce("queued_at", "created_at"),
        "pk",
    )
    for user, cohort, arrival, pk in tryouts:
        yield _Waiting(user, cohort, False, arrival.timestamp(), 0, Place(None, tryout=pk))  # noqa: FBT003
