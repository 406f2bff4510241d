"""Take work from the queue, for as long as a lease is kept alive."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from graders.protocol import Progress
from portal.submissions.domain.fairness import serving_order
from portal.submissions.domain.leases import Work, held, take
from portal.submissions.models import Attempt, State, Trial, Tryout


def claim_next(*, queue: str, lease_seconds: float) -> Work | None:
    """Take the attempt, job of a sweep or tryout whose turn it is, None where none may start now.

    Exactly one of any number of callers gets it. It is theirs until `lease_seconds` have passed
    without `extend_lease`.
    """
    for place in serving_order(queue=queue):
        if place.trial is not None:
            lease = take(Trial, place.trial, lease_seconds=lease_seconds)
            if lease is not None:
                return _trial(lease)
        elif place.tryout is not None:
            lease = take(Tryout, place.tryout, lease_seconds=lease_seconds)
            if lease is not None:
                return _tryout(lease)
        elif place.attempt is not None:
            lease = take(Attempt, place.attempt, lease_seconds=lease_seconds)
            if lease is not None:
                return _attempt(lease)
    return None


def extend_lease(*, work: Work, lease_seconds: float) -> bool:
    """Keep the lease for `lease_seconds` from now. False: it is lost, and so is the work."""
    return _update(work, lease_expires_at=timezone.now() + timedelta(seconds=lease_seconds))


def record_progress(*, work: Work, progress: Progress) -> bool:
    """Store how far the grading is. False: the lease is lost."""
    return _update(work, progress=progress.model_dump(mode="json"))


def _update(work: Work, **values: object) -> bool:
    if work.lease is None:
        return False
    values["updated_at"] = timezone.now()
    match work:
        case Trial():
            return held(Trial, work.pk, work.lease).update(**values) == 1
        case Tryout():
            return held(Tryout, work.pk, work.lease).update(**values) == 1
        case Attempt():
            return held(Attempt, work.pk, work.lease).update(**values) == 1


def _attempt(lease: UUID) -> Attempt | None:
    related = ("version__exercise", "assignment__exercise__current__exercise", "enrolment")
    return Attempt.objects.select_related(*related).filter(lease=lease).first()


def _tryout(lease: UUID) -> Tryout | None:
    related = ("version__exercise", "assignment", "enrolment")
    return Tryout.objects.select_related(*related).filter(lease=lease).first()


def _trial(lease: UUID) -> Trial | None:
    """Return the claimed job. The first of a sweep starts its attempt."""
    related = ("version__exercise", "attempt__assignment__exercise", "attempt__enrolment")
    trial = Trial.objects.select_related(*related).filter(lease=lease).first()
    if trial is not None:
        now = timezone.now()
        waiting = Attempt.objects.filter(pk=trial.attempt_id, state=State.QUEUED)
        waiting.update(state=State.RUNNING, started_at=now, updated_at=now)
    return trial
