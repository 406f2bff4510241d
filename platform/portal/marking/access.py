"""Whose work at which exercise is marked, and by whom."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from portal.catalogue.access import set_to
from portal.catalogue.models import Assignment
from portal.courses.access import staff_membership, teacher_membership
from portal.courses.models import Enrolment
from portal.submissions.access import Sight, visible_attempt


@dataclass(frozen=True, slots=True)
class Work:
    """One student's work at one exercise, and who of the class's staff looks at it."""

    viewer: Enrolment
    student: Enrolment
    assignment: Assignment


def work_to_read(request: HttpRequest, cohort_id: UUID, enrolment_id: int, slug: str) -> Work:
    """Return the work, for the class's staff. Raises Http404, PermissionDenied."""
    return _work(staff_membership(request, cohort_id), enrolment_id, slug)


def work_to_change(request: HttpRequest, cohort_id: UUID, enrolment_id: int, slug: str) -> Work:
    """Return the work, for the class's teachers alone. Raises Http404, PermissionDenied."""
    return _work(teacher_membership(request, cohort_id), enrolment_id, slug)


def attempt_to_discuss(request: HttpRequest, attempt_id: UUID) -> Sight:
    """Return an attempt, for the class's staff. Raises Http404, PermissionDenied."""
    sight = visible_attempt(request, attempt_id)
    if not sight.viewer.is_staff:
        raise PermissionDenied
    return sight


def _work(viewer: Enrolment, enrolment_id: int, slug: str) -> Work:
    assignment = set_to(viewer, slug)
    people = Enrolment.objects.select_related("user", "cohort")
    student = get_object_or_404(people, pk=enrolment_id, cohort=viewer.cohort_id)
    return Work(viewer, student, assignment)
