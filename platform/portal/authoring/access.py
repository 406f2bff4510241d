"""Who may write exercises, and which."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from portal.accounts.models import User
from portal.authoring.models import Manuscript
from portal.catalogue.models import Exercise
from portal.courses.access import prospective_teacher


def authorship(request: HttpRequest, manuscript_id: UUID) -> Manuscript:
    """Return the visitor's own manuscript.

    Raises Http404 for anybody else's, PermissionDenied for who teaches nothing.
    """
    author = prospective_teacher(request)
    manuscript = (
        Manuscript.objects.select_related("author", "course", "exercise__current", "base")
        .filter(pk=manuscript_id, author=author)
        .first()
    )
    if manuscript is None:
        raise Http404
    return manuscript


def published(request: HttpRequest, slug: str) -> Exercise:
    """Return a published exercise, whose folder every teacher may read.

    Raises Http404, PermissionDenied for who teaches nothing.
    """
    prospective_teacher(request)
    return get_object_or_404(
        Exercise.objects.select_related("course", "current", "owner"),
        slug=slug,
        current__isnull=False,
    )


def may_change(user: User, exercise: Exercise) -> bool:
    """Return whether `user` may publish versions of the exercise: its owner, the portal's staff."""
    return user.is_staff or (exercise.owner_id is not None and exercise.owner_id == user.pk)


def changeable(request: HttpRequest, slug: str) -> Exercise:
    """Return a published exercise that the visitor may change. Raises as `published`."""
    exercise = published(request, slug)
    if not may_change(prospective_teacher(request), exercise):
        raise PermissionDenied
    return exercise
