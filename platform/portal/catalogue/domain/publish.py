"""Publish what was written in the browser, and go back to what was published before."""

from __future__ import annotations

from django.db import transaction

from exercises.exercise import Exercise as Source
from portal.accounts.models import User
from portal.catalogue.domain.questions import questions_of
from portal.catalogue.domain.record import record_version
from portal.catalogue.domain.versions import open_version
from portal.catalogue.errors import SlugTaken
from portal.catalogue.models import Exercise, ExerciseVersion
from portal.courses.models import Course


@transaction.atomic
def publish(
    *, course: Course, source: Source, exercise: Exercise | None, author: User, note: str = ""
) -> ExerciseVersion:
    """Make the folder `source` the version of `exercise` that students see; None makes a new one.

    An exercise without an owner becomes its author's, and no longer follows the exercises folder.
    Raises QuestionsNotDrawn for typed answers that were never checked, SlugTaken where the name is
    another exercise's, MalformedExercise, BlobNotKept.
    """
    slug = source.manifest.id
    held = Exercise.objects.select_for_update().filter(slug=slug).first()
    if held != exercise:
        raise SlugTaken(slug)
    version = record_version(
        course=course, source=source, by=author, note=note, questions=questions_of(source)
    )
    _take(version.exercise, author)
    return version


def make_current(*, version: ExerciseVersion, author: User) -> None:
    """Let students see an earlier version again. Raises VersionDamaged, BlobError."""
    source = open_version(version)
    with transaction.atomic():
        record_version(course=version.exercise.course, source=source)
        _take(version.exercise, author)


def _take(exercise: Exercise, author: User) -> None:
    """Make the author the exercise's owner where it has none."""
    if exercise.owner_id is None:
        exercise.owner = author
        exercise.save(update_fields=["owner", "updated_at"])
