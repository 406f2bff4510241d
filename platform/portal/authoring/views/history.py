"""What a manuscript was: a list, the difference to what it is, and back to it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.authoring.access import authorship
from portal.authoring.domain import compare, files_of, keep_state, replace_files, state_files
from portal.authoring.models import Reason
from portal.authoring.views.manuscript import page_context
from portal.authoring.wording import REFUSED, refusal


@require_safe
@never_cache
@login_required
def states(request: HttpRequest, manuscript_id: UUID) -> HttpResponse:
    """List the states that were kept, the latest first."""
    manuscript = authorship(request, manuscript_id)
    kept = manuscript.states.select_related("by").defer("tree")
    context = page_context(manuscript, part="history") | {"states": kept}
    return render(request, "authoring/history.html", context)


@require_POST
@login_required
def keep(request: HttpRequest, manuscript_id: UUID) -> HttpResponse:
    """Keep the manuscript as it is."""
    manuscript = authorship(request, manuscript_id)
    try:
        keep_state(manuscript, reason=Reason.KEPT)
    except REFUSED as error:
        messages.error(request, refusal(error))
    else:
        messages.success(request, _("This state is kept."))
    return redirect("manuscript-history", manuscript.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def state(request: HttpRequest, manuscript_id: UUID, state_id: int) -> HttpResponse:
    """Show what has changed since a state, and go back to it when asked."""
    manuscript = authorship(request, manuscript_id)
    kept = get_object_or_404(manuscript.states.select_related("by"), pk=state_id)
    was = state_files(kept)
    if request.method == "POST":
        try:
            replace_files(manuscript=manuscript, files=was)
        except REFUSED as error:
            messages.error(request, refusal(error))
        else:
            messages.success(
                request, _("This is the folder as it was. The history keeps what you had.")
            )
        return redirect("manuscript", manuscript.pk)
    context = page_context(manuscript, part="history")
    context |= {"state": kept, "diffs": compare(was, files_of(manuscript))}
    return render(request, "authoring/state.html", context)
