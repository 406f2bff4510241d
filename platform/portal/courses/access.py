"""Who may see a class: its members, and its staff for what concerns everybody's work."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from portal.accounts.access import signed_in
from portal.accounts.models import User
from portal.courses.models import Enrolment, Role


def may_teach(user: User) -> bool:
    """Return whether `user` may open classes: the portal's staff, and who teaches one already."""
    return user.is_staff or Enrolment.objects.filter(user=user, role=Role.TEACHER).exists()


def prospective_teacher(request: HttpRequest) -> User:
    """Return the visitor, who may open classes. Raises PermissionDenied for anybody else."""
    user = signed_in(request)
    if not may_teach(user):
        raise PermissionDenied
    return user


def membership(request: HttpRequest, cohort_id: UUID) -> Enrolment:
    """Return the visitor's enrolment in this class. Raises Http404 for anybody else."""
    enrolment = (
        Enrolment.objects.select_related("cohort__course", "user")
        .filter(cohort=cohort_id, user=signed_in(request))
        .exclude(role=Role.FORMER)
        .first()
    )
    if enrolment is None:
        raise Http404
    return enrolment


def staff_membership(request: HttpRequest, cohort_id: UUID) -> Enrolment:
    """Return the enrolment of a visitor who may see the class's work.

    Raises Http404 for strangers to the class, PermissionDenied for its students.
    """
    enrolment = membership(request, cohort_id)
    if not enrolment.is_staff:
        raise PermissionDenied
    return enrolment


def teacher_membership(request: HttpRequest, cohort_id: UUID) -> Enrolment:
    """Return the enrolment of a visitor who may change the class: one of its teachers.

    Raises Http404 for strangers to the class, PermissionDenied for its students and assistants.
    """
    enrolment = membership(request, cohort_id)
    if not enrolment.is_teacher:
        raise PermissionDenied
    return enrolment
