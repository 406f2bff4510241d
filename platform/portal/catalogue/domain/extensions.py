"""Give a student more time, and take it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from portal.accounts.models import User
from portal.catalogue.errors import NoLaterDeadline
from portal.catalogue.models import Assignment, Extension
from portal.catalogue.signals import deadline_changed
from portal.courses.domain import record_change
from portal.courses.models import Enrolment


@transaction.atomic
def grant_extension(
    *,
    enrolment: Enrolment,
    assignments: Sequence[Assignment],
    due_at: datetime,
    reason: str,
    by: User,
) -> list[Extension]:
    """Give a student until `due_at` at each exercise, in place of an extension they had.

    Raises NoLaterDeadline, and grants nothing then.
    """
    granted = []
    for assignment in assignments:
        if assignment.due_at is None or due_at <= assignment.due_at:
            raise NoLaterDeadline(assignment.exercise.slug)
        own = Extension.objects.select_for_update()
        earlier = own.filter(assignment=assignment, enrolment=enrolment).first()
        extension, _made = Extension.objects.update_or_create(
            assignment=assignment,
            enrolment=enrolment,
            defaults={"due_at": due_at, "reason": reason, "granted_by": by},
        )
        record_change(
            cohort=enrolment.cohort,
            by=by,
            action="extension-granted",
            student=enrolment,
            subject=assignment.exercise.slug,
            before=earlier.due_at.isoformat() if earlier else None,
            after=due_at.isoformat(),
            reason=reason,
        )
        deadline_changed.send(sender=Extension, assignment=assignment, enrolment=enrolment)
        granted.append(extension)
    return granted


@transaction.atomic
def withdraw_extension(*, extension: Extension, by: User) -> None:
    """Let the class's own deadline count for the student again."""
    assignment, enrolment = extension.assignment, extension.enrolment
    record_change(
        cohort=enrolment.cohort,
        by=by,
        action="extension-withdrawn",
        student=enrolment,
        subject=assignment.exercise.slug,
        before=extension.due_at.isoformat(),
    )
    extension.delete()
    deadline_changed.send(sender=Extension, assignment=assignment, enrolment=enrolment)
