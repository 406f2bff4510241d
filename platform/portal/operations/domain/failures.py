"""Work that was given up for a reason of ours, and trying it once more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from portal.accounts.models import User
from portal.operations.domain.work import EXERCISE, NAMED
from portal.submissions.domain import announce_work, regrade
from portal.submissions.models import Attempt, CheckJob, Leased, Regrading, State

LATELY = timedelta(days=7)
MOST = 50


@dataclass(frozen=True, slots=True)
class Failure:
    """Work that was given up after `tries`, and why."""

    kind: str
    pk: UUID
    exercise: str
    worker: str
    finished_at: datetime | None
    tries: int
    reason: str


def recent_failures() -> list[Failure]:
    """Return what was given up LATELY, the latest first, MOST at most."""
    found: list[Failure] = []
    for name, kind in NAMED.items():
        # Attempts of sweeps, which are never claimed themselves, among them.
        given_up: QuerySet[Leased] = QuerySet(kind.rows).filter(state=State.FAILED)
        lately = given_up.filter(finished_at__gte=timezone.now() - LATELY)
        rows = lately.order_by("-finished_at").values(
            "pk",
            "worker",
            "finished_at",
            "tries",
            exercise=F(EXERCISE[kind.rows]),
            reason=F("row__got__en" if kind.rows is CheckJob else "report__problem__message"),
        )
        found += [
            Failure(kind=name, **row | {"reason": row["reason"] or ""}) for row in rows[:MOST]
        ]
    since = timezone.now() - LATELY
    return sorted(found, key=lambda one: one.finished_at or since, reverse=True)[:MOST]


@transaction.atomic
def try_again(*, kind: str, pk: UUID, by: User) -> bool:
    """Queue once more what was given up. False: it is not given up any more, or may not be.

    An attempt is graded by its exercise as it is now. What belongs to an applied plan stays.
    """
    rows: QuerySet[Leased] = QuerySet(NAMED[kind].rows)
    row = rows.select_for_update().filter(pk=pk, state=State.FAILED).first()
    if isinstance(row, Attempt):
        return regrade(attempts=[row], by=by) == 1
    if row is None or (isinstance(row, Regrading) and row.plan.applied_at is not None):
        return False
    row.state = State.QUEUED
    row.queued_at = timezone.now()
    row.ready_at = row.started_at = row.finished_at = None
    row.tries = 0
    row.save()
    transaction.on_commit(partial(announce_work, queue=row.queue))
    return True
