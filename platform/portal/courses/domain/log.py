"""Read a class's audit log."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from portal.courses.models import AuditLine, Cohort


@dataclass(frozen=True, slots=True)
class LogFilter:
    """Which lines are wanted; what is empty is not asked for."""

    student: int | None = None
    subject: str = ""
    action: str = ""


def log_of(*, cohort: Cohort, wanted: LogFilter) -> QuerySet[AuditLine]:
    """Return the lines of the class, the latest first, with who did it and to whom."""
    lines = AuditLine.objects.filter(cohort=cohort).select_related("by", "student__user")
    if wanted.student is not None:
        lines = lines.filter(student=wanted.student)
    if wanted.subject:
        lines = lines.filter(subject=wanted.subject)
    if wanted.action:
        lines = lines.filter(action=wanted.action)
    return lines


def told_about(*, cohort: Cohort) -> tuple[list[str], list[str]]:
    """Return the actions and the subjects that the class's log tells about. Two queries."""
    lines = AuditLine.objects.filter(cohort=cohort).order_by()
    actions = lines.values_list("action", flat=True).distinct()
    subjects = lines.exclude(subject="").values_list("subject", flat=True).distinct()
    return sorted(actions), sorted(subjects)
