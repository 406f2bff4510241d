"""One manuscript: its folder as a list, as a zip, and the end of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.authoring.access import authorship
from portal.authoring.domain import (
    MANIFEST,
    Flaw,
    change_keys,
    dismiss_remarks,
    examine,
    files_of,
    put_file,
    read_keys,
    read_zip,
    remarks_on,
    replace_files,
    write_zip,
)
from portal.authoring.forms import AddForm, ReplaceForm, SettingsForm
from portal.authoring.models import Manuscript
from portal.authoring.wording import REFUSED, flaw_sentence, refusal


@require_safe
@never_cache
@login_required
def show(request: HttpRequest, manuscript_id: UUID) -> HttpResponse:
    """List the manuscript's files, and say what is not right in them."""
    manuscript = authorship(request, manuscript_id)
    return render(request, "authoring/manuscript.html", page_context(manuscript, part="files"))


@require_POST
@login_required
def add(request: HttpRequest, manuscript_id: UUID) -> HttpResponse:
    """Add an empty file, or one that is uploaded."""
    manuscript = authorship(request, manuscript_id)
    form = AddForm(request.POST, request.FILES)
    if form.is_valid():
        path, content = form.cleaned_data["path"], form.cleaned_data["content"]
        try:
            put_file(manuscript=manuscript, path=path, content=content)
        except REFUSED as error:
            form.add_error("path", refusal(error))
        else:
            messages.success(request, _("The file is in the folder."))
            return redirect("manuscript", manuscript.pk)
    context = page_context(manuscript, part="files") | {"add_form": form}
    return render(request, "authoring/manuscript.html", context)


@require_POST
@login_required
def replace(request: HttpRequest, manuscript_id: UUID) -> HttpResponse:
    """Put the folder in a zip in the manuscript's place."""
    manuscript = authorship(request, manuscript_id)
    form = ReplaceForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            replace_files(manuscript=manuscript, files=read_zip(form.cleaned_data["file"]))
        except REFUSED as error:
            form.add_error("file", refusal(error))
        else:
            messages.success(request, _("This is the folder of the zip. The history keeps yours."))
            return redirect("manuscript", manuscript.pk)
    context = page_context(manuscript, part="files") | {"replace_form": form}
    return render(request, "authoring/manuscript.html", context)


@require_safe
@never_cache
@login_required
def folder(request: HttpRequest, manuscript_id: UUID) -> HttpResponse:
    """Hand out the folder as a zip."""
    manuscript = authorship(request, manuscript_id)
    return zip_response(files_of(manuscript), manuscript.slug)


@require_POST
@login_required
def discard(request: HttpRequest, manuscript_id: UUID) -> HttpResponse:
    """Throw the manuscript away, with its history. What was published stays."""
    authorship(request, manuscript_id).delete()
    messages.success(request, _("The manuscript is gone."))
    return redirect("authoring")


@require_POST
@login_required
def dismiss(request: HttpRequest, manuscript_id: UUID) -> HttpResponse:
    """Take the report of the import off the page: it is read."""
    manuscript = authorship(request, manuscript_id)
    dismiss_remarks(manuscript=manuscript)
    return redirect("manuscript", manuscript.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def settings(request: HttpRequest, manuscript_id: UUID) -> HttpResponse:
    """Change the common keys of the manifest, and leave the rest of it as it is."""
    manuscript = authorship(request, manuscript_id)
    context = page_context(manuscript, part="settings")
    content = files_of(manuscript).get(MANIFEST, b"")
    try:
        said = read_keys(content, tuple(SettingsForm.keys.values()))
    except ValueError:
        # The manifest can't be read at all: it is mended as a text.
        return render(request, "authoring/settings.html", context)
    initial = {name: said[key] for name, key in SettingsForm.keys.items()}
    form = SettingsForm(request.POST or None, initial=initial, course=manuscript.course)
    if request.method == "POST" and form.is_valid():
        try:
            changed = change_keys(content, form.values)
            put_file(manuscript=manuscript, path=MANIFEST, content=changed)
        except ValueError:
            form.add_error(None, _("The manifest can’t be changed here. Change it as a text."))
        except REFUSED as error:
            form.add_error(None, refusal(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("manuscript-settings", manuscript.pk)
    return render(request, "authoring/settings.html", context | {"form": form})


def page_context(manuscript: Manuscript, *, part: str) -> dict[str, Any]:
    """Return what every page of a manuscript shows: its name, its parts, what is not right."""
    examined = examine(files_of(manuscript), slug=manuscript.slug)
    flaw = examined if isinstance(examined, Flaw) else None
    return {
        "manuscript": manuscript,
        "part": part,
        "files": manuscript.files.only("path", "size", "revision", "updated_at"),
        "flaw": flaw,
        "flaw_sentence": flaw_sentence(flaw) if flaw else "",
        "source": None if flaw else examined,
        "remarks": remarks_on(manuscript),
        "add_form": AddForm(),
        "replace_form": ReplaceForm(),
    }


def zip_response(files: dict[str, bytes], slug: str) -> HttpResponse:
    """Return a folder as a zip to be kept."""
    response = HttpResponse(write_zip(files, folder=slug), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{slug}.zip"'
    return response
