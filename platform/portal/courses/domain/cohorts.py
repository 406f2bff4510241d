"""Make a class, and change what it is called and who may enter."""

from __future__ import annotations

from django.db import transaction

from portal.accounts.models import User
from portal.courses.domain.audit import record_change
from portal.courses.models import Cohort, Course, Enrolment, Role, new_join_code


@transaction.atomic
def create_cohort(*, course: Course, name: str, teacher: User) -> Cohort:
    """Make a class that follows `course`, with `teacher` as its teacher."""
    cohort = Cohort.objects.create(course=course, name=name)
    Enrolment.objects.create(cohort=cohort, user=teacher, role=Role.TEACHER)
    return cohort


@transaction.atomic
def rename_cohort(*, cohort: Cohort, name: str, by: User) -> None:
    """Call the class `name` from now on."""
    current = Cohort.objects.select_for_update().get(pk=cohort.pk)
    if current.name == name:
        return
    record_change(cohort=cohort, by=by, action="class-renamed", before=current.name, after=name)
    current.name = name
    current.save(update_fields=["name", "updated_at"])


@transaction.atomic
def open_cohort(*, cohort: Cohort, is_open: bool, by: User) -> None:
    """Let newcomers enter the class by its code, or let nobody in any more."""
    current = Cohort.objects.select_for_update().get(pk=cohort.pk)
    if current.is_open == is_open:
        return
    record_change(
        cohort=cohort, by=by, action="class-opened", before=current.is_open, after=is_open
    )
    current.is_open = is_open
    current.save(update_fields=["is_open", "updated_at"])


@transaction.atomic
def renew_join_code(*, cohort: Cohort, by: User) -> str:
    """Give the class a new code, which is returned; the old one opens nothing any more."""
    current = Cohort.objects.select_for_update().get(pk=cohort.pk)
    old, current.join_code = current.join_code, new_join_code()
    current.save(update_fields=["join_code", "updated_at"])
    record_change(cohort=cohort, by=by, action="code-renewed", before=old, after=current.join_code)
    return current.join_code
