"""What there is to write on: one's manuscripts, and the published exercises."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from exercises.spec import Kind
from portal.authoring.access import changeable, published
from portal.authoring.domain import (
    MANIFEST,
    begin_assignment,
    begin_from,
    begin_manuscript,
    copy_exercise,
    open_exercise,
    read_assignment,
    read_keys,
    read_zip,
)
from portal.authoring.errors import UnsafeZip
from portal.authoring.forms import AssignmentForm, CopyForm, ImportForm, NewForm
from portal.authoring.models import Manuscript
from portal.authoring.wording import REFUSED, refusal
from portal.catalogue.errors import SlugTaken
from portal.catalogue.models import Exercise
from portal.courses.access import prospective_teacher
from portal.courses.models import Course

ZIP_IDS = "zip_%s"
"""One page has several forms, and no identifier twice."""


@require_safe
@login_required
def library(request: HttpRequest) -> HttpResponse:
    """List the visitor's manuscripts and every published exercise."""
    author = prospective_teacher(request)
    exercises = Exercise.objects.filter(current__isnull=False).select_related("course", "owner")
    exercises = exercises.order_by("course__slug", "position")
    manuscripts = (
        Manuscript.objects.filter(author=author)
        .select_related("course", "exercise")
        .order_by("-updated_at")
    )
    context = {
        "manuscripts": manuscripts,
        "exercises": exercises,
        "manuscripts_course": _only_course(manuscripts),
        "exercises_course": _only_course(exercises),
        "author": author,
    }
    return render(request, "authoring/library.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Begin an exercise from the template of its kind, and go there."""
    author = prospective_teacher(request)
    form = NewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            manuscript = begin_manuscript(
                author=author,
                course=said["course"],
                slug=said["slug"],
                kind=Kind[said["kind"].upper()],
                title_fr=said["title_fr"],
                title_en=said["title_en"],
            )
        except REFUSED as error:
            form.add_error("slug", refusal(error))
        else:
            return redirect("manuscript", manuscript.pk)
    return _beginnings(request, form=form)


@require_POST
@login_required
def import_folder(request: HttpRequest) -> HttpResponse:
    """Begin an exercise from the zip of its folder, and go there."""
    author = prospective_teacher(request)
    form = ImportForm(request.POST, request.FILES, auto_id=ZIP_IDS)
    if form.is_valid():
        try:
            files = read_zip(form.cleaned_data["file"])
            manuscript = begin_from(
                author=author,
                course=form.cleaned_data["course"],
                slug=_slug_in(files),
                files=files,
            )
        except REFUSED as error:
            form.add_error("file", refusal(error))
        else:
            return redirect("manuscript", manuscript.pk)
    return _beginnings(request, import_form=form)


@require_POST
@login_required
def import_assignment(request: HttpRequest) -> HttpResponse:
    """Begin an exercise from an assignment of another system, and go there."""
    author = prospective_teacher(request)
    form = AssignmentForm(request.POST, request.FILES)
    if form.is_valid():
        said = form.cleaned_data
        try:
            manuscript = begin_assignment(
                author=author,
                course=said["course"],
                chapter=said["chapter"],
                slug=said["slug"],
                imported=read_assignment(said["file"], system=said["system"]),
            )
        except SlugTaken as error:
            form.add_error("slug", refusal(error))
        except REFUSED as error:
            form.add_error("file", refusal(error))
        else:
            return redirect("manuscript", manuscript.pk)
    return _beginnings(request, assignment_form=form)


@require_POST
@login_required
def open_published(request: HttpRequest, slug: str) -> HttpResponse:
    """Open a published exercise that the visitor may change, as their manuscript."""
    exercise = changeable(request, slug)
    try:
        manuscript = open_exercise(author=prospective_teacher(request), exercise=exercise)
    except REFUSED as error:
        messages.error(request, refusal(error))
        return redirect("exercise-versions", slug)
    return redirect("manuscript", manuscript.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def copy_published(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin an exercise from the files of a published one, under another name."""
    exercise = published(request, slug)
    form = CopyForm(request.POST or None, initial={"course": exercise.course_id})
    if request.method == "POST" and form.is_valid():
        try:
            manuscript = copy_exercise(
                author=prospective_teacher(request), exercise=exercise, **form.cleaned_data
            )
        except REFUSED as error:
            form.add_error("slug", refusal(error))
        else:
            messages.success(request, _("This is your copy: change what you like."))
            return redirect(reverse("manuscript", args=[manuscript.pk]))
    return render(request, "authoring/copy.html", {"form": form, "exercise": exercise})


def _beginnings(request: HttpRequest, **bound: Form) -> HttpResponse:
    """Return the page of all ways to begin, with the form that was sent and what is wrong in it."""
    forms = {
        "form": NewForm(),
        "import_form": ImportForm(auto_id=ZIP_IDS),
        "assignment_form": AssignmentForm(),
    }
    return render(request, "authoring/new.html", forms | bound)


def _only_course(rows: Iterable[Manuscript | Exercise]) -> Course | None:
    """Return the course of all rows, None where there are several or none."""
    courses = {row.course for row in rows}
    return courses.pop() if len(courses) == 1 else None


def _slug_in(files: dict[str, bytes]) -> str:
    """Return the name in the manifest. Raises UnsafeZip where there is no right one."""
    try:
        slug = read_keys(files[MANIFEST], (("id",),))[("id",)]
    except ValueError:
        slug = None
    form = CopyForm({"slug": slug})
    if not isinstance(slug, str) or "slug" in form.errors:
        raise UnsafeZip("no-manifest", MANIFEST)
    return slug
