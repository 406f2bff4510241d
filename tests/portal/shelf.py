"""The course that ships, indexed once and put into the database of each test that asks for it.

To index its 32 exercises takes longer than most tests.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction

from portal.catalogue.domain import index_exercises
from portal.catalogue.models import Exercise, ExerciseVersion
from portal.courses.models import Course

EXERCISES = Path(__file__).parents[2] / "exercises"


@dataclass(frozen=True, slots=True)
class Shelf:
    """The rows of an indexed course, and the folder of its blobs."""

    course: Course
    versions: Sequence[ExerciseVersion]
    blobs: Path


def index_once(folder: Path) -> Shelf:
    """Index the course with its blobs below `folder`, and leave nothing in the database."""
    before = settings.NOYAU
    settings.NOYAU = before.model_copy(update={"var": folder})
    try:
        with transaction.atomic():
            index_exercises(root=EXERCISES)
            found = ExerciseVersion.objects.select_related("exercise").order_by("pk")
            shelf = Shelf(Course.objects.get(), list(found), settings.NOYAU.blobs_dir)
            transaction.set_rollback(True)
    finally:
        settings.NOYAU = before
    return shelf


@transaction.atomic
def put_in(shelf: Shelf) -> Course:
    """Put the course into the database, and its blobs where the settings say."""
    shutil.copytree(shelf.blobs, settings.NOYAU.blobs_dir, copy_function=_take, dirs_exist_ok=True)
    course = Course(**_values(shelf.course))
    course.save()
    exercises = Exercise.objects.bulk_create(
        Exercise(**_values(one.exercise) | {"course": course, "current": None})
        for one in shelf.versions
    )
    versions = ExerciseVersion.objects.bulk_create(
        ExerciseVersion(**_values(one) | {"exercise": exercise})
        for one, exercise in zip(shelf.versions, exercises, strict=True)
    )
    for exercise, version in zip(exercises, versions, strict=True):
        exercise.current = version
    Exercise.objects.bulk_update(exercises, ["current"])
    return Course.objects.get(pk=course.pk)


def _take(source: str, target: str) -> None:
    """Link a blob, which nobody changes, or copy it to another file system."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _values(row: Course | Exercise | ExerciseVersion) -> dict[str, object]:
    """Return what a row holds but its key and its relations."""
    return {
        field.name: getattr(row, field.name)
        for field in row._meta.concrete_fields
        if not field.primary_key and not field.is_relation
    }
