"""Call an attempt back: its author has seen enough before its tests have begun."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from portal.settings.env import GPU_QUEUE
from portal.submissions.domain.leases import release
from portal.submissions.domain.live import forget_live
from portal.submissions.errors import TooLateToStop
from portal.submissions.models import Attempt, State, Trial

_UNTESTED = Q(progress__phase__isnull=True) | Q(progress__phase__in=("starting", "cells"))
_OPEN = Q(state=State.QUEUED) | Q(state=State.RUNNING) & _UNTESTED


def may_be_stopped(attempt: Attempt) -> bool:
    """Return whether it is worth offering: what is graded again is not the author's to stop."""
    is_regrade = attempt.score is not None or attempt.regrade_by_id is not None
    return not (attempt.is_settled or is_regrade or attempt.progress.get("phase") == "tests")


def stop(*, attempt: Attempt) -> None:
    """Settle an attempt that no test has seen yet. It counts as none; its GPU time is used.

    Whoever works on it, or on its jobs, loses the lease. Of a sweep, one job that is not tested
    yet is enough. Raises TooLateToStop.
    """
    with transaction.atomic():
        # Whoever ends a grading takes the same lock: one of the two finds nothing left to do.
        row = _stoppable().select_for_update().filter(pk=attempt.pk).first()
        if row is None or (row.trial_count and not row.trials.filter(_OPEN).exists()):
            raise TooLateToStop
        row.gpu_seconds = _gpu_seconds(row)
        row.state = State.STOPPED
        release(row)
        row.save()
        row.trials.all().delete()
        forget_live(row)


def _stoppable() -> QuerySet[Attempt]:
    sweep = Q(trial_count__gt=0, state__in=(State.QUEUED, State.RUNNING))
    return Attempt.objects.filter(
        Q(trial_count=0) & _OPEN | sweep, score__isnull=True, regrade_by__isnull=True
    )


def _gpu_seconds(attempt: Attempt) -> float:
    """Return for how long a GPU was held, in seconds."""
    if attempt.queue != GPU_QUEUE:
        return 0.0
    now = timezone.now()
    works: list[Attempt | Trial] = [*attempt.trials.all()] if attempt.trial_count else [attempt]
    return sum(
        ((work.finished_at or now) - work.started_at).total_seconds()
        for work in works
        if work.started_at is not None
    )
