"""The leaderboards of a class."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.catalogue.access import set_to
from portal.catalogue.domain import deadline_of
from portal.catalogue.models import Assignment
from portal.courses.access import membership
from portal.courses.forms import PseudonymForm
from portal.courses.models import Enrolment
from portal.gradebook.board_table import metrics_table, points_table
from portal.gradebook.domain import board, leaderboard, rank_history, ranking_of
from portal.gradebook.plots import pareto_plots, rank_plot


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
    rows = leaderboard(cohort=cohort, assignment=assignment, viewer=enrolment)
    context: dict[str, object] = {
        "enrolment": enrolment,
        "cohort": cohort,
        "assignment": assignment,
        "assignments": ordered.select_related("exercise"),
        "points": points_table(rows, name="points", title=_("Points"), asked=request.GET),
        "form": PseudonymForm(instance=enrolment),
    }
    if assignment is not None:
        context |= _boards(assignment, enrolment, request.GET)
    elif not enrolment.is_staff:
        context["history"] = rank_plot(rank_history(enrolment=enrolment))
    return render(request, "gradebook/leaderboard.html", context)


def _boards(assignment: Assignment, viewer: Enrolment, asked: QueryDict) -> dict[str, object]:
    """Return the boards of an exercise that is ranked by metrics; nothing for any other."""
    ranking = ranking_of(assignment)
    if ranking is None:
        return {}
    rows = board(assignment=assignment, ranking=ranking, private=False, viewer=viewer)
    title = _("Public board") if ranking.has_private else _("Best models")
    boards = [metrics_table(rows, ranking=ranking, name="public", title=title, asked=asked)]
    is_closed = deadline_of(enrolment=viewer, assignment=assignment).is_closed()
    is_open = ranking.has_private and (viewer.is_staff or is_closed)
    if is_open:
        hidden = board(assignment=assignment, ranking=ranking, private=True, viewer=viewer)
        title = _("Private board")
        boards.append(
            metrics_table(hidden, ranking=ranking, name="private", title=title, asked=asked)
        )
    return {
        "boards": boards,
        "plots": pareto_plots(rows, ranking),
        "private_is_early": is_open and not is_closed,
        "private_is_hidden": ranking.has_private and not is_open,
    }
