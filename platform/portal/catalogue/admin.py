"""Exercises and assignments in the administration."""

from __future__ import annotations

from django.contrib import admin

from portal.catalogue.models import Assignment, DrawnQuestions, Exercise, ExerciseVersion, Extension
from portal.common.admin import ReadOnlyAdmin


@admin.register(Exercise)
class ExerciseAdmin(ReadOnlyAdmin[Exercise]):
    """Exercises come from the exercises folder: they are only read here."""

    list_display = ("slug", "course", "kind", "chapter", "position", "points", "current")
    list_filter = ("course", "kind")
    list_select_related = ("course", "current")
    search_fields = ("slug", "title_fr", "title_en")


@admin.register(ExerciseVersion)
class ExerciseVersionAdmin(ReadOnlyAdmin[ExerciseVersion]):
    """Versions never change."""

    list_display = ("exercise", "digest", "created_at")
    list_select_related = ("exercise",)
    search_fields = ("exercise__slug", "digest")


@admin.register(DrawnQuestions)
class DrawnQuestionsAdmin(ReadOnlyAdmin[DrawnQuestions]):
    """Questions that were drawn in a room."""

    list_display = ("digest", "blob")
    search_fields = ("digest",)


@admin.register(Assignment)
class AssignmentAdmin(admin.ModelAdmin[Assignment]):
    """What is set to which class, until when and how often."""

    list_display = ("exercise", "cohort", "opens_at", "due_at", "late_days", "max_attempts")
    list_filter = ("cohort",)
    list_select_related = ("exercise", "cohort")
    search_fields = ("exercise__slug", "cohort__name")
    autocomplete_fields = ("exercise", "cohort")


@admin.register(Extension)
class ExtensionAdmin(ReadOnlyAdmin[Extension]):
    """Who has more time. A class's own pages grant it: they keep the log."""

    list_display = ("enrolment", "assignment", "due_at", "granted_by")
    list_select_related = (
        "enrolment__user", "enrolment__cohort", "assignment__exercise", "assignment__cohort",
        "granted_by",
    )  # fmt: skip
    search_fields = ("enrolment__user__username", "assignment__exercise__slug")
