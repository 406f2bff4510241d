"""Change what a person is in a class, and remove them from it; who has yet to come."""

from __future__ import annotations

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.db.models import QuerySet

from portal.accounts.models import User
from portal.courses.domain.audit import record_change
from portal.courses.errors import LastTeacher
from portal.courses.models import Cohort, Enrolment, Role


@transaction.atomic
def change_role(*, member: Enrolment, role: Role, by: User, reason: str = "") -> None:
    """Make a person something else in their class. Raises LastTeacher.

    `Role.FORMER` removes them: nothing that is theirs is deleted, and another role brings it back.
    """
    # Two teachers who remove each other at the same time wait for one another here.
    Cohort.objects.select_for_update().get(pk=member.cohort_id)
    current = Enrolment.objects.select_for_update().get(pk=member.pk)
    if current.role == role:
        return
    teachers = Enrolment.objects.filter(cohort=member.cohort_id, role=Role.TEACHER)
    if current.is_teacher and not teachers.exclude(pk=member.pk).exists():
        raise LastTeacher(current.cohort_id)
    record_change(
        cohort=member.cohort,
        by=by,
        action=_action(before=current.role, after=role),
        student=current,
        before=current.role,
        after=str(role),
        reason=reason,
    )
    current.role = role
    current.save(update_fields=["role", "updated_at"])


def waiting_for_password(*, cohort: Cohort) -> QuerySet[Enrolment]:
    """Return the members whose accounts this class made and who have not chosen a password yet.

    Only they may be handed the way in: a link opens any account that it is made for.
    """
    return Enrolment.objects.filter(
        cohort=cohort,
        brought_account=True,
        role=Role.STUDENT,
        user__is_active=True,
        user__is_staff=False,
        user__is_superuser=False,
        user__last_login=None,
        user__password__startswith=UNUSABLE_PASSWORD_PREFIX,
    ).select_related("user")


def _action(*, before: str, after: str) -> str:
    if after == Role.FORMER:
        return "member-removed"
    return "member-brought-back" if before == Role.FORMER else "role-changed"
