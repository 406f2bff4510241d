"""Courses and classes in the administration."""

from __future__ import annotations

from django.contrib import admin

from portal.common.admin import ReadOnlyAdmin
from portal.courses.models import AuditLine, Cohort, Course, Enrolment


@admin.register(Course)
class CourseAdmin(admin.ModelAdmin[Course]):
    """Courses come from the exercises folder: they are only read here."""

    list_display = ("slug", "title_fr", "title_en")
    search_fields = ("slug", "title_fr", "title_en")
    readonly_fields = ("slug", "title_fr", "title_en", "chapters")


@admin.register(Cohort)
class CohortAdmin(admin.ModelAdmin[Cohort]):
    """Classes."""

    list_display = ("name", "course", "join_code", "is_open")
    list_filter = ("course", "is_open")
    list_select_related = ("course",)
    search_fields = ("name", "join_code")


@admin.register(Enrolment)
class EnrolmentAdmin(admin.ModelAdmin[Enrolment]):
    """Who is in which class."""

    list_display = ("user", "cohort", "role", "pseudonym")
    list_filter = ("role", "cohort")
    list_select_related = ("user", "cohort")
    search_fields = ("user__username", "user__last_name", "pseudonym", "cohort__name")
    autocomplete_fields = ("user", "cohort")


@admin.register(AuditLine)
class AuditLineAdmin(ReadOnlyAdmin[AuditLine]):
    """What was changed about classes, for ever."""

    list_display = ("at", "cohort", "action", "by", "student", "subject")
    list_select_related = ("cohort", "by", "student__user", "student__cohort")
    search_fields = ("action", "subject", "cohort__name", "student__user__username")
