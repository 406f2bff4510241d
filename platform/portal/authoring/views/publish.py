"""Prove a manuscript in rooms, and publish it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from exercises.errors import MalformedExercise
from portal.authoring.access import authorship, may_change
from portal.authoring.domain import (
    check_manuscript,
    classes_of,
    flaw_of,
    latest_proof,
    publish_manuscript,
)
from portal.authoring.errors import NotProven, PublishedMeanwhile
from portal.authoring.forms import PublishForm
from portal.authoring.models import Manuscript
from portal.authoring.views.manuscript import page_context
from portal.authoring.wording import REFUSED, refusal
from portal.submissions.domain.checks import check_jobs


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def publish(request: HttpRequest, manuscript_id: UUID) -> HttpResponse:
    """Show how the last check stands, and publish the folder when asked."""
    manuscript = authorship(request, manuscript_id)
    exercise = manuscript.exercise
    if exercise is not None and not may_change(manuscript.author, exercise):
        raise PermissionDenied
    form = PublishForm(request.POST or None)
    doubt = ""
    if request.method == "POST" and form.is_valid():
        try:
            version = publish_manuscript(manuscript=manuscript, **form.cleaned_data)
        except (NotProven, PublishedMeanwhile) as error:
            doubt = refusal(error)
        except MalformedExercise:
            messages.error(request, _("The folder is not an exercise yet: see below."))
        except REFUSED as error:
            form.add_error(None, refusal(error))
        else:
            messages.success(request, _("Published: students see this version from now on."))
            return redirect("exercise-versions", version.exercise.slug)
    context = page_context(manuscript, part="publish") | proof_context(manuscript)
    context |= {"form": form, "doubt": doubt, "classes": classes_of(exercise) if exercise else []}
    return render(request, "authoring/publish.html", context)


@require_POST
@login_required
def start(request: HttpRequest, manuscript_id: UUID) -> HttpResponse:
    """Have the manuscript checked, and show how that stands."""
    manuscript = authorship(request, manuscript_id)
    try:
        check_manuscript(manuscript=manuscript)
    except MalformedExercise as error:
        flaw = flaw_of(error, slug=manuscript.slug)
        messages.error(request, _("The folder is not an exercise yet: see below."))
        return (
            redirect("manuscript-file", manuscript.pk, flaw.path)
            if _has(manuscript, flaw.path)
            else redirect("manuscript", manuscript.pk)
        )
    except REFUSED as error:
        messages.error(request, refusal(error))
    return redirect("publish-manuscript", manuscript.pk)


@require_safe
@never_cache
@login_required
def proof(request: HttpRequest, manuscript_id: UUID) -> HttpResponse:
    """Return the table of the last check, for a page that asks again until it is done."""
    manuscript = authorship(request, manuscript_id)
    return render(request, "authoring/proof.html", proof_context(manuscript))


def proof_context(manuscript: Manuscript) -> dict[str, Any]:
    """Return how the last check stands, solution by solution."""
    found = latest_proof(manuscript)
    jobs = list(check_jobs(found.check)) if found else []
    return {
        "manuscript": manuscript,
        "proof": found,
        "jobs": jobs,
        "done": sum(job.row is not None for job in jobs),
    }


def _has(manuscript: Manuscript, path: str) -> bool:
    return manuscript.files.filter(path=path).exists()
