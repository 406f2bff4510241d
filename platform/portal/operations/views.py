"""How the portal runs, for its operators and for Prometheus."""

from __future__ import annotations

import hmac
from http import HTTPStatus
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from portal.operations.access import operator
from portal.operations.domain import (
    queue_depths,
    recent_failures,
    running_work,
    storage,
    try_again,
    workers,
)
from portal.operations.domain.work import NAMED
from portal.operations.metrics import metrics_text

SCHEME = "Bearer "


@require_safe
@login_required
def show_operations(request: HttpRequest) -> HttpResponse:
    """Show the portal's staff what waits, runs and fails, and what is kept."""
    operator(request)
    return render(request, "operations/operations.html", _now() | {"failures": recent_failures()})


@require_safe
@login_required
def show_state(request: HttpRequest) -> HttpResponse:
    """Show the part of that page which changes by itself."""
    operator(request)
    return render(request, "operations/state.html", _now())


@require_POST
@login_required
def retry(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    """Try once more what was given up for a reason of ours."""
    by = operator(request)
    if kind not in NAMED:
        raise Http404
    if try_again(kind=kind, pk=pk, by=by):
        messages.success(request, _("It is queued again."))
    else:
        messages.warning(request, _("It can’t be tried again: it is no longer given up."))
    return redirect("operations")


@require_safe
def show_metrics(request: HttpRequest) -> HttpResponse:
    """Tell whoever has the operator's token what Prometheus wants to know.

    Without a token in the settings there is no such page.
    """
    token: str = settings.NOYAU.metrics_token
    if not token:
        raise Http404
    given = request.headers.get("Authorization", "")
    if not hmac.compare_digest(given.encode(), f"{SCHEME}{token}".encode()):
        return HttpResponse(
            status=HTTPStatus.UNAUTHORIZED, headers={"WWW-Authenticate": SCHEME.strip()}
        )
    return HttpResponse(metrics_text(), content_type=CONTENT_TYPE_LATEST)


def _now() -> dict[str, object]:
    return {
        "depths": queue_depths(),
        "running": running_work(),
        "workers": workers(),
        "storage": storage(),
    }
