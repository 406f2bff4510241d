"""Change what a person is in a class, and remove them from it."""

from __future__ import annotations

from django.db import transaction

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


def _action(*, before: str, after: str) -> str:
    if after == Role.FORMER:
        return "member-removed"
    return "member-brought-back" if before == Role.FORMER else "role-changed"
