"""What insight keeps, to be looked at and not changed: the portal writes it."""

from __future__ import annotations

from django.contrib import admin

from portal.common.admin import ReadOnlyAdmin
from portal.insight.models import AttemptFacts, Comparison, Finding, Fingerprint, SimilarPair


@admin.register(AttemptFacts)
class AttemptFactsAdmin(ReadOnlyAdmin[AttemptFacts]):
    """Facts of graded attempts."""

    list_display = ("attempt_id", "submitted_at", "score", "problem")
    search_fields = ("enrolment__user__username", "assignment__exercise__slug")


@admin.register(Finding)
class FindingAdmin(ReadOnlyAdmin[Finding]):
    """What tests and mistakes are called."""

    list_display = ("exercise", "kind", "name", "title_en")
    list_filter = ("kind",)
    list_select_related = ("exercise",)
    search_fields = ("exercise__slug", "name")


@admin.register(Fingerprint)
class FingerprintAdmin(ReadOnlyAdmin[Fingerprint]):
    """Fingerprints of notebooks."""

    list_display = ("blob", "given", "scheme")
    search_fields = ("blob",)


@admin.register(Comparison)
class ComparisonAdmin(ReadOnlyAdmin[Comparison]):
    """Comparisons that were asked for."""

    list_display = ("assignment", "asked_at", "done_at", "compared")
    list_select_related = ("assignment__exercise", "assignment__cohort")
    search_fields = ("assignment__exercise__slug",)


@admin.register(SimilarPair)
class SimilarPairAdmin(ReadOnlyAdmin[SimilarPair]):
    """Work that looks alike."""

    list_display = ("assignment", "first_id", "second_id", "score", "decision")
    list_filter = ("decision",)
    list_select_related = ("assignment__exercise", "assignment__cohort")
    search_fields = ("assignment__exercise__slug",)
