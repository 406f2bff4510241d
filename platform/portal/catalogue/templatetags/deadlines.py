"""What pages say of being late."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from django import template

from portal.catalogue.domain import deadline_of
from portal.catalogue.models import Assignment
from portal.courses.models import Enrolment

register = template.Library()


class HandedIn(Protocol):
    """Work that was handed in; `score` is a share of the points, None before it is graded."""

    enrolment: Enrolment
    assignment: Assignment
    submitted_at: datetime
    score: float | None


@register.inclusion_tag("catalogue/lateness.html")
def lateness(work: HandedIn) -> dict[str, object]:
    """Say how late `work` was handed in, and what it lost by that. One query."""
    deadline = deadline_of(enrolment=work.enrolment, assignment=work.assignment)
    lost, total = deadline.lost_at(work.submitted_at), work.assignment.exercise.points
    return {
        "days": deadline.days_late(work.submitted_at),
        "lost": lost,
        "counts": None if work.score is None else work.score * (1 - lost) * total,
        "total": total,
    }
