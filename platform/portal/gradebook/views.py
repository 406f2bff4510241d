"""A class: its exercises with one's own progress, its leaderboards, and its table for teachers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import groupby
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from graders.grader import grader_of
from graders.report import Text
from portal.catalogue.access import set_to
from portal.catalogue.domain import current_version, open_version
from portal.catalogue.models import Assignment
from portal.courses.access import membership, staff_membership
from portal.courses.forms import PseudonymForm
from portal.courses.models import Course, Enrolment
from portal.gradebook.domain import Cell, board, class_table, leaderboard, progress_of
from portal.submissions.models import Attempt


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter's title, None where the course names none, and its exercises."""

    title: Text | None
    cells: Sequence[Cell] = field(default=())


@require_safe
@login_required
def show_class(request: HttpRequest, cohort_id: UUID) -> HttpResponse:
    """Show the exercises of a class by chapter, with the visitor's own progress."""
    enrolment = membership(request, cohort_id)
    cells = progress_of(enrolment)
    context = {
        "enrolment": enrolment,
        "cohort": enrolment.cohort,
        "chapters": _by_chapter(enrolment.cohort.course, cells),
        "points": sum(cell.points or 0 for cell in cells),
        "total": sum(cell.assignment.exercise.points for cell in cells),
        "join_url": request.build_absolute_uri(f"/?code={enrolment.cohort.join_code}"),
    }
    return render(request, "gradebook/class.html", context)


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


@require_safe
@login_required
def show_table(request: HttpRequest, cohort_id: UUID) -> HttpResponse:
    """Show a class's staff the work of every student at every exercise."""
    enrolment = staff_membership(request, cohort_id)
    context = {
        "enrolment": enrolment,
        "cohort": enrolment.cohort,
        "table": class_table(cohort=enrolment.cohort),
    }
    return render(request, "gradebook/table.html", context)


@require_safe
@login_required
def show_student_work(
    request: HttpRequest, cohort_id: UUID, enrolment_id: int, slug: str
) -> HttpResponse:
    """Show a class's staff all attempts of one student at one exercise."""
    viewer = staff_membership(request, cohort_id)
    assignment = set_to(viewer, slug)
    students = Enrolment.objects.select_related("user")
    student = get_object_or_404(students, pk=enrolment_id, cohort=cohort_id)
    attempts = Attempt.objects.filter(enrolment=student, assignment=assignment)
    context = {
        "cohort": viewer.cohort,
        "assignment": assignment,
        "student": student,
        "attempts": attempts.defer("report", "progress").order_by("-number"),
    }
    return render(request, "gradebook/student_work.html", context)


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


def _by_chapter(course: Course, cells: Sequence[Cell]) -> list[Chapter]:
    """Return the cells, which come in the order of the course, under their chapters' titles."""
    titles = {one["id"]: Text.model_validate(one["title"]) for one in course.chapters}
    grouped = groupby(cells, key=lambda cell: cell.assignment.exercise.chapter)
    return [Chapter(titles.get(slug), tuple(group)) for slug, group in grouped]
