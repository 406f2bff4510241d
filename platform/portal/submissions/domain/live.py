"""What a notebook has logged and printed so far: kept while it is graded, no moment longer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from pydantic import TypeAdapter

from graders.report import Curve, Scalar
from portal.submissions.domain.leases import held
from portal.submissions.models import Attempt, LiveCurves, LiveJobCurves, LiveLog, Trial

_CURVES: TypeAdapter[tuple[Curve, ...]] = TypeAdapter(tuple[Curve, ...])

MOST_JOBS = 6
"""Jobs whose curves are shown at once: those that started last."""


@dataclass(frozen=True, slots=True)
class JobCurves:
    """What one job of a running sweep has logged so far."""

    number: int
    parameters: Mapping[str, Scalar]
    curves: tuple[Curve, ...]


def record_curves(*, work: Attempt | Trial, curves: Sequence[Curve]) -> bool:
    """Store what has been logged so far. False: the lease is lost."""
    dumped = _CURVES.dump_python(tuple(curves))
    with transaction.atomic():
        if not _is_held(work):
            return False
        if isinstance(work, Trial):
            LiveJobCurves.objects.bulk_create(
                [LiveJobCurves(trial_id=work.pk, curves=dumped)],
                update_conflicts=True,
                unique_fields=["trial"],
                update_fields=["curves"],
            )
        else:
            LiveCurves.objects.bulk_create(
                [LiveCurves(attempt_id=work.pk, curves=dumped)],
                update_conflicts=True,
                unique_fields=["attempt"],
                update_fields=["curves"],
            )
    return True


def record_log(*, work: Attempt, tail: str) -> bool:
    """Store the last lines that were printed so far. False: the lease is lost."""
    with transaction.atomic():
        if not _is_held(work):
            return False
        LiveLog.objects.bulk_create(
            [LiveLog(attempt_id=work.pk, tail=tail)],
            update_conflicts=True,
            unique_fields=["attempt"],
            update_fields=["tail"],
        )
    return True


def live_curves(attempt: Attempt) -> tuple[Curve, ...]:
    """Return what the notebook of a running attempt has logged so far."""
    row = LiveCurves.objects.filter(attempt=attempt).first()
    return () if row is None else _CURVES.validate_python(row.curves)


def live_job_curves(attempt: Attempt) -> tuple[JobCurves, ...]:
    """Return what the jobs of a running sweep have logged, of those that started last."""
    rows = LiveJobCurves.objects.filter(trial__attempt=attempt).order_by("-trial__started_at")
    latest = rows.values_list("trial__number", "trial__parameters", "curves")[:MOST_JOBS]
    return tuple(
        JobCurves(number, parameters, _CURVES.validate_python(curves))
        for number, parameters, curves in sorted(latest, key=lambda row: row[0])
    )


def live_log(attempt: Attempt) -> str:
    """Return the last lines that the notebook of a running attempt has printed so far."""
    tail = LiveLog.objects.filter(attempt=attempt).values_list("tail", flat=True).first()
    return tail or ""


def forget_live(attempt: Attempt) -> None:
    """Remove what was kept of a grading that has ended. Must run in its transaction."""
    LiveCurves.objects.filter(attempt=attempt).delete()
    LiveLog.objects.filter(attempt=attempt).delete()
    if attempt.trial_count:
        LiveJobCurves.objects.filter(trial__attempt=attempt).delete()


def _is_held(work: Attempt | Trial) -> bool:
    """Return whether its lease still holds it, under the lock that ends a grading takes first.

    So no row can outlive its grading. Must run in a transaction.
    """
    if isinstance(work, Trial):
        Attempt.objects.select_for_update().filter(pk=work.attempt_id).values_list("pk").first()
    if work.lease is None:
        return False
    locked = held(type(work), work.pk, work.lease).select_for_update()
    return locked.values_list("pk").first() is not None
