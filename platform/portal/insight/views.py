"""A class at a glance: the map of heat, an exercise, and work that looks alike."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from exercises.spec import Kind
from portal.catalogue.access import set_to
from portal.catalogue.domain import current_version, open_version
from portal.catalogue.models import Assignment
from portal.courses.access import staff_membership, teacher_membership
from portal.courses.models import Enrolment
from portal.insight.charts import charts_of, endings, mistake_rows
from portal.insight.domain.code import given_passages, handed_in_code
from portal.insight.domain.comparisons import ask_for_comparison, decide_pair, is_under_way
from portal.insight.domain.exercise import NEAR, exercise_insight
from portal.insight.domain.heat import Order, heat_map
from portal.insight.domain.passages import side_by_side
from portal.insight.domain.progress import PATIENCE
from portal.insight.domain.similar import THRESHOLD
from portal.insight.forms import DecisionForm
from portal.insight.models import Comparison, Decision, SimilarPair

PER_CENT = 100
WITH_CODE = frozenset(kind.value for kind in Kind if kind.needs_notebook)
"""Kinds of exercises for which a notebook is handed in."""


@require_safe
@login_required
def show_heat(request: HttpRequest, cohort_id: UUID) -> HttpResponse:
    """Show a class's staff how far each student is in each exercise."""
    viewer = staff_membership(request, cohort_id)
    asked = request.GET.get("sort", "")
    order = Order(asked) if asked in set(Order) else Order.NAME
    heat = heat_map(cohort=viewer.cohort, order=order)
    context = {
        "enrolment": viewer,
        "cohort": viewer.cohort,
        "heat": heat,
        "order": order,
        "slugs": [one.exercise.slug for one in heat.assignments],
        "columns": list(zip(heat.assignments, heat.means, strict=True)),
        "shades": range(11),
    }
    return render(request, "insight/heat.html", context)


@require_safe
@login_required
def show_exercise(request: HttpRequest, cohort_id: UUID, slug: str) -> HttpResponse:
    """Show a class's staff how the class gets on with one exercise."""
    viewer = staff_membership(request, cohort_id)
    assignment = set_to(viewer, slug)
    insight = exercise_insight(assignment=assignment)
    context = _context(viewer, assignment) | {
        "insight": insight,
        "figures": insight.figures,
        "charts": charts_of(insight.figures),
        "mistakes": mistake_rows(insight.mistakes),
        "endings": endings(insight.problems),
        "patience": PATIENCE,
        "near": NEAR.days,
    }
    return render(request, "insight/exercise.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def show_similar(request: HttpRequest, cohort_id: UUID, slug: str) -> HttpResponse:
    """List a class's alike work to its staff; a teacher may have it compared anew."""
    is_asking = request.method == "POST"
    viewer = (teacher_membership if is_asking else staff_membership)(request, cohort_id)
    assignment = _comparable(viewer, slug)
    if is_asking:
        ask_for_comparison(assignment=assignment)
        return redirect("similar", cohort_id, slug)
    comparison = Comparison.objects.filter(assignment=assignment).first()
    pairs = SimilarPair.objects.filter(assignment=assignment).select_related(
        "first__enrolment__user", "second__enrolment__user", "decided_by"
    )
    context = _context(viewer, assignment) | {
        "comparison": comparison,
        "is_under_way": is_under_way(comparison),
        "pairs": pairs.defer("first__report", "second__report").order_by("-score", "-shared", "pk"),
        "threshold": round(PER_CENT * THRESHOLD),
    }
    return render(request, "insight/similar.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def show_pair(request: HttpRequest, cohort_id: UUID, slug: str, pair_id: int) -> HttpResponse:
    """Show two alike pieces of work side by side; a teacher may say what to make of them."""
    is_deciding = request.method == "POST"
    viewer = (teacher_membership if is_deciding else staff_membership)(request, cohort_id)
    assignment = _comparable(viewer, slug)
    pairs = SimilarPair.objects.select_related(
        "assignment__cohort", "assignment__exercise", "decided_by",
        "first__enrolment__user", "second__enrolment__user",
    )  # fmt: skip
    pair = get_object_or_404(pairs, pk=pair_id, assignment=assignment)
    form = DecisionForm(
        request.POST if is_deciding else None,
        initial={"decision": pair.decision, "reason": pair.reason},
    )
    if is_deciding and form.is_valid():
        decide_pair(
            pair=pair,
            by=viewer.user,
            decision=Decision(form.cleaned_data["decision"]),
            reason=form.cleaned_data["reason"],
        )
        messages.success(request, _("Saved."))
        return redirect("similar", cohort_id, slug)
    context = _context(viewer, assignment) | {"pair": pair, "form": form, "sides": _sides(pair)}
    return render(request, "insight/pair.html", context)


def _sides(pair: SimilarPair) -> list[tuple[str, str, object, object]]:
    """Return the two sides: an id, the other's id, the attempt, and its code in segments."""
    exercise = open_version(current_version(pair.assignment.exercise))
    limits = exercise.manifest.limits
    code = (handed_in_code(one.blob, limits) for one in (pair.first, pair.second))
    left, right = side_by_side(*code, given=given_passages(exercise))
    return [("left", "right", pair.first, left), ("right", "left", pair.second, right)]


def _comparable(viewer: Enrolment, slug: str) -> Assignment:
    """Return the assignment of an exercise that notebooks are handed in for. Raises Http404."""
    assignment = set_to(viewer, slug)
    if assignment.exercise.kind not in WITH_CODE:
        raise Http404
    return assignment


def _context(viewer: Enrolment, assignment: Assignment) -> dict[str, object]:
    return {
        "enrolment": viewer,
        "cohort": viewer.cohort,
        "assignment": assignment,
        "has_code": assignment.exercise.kind in WITH_CODE,
    }
