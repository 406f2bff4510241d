"""Give a student points in place of those that would count, and take them back."""

from __future__ import annotations

import math

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from portal.accounts.models import User
from portal.catalogue.models import Assignment
from portal.courses.models import Enrolment
from portal.marking.domain.marks import Change
from portal.marking.errors import PointsOutOfRange, ReasonMissing
from portal.marking.models import Override
from portal.marking.signals import marks_changed


@transaction.atomic
def override_points(
    *, enrolment: Enrolment, assignment: Assignment, points: float, reason: str, by: User
) -> Override:
    """Let `points` count whatever the attempts earn; an override in force is replaced.

    Raises ReasonMissing, PointsOutOfRange.
    """
    worth = assignment.exercise.points
    if not (math.isfinite(points) and 0 <= points <= worth):
        raise PointsOutOfRange(worth)
    said = _required(reason)
    # Two overrides at once: the later one finds the earlier one in force.
    Enrolment.objects.select_for_update().get(pk=enrolment.pk)
    _in_force(enrolment, assignment).update(withdrawn_at=timezone.now(), withdrawn_by=by)
    override = Override.objects.create(
        enrolment=enrolment, assignment=assignment, points=points, reason=said, by=by
    )
    _tell(override, Change("points-overridden", by, said, always=True))
    return override


@transaction.atomic
def withdraw_override(*, override: Override, reason: str, by: User) -> bool:
    """Let the attempts and the rubric count again. False: it is not in force any more.

    Raises ReasonMissing.
    """
    said = _required(reason)
    Enrolment.objects.select_for_update().get(pk=override.enrolment_id)
    withdrawn = Override.objects.filter(pk=override.pk, withdrawn_at=None).update(
        withdrawn_at=timezone.now(), withdrawn_by=by, withdrawn_because=said
    )
    if withdrawn:
        _tell(override, Change("override-withdrawn", by, said, always=True))
    return bool(withdrawn)


def overrides_of(*, enrolment: Enrolment, assignment: Assignment) -> QuerySet[Override]:
    """Return the override in force and the earlier ones, the latest first."""
    given = Override.objects.filter(enrolment=enrolment, assignment=assignment)
    return given.select_related("by", "withdrawn_by").order_by("-created_at", "-pk")


def _in_force(enrolment: Enrolment, assignment: Assignment) -> QuerySet[Override]:
    return Override.objects.filter(enrolment=enrolment, assignment=assignment, withdrawn_at=None)


def _required(reason: str) -> str:
    said = reason.strip()
    if not said:
        raise ReasonMissing("points are not changed without a reason")
    return said


def _tell(override: Override, change: Change) -> None:
    marks_changed.send(
        sender=Override,
        assignment=override.assignment,
        enrolment=override.enrolment,
        change=change,
    )
