"""Take work from the queue, for as long as a lease is kept alive."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from graders.protocol import Progress
from portal.submissions.domain.fairness import serving_order
from portal.submissions.domain.leases import held, take
from portal.submissions.models import Leased


def claim_next(*, queue: str, lease_seconds: float, worker: str = "") -> Leased | None:
    """Take the work whose turn it is for `worker`, None where none may start now.

    Exactly one of any number of callers gets it. It is theirs until `lease_seconds` have passed
    without `extend_lease`.
    """
    for place in serving_order(queue=queue):
        kind = place.kind
        lease = take(kind.rows, place.pk, lease_seconds=lease_seconds, worker=worker)
        if lease is None:
            continue
        taken: QuerySet[Leased] = QuerySet(kind.rows).select_related(*kind.related)
        row = taken.filter(lease=lease).first()
        if row is not None:
            kind.on_claim(row)
        return row
    return None


def extend_lease(*, work: Leased, lease_seconds: float) -> bool:
    """Keep the lease for `lease_seconds` from now. False: it is lost, and so is the work."""
    return _update(work, lease_expires_at=timezone.now() + timedelta(seconds=lease_seconds))


def record_progress(*, work: Leased, progress: Progress) -> bool:
    """Store how far the grading is. False: the lease is lost."""
    return _update(work, progress=progress.model_dump(mode="json"))


def _update(work: Leased, **values: object) -> bool:
    if work.lease is None:
        return False
    values["updated_at"] = timezone.now()
    return held(type(work), work.pk, work.lease).update(**values) == 1
