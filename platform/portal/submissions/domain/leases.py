"""Rows that one worker at a time works on: taken, held for as long as it lives, or put back."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from graders.report import Problem
from portal.submissions.models import Leased, State

logger = logging.getLogger(__name__)

Row = TypeVar("Row", bound=Leased)

BEATS = 3
"""Renewals of a lease in the time that it lasts: two may fail and nothing is lost."""

MOST_TRIES = 4
"""Gradings that may fail for a reason of ours before an operator has to look."""

BACKOFF = timedelta(seconds=5)
"""The wait before the second try; each later one waits three times as long."""


def take(rows: type[Leased], pk: UUID, *, lease_seconds: float, worker: str = "") -> UUID | None:
    """Take a waiting row under a new lease, and return that. None: another worker has it."""
    now = timezone.now()
    lease = uuid.uuid4()
    # The condition on the state decides between workers who chose the same row.
    taken = (
        QuerySet(rows)
        .filter(pk=pk, state=State.QUEUED)
        .update(
            state=State.RUNNING,
            lease=lease,
            lease_expires_at=now + timedelta(seconds=lease_seconds),
            started_at=now,
            updated_at=now,
            worker=worker,
            tries=F("tries") + 1,
            progress={},
        )
    )
    return lease if taken else None


def held(rows: type[Row], pk: UUID, lease: UUID) -> QuerySet[Row]:
    """Return the row if `lease` still holds it."""
    return QuerySet(rows).filter(pk=pk, lease=lease, state=State.RUNNING)


def expired(rows: type[Row]) -> QuerySet[Row]:
    """Return the rows whose workers have stopped renewing their leases."""
    return QuerySet(rows).filter(state=State.RUNNING, lease_expires_at__lt=timezone.now())


def settle_expired(rows: type[Row], settle: Callable[[Row], None]) -> int:
    """Have every row settled, locked, whose worker stopped renewing its lease; return how many."""

    @transaction.atomic
    def settled(pk: UUID) -> bool:
        # It may have been renewed, or put back by another sweep, since it was listed.
        row = expired(rows).select_for_update().filter(pk=pk).first()
        if row is not None:
            settle(row)
        return row is not None

    return sum(map(settled, expired(rows).values_list("pk", flat=True)))


def try_again(row: Leased, problem: Problem | None) -> bool:
    """Queue again, later and later, what failed for a reason of ours. False: often enough.

    Must run in the transaction in which the row is locked.
    """
    logger.error("%s %s, try %s: %s", type(row).__name__, row.pk, row.tries, problem)
    if row.tries >= MOST_TRIES:
        return False
    row.state = State.QUEUED
    row.ready_at = timezone.now() + BACKOFF * 3 ** (row.tries - 1)
    row.lease = row.lease_expires_at = row.started_at = None
    row.progress = {}
    row.save()
    return True


def release(row: Leased) -> None:
    """Let go of a row whose work has ended. It is not saved yet."""
    row.finished_at = timezone.now()
    row.lease = row.lease_expires_at = row.ready_at = None
    row.progress = {}
