"""The leaderboards of a class."""

from __future__ import annotations

from functools import partial
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from graders.grader import grader_of
from portal.catalogue.access import set_to
from portal.catalogue.domain import current_version, open_version
from portal.catalogue.models import Assignment
from portal.courses.access import membership
from portal.courses.forms import PseudonymForm
from portal.courses.models import Enrolment
from portal.gradebook.domain import board, leaderboard


@require_safe
@login_required
def show_leaderboard(
    request: HttpRequest, cohort_id: UUID, slug: str | None = None
) -> HttpResponse:
    """Show the leaderboard of a class, over all exercises or of one."""
    enrolment = membership(request, cohort_id)
    cohort = enrolment.cohort
    assignment = set_to(enrolment, slug) if slug else None
    ordered = Assignment.objects.filter(cohort=cohort).order_by("exercise__position")
    context = {
        "enrolment": enrolment,
        "cohort": cohort,
        "assignment": assignment,
        "assignments": ordered.select_related("exercise"),
        "rows": leaderboard(cohort=cohort, assignment=assignment, viewer=enrolment),
        "form": PseudonymForm(instance=enrolment),
    } | (_boards(assignment, enrolment) if assignment else {})
    return render(request, "gradebook/leaderboard.html", context)


def _boards(assignment: Assignment, viewer: Enrolment) -> dict[str, object]:
    """Return the boards of an exercise that is ranked by a metric; nothing for any other."""
    exercise = open_version(current_version(assignment.exercise))
    ranking = grader_of(exercise.manifest.kind).ranking(exercise)
    if ranking is None:
        return {}
    ranked = partial(board, assignment=assignment, ranking=ranking, viewer=viewer)
    is_open = ranking.has_private and (viewer.is_staff or assignment.is_closed)
    return {
        "ranking": ranking,
        "public": ranked(private=False),
        "private": ranked(private=True) if is_open else None,
    }
