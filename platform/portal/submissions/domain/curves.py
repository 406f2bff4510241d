"""What a notebook has logged so far, kept while its attempt is graded and not a moment longer."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from pydantic import TypeAdapter

from graders.report import Curve
from portal.submissions.models import Attempt, LiveCurves, State

_CURVES: TypeAdapter[tuple[Curve, ...]] = TypeAdapter(tuple[Curve, ...])


def record_curves(*, attempt_id: UUID, lease: UUID, curves: Sequence[Curve]) -> bool:
    """Store what has been logged so far. False: the lease is lost."""
    held = Attempt.objects.select_for_update().filter(
        pk=attempt_id, lease=lease, state=State.RUNNING
    )
    with transaction.atomic():
        # Under the lock that ends a grading takes: no row can outlive it.
        if held.values_list("pk").first() is None:
            return False
        row = LiveCurves(attempt_id=attempt_id, curves=_CURVES.dump_python(tuple(curves)))
        LiveCurves.objects.bulk_create(
            [row], update_conflicts=True, unique_fields=["attempt"], update_fields=["curves"]
        )
    return True


def live_curves(attempt: Attempt) -> tuple[Curve, ...]:
    """Return what the notebook of a running attempt has logged so far."""
    row = LiveCurves.objects.filter(attempt=attempt).first()
    return () if row is None else _CURVES.validate_python(row.curves)


def forget_curves(attempt: Attempt) -> None:
    """Remove what was logged in a grading that has ended. Must run in its transaction."""
    LiveCurves.objects.filter(attempt=attempt).delete()
