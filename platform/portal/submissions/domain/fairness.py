"""In which order waiting work is served."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import (
    BooleanField,
    ExpressionWrapper,
    F,
    IntegerField,
    Q,
    QuerySet,
    UUIDField,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils import timezone

from portal.submissions.domain.kinds import KINDS, Kind
from portal.submissions.models import Leased, State

MEMORY = timedelta(minutes=10)
"""How long having been served puts a student, and a class, behind the others."""

AGEING = timedelta(minutes=2)
"""After so long a job of a check is no longer served after new work, but among it; each time as
long again, one turn that its author had is forgiven. So a queue that is never empty of new work
still serves a check's jobs, at this pace."""


class Place(NamedTuple):
    """A place in the queue. Those of a sweep's jobs have its attempt as their group."""

    kind: Kind
    pk: UUID
    group: UUID


class _Waiting(NamedTuple):
    user: int
    cohort: UUID | None
    is_later: bool
    forgiven: int
    arrival: float
    number: int
    place: Place


def serving_order(*, queue: str) -> Iterator[Place]:
    """Yield what waits in `queue` and may start now, in the order in which it is served.

    First the student, then the class, that was served least in the last MEMORY, then the one
    that came first. New work goes before regrades: its author is looking at the page. Serving
    one counts at once, so that the order is the one that workers follow if nothing else arrives.
    Each job of a sweep counts as much as a notebook: a large grid holds up nobody else. Jobs of a
    check come with the regrades, and wait no longer for new work once they are AGEING old.
    """
    students, cohorts = _served(queue)

    def rank(one: _Waiting) -> tuple[bool, int, int, float, str, int]:
        return (
            one.is_later,
            max(0, students[one.user] - one.forgiven),
            cohorts[one.cohort],
            one.arrival,
            str(one.place.group),
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


def _served(queue: str) -> tuple[Counter[int], Counter[UUID | None]]:
    since = timezone.now() - MEMORY
    # Apart, so that each can go by an index: there may be 100,000 attempts.
    lately = (Q(started_at__gte=since), Q(state=State.RUNNING, started_at__lt=since))
    students: Counter[int] = Counter()
    cohorts: Counter[UUID | None] = Counter()
    turns = [
        _rows(kind, wanted, queue).values_list(kind.user, _cohort(kind))
        for kind in KINDS
        for wanted in lately
    ]
    for user, cohort in turns[0].union(*turns[1:], all=True):
        students[user] += 1
        cohorts[cohort] += 1
    return students, cohorts


def _waiting(queue: str) -> Iterator[_Waiting]:
    now = timezone.now()
    ready = Q(state=State.QUEUED) & ~Q(ready_at__gt=now)
    columns = [
        _rows(kind, ready, queue).values_list(
            Value(index, IntegerField()),
            kind.user,
            _cohort(kind),
            ExpressionWrapper(kind.is_later, BooleanField()),
            Coalesce("queued_at", kind.came),
            kind.group,
            F(kind.number) if kind.number else Value(0, IntegerField()),
            "pk",
        )
        for index, kind in enumerate(KINDS)
    ]
    found = columns[0].union(*columns[1:], all=True)
    for index, user, cohort, is_later, arrival, group, number, pk in found:
        kind = KINDS[index]
        patience = (now - arrival) // AGEING if kind.ages else 0
        yield _Waiting(
            user=user,
            cohort=cohort,
            is_later=is_later and not patience,
            forgiven=max(0, patience - 1),
            arrival=arrival.timestamp(),
            number=number,
            place=Place(kind, pk, group),
        )


def _rows(kind: Kind, wanted: Q, queue: str) -> QuerySet[Leased]:
    return QuerySet(kind.rows).order_by().filter(wanted, kind.claimable, queue=queue)


def _cohort(kind: Kind) -> Combinable:
    return F(kind.cohort) if kind.cohort else Value(None, UUIDField())
