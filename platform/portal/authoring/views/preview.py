"""What students will read of a text that is being written."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.decorators.http import require_POST

from portal.authoring.access import authorship
from portal.common.rendering.markdown import render_statement

LONGEST = 200_000


@require_POST
@login_required
def preview(request: HttpRequest, manuscript_id: UUID) -> HttpResponse:
    """Return a statement as safe HTML, in the language that it is written in."""
    authorship(request, manuscript_id)
    language = "fr" if request.POST.get("language") == "fr" else "en"
    text = request.POST.get("text", "")[:LONGEST].replace("\r\n", "\n")
    with translation.override(language):
        return HttpResponse(render_statement(text))
