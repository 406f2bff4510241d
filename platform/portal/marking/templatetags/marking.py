"""What other apps' pages show of marks by hand."""

from __future__ import annotations

from typing import Any

from django import template

from portal.courses.models import Enrolment
from portal.marking.domain import comments_on
from portal.submissions.models import Attempt

register = template.Library()


@register.inclusion_tag("marking/comments.html")
def comments(attempt: Attempt, viewer: Enrolment) -> dict[str, Any]:
    """Show what staff has said of an attempt; nothing where nothing was said."""
    return {"attempt": attempt, "viewer": viewer, "comments": comments_on(attempt)}


@register.filter
def signed(value: float) -> str:
    """Return a sign for points that are added or taken: the number itself stands after it."""
    return "\u2212" if value < 0 else "+"


@register.filter
def size(value: float) -> float:
    """Return the number without its sign."""
    return abs(value)
