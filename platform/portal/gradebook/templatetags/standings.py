"""What pages of other apps show of what counts."""

from __future__ import annotations

from typing import Any

from django import template
from django.db.models import Count

from portal.catalogue.models import Assignment
from portal.courses.models import Enrolment
from portal.gradebook.domain.account import account_of
from portal.marking.models import Comment

register = template.Library()


@register.inclusion_tag("gradebook/what_counts.html")
def what_counts(enrolment: Enrolment, assignment: Assignment) -> dict[str, Any]:
    """Tell a student how their points came to be, and where they were commented on.

    Nothing where the points are simply the best attempt's and nobody has said anything.
    """
    commented = (
        Comment.objects.filter(
            attempt__enrolment=enrolment, attempt__assignment=assignment, withdrawn_at=None
        )
        .values("attempt", "attempt__number")
        .annotate(count=Count("pk"))
        .order_by("attempt__number")
    )
    return {
        "account": account_of(enrolment=enrolment, assignment=assignment),
        "assignment": assignment,
        "commented": commented,
    }
