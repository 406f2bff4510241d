"""The schedule of a class: what it works on, from when, until when, and how often."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from portal.accounts.access import signed_in
from portal.catalogue.domain import TERMS, Slot, assignments_in_use, save_schedule
from portal.catalogue.errors import AssignmentInUse
from portal.catalogue.forms import MINUTES, FillForm, SlotForm
from portal.catalogue.models import Assignment, Exercise
from portal.courses.access import teacher_membership
from portal.courses.models import Cohort


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def schedule(request: HttpRequest, cohort_id: UUID) -> HttpResponse:
    """Show a teacher every exercise of the course on one form; fill its rows, or save them."""
    enrolment = teacher_membership(request, cohort_id)
    cohort = enrolment.cohort
    is_post = request.method == "POST"
    rows, fill = _rows(cohort, request.POST if is_post else None), FillForm()
    if is_post and request.POST.get("do") == "fill":
        fill = FillForm(request.POST)
        if fill.is_valid():
            rows = _rows(cohort, _filled(request.POST, rows, fill))
            messages.success(request, _("Filled in below. Nothing is saved yet."))
    elif is_post and all(row.is_valid() for row in rows):
        slots = [Slot(row.exercise, row.terms) for row in rows]
        try:
            save_schedule(cohort=cohort, slots=slots, by=signed_in(request))
        except AssignmentInUse as error:
            messages.error(
                request,
                _("Nothing was saved: the class has begun to work on “%(slug)s”.")
                % {"slug": error.slug},
            )
        else:
            messages.success(request, _("Saved."))
        return redirect("schedule", cohort_id)
    context = {
        "enrolment": enrolment,
        "cohort": cohort,
        "rows": rows,
        "fill": fill,
        "has_errors": any(row.is_bound and row.errors for row in rows),
    }
    return render(request, "catalogue/schedule.html", context)


def _rows(cohort: Cohort, data: QueryDict | None) -> list[SlotForm]:
    """Return the form of each exercise of the course, in its order. Three queries."""
    set_already = {one.exercise_id: one for one in Assignment.objects.filter(cohort=cohort)}
    used = assignments_in_use(cohort.pk)
    exercises = Exercise.objects.filter(course=cohort.course_id, current__isnull=False)
    rows = []
    for exercise in exercises.order_by("position"):
        assignment = set_already.get(exercise.pk)
        in_use = assignment is not None and assignment.pk in used
        rows.append(SlotForm(data, exercise=exercise, assignment=assignment, in_use=in_use))
    return rows


def _filled(sent: QueryDict, rows: Sequence[SlotForm], fill: FillForm) -> QueryDict:
    """Return what was sent, with the terms that `fill` holds in each row that is set."""
    data = sent.copy()
    chapters: list[str] = []
    for row in rows:
        if not (row.in_use or data.get(row.add_prefix("is_set"))):
            continue
        if row.exercise.chapter not in chapters:
            chapters.append(row.exercise.chapter)
        days = (fill.cleaned_data["chapter_days"] or 0) * (len(chapters) - 1)
        for name in TERMS:
            value = fill.cleaned_data[name]
            if isinstance(value, datetime):
                # By the clock, so that the hour is the same in summer and winter.
                value = (localtime(value) + timedelta(days=days)).strftime(MINUTES)
            if value is not None:
                data[row.add_prefix(name)] = str(value)
    return data
