"""Bring the exercises folder into the database."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from exercises.archive import pack
from exercises.errors import MalformedExercise
from exercises.exercise import Exercise as Source
from exercises.loader import load_exercise
from exercises.manifest import read_toml
from exercises.spec import CourseManifest
from graders.grader import grader_of
from portal.catalogue.errors import SlugTaken, UnknownExercise
from portal.catalogue.models import Exercise, ExerciseVersion
from portal.common import blobs
from portal.courses.models import Course

CHAPTER_STRIDE = 1000
"""More than any position: the rows' positions follow the chapters, then the exercises in each."""


@dataclass(frozen=True, slots=True)
class Index:
    """What indexing found: every exercise's current version, and the folders it refused."""

    versions: tuple[ExerciseVersion, ...]
    refused: tuple[MalformedExercise | SlugTaken, ...]


def index_exercises(*, root: Path) -> Index:
    """Index every course below `root`. A refused folder keeps its last good version.

    A folder whose digest is known makes no new version, so that this may run at every start.
    """
    versions: list[ExerciseVersion] = []
    refused: list[MalformedExercise | SlugTaken] = []
    for toml in sorted(root.glob("*/course.toml")):
        try:
            manifest = read_toml(toml.read_bytes(), CourseManifest, toml)
        except MalformedExercise as error:
            refused.append(error)
            continue
        course = _index_course(manifest)
        for file in sorted(toml.parent.glob("*/exercise.toml")):
            try:
                versions.append(_index_exercise(course, manifest, _checked(file.parent)))
            except (MalformedExercise, SlugTaken) as error:
                refused.append(error)
    return Index(tuple(versions), tuple(refused))


def find_exercise(*, root: Path, slug: str) -> Source:
    """Return the exercise of this name below `root`, from its folder alone.

    Raises UnknownExercise, MalformedExercise.
    """
    for file in sorted(root.glob("*/*/exercise.toml")):
        if file.parent.name == slug:
            return _checked(file.parent)
    raise UnknownExercise(slug)


def _checked(folder: Path) -> Source:
    exercise = load_exercise(folder)
    grader_of(exercise.manifest.kind).check_folder(exercise)
    return exercise


def _index_course(manifest: CourseManifest) -> Course:
    course, _created = Course.objects.update_or_create(
        slug=manifest.id,
        defaults={
            "title_fr": manifest.title.fr,
            "title_en": manifest.title.en,
            "chapters": [chapter.model_dump(mode="json") for chapter in manifest.chapters],
        },
    )
    return course


def _index_exercise(course: Course, manifest: CourseManifest, source: Source) -> ExerciseVersion:
    chapters = [chapter.id for chapter in manifest.chapters]
    said = source.manifest
    if said.chapter not in chapters:
        expected = f"'chapter' to be one of the course's, {', '.join(chapters)}"
        raise MalformedExercise(source.path / "exercise.toml", 1, expected)
    if Exercise.objects.filter(slug=said.id).exclude(course=course).exists():
        raise SlugTaken(f"{source.path}: another course has an exercise {said.id!r}")
    archive = blobs.store(pack(source.path))
    with transaction.atomic():
        exercise, _created = Exercise.objects.update_or_create(
            slug=said.id,
            defaults={
                "course": course,
                "kind": said.kind.value,
                "chapter": said.chapter,
                "position": chapters.index(said.chapter) * CHAPTER_STRIDE + said.position,
                "title_fr": said.title.fr,
                "title_en": said.title.en,
                "points": said.points,
                "max_attempts": said.max_attempts,
            },
        )
        version, _created = ExerciseVersion.objects.get_or_create(
            digest=source.digest, defaults={"exercise": exercise, "archive": archive}
        )
        if exercise.current_id != version.pk:
            exercise.current = version
            exercise.save(update_fields=["current", "updated_at"])
    return version
