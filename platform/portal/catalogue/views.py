"""What an exercise hands out: the starter notebook and the public data."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from exercises.exercise import Exercise
from portal.catalogue.access import set_to
from portal.catalogue.domain import current_version, open_version
from portal.courses.access import membership


@require_safe
@login_required
def starter(request: HttpRequest, cohort_id: UUID, slug: str) -> HttpResponse:
    """Hand out the starter notebook in the visitor's language."""
    exercise = _exercise(request, cohort_id, slug)
    if not exercise.manifest.kind.needs_notebook:
        raise Http404
    return HttpResponse(
        exercise.starter(get_language() or "en"),
        content_type="application/x-ipynb+json",
        headers={"Content-Disposition": f'attachment; filename="{slug}.ipynb"'},
    )


@require_safe
@login_required
def public_file(request: HttpRequest, cohort_id: UUID, slug: str, name: str) -> FileResponse:
    """Hand out one of the data files that the student's room shows too."""
    files = _exercise(request, cohort_id, slug).public_files(settings.NOYAU.data)
    if name not in files:
        raise Http404
    return FileResponse(files[name].open("rb"), as_attachment=True, filename=name)


def _exercise(request: HttpRequest, cohort_id: UUID, slug: str) -> Exercise:
    assignment = set_to(membership(request, cohort_id), slug)
    return open_version(current_version(assignment.exercise))
