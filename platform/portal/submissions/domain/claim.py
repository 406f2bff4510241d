"""Take attempts from the queue, for as long as a lease is kept alive."""

from __future__ import annotations

import uuid
from datetime import timedelta
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from graders.protocol import Progress
from portal.submissions.domain.fairness import serving_order
from portal.submissions.models import Attempt, State


def claim_next(*, queue: str, lease_seconds: float) -> Attempt | None:
    """Take the attempt of `queue` whose turn it is, None where none may start now.

    Exactly one of any number of callers gets an attempt. It is theirs until `lease_seconds`
    have passed without `extend_lease`.
    """
    for candidate in serving_order(queue=queue):
        now = timezone.now()
        lease = uuid.uuid4()
        # The condition on the state decides between workers who chose the same row.
        taken = Attempt.objects.filter(pk=candidate, state=State.QUEUED).update(
            state=State.RUNNING,
            lease=lease,
            lease_expires_at=now + timedelta(seconds=lease_seconds),
            started_at=now,
            updated_at=now,
            tries=F("tries") + 1,
            progress={},
        )
        if taken:
            return _with_exercise(lease)
    return None


def extend_lease(*, attempt_id: UUID, lease: UUID, lease_seconds: float) -> bool:
    """Keep the lease for `lease_seconds` from now. False: it is lost, and so is the attempt."""
    until = timezone.now() + timedelta(seconds=lease_seconds)
    return _held(attempt_id, lease, lease_expires_at=until)


def record_progress(*, attempt_id: UUID, lease: UUID, progress: Progress) -> bool:
    """Store how far the grading is. False: the lease is lost."""
    return _held(attempt_id, lease, progress=progress.model_dump(mode="json"))


def _held(attempt_id: UUID, lease: UUID, **values: object) -> bool:
    held = Attempt.objects.filter(pk=attempt_id, lease=lease, state=State.RUNNING)
    return held.update(updated_at=timezone.now(), **values) == 1


def _with_exercise(lease: UUID) -> Attempt | None:
    related = ("version__exercise", "assignment__exercise__current__exercise", "enrolment")
    return Attempt.objects.select_related(*related).filter(lease=lease).first()
