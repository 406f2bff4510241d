"""Bring the exercises folder into the database."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from exercises.errors import MalformedExercise
from exercises.exercise import Exercise as Source
from exercises.loader import load_exercise
from exercises.manifest import read_toml
from exercises.spec import CourseManifest
from graders.grader import grader_of
from portal.catalogue.domain.record import record_version
from portal.catalogue.errors import SlugTaken, UnknownExercise
from portal.catalogue.models import Exercise, ExerciseVersion
from portal.courses.models import Course


@dataclass(frozen=True, slots=True)
class Index:
    """What indexing found: every exercise's current version, and the folders it refused.

    `left` names the exercises that have an owner: they are written in the browser.
    """

    versions: tuple[ExerciseVersion, ...]
    refused: tuple[MalformedExercise | SlugTaken, ...]
    left: tuple[str, ...] = ()


def index_exercises(*, root: Path) -> Index:
    """Index every course below `root`. A refused folder keeps its last good version.

    A folder whose digest is known makes no new version, so that this may run at every start.
    """
    versions: list[ExerciseVersion] = []
    refused: list[MalformedExercise | SlugTaken] = []
    left: list[str] = []
    for toml in sorted(root.glob("*/course.toml")):
        try:
            manifest = read_toml(toml.read_bytes(), CourseManifest, toml)
        except MalformedExercise as error:
            refused.append(error)
            continue
        course = _index_course(manifest)
        for file in sorted(toml.parent.glob("*/exercise.toml")):
            try:
                version = _index_exercise(course, checked(file.parent))
            except (MalformedExercise, SlugTaken) as error:
                refused.append(error)
                continue
            if version is None:
                left.append(file.parent.name)
            else:
                versions.append(version)
    return Index(tuple(versions), tuple(refused), tuple(left))


def find_exercise(*, root: Path, slug: str) -> Source:
    """Return the exercise of this name below `root`, from its folder alone.

    Raises UnknownExercise, MalformedExercise.
    """
    for file in sorted(root.glob("*/*/exercise.toml")):
        if file.parent.name == slug:
            return checked(file.parent)
    raise UnknownExercise(slug)


def checked(folder: Path) -> Source:
    """Return the exercise in the folder, whole and sound for its kind. Raises MalformedExercise.

    No code of the folder runs.
    """
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


def _index_exercise(course: Course, source: Source) -> ExerciseVersion | None:
    """Return the folder's version, None for an exercise that is written in the browser."""
    if Exercise.objects.filter(slug=source.manifest.id, owner__isnull=False).exists():
        return None
    return record_version(course=course, source=source)
