"""An exercise as a student works on it: the statement, handing in, answering."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from exercises.exercise import Exercise
from exercises.spec import Form
from graders.grader import RoomGrader, grader_of
from portal.catalogue.access import set_to
from portal.catalogue.domain import current_version, deadline_of, open_version
from portal.catalogue.models import Assignment
from portal.common.errors import BlobNotKept
from portal.common.views import too_large
from portal.courses.access import membership
from portal.courses.models import Enrolment
from portal.settings.env import GPU_QUEUE
from portal.submissions.access import student_report
from portal.submissions.domain import (
    accept_answers,
    accept_file,
    attempts_left,
    gpu_budget,
    is_served,
    next_attempt_at,
    question_for,
    read_answers,
)
from portal.submissions.errors import SubmissionError
from portal.submissions.models import Attempt, State
from portal.submissions.sheet import answer_sheet, typed_answers
from portal.submissions.wording import refusal

ATTEMPTS_BEFORE_SOLUTION = 3
"""After how many the worked solution opens where attempts are not limited."""


@require_safe
@login_required
def show(request: HttpRequest, cohort_id: UUID, slug: str) -> HttpResponse:
    """Show the statement, what to hand in, and all earlier attempts."""
    enrolment = membership(request, cohort_id)
    assignment = set_to(enrolment, slug)
    exercise = open_version(current_version(assignment.exercise))
    attempts = list(
        Attempt.objects.filter(enrolment=enrolment, assignment=assignment)
        .defer("report", "progress")
        .order_by("-number")
    )
    scores = [one.score for one in attempts if one.score is not None]
    deadline = deadline_of(enrolment=enrolment, assignment=assignment)
    context: dict[str, Any] = {
        "enrolment": enrolment,
        "cohort": enrolment.cohort,
        "assignment": assignment,
        "manifest": exercise.manifest,
        "statement": exercise.statement(get_language() or "en"),
        "attempts": attempts,
        "best": max(scores, default=None),
        "left": attempts_left(enrolment=enrolment, assignment=assignment),
        "deadline": deadline,
        "data_name": exercise.data_name(settings.NOYAU.data),
        "public_files": exercise.public_names,
    } | _upload(enrolment, assignment, exercise)
    if exercise.manifest.gpu:
        context |= {"gpu_budget": gpu_budget(enrolment), "lacks_gpu": not is_served(GPU_QUEUE)}
    if exercise.manifest.kind.form is Form.ANSWERS:
        context |= _question(enrolment, assignment, attempts, is_closed=deadline.is_closed())
        context["solution_is_open"] = _solution_is_open(attempts, scores, context)
    return render(request, "submissions/exercise.html", context)


@require_POST
@login_required
def hand_in(request: HttpRequest, cohort_id: UUID, slug: str) -> HttpResponse:
    """Take in a file, and go to where its grading can be followed."""
    enrolment = membership(request, cohort_id)
    assignment = set_to(enrolment, slug)
    upload = request.FILES.get("notebook")
    if upload is None:
        messages.error(request, _("Choose a file first."))
        return redirect("exercise", cohort_id, slug)
    if upload.size is None or upload.size > settings.MAX_UPLOAD_BYTES:
        return too_large(request)
    try:
        attempt = accept_file(
            enrolment=enrolment,
            assignment=assignment,
            filename=upload.name or "",
            content=upload.read(),
        )
    except (SubmissionError, BlobNotKept) as error:
        messages.error(request, refusal(error))
        return redirect("exercise", cohort_id, slug)
    return redirect("attempt", attempt.pk)


@require_POST
@login_required
def answer(request: HttpRequest, cohort_id: UUID, slug: str) -> HttpResponse:
    """Grade the typed answers and go back to them."""
    enrolment = membership(request, cohort_id)
    assignment = set_to(enrolment, slug)
    try:
        question = question_for(enrolment=enrolment, assignment=assignment)
        answers = typed_answers(question, request.POST.dict())
        accept_answers(enrolment=enrolment, assignment=assignment, answers=answers)
    except (SubmissionError, BlobNotKept) as error:
        messages.error(request, refusal(error))
    return redirect("exercise", cohort_id, slug)


def _upload(enrolment: Enrolment, assignment: Assignment, exercise: Exercise) -> dict[str, Any]:
    """Return what the form for a file says of it; nothing where no file is handed in."""
    grader = grader_of(exercise.manifest.kind)
    if not isinstance(grader, RoomGrader):
        return {}
    daily = grader.daily_limit(exercise)
    return {
        "accepts": grader.accepts,
        "max_bytes": grader.max_bytes(exercise),
        "daily_limit": daily,
        "again_at": next_attempt_at(enrolment=enrolment, assignment=assignment, daily=daily),
    }


def _question(
    enrolment: Enrolment, assignment: Assignment, attempts: list[Attempt], *, is_closed: bool
) -> dict[str, Any]:
    """Return the student's variant, with the verdict on the last answer to this version of it."""
    question = question_for(enrolment=enrolment, assignment=assignment)
    latest = attempts[0] if attempts else None
    if latest is None or latest.version_id != assignment.exercise.current_id:
        return {"question": question, "sheet": answer_sheet(question)}
    report = student_report(latest, is_closed=is_closed)
    sheet = answer_sheet(question, typed=read_answers(latest), report=report)
    return {"question": question, "sheet": sheet, "latest": latest, "report": report}


def _solution_is_open(
    attempts: list[Attempt], scores: list[float], context: dict[str, Any]
) -> bool:
    """Return whether the worked solution may be read: it would give the answer away before."""
    if not attempts:
        return False
    if context["left"] is None:
        used_up = sum(one.state == State.GRADED for one in attempts) >= ATTEMPTS_BEFORE_SOLUTION
    else:
        used_up = context["left"] == 0
    return used_up or context["deadline"].is_closed() or max(scores, default=0) >= 1
