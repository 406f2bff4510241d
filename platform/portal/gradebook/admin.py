"""Standings, boards and the history of points in the administration."""

from __future__ import annotations

from django.contrib import admin

from portal.common.admin import ReadOnlyAdmin
from portal.gradebook.models import BoardEntry, DayTotal, Standing


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


@admin.register(BoardEntry)
class BoardEntryAdmin(ReadOnlyAdmin[BoardEntry]):
    """Lines of boards; they follow from the reports."""

    list_display = ("enrolment", "assignment", "public", "attempts")
    list_filter = ("assignment__cohort",)
    list_select_related = (
        "enrolment__user",
        "enrolment__cohort",
        "assignment__exercise",
        "assignment__cohort",
    )
    search_fields = ("enrolment__user__username", "assignment__exercise__slug")


@admin.register(DayTotal)
class DayTotalAdmin(ReadOnlyAdmin[DayTotal]):
    """Points at the ends of days; they follow from the standings."""

    list_display = ("enrolment", "day", "points")
    list_filter = ("enrolment__cohort",)
    list_select_related = ("enrolment__user", "enrolment__cohort")
    search_fields = ("enrolment__user__username",)
