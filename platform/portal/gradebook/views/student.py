"""A student's work at one exercise, where the class's staff marks it."""

from __future__ import annotations

import html
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import strip_tags
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.catalogue.models import Assignment
from portal.common import blobs
from portal.common.errors import BlobError
from portal.common.rendering.notebook import UnreadableNotebook, render_notebook
from portal.courses.models import AuditLine, Enrolment
from portal.courses.wording import sentence
from portal.gradebook.domain.account import account_of
from portal.gradebook.domain.people import neighbours
from portal.marking.access import work_to_read
from portal.marking.domain import comments_on, overrides_of, rubric_of
from portal.marking.domain.comments import LONGEST
from portal.marking.forms import LONGEST_REASON
from portal.marking.models import Comment
from portal.submissions.models import Attempt

LONGEST_LINE = 60
MOST_LINES = 50


@dataclass(frozen=True, slots=True)
class Place:
    """What may be commented on: a code cell and its first line, or the whole, without either."""

    number: int | None
    line: str | None
    comments: Sequence[Comment]


@require_safe
@never_cache
@login_required
def show_student_work(
    request: HttpRequest, cohort_id: UUID, enrolment_id: int, slug: str
) -> HttpResponse:
    """Show a class's staff one student's attempts at one exercise, to be marked."""
    work = work_to_read(request, cohort_id, enrolment_id, slug)
    student, assignment = work.student, work.assignment
    account = account_of(enrolment=student, assignment=assignment)
    attempts = list(
        Attempt.objects.filter(enrolment=student, assignment=assignment)
        .defer("report", "progress")
        .order_by("-number")
    )
    shown = _chosen(request, attempts, account.best)
    before, after = neighbours(student=student)
    context = {
        "cohort": assignment.cohort,
        "assignment": assignment,
        "viewer": work.viewer,
        "student": student,
        "attempts": attempts,
        "account": account,
        "rubric": rubric_of(assignment),
        "applies": {one.pk for one in account.items},
        "overrides": overrides_of(enrolment=student, assignment=assignment),
        "shown": shown,
        "places": _places(shown) if shown else (),
        "history": _history(student, assignment),
        "before": before,
        "after": after,
        "longest_comment": LONGEST,
        "longest_reason": LONGEST_REASON,
    }
    return render(request, "gradebook/student_work.html", context)


def _chosen(
    request: HttpRequest, attempts: Sequence[Attempt], best: Attempt | None
) -> Attempt | None:
    """Return the attempt that is asked for, else the one that counts, else the latest."""
    wanted = request.GET.get("attempt", "")
    numbers = {str(one.number): one for one in attempts}
    held = best.number if best else None
    return numbers.get(wanted) or numbers.get(str(held)) or next(iter(attempts), None)


def _places(attempt: Attempt) -> list[Place]:
    """Return the whole and each code cell, with what is said of it already."""
    said: dict[int | None, list[Comment]] = defaultdict(list)
    for one in comments_on(attempt):
        said[one.cell].append(one)
    lines = _first_lines(attempt)
    # What was said of a cell stays readable where the notebook is lost.
    lines |= {cell: "" for cell in said if cell is not None and cell not in lines}
    cells = [Place(number, lines[number], said[number]) for number in sorted(lines)]
    return [Place(None, None, said[None]), *cells]


def _first_lines(attempt: Attempt) -> dict[int, str]:
    """Return the first line of each code cell of the executed notebook, by its number."""
    if not attempt.executed:
        return {}
    try:
        cells = render_notebook(blobs.read(attempt.executed))
    except (UnreadableNotebook, BlobError):
        return {}
    return {
        cell.number: html.unescape(strip_tags(cell.source))
        .strip()
        .partition("\n")[0][:LONGEST_LINE]
        for cell in cells
        if cell.number is not None
    }


def _history(student: Enrolment, assignment: Assignment) -> list[tuple[AuditLine, str]]:
    """Return the latest lines of the audit log about this work, with what they say."""
    lines = AuditLine.objects.filter(
        cohort=student.cohort_id, student=student, subject=assignment.exercise.slug
    ).select_related("by")
    return [(one, sentence(one)) for one in lines[:MOST_LINES]]
