"""Grading again, asked for by a class's teachers: one attempt at once, an exercise by a preview."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from portal.accounts.access import signed_in
from portal.catalogue.access import set_to
from portal.catalogue.models import Assignment
from portal.courses.access import staff_membership
from portal.courses.models import Enrolment
from portal.submissions.access import gradable_attempt
from portal.submissions.domain import open_plans, plan_regrade, regrade
from portal.submissions.domain.regrade import REGRADABLE
from portal.submissions.models import Attempt


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def regrade_attempt(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    """Grade one attempt again, once a teacher confirms it."""
    sight = gradable_attempt(request, attempt_id)
    attempts = Attempt.objects.filter(pk=attempt_id, state__in=REGRADABLE)
    done = reverse("attempt", args=[attempt_id])
    if request.method != "POST":
        context = _context(sight.viewer, sight.attempt.assignment, attempts) | {"done": done}
        return render(request, "submissions/regrade.html", context)
    _must_teach(sight.viewer)
    count = regrade(attempts=attempts, by=signed_in(request), anew="anew" in request.POST)
    said = ngettext(
        "%(count)s attempt is being graded again.",
        "%(count)s attempts are being graded again.",
        count,
    )
    messages.success(request, said % {"count": count})
    return redirect(done)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def regrade_exercise(request: HttpRequest, cohort_id: UUID, slug: str) -> HttpResponse:
    """Have all of a class's attempts at one exercise graded again for a preview, and go there."""
    viewer = staff_membership(request, cohort_id)
    assignment = set_to(viewer, slug)
    if request.method != "POST":
        attempts = Attempt.objects.filter(assignment=assignment, state__in=REGRADABLE)
        context = _context(viewer, assignment, attempts) | {
            "done": reverse("class-table", args=[cohort_id]),
            "is_preview": True,
            "open_plan": open_plans(assignment).select_related("by").first(),
        }
        return render(request, "submissions/regrade.html", context)
    _must_teach(viewer)
    plan = plan_regrade(assignment=assignment, by=viewer.user, anew="anew" in request.POST)
    return redirect("regrade-plan", cohort_id, slug, plan.pk)


def _must_teach(viewer: Enrolment) -> None:
    if not viewer.is_teacher:
        raise PermissionDenied


def _context(
    viewer: Enrolment, assignment: Assignment, attempts: QuerySet[Attempt]
) -> dict[str, Any]:
    return {
        "viewer": viewer,
        "count": attempts.count(),
        "has_kept_runs": attempts.exclude(transcript="").exists(),
        "assignment": assignment,
        "cohort": assignment.cohort,
    }
