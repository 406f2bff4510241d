"""What an exercise hands out: the starter notebook and the public data; and new classes."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from exercises.exercise import Exercise
from portal.catalogue.access import set_to
from portal.catalogue.domain import current_version, open_class, open_version
from portal.courses.access import membership, prospective_teacher
from portal.courses.forms import ClassForm


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_class(request: HttpRequest) -> HttpResponse:
    """Open a class of the visitor's, with every exercise of its course, and go there."""
    teacher = prospective_teacher(request)
    form = ClassForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        cohort = open_class(**form.cleaned_data, teacher=teacher)
        return redirect("class", cohort.pk)
    return render(request, "catalogue/new_class.html", {"form": form})


@require_safe
@login_required
def starter(request: HttpRequest, cohort_id: UUID, slug: str) -> HttpResponse:
    """Hand out the starter notebook in the visitor's language."""
    exercise = _exercise(request, cohort_id, slug)
    if not exercise.manifest.kind.has_starter:
        raise Http404
    starter_notebook = exercise.starter(get_language() or "en")
    return _attachment(starter_notebook, f"{slug}.ipynb", "application/x-ipynb+json")


@require_safe
@login_required
def public_file(request: HttpRequest, cohort_id: UUID, slug: str, name: str) -> HttpResponse:
    """Hand out one of the data files that the student's room shows too."""
    files = _exercise(request, cohort_id, slug).public_files(settings.NOYAU.data)
    # A portal without rooms can't train what its workers do.
    if name not in files or not files[name].is_file():
        raise Http404
    return _attachment(files[name].read_bytes(), name, "application/octet-stream")


def _attachment(content: bytes, name: str, content_type: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type=content_type, headers=headers)


def _exercise(request: HttpRequest, cohort_id: UUID, slug: str) -> Exercise:
    assignment = set_to(membership(request, cohort_id), slug)
    return open_version(current_version(assignment.exercise))
