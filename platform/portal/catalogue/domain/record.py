"""Bring one folder of an exercise into the catalogue, wherever it came from."""

from __future__ import annotations

from django.db import transaction

from exercises.archive import pack_files
from exercises.errors import MalformedExercise
from exercises.exercise import Exercise as Source
from exercises.manifest import key_lines
from portal.accounts.models import User
from portal.catalogue.errors import SlugTaken
from portal.catalogue.models import Exercise, ExerciseVersion
from portal.common import blobs
from portal.courses.models import Course

CHAPTER_STRIDE = 1000
"""More than any position: the rows' positions follow the chapters, then the exercises in each."""


def record_version(
    *,
    course: Course,
    source: Source,
    by: User | None = None,
    note: str = "",
    questions: str = "",
) -> ExerciseVersion:
    """Make the folder `source` the version that students see, and return it.

    `questions` is the blob of those that were drawn in a room: without, the folder's own code draws
    them, which must then be trusted. One whose digest is known is found, not made again. Raises
    MalformedExercise for a chapter that the course does not have, SlugTaken where another course
    has an exercise of this name.
    """
    slug = source.manifest.id
    if Exercise.objects.filter(slug=slug).exclude(course=course).exists():
        raise SlugTaken(f"{source.path}: another course has an exercise {slug!r}")
    said = _said(course, source)
    archive = blobs.store(pack_files(source.files))
    with transaction.atomic():
        exercise, _created = Exercise.objects.update_or_create(
            slug=slug, defaults={"course": course, **said}
        )
        version, _created = ExerciseVersion.objects.get_or_create(
            digest=source.digest,
            defaults={
                "exercise": exercise,
                "archive": archive,
                "published_by": by,
                "note": note,
                "questions": questions,
            },
        )
        if exercise.current_id != version.pk:
            exercise.current = version
            exercise.save(update_fields=["current", "updated_at"])
    return version


def _said(course: Course, source: Source) -> dict[str, object]:
    """Return what the manifest says of the exercise's row."""
    manifest = source.manifest
    chapters = [chapter["id"] for chapter in course.chapters]
    if manifest.chapter not in chapters:
        text = source.files["exercise.toml"].decode()
        line = key_lines(text).get(("chapter",), 1)
        expected = f"'chapter' to be one of the course's, {', '.join(chapters)}"
        raise MalformedExercise(source.path / "exercise.toml", line, expected)
    return {
        "kind": manifest.kind.value,
        "chapter": manifest.chapter,
        "position": chapters.index(manifest.chapter) * CHAPTER_STRIDE + manifest.position,
        "title_fr": manifest.title.fr,
        "title_en": manifest.title.en,
        "points": manifest.points,
        "max_attempts": manifest.max_attempts,
    }
