"""Mark a student's work by hand, and say something of it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.forms import BaseFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from portal.accounts.access import signed_in
from portal.catalogue.access import set_to
from portal.common.templatetags.portal import points as shown_points
from portal.courses.access import teacher_membership
from portal.courses.models import Enrolment
from portal.marking.access import attempt_to_discuss, work_to_change, work_to_read
from portal.marking.domain import (
    Criterion,
    comment,
    mark_rubric,
    override_points,
    overrides_of,
    rubric_of,
    set_rubric,
    withdraw_comment,
    withdraw_override,
)
from portal.marking.errors import BadComment, BadRubric, NotYours, PointsOutOfRange
from portal.marking.forms import CommentForm, CriterionForm, OverrideForm, ReasonForm, RubricFormSet
from portal.marking.models import Comment
from portal.submissions.models import Attempt


@require_POST
@login_required
def override(request: HttpRequest, cohort_id: UUID, enrolment_id: int, slug: str) -> HttpResponse:
    """Let the points that a teacher gives count."""
    work = work_to_change(request, cohort_id, enrolment_id, slug)
    form = OverrideForm(request.POST)
    worth = work.assignment.exercise.points
    if not form.is_valid():
        messages.error(request, _("Points need a number and a reason. Nothing was changed."))
        return _to_work(work.student, slug)
    try:
        override_points(
            enrolment=work.student,
            assignment=work.assignment,
            by=work.viewer.user,
            **form.cleaned_data,
        )
    except PointsOutOfRange:
        said = _("This exercise is worth between 0 and %(worth)s points. Nothing was changed.")
        messages.error(request, said % {"worth": shown_points(worth)})
    else:
        messages.success(request, _("These points count now."))
    return _to_work(work.student, slug)


@require_POST
@login_required
def take_back(request: HttpRequest, cohort_id: UUID, enrolment_id: int, slug: str) -> HttpResponse:
    """Let the attempts and the rubric count again."""
    work = work_to_change(request, cohort_id, enrolment_id, slug)
    form = ReasonForm(request.POST)
    given = overrides_of(enrolment=work.student, assignment=work.assignment)
    held = given.filter(withdrawn_at=None).first()
    if not form.is_valid():
        messages.error(request, _("Say why, please. Nothing was changed."))
    elif held and withdraw_override(
        override=held, reason=form.cleaned_data["reason"], by=work.viewer.user
    ):
        messages.success(request, _("The attempts and the rubric count again."))
    return _to_work(work.student, slug)


@require_POST
@login_required
def mark(request: HttpRequest, cohort_id: UUID, enrolment_id: int, slug: str) -> HttpResponse:
    """Let the ticked items of the rubric apply to a student's work."""
    work = work_to_read(request, cohort_id, enrolment_id, slug)
    items = [int(one) for one in request.POST.getlist("item") if one.isdecimal()]
    if mark_rubric(
        enrolment=work.student, assignment=work.assignment, items=items, by=work.viewer.user
    ):
        messages.success(request, _("The rubric is saved."))
    return _to_work(work.student, slug)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def rubric(request: HttpRequest, cohort_id: UUID, slug: str) -> HttpResponse:
    """Set the rubric of an exercise in a class."""
    viewer = teacher_membership(request, cohort_id)
    assignment = set_to(viewer, slug)
    initial = [
        {
            "number": one.pk,
            "title_fr": one.title_fr,
            "title_en": one.title_en,
            "points": shown_points(one.points),
        }
        for one in rubric_of(assignment)
    ]
    formset = RubricFormSet(request.POST or None, initial=initial)
    if request.method == "POST" and formset.is_valid():
        try:
            set_rubric(assignment=assignment, criteria=_criteria(formset), by=viewer.user)
        except BadRubric:
            messages.error(request, _("Somebody has changed this rubric meanwhile. Look again."))
        else:
            messages.success(request, _("The rubric is saved, and points follow it."))
        return redirect("rubric", cohort_id, slug)
    context = {"cohort": viewer.cohort, "assignment": assignment, "formset": formset}
    return render(request, "marking/rubric.html", context)


@require_POST
@login_required
def say(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    """Say something of a cell of an attempt, or of the whole."""
    sight = attempt_to_discuss(request, attempt_id)
    form = CommentForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("A comment is some text, of 5,000 characters at most."))
        return _to_attempt(sight.attempt, None)
    try:
        comment(attempt=sight.attempt, by=signed_in(request), **form.cleaned_data)
    except BadComment:
        messages.error(request, _("No more comments can be added here."))
    else:
        messages.success(request, _("The student can read your comment now."))
    return _to_attempt(sight.attempt, form.cleaned_data["cell"])


@require_POST
@login_required
def unsay(request: HttpRequest, attempt_id: UUID, comment_id: int) -> HttpResponse:
    """Take back a comment."""
    sight = attempt_to_discuss(request, attempt_id)
    said = get_object_or_404(
        Comment.objects.select_related("attempt__enrolment", "attempt__assignment__exercise"),
        pk=comment_id,
        attempt=sight.attempt,
    )
    try:
        withdraw_comment(comment=said, by=sight.viewer)
    except NotYours as error:
        raise PermissionDenied from error
    messages.success(request, _("The comment was withdrawn."))
    return _to_attempt(sight.attempt, said.cell)


def _criteria(formset: BaseFormSet[CriterionForm]) -> list[Criterion]:
    """Return the lines of the form in the order that it gives, without those that go."""
    # A new line has no place of its own: it comes after all that have one.
    lines = [form.cleaned_data for form in formset.forms if form.cleaned_data]
    placed = sorted(lines, key=lambda line: (line["ORDER"] is None, line["ORDER"] or 0))
    return [
        Criterion(
            title_fr=line["title_fr"],
            title_en=line["title_en"],
            points=line["points"],
            number=line["number"],
        )
        for line in placed
        if not line["DELETE"]
    ]


def _to_work(student: Enrolment, slug: str) -> HttpResponse:
    return redirect("student-work", student.cohort_id, student.pk, slug)


def _to_attempt(attempt: Attempt, cell: int | None) -> HttpResponse:
    work = attempt.assignment
    place = reverse("student-work", args=[work.cohort_id, attempt.enrolment_id, work.exercise.slug])
    return redirect(f"{place}?attempt={attempt.number}#say-{cell or 'all'}")
