"""Marks by hand in the administration."""

from __future__ import annotations

from django.contrib import admin

from portal.common.admin import ReadOnlyAdmin
from portal.marking.models import Comment, Override, RubricItem, RubricMark


@admin.register(Override)
class OverrideAdmin(ReadOnlyAdmin[Override]):
    """Points that teachers gave."""

    list_display = ("enrolment", "assignment", "points", "reason", "by", "withdrawn_at")
    list_filter = ("assignment__cohort",)
    list_select_related = (
        "enrolment__user",
        "enrolment__cohort",
        "assignment__exercise",
        "assignment__cohort",
        "by",
    )
    search_fields = ("enrolment__user__username", "assignment__exercise__slug")


@admin.register(RubricItem)
class RubricItemAdmin(ReadOnlyAdmin[RubricItem]):
    """The rubrics of classes."""

    list_display = ("assignment", "position", "title_en", "points")
    list_filter = ("assignment__cohort",)
    list_select_related = ("assignment__exercise", "assignment__cohort")
    search_fields = ("title_fr", "title_en", "assignment__exercise__slug")


@admin.register(RubricMark)
class RubricMarkAdmin(ReadOnlyAdmin[RubricMark]):
    """Which items apply to whose work."""

    list_display = ("item", "enrolment", "by", "at")
    list_filter = ("item__assignment__cohort",)
    list_select_related = (
        "item__assignment__exercise",
        "item__assignment__cohort",
        "enrolment__user",
        "enrolment__cohort",
        "by",
    )
    search_fields = ("enrolment__user__username", "item__title_en")


@admin.register(Comment)
class CommentAdmin(ReadOnlyAdmin[Comment]):
    """What staff said of attempts."""

    list_display = ("attempt", "cell", "by", "created_at", "withdrawn_at")
    list_filter = ("attempt__assignment__cohort",)
    list_select_related = (
        "attempt__enrolment__user",
        "attempt__enrolment__cohort",
        "attempt__assignment__exercise",
        "attempt__assignment__cohort",
        "by",
    )
    search_fields = ("attempt__enrolment__user__username", "text")
