"""One attempt: followed while it is graded, then its result, for good."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from exercises.spec import Form
from graders.report import Report
from portal.catalogue.domain import open_version
from portal.common import blobs
from portal.common.middleware import HEADER
from portal.common.rendering.notebook import UnreadableNotebook, render_notebook
from portal.submissions.access import Sight, own_attempt, visible_attempt
from portal.submissions.curves import drawings
from portal.submissions.domain import (
    live_curves,
    live_job_curves,
    live_log,
    may_be_stopped,
    outlook,
    past_reports,
    read_answers,
    receipt,
    stop,
    trials_progress,
    usual_seconds,
    variant_seed,
    waits_in_vain,
)
from portal.submissions.errors import TooLateToStop
from portal.submissions.jobs import job_drawings, jobs_of
from portal.submissions.models import Attempt, State
from portal.submissions.sheet import Field, answer_sheet
from portal.submissions.wording import refusal

SANDBOX = "sandbox; default-src 'none'; img-src data:; style-src 'self'; frame-ancestors 'self'"
"""The policy of what students wrote: no script, no form, nothing from elsewhere."""

SUFFIXES = (".ipynb", ".csv", ".npz")


@require_safe
@login_required
def show(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    """Show an attempt. While it is not settled the page keeps itself up to date."""
    return _page(request, "submissions/attempt.html", attempt_id)


@require_safe
@never_cache
@login_required
def live(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    """Show the part of that page that changes."""
    return _page(request, "submissions/attempt_live.html", attempt_id)


@require_POST
@login_required
def stop_own(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    """Stop an attempt of the visitor's own, or say that it is too late."""
    attempt = own_attempt(request, attempt_id)
    try:
        stop(attempt=attempt)
    except TooLateToStop as error:
        messages.error(request, refusal(error))
    return redirect("attempt", attempt_id)


def _page(request: HttpRequest, template: str, attempt_id: UUID) -> HttpResponse:
    sight = visible_attempt(request, attempt_id)
    attempt = sight.attempt
    context: dict[str, Any] = {
        "attempt": attempt,
        "assignment": attempt.assignment,
        "cohort": attempt.assignment.cohort,
        "viewer": sight.viewer,
        "is_own": sight.is_own,
    }
    context |= _settled(sight) if attempt.is_settled else _live(sight)
    return render(request, template, context)


def _settled(sight: Sight) -> dict[str, Any]:
    attempt, report = sight.attempt, sight.report
    return {
        "report": report,
        "receipt": receipt(attempt),
        "sheet": _sheet(sight),
        **_measured(report),
        # What broke a test of ours may quote it.
        "keeps_secrets": report is not None and report.is_ours and not sight.viewer.is_staff,
        "past_reports": past_reports(attempt) if sight.viewer.is_staff else (),
    }


def _live(sight: Sight) -> dict[str, Any]:
    attempt = sight.attempt
    context: dict[str, Any] = {"can_stop": sight.is_own and may_be_stopped(attempt)}
    if attempt.state == State.QUEUED:
        return context | {"outlook": outlook(attempt), "lacks_gpu": waits_in_vain(attempt)}
    context["usual"] = usual_seconds(attempt)
    if attempt.trial_count:
        attempt.progress = trials_progress(attempt).model_dump()
        return context | {"drawings": job_drawings(live_job_curves(attempt))}
    return context | {"drawings": drawings(live_curves(attempt)), "tail": live_log(attempt)}


def _measured(report: Report | None) -> dict[str, Any]:
    """Return the charts of what was logged, and the table of a sweep's jobs."""
    if report is None:
        return {}
    if report.sweep is None:
        return {"drawings": drawings(report.curves)}
    jobs = jobs_of(report.sweep)
    return {"jobs": jobs, "drawings": jobs.drawings}


@require_safe
@xframe_options_sameorigin
@login_required
def notebook(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    """Show the executed notebook, which a student wrote: in a sandbox without scripts."""
    return executed_notebook(request, visible_attempt(request, attempt_id).attempt.executed)


def executed_notebook(request: HttpRequest, blob: str) -> HttpResponse:
    """Show the notebook kept under this hash by a policy of its own. Raises Http404 for none."""
    if not blob:
        raise Http404
    try:
        cells = render_notebook(blobs.read(blob))
    except UnreadableNotebook:
        cells = ()
    response = render(request, "submissions/notebook.html", {"cells": cells})
    response[HEADER] = SANDBOX
    return response


@require_safe
@login_required
def handed_in(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    """Give back the very bytes that were handed in."""
    attempt = visible_attempt(request, attempt_id).attempt
    return _download(blobs.read(attempt.blob), _download_name(attempt))


@require_safe
@login_required
def weights(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    """Give the weights of the model that the notebook trained, as a safetensors file."""
    attempt = visible_attempt(request, attempt_id).attempt
    if not attempt.weights:
        raise Http404
    return _download(blobs.read(attempt.weights), "model.safetensors")


def _download(content: bytes, name: str) -> HttpResponse:
    """Return what a student made as a file to keep, never to be shown."""
    response = HttpResponse(content, content_type="application/octet-stream")
    response[HEADER] = SANDBOX
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _download_name(attempt: Attempt) -> str:
    given = PurePosixPath(attempt.filename).suffix
    suffix = given if given in SUFFIXES else ".ipynb" if attempt.filename else ".json"
    return f"{attempt.assignment.exercise.slug}-{attempt.number}{suffix}"


def _sheet(sight: Sight) -> tuple[Field, ...]:
    """Return what was typed, cell by cell with its verdict; nothing for a file."""
    attempt = sight.attempt
    exercise = open_version(attempt.version)
    if exercise.manifest.kind.form is not Form.ANSWERS:
        return ()
    seed = variant_seed(enrolment=attempt.enrolment, assignment=attempt.assignment)
    question = exercise.question(seed)
    return answer_sheet(question, typed=read_answers(attempt), report=sight.report)
