"""A class: its exercises with one's own progress, and its table for teachers."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.courses.access import membership, staff_membership
from portal.gradebook.board_table import page_number
from portal.gradebook.domain import chapters_of, class_table, next_up, progress_of


@require_safe
@login_required
def show_class(request: HttpRequest, cohort_id: UUID) -> HttpResponse:
    """Show the exercises of a class by chapter, with the visitor's own progress."""
    enrolment = membership(request, cohort_id)
    cells = progress_of(enrolment)
    context = {
        "enrolment": enrolment,
        "cohort": enrolment.cohort,
        "chapters": chapters_of(course=enrolment.cohort.course, cells=cells),
        "next_up": () if enrolment.is_staff else next_up(cells),
        "points": sum(cell.points or 0 for cell in cells),
        "total": sum(cell.assignment.exercise.points for cell in cells),
        "join_url": request.build_absolute_uri(f"/?code={enrolment.cohort.join_code}"),
    }
    return render(request, "gradebook/class.html", context)


@require_safe
@login_required
def show_table(request: HttpRequest, cohort_id: UUID) -> HttpResponse:
    """Show a class's staff the work of every student at every exercise."""
    enrolment = staff_membership(request, cohort_id)
    context = {
        "enrolment": enrolment,
        "cohort": enrolment.cohort,
        "table": class_table(
            cohort=enrolment.cohort, page=page_number(request.GET.get("page", ""))
        ),
    }
    return render(request, "gradebook/table.html", context)
