"""What a regrade of an exercise would change, seen before it counts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from graders.report import Report
from portal.catalogue.access import set_to
from portal.courses.access import staff_membership
from portal.courses.models import Enrolment
from portal.gradebook.domain.preview import compared, no_longer, preview_of
from portal.submissions.domain import apply_plan, drop_plan
from portal.submissions.errors import PlanDropped, PlanUnfinished
from portal.submissions.models import RegradePlan


@require_safe
@never_cache
@login_required
def show_plan(request: HttpRequest, cohort_id: UUID, slug: str, plan_id: UUID) -> HttpResponse:
    """Show a class's staff what a plan changes. The page follows until all is graded."""
    viewer, plan = _plan(request, cohort_id, slug, plan_id)
    return render(request, "gradebook/plan.html", _context(viewer, plan))


@require_safe
@never_cache
@login_required
def live_plan(request: HttpRequest, cohort_id: UUID, slug: str, plan_id: UUID) -> HttpResponse:
    """Show the part of that page that changes."""
    viewer, plan = _plan(request, cohort_id, slug, plan_id)
    return render(request, "gradebook/plan_body.html", _context(viewer, plan))


@require_safe
@never_cache
@login_required
def compare(
    request: HttpRequest, cohort_id: UUID, slug: str, plan_id: UUID, attempt_id: UUID
) -> HttpResponse:
    """Show the report that an attempt would get beside the one that it has."""
    _viewer, plan = _plan(request, cohort_id, slug, plan_id)
    regradings = plan.regradings.select_related("attempt__enrolment__user")
    found = get_object_or_404(regradings, attempt=attempt_id)
    if found.report is None or found.score is None:
        # It is not graded yet, or applied, and then the attempt's own page shows it.
        raise Http404
    old = found.attempt.report
    before = None if old is None else Report.model_validate(old)
    after = Report.model_validate(found.report)
    context = {
        "cohort": plan.assignment.cohort,
        "assignment": plan.assignment,
        "plan": plan,
        "regrading": found,
        "attempt": found.attempt,
        "tests": compared(before, after),
        "no_longer": no_longer(before, after),
        "problem": after.problem,
    }
    return render(request, "gradebook/compare.html", context)


@require_POST
@login_required
def apply(request: HttpRequest, cohort_id: UUID, slug: str, plan_id: UUID) -> HttpResponse:
    """Let what a plan came to count."""
    viewer, plan = _plan_to_decide(request, cohort_id, slug, plan_id)
    try:
        count = apply_plan(plan=plan, by=viewer.user)
    except PlanUnfinished:
        messages.error(request, _("Some attempts are still being graded. Nothing was changed."))
    except PlanDropped:
        messages.error(request, _("This preview was dropped. Nothing was changed."))
    else:
        said = ngettext(
            "%(count)s attempt has its new result.", "%(count)s attempts have their new results.",
            count,
        )  # fmt: skip
        messages.success(request, said % {"count": count})
    return redirect("regrade-plan", cohort_id, slug, plan_id)


@require_POST
@login_required
def drop(request: HttpRequest, cohort_id: UUID, slug: str, plan_id: UUID) -> HttpResponse:
    """Give up a plan: nothing of it will ever count."""
    viewer, plan = _plan_to_decide(request, cohort_id, slug, plan_id)
    drop_plan(plan=plan, by=viewer.user)
    messages.success(request, _("The preview was dropped. Every result stays as it is."))
    return redirect("regrade-exercise", cohort_id, slug)


def _plan(
    request: HttpRequest, cohort_id: UUID, slug: str, plan_id: UUID
) -> tuple[Enrolment, RegradePlan]:
    viewer = staff_membership(request, cohort_id)
    plans = RegradePlan.objects.select_related(
        "assignment__exercise", "assignment__cohort", "version", "by"
    )
    return viewer, get_object_or_404(plans, pk=plan_id, assignment=set_to(viewer, slug))


def _plan_to_decide(
    request: HttpRequest, cohort_id: UUID, slug: str, plan_id: UUID
) -> tuple[Enrolment, RegradePlan]:
    viewer, plan = _plan(request, cohort_id, slug, plan_id)
    if not viewer.is_teacher:
        raise PermissionDenied
    return viewer, plan


def _context(viewer: Enrolment, plan: RegradePlan) -> dict[str, Any]:
    return {
        "viewer": viewer,
        "cohort": plan.assignment.cohort,
        "assignment": plan.assignment,
        "plan": plan,
        "is_open": plan.applied_at is None and plan.dropped_at is None,
        "preview": preview_of(plan),
    }
