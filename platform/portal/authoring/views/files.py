"""The files of a manuscript: edit one, save it by itself, rename, delete, take it along."""

from __future__ import annotations

from datetime import datetime
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from portal.authoring.access import authorship
from portal.authoring.domain import (
    Flaw,
    delete_file,
    examine,
    files_of,
    rename_file,
    save_text,
    text_of,
)
from portal.authoring.domain.paths import LONGEST_PATH
from portal.authoring.errors import FileConflict, NoText
from portal.authoring.forms import PathForm
from portal.authoring.models import Manuscript, ManuscriptFile
from portal.authoring.views.manuscript import page_context
from portal.authoring.wording import REFUSED, flaw_sentence, refusal
from portal.common.moments import moment

CONFLICT, REFUSAL, MALFORMED = 409, 422, 400
LANGUAGES = {".py": "python", ".md": "markdown", ".toml": "toml"}
LARGEST_TEXT = 512 * 1024
STATEMENTS = ("statement.fr.md", "statement.en.md")


class Page(BaseModel):
    """What a page sends to be saved: a file's text, and the revision that it was read at."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str = Field(min_length=1, max_length=LONGEST_PATH)
    revision: int = Field(ge=0, lt=2**31)
    text: str = Field(max_length=LARGEST_TEXT)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def edit(request: HttpRequest, manuscript_id: UUID, path: str) -> HttpResponse:
    """Show a file in an editor; save what a form without JavaScript sends."""
    manuscript = authorship(request, manuscript_id)
    get_object_or_404(manuscript.files, path=path)
    if request.method == "POST":
        _save_form(request, manuscript, path)
        return redirect("manuscript-file", manuscript.pk, path)
    context = page_context(manuscript, part="files") | editor_context(manuscript, path)
    context["rename_form"] = PathForm(initial={"path": path})
    return render(request, "authoring/file.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def statement(request: HttpRequest, manuscript_id: UUID) -> HttpResponse:
    """Show both statements side by side, each above what students will read."""
    manuscript = authorship(request, manuscript_id)
    if request.method == "POST":
        path = request.POST.get("path", "")
        if path in STATEMENTS:
            _save_form(request, manuscript, path)
        return redirect("manuscript-statement", manuscript.pk)
    context = page_context(manuscript, part="statement")
    context["editors"] = [editor_context(manuscript, path) for path in STATEMENTS]
    return render(request, "authoring/statement.html", context)


@require_POST
@login_required
def save(request: HttpRequest, manuscript_id: UUID) -> HttpResponse:
    """Save what an editor holds, as JSON, and answer with the new revision and what is not right.

    409 comes with what another page has saved meanwhile; nothing of either is lost.
    """
    manuscript = authorship(request, manuscript_id)
    try:
        page = Page.model_validate_json(request.body)
        file = save_text(
            manuscript=manuscript, path=page.path, revision=page.revision, text=page.text
        )
    except (ValidationError, UnicodeEncodeError):
        return JsonResponse({"error": _("This can’t be saved as a text.")}, status=MALFORMED)
    except FileConflict as error:
        said = _saved(error.revision, error.saved_at) | {"text": error.text}
        return JsonResponse(said, status=CONFLICT)
    except REFUSED as error:
        return JsonResponse({"error": refusal(error)}, status=REFUSAL)
    return JsonResponse(_saved(file.revision, file.updated_at) | _flaw(manuscript))


@require_POST
@login_required
def rename(request: HttpRequest, manuscript_id: UUID) -> HttpResponse:
    """Give a file another path, or take it away, as the button says."""
    manuscript = authorship(request, manuscript_id)
    path, form = request.POST.get("file", ""), PathForm(request.POST)
    try:
        if request.POST.get("do") == "delete":
            delete_file(manuscript=manuscript, path=path)
            messages.success(request, _("The file is gone. The history keeps it."))
            return redirect("manuscript", manuscript.pk)
        if form.is_valid():
            rename_file(manuscript=manuscript, path=path, to=form.cleaned_data["path"])
            return redirect("manuscript-file", manuscript.pk, form.cleaned_data["path"])
    except ManuscriptFile.DoesNotExist:
        messages.error(request, _("There is no such file any more."))
        return redirect("manuscript", manuscript.pk)
    except REFUSED as error:
        messages.error(request, refusal(error))
    return redirect("manuscript-file", manuscript.pk, path)


@require_safe
@never_cache
@login_required
def raw(request: HttpRequest, manuscript_id: UUID, path: str) -> HttpResponse:
    """Hand out a file byte for byte. No browser shows it as a page."""
    manuscript = authorship(request, manuscript_id)
    file = get_object_or_404(manuscript.files, path=path)
    response = HttpResponse(bytes(file.content), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{PurePosixPath(path).name}"'
    return response


def editor_context(manuscript: Manuscript, path: str) -> dict[str, Any]:
    """Return what an editor of the file shows; a file that is not there yet is empty."""
    file = manuscript.files.filter(path=path).first() or ManuscriptFile(path=path, revision=0)
    try:
        text = text_of(file)
    except NoText:
        text = None
    is_text = text is not None and len(text) <= LARGEST_TEXT
    return {
        "file": file,
        "text": text if is_text else None,
        "language": LANGUAGES.get(PurePosixPath(path).suffix, "plain"),
        "spoken": path.split(".")[1] if path in STATEMENTS else "",
    }


def _save_form(request: HttpRequest, manuscript: Manuscript, path: str) -> None:
    revision = request.POST.get("revision", "")
    # A browser sends line ends as CR LF.
    text = request.POST.get("text", "").replace("\r\n", "\n")
    try:
        save_text(
            manuscript=manuscript,
            path=path,
            revision=int(revision) if revision.isdecimal() else 0,
            text=text,
        )
    except FileConflict:
        messages.error(
            request,
            _("Another page has changed this file. What you sent is kept in the history."),
        )
    except REFUSED as error:
        messages.error(request, refusal(error))
    else:
        messages.success(request, _("Saved."))


def _saved(revision: int, saved_at: datetime) -> dict[str, Any]:
    return {"revision": revision, "saved": moment(saved_at)}


def _flaw(manuscript: Manuscript) -> dict[str, Any]:
    found = examine(files_of(manuscript), slug=manuscript.slug)
    if not isinstance(found, Flaw):
        return {"flaw": None}
    said = {"path": found.path, "line": found.line, "text": flaw_sentence(found)}
    return {"flaw": said}
