"""Answers that belong to no app."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme


def server_error(request: HttpRequest) -> HttpResponse:
    """Say that the fault is ours, on a page that asks nothing of the database."""
    return render(request, "500.html", status=500)


def too_large(request: HttpRequest) -> HttpResponse:
    """Say that a file is larger than anything the portal keeps."""
    return render(request, "413.html", status=413)


def back(request: HttpRequest, *, default: str = "/") -> HttpResponseRedirect:
    """Return to the page that a form came from, never to another site."""
    target = request.POST.get("next", "")
    hosts = {request.get_host()}
    if not url_has_allowed_host_and_scheme(target, hosts, require_https=request.is_secure()):
        target = default
    return HttpResponseRedirect(target)
