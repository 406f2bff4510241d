"""Standings in the administration."""

from __future__ import annotations

from django.contrib import admin

from portal.common.admin import ReadOnlyAdmin
from portal.gradebook.models import Standing


@admin.register(Standing)
class StandingAdmin(ReadOnlyAdmin[Standing]):
    """What counts; it follows from the attempts."""

    list_display = ("enrolment", "assignment", "score", "points", "attempts", "reached_at")
    list_filter = ("assignment__cohort",)
    list_select_related = (
        "enrolment__user",
        "enrolment__cohort",
        "assignment__exercise",
        "assignment__cohort",
    )
    search_fields = ("enrolment__user__username", "assignment__exercise__slug")
