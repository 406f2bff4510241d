"""The published versions of an exercise: a list, what changed between two, and back to one."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from exercises.errors import MalformedExercise
from portal.authoring.access import changeable, may_change, published
from portal.authoring.domain import classes_of, compare, restore_version, version_files
from portal.authoring.forms import PublishForm
from portal.authoring.models import Publication
from portal.authoring.views.manuscript import zip_response
from portal.authoring.wording import REFUSED, refusal
from portal.catalogue.models import Exercise, ExerciseVersion
from portal.courses.access import prospective_teacher

SHOWN = 200


@require_safe
@never_cache
@login_required
def versions(request: HttpRequest, slug: str) -> HttpResponse:
    """List what was published when and by whom, and the classes that use the exercise."""
    exercise = published(request, slug)
    found = exercise.versions.select_related("published_by").order_by("-created_at", "-pk")
    context = {
        "exercise": exercise,
        "versions": found[:SHOWN],
        "publications": Publication.objects.filter(exercise=exercise).select_related(
            "by", "version"
        )[:SHOWN],
        "classes": classes_of(exercise),
        "may_change": may_change(prospective_teacher(request), exercise),
    }
    return render(request, "authoring/versions.html", context)


@require_safe
@never_cache
@login_required
def difference(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what changed between two versions, file by file."""
    exercise = published(request, slug)
    old, new = (_version(exercise, request.GET.get(name, "")) for name in ("old", "new"))
    context = {
        "exercise": exercise,
        "old": old,
        "new": new,
        "diffs": compare(version_files(old), version_files(new)),
        "may_change": old.pk != exercise.current_id
        and may_change(prospective_teacher(request), exercise),
        "form": PublishForm(),
    }
    return render(request, "authoring/difference.html", context)


@require_POST
@login_required
def restore(request: HttpRequest, slug: str, version_id: int) -> HttpResponse:
    """Let students see an earlier version again."""
    exercise = changeable(request, slug)
    version = get_object_or_404(
        exercise.versions.select_related("exercise__course", "exercise__current"), pk=version_id
    )
    form = PublishForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    try:
        restore_version(version=version, by=prospective_teacher(request), note=note)
    except MalformedExercise as error:
        messages.error(request, str(error.expected))
    except REFUSED as error:
        messages.error(request, refusal(error))
    else:
        messages.success(request, _("Students see this version again."))
    return redirect("exercise-versions", slug)


@require_safe
@never_cache
@login_required
def folder(request: HttpRequest, slug: str, version_id: int) -> HttpResponse:
    """Hand out a version's folder as a zip."""
    exercise = published(request, slug)
    return zip_response(version_files(_version(exercise, str(version_id))), slug)


def _version(exercise: Exercise, number: str) -> ExerciseVersion:
    """Return a version of the exercise by its number in the address. Raises Http404."""
    if not number.isdecimal() or len(number) > len(str(2**31)):
        raise Http404
    return get_object_or_404(exercise.versions.select_related("published_by"), pk=int(number))
