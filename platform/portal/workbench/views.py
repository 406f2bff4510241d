"""Work on a notebook in the page: read it, save it, hand it in, take it along."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from graders.report import Report
from portal.catalogue.access import set_to
from portal.catalogue.domain import deadline_of
from portal.catalogue.models import Assignment
from portal.common.errors import BlobNotKept
from portal.common.moments import moment
from portal.courses.access import membership
from portal.courses.models import Enrolment
from portal.submissions.domain import attempts_left
from portal.submissions.errors import SubmissionError
from portal.submissions.models import Tryout
from portal.submissions.views.attempt import executed_notebook
from portal.submissions.wording import refusal
from portal.workbench.domain import (
    CELLS,
    Cell,
    draft_of,
    exercise_of,
    hand_in_draft,
    notebook_of,
    read_cells,
    replace_draft,
    save_draft,
    start_again,
    try_draft,
    versions_of,
)
from portal.workbench.domain.cells import Cells
from portal.workbench.errors import DraftConflict, DraftTooLarge, NotANotebook
from portal.workbench.models import Draft, DraftVersion

CONFLICT, TOO_LARGE, MALFORMED = 409, 413, 400
NEW_CELLS = (Cell(type="code", source=""), Cell(type="markdown", source=""))


class Page(BaseModel):
    """What a page sends to be saved: its cells, and the revision that it was read at."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    revision: int = Field(ge=0, lt=2**31)
    cells: Cells


@require_safe
@never_cache
@login_required
def show(request: HttpRequest, cohort_id: UUID, slug: str) -> HttpResponse:
    """Show the draft in an editor, beside the statement."""
    enrolment, assignment = _place(request, cohort_id, slug)
    exercise = exercise_of(assignment)
    language = get_language() or "en"
    draft = draft_of(enrolment=enrolment, assignment=assignment, language=language)
    context: dict[str, Any] = {
        "cohort": enrolment.cohort,
        "assignment": assignment,
        "manifest": exercise.manifest,
        "statement": exercise.statement(language),
        "draft": draft,
        "cells": read_cells(draft),
        "versions": versions_of(draft) if draft.revision else (),
        "left": attempts_left(enrolment=enrolment, assignment=assignment),
        "deadline": deadline_of(enrolment=enrolment, assignment=assignment),
        "new_cells": NEW_CELLS,
        "can_try": not exercise.manifest.gpu,
    }
    latest = Tryout.objects.filter(enrolment=enrolment, assignment=assignment).first()
    context |= _tryout_context(assignment, latest)
    return render(request, "workbench/work.html", context)


@require_POST
@login_required
def save(request: HttpRequest, cohort_id: UUID, slug: str) -> HttpResponse:
    """Save what the page holds, as JSON, and answer with the new revision.

    409 comes with what another page has saved meanwhile; nothing of either is lost.
    """
    enrolment, assignment = _place(request, cohort_id, slug)
    try:
        page = Page.model_validate_json(request.body)
        draft = save_draft(
            enrolment=enrolment, assignment=assignment, revision=page.revision, cells=page.cells
        )
    except ValidationError:
        return JsonResponse({"error": _("This can't be saved as a notebook.")}, status=MALFORMED)
    except DraftTooLarge as error:
        return JsonResponse({"error": _too_large(error)}, status=TOO_LARGE)
    except DraftConflict as error:
        said = _saved(error.revision, error.saved_at) | {"cells": error.cells}
        return JsonResponse(said, status=CONFLICT)
    return JsonResponse(_saved(draft.revision, draft.updated_at))


@require_POST
@login_required
def act(request: HttpRequest, cohort_id: UUID, slug: str) -> HttpResponse:
    """Save what the form holds, and do what its button says: hand it in, or start again."""
    enrolment, assignment = _place(request, cohort_id, slug)
    language = get_language() or "en"
    try:
        draft = _save_form(request, enrolment, assignment)
        match request.POST.get("do"):
            case "hand-in":
                return redirect("attempt", hand_in_draft(draft=draft).pk)
            case "try":
                try_draft(draft=draft)
                return redirect(f"{reverse('work', args=[cohort_id, slug])}#tryout")
            case "start-again":
                start_again(enrolment=enrolment, assignment=assignment, language=language)
                messages.success(request, _("This is the starter. What you had is kept below."))
            case _:
                messages.success(request, _("Saved."))
    except (SubmissionError, BlobNotKept) as error:
        messages.error(request, refusal(error))
    except DraftTooLarge as error:
        messages.error(request, _too_large(error))
    except ValueError:
        messages.error(request, _("This can't be saved as a notebook."))
    except DraftConflict:
        messages.error(
            request,
            _("Another page has changed this notebook. What you sent is kept among its versions."),
        )
    return redirect("work", cohort_id, slug)


@require_POST
@login_required
def try_out(request: HttpRequest, cohort_id: UUID, slug: str) -> HttpResponse:
    """Run what is saved against the public tests, and answer with where that stands."""
    enrolment, assignment = _place(request, cohort_id, slug)
    language = get_language() or "en"
    draft = draft_of(enrolment=enrolment, assignment=assignment, language=language)
    try:
        tryout = try_draft(draft=draft)
    except (SubmissionError, BlobNotKept) as error:
        return render(request, "workbench/refused.html", {"said": refusal(error)})
    return render(request, "workbench/tryout.html", _tryout_context(assignment, tryout))


@require_safe
@never_cache
@login_required
def tryout(request: HttpRequest, cohort_id: UUID, slug: str) -> HttpResponse:
    """Show where the latest run of the public tests stands."""
    enrolment, assignment = _place(request, cohort_id, slug)
    found = get_object_or_404(Tryout, enrolment=enrolment, assignment=assignment)
    return render(request, "workbench/tryout.html", _tryout_context(assignment, found))


@require_safe
@xframe_options_sameorigin
@never_cache
@login_required
def tryout_notebook(request: HttpRequest, cohort_id: UUID, slug: str) -> HttpResponse:
    """Show the notebook of that run, which a student wrote: in a sandbox without scripts."""
    enrolment, assignment = _place(request, cohort_id, slug)
    found = get_object_or_404(Tryout, enrolment=enrolment, assignment=assignment)
    return executed_notebook(request, found.executed)


@require_POST
@login_required
def restore(request: HttpRequest, cohort_id: UUID, slug: str, version_id: int) -> HttpResponse:
    """Put a version in the draft's place, which becomes a version itself."""
    enrolment, assignment = _place(request, cohort_id, slug)
    version = _version(enrolment, assignment, version_id)
    replace_draft(enrolment=enrolment, assignment=assignment, cells=read_cells(version))
    messages.success(request, _("This is the version you chose. What you had is kept below."))
    return redirect("work", cohort_id, slug)


@require_safe
@never_cache
@login_required
def download(request: HttpRequest, cohort_id: UUID, slug: str) -> HttpResponse:
    """Give the draft as a notebook."""
    enrolment, assignment = _place(request, cohort_id, slug)
    language = get_language() or "en"
    draft = draft_of(enrolment=enrolment, assignment=assignment, language=language)
    content = notebook_of(read_cells(draft))
    response = HttpResponse(content, content_type="application/x-ipynb+json")
    response["Content-Disposition"] = f'attachment; filename="{assignment.exercise.slug}.ipynb"'
    return response


def _place(request: HttpRequest, cohort_id: UUID, slug: str) -> tuple[Enrolment, Assignment]:
    """Return whose draft it is and of what. Raises Http404 where there is nothing to edit."""
    enrolment = membership(request, cohort_id)
    assignment = set_to(enrolment, slug)
    try:
        exercise_of(assignment)
    except NotANotebook as error:
        raise Http404 from error
    return enrolment, assignment


def _tryout_context(assignment: Assignment, tryout: Tryout | None) -> dict[str, Any]:
    report = None
    if tryout is not None and tryout.report is not None:
        report = Report.model_validate(tryout.report).for_student()
    return {
        "assignment": assignment,
        "cohort": assignment.cohort,
        "tryout": tryout,
        "report": report,
    }


def _version(enrolment: Enrolment, assignment: Assignment, version_id: int) -> DraftVersion:
    own = DraftVersion.objects.filter(draft__enrolment=enrolment, draft__assignment=assignment)
    return get_object_or_404(own, pk=version_id)


def _save_form(request: HttpRequest, enrolment: Enrolment, assignment: Assignment) -> Draft:
    """Save the cells of the form, which has one field per cell."""
    kinds, tags = request.POST.getlist("type"), request.POST.getlist("tags")
    # A browser sends line ends as CR LF.
    sources = (text.replace("\r\n", "\n") for text in request.POST.getlist("source"))
    cells = [
        {"type": kind, "source": source, "tags": tag.split()}
        for kind, source, tag in zip(kinds, sources, tags, strict=True)
    ]
    revision = request.POST.get("revision", "")
    return save_draft(
        enrolment=enrolment,
        assignment=assignment,
        revision=int(revision) if revision.isdecimal() else 0,
        cells=CELLS.validate_python(cells),
    )


def _saved(revision: int, saved_at: datetime) -> dict[str, Any]:
    return {"revision": revision, "saved": moment(saved_at)}


def _too_large(error: DraftTooLarge) -> str:
    return _("A notebook holds at most %(cells)s cells and %(size)s KiB of text.") % {
        "cells": error.cells,
        "size": error.allowed // 1024,
    }
