"""Drafts, to be looked at and not changed: they are their authors'."""

from __future__ import annotations

from django.contrib import admin

from portal.common.admin import ReadOnlyAdmin
from portal.workbench.models import Draft, DraftVersion

RELATED = ("enrolment__user", "enrolment__cohort", "assignment__exercise", "assignment__cohort")


@admin.register(Draft)
class DraftAdmin(ReadOnlyAdmin[Draft]):
    """Notebooks as they are being written."""

    list_display = ("enrolment", "assignment", "revision", "updated_at")
    list_select_related = RELATED
    search_fields = ("enrolment__user__username", "assignment__exercise__slug")


@admin.register(DraftVersion)
class DraftVersionAdmin(ReadOnlyAdmin[DraftVersion]):
    """What drafts were before."""

    list_display = ("draft", "reason", "kept_at")
    list_filter = ("reason",)
    list_select_related = tuple(f"draft__{name}" for name in RELATED)
    search_fields = ("draft__enrolment__user__username",)
