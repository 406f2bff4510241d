"""Remember who changed what about a class."""

from __future__ import annotations

from portal.accounts.models import User
from portal.courses.models import AuditLine, Cohort, Enrolment


def record_change(
    *,
    cohort: Cohort,
    by: User | None,
    action: str,
    student: Enrolment | None = None,
    subject: str = "",
    before: object = None,
    after: object = None,
    reason: str = "",
) -> AuditLine:
    """Add a line to the class's audit log. `by` is None for what the portal did by itself.

    `before` and `after` must be JSON. Call it in the transaction of the change.
    """
    return AuditLine.objects.create(
        cohort=cohort,
        by=by,
        action=action,
        student=student,
        subject=subject,
        before=before,
        after=after,
        reason=reason,
    )
