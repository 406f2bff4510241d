"""Attempts in the administration."""

from __future__ import annotations

from typing import cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.accounts.models import User
from portal.common.admin import ReadOnlyAdmin
from portal.submissions.domain.regrade import regrade
from portal.submissions.models import (
    Attempt,
    Check,
    CheckJob,
    LiveCurves,
    LiveJobCurves,
    LiveLog,
    PastReport,
    RegradePlan,
    Regrading,
    ServedQueue,
    Trial,
    Tryout,
)


@admin.register(Attempt)
class AttemptAdmin(ReadOnlyAdmin[Attempt]):
    """What was handed in, and how far its grading is."""

    list_display = ("enrolment", "assignment", "number", "state", "score", "submitted_at", "tries")
    list_filter = ("state", "queue", "assignment__cohort")
    list_select_related = (
        "enrolment__user",
        "enrolment__cohort",
        "assignment__exercise",
        "assignment__cohort",
    )
    search_fields = ("id", "enrolment__user__username", "assignment__exercise__slug", "blob")
    date_hierarchy = "submitted_at"
    actions = ("grade_again",)

    @admin.action(description=_("Grade again"))
    def grade_again(self, request: HttpRequest, attempts: QuerySet[Attempt]) -> None:
        """Grade the chosen attempts again."""
        count = regrade(attempts=attempts, by=cast("User", request.user))
        said = ngettext("%d attempt is graded again.", "%d attempts are graded again.", count)
        self.message_user(request, said % count, messages.SUCCESS)


@admin.register(Trial)
class TrialAdmin(ReadOnlyAdmin[Trial]):
    """The jobs of sweeps, and how far their gradings are."""

    list_display = ("attempt", "number", "parameters", "state", "queued_at", "tries")
    list_filter = ("state", "queue")
    list_select_related = (
        "attempt__enrolment__user",
        "attempt__enrolment__cohort",
        "attempt__assignment__exercise",
        "attempt__assignment__cohort",
    )
    search_fields = ("attempt__id", "attempt__enrolment__user__username")


@admin.register(PastReport)
class PastReportAdmin(ReadOnlyAdmin[PastReport]):
    """Reports that others replaced."""

    list_display = ("attempt", "score", "replaced_at", "replaced_by")
    list_select_related = (
        "attempt__enrolment__user",
        "attempt__enrolment__cohort",
        "attempt__assignment__exercise",
        "attempt__assignment__cohort",
        "replaced_by",
    )
    search_fields = ("attempt__id", "attempt__enrolment__user__username")


@admin.register(ServedQueue)
class ServedQueueAdmin(ReadOnlyAdmin[ServedQueue]):
    """Which workers serve which queue."""

    list_display = ("queue", "worker", "seen_at")


@admin.register(Tryout)
class TryoutAdmin(ReadOnlyAdmin[Tryout]):
    """The latest run of each student's notebook against public tests."""

    list_display = ("enrolment", "assignment", "state", "queued_at", "tries")
    list_filter = ("state", "queue")
    list_select_related = (
        "enrolment__user",
        "enrolment__cohort",
        "assignment__exercise",
        "assignment__cohort",
    )
    search_fields = ("enrolment__user__username", "assignment__exercise__slug")


@admin.register(LiveCurves)
class LiveCurvesAdmin(ReadOnlyAdmin[LiveCurves]):
    """What running attempts have logged so far."""

    list_display = ("attempt",)
    list_select_related = (
        "attempt__enrolment__user",
        "attempt__enrolment__cohort",
        "attempt__assignment__exercise",
        "attempt__assignment__cohort",
    )
    search_fields = ("attempt__id", "attempt__enrolment__user__username")


@admin.register(LiveLog)
class LiveLogAdmin(ReadOnlyAdmin[LiveLog]):
    """What running attempts have printed lately."""

    list_display = ("attempt",)
    list_select_related = (
        "attempt__enrolment__user",
        "attempt__enrolment__cohort",
        "attempt__assignment__exercise",
        "attempt__assignment__cohort",
    )
    search_fields = ("attempt__id", "attempt__enrolment__user__username")


@admin.register(LiveJobCurves)
class LiveJobCurvesAdmin(ReadOnlyAdmin[LiveJobCurves]):
    """What jobs of running sweeps have logged so far."""

    list_display = ("trial",)
    list_select_related = (
        "trial__attempt__enrolment__user",
        "trial__attempt__enrolment__cohort",
        "trial__attempt__assignment__exercise",
        "trial__attempt__assignment__cohort",
    )
    search_fields = ("trial__attempt__id", "trial__attempt__enrolment__user__username")


@admin.register(RegradePlan)
class RegradePlanAdmin(ReadOnlyAdmin[RegradePlan]):
    """Previews of what grading an exercise of a class again would change."""

    list_display = ("assignment", "version", "by", "created_at", "applied_at", "dropped_at")
    list_select_related = (
        "assignment__exercise",
        "assignment__cohort",
        "version__exercise",
        "by",
    )
    search_fields = ("assignment__exercise__slug", "assignment__cohort__name")


@admin.register(Regrading)
class RegradingAdmin(ReadOnlyAdmin[Regrading]):
    """The attempts of such previews, and how far their gradings are."""

    list_display = ("attempt", "plan_id", "state", "old_score", "score", "tries")
    list_filter = ("state", "queue")
    list_select_related = (
        "attempt__enrolment__user",
        "attempt__enrolment__cohort",
        "attempt__assignment__exercise",
        "attempt__assignment__cohort",
    )
    search_fields = ("attempt__id", "attempt__enrolment__user__username")


@admin.register(Check)
class CheckAdmin(ReadOnlyAdmin[Check]):
    """Folders of exercises that are proven before a class sees them."""

    list_display = ("slug", "digest", "by", "created_at")
    list_select_related = ("by",)
    search_fields = ("slug", "digest")


@admin.register(CheckJob)
class CheckJobAdmin(ReadOnlyAdmin[CheckJob]):
    """The solutions of such checks, and how far their gradings are."""

    list_display = ("proof", "number", "role", "solution", "state", "tries")
    list_filter = ("state", "queue", "role")
    list_select_related = ("proof",)
    search_fields = ("proof__slug", "solution")
