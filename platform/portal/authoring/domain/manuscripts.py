"""Begin a manuscript: from a template of a kind, from a published exercise, from a folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from django.db import IntegrityError, transaction

import exercises
from exercises.archive import read_folder, unpack_files
from exercises.importers.imported import Remark
from exercises.spec import Kind
from portal.accounts.models import User
from portal.authoring.domain.manifest import MANIFEST, Key, Value, change_keys, read_keys
from portal.authoring.domain.paths import check_folder
from portal.authoring.domain.states import keep_state
from portal.authoring.models import Manuscript, ManuscriptFile, Reason
from portal.catalogue.domain import current_version
from portal.catalogue.domain.record import CHAPTER_STRIDE
from portal.catalogue.errors import SlugTaken
from portal.catalogue.models import Exercise, ExerciseVersion
from portal.common import blobs
from portal.courses.models import Course

STARTERS = Path(exercises.__file__).parent / "starters"
CHAPTER = ("chapter",)
LAST = 999


def begin_manuscript(
    *, author: User, course: Course, slug: str, kind: Kind, title_fr: str, title_en: str
) -> Manuscript:
    """Begin an exercise from the template of its kind. Raises SlugTaken."""
    files = read_folder(STARTERS / kind.value)
    chapter = _chapter(course, files[MANIFEST])
    named: dict[Key, Value] = {
        ("id",): slug,
        ("chapter",): chapter,
        ("position",): next_position(course, chapter),
        ("title", "fr"): title_fr,
        ("title", "en"): title_en,
    }
    files[MANIFEST] = change_keys(files[MANIFEST], named)
    return begin_from(author=author, course=course, slug=slug, files=files)


def open_exercise(*, author: User, exercise: Exercise) -> Manuscript:
    """Return the author's manuscript of a published exercise, a new one where there is none.

    Raises SlugTaken where the author has another manuscript of that name, BlobError.
    """
    there = Manuscript.objects.filter(author=author, exercise=exercise).first()
    if there is not None:
        return there
    return _begin(
        author=author,
        course=exercise.course,
        slug=exercise.slug,
        files=version_files(current_version(exercise)),
        exercise=exercise,
    )


def copy_exercise(*, author: User, exercise: Exercise, course: Course, slug: str) -> Manuscript:
    """Begin a manuscript of a published exercise's files under another name. Raises SlugTaken."""
    files = version_files(current_version(exercise))
    chapter = _chapter(course, files[MANIFEST])
    named: dict[Key, Value] = {
        ("id",): slug,
        ("chapter",): chapter,
        ("position",): next_position(course, chapter),
    }
    files[MANIFEST] = change_keys(files[MANIFEST], named)
    return begin_from(author=author, course=course, slug=slug, files=files)


def begin_from(
    *,
    author: User,
    course: Course,
    slug: str,
    files: Mapping[str, bytes],
    remarks: Sequence[Remark] = (),
) -> Manuscript:
    """Begin a manuscript of these files. Raises SlugTaken, UnsafePath, FolderTooLarge."""
    if Exercise.objects.filter(slug=slug).exists():
        raise SlugTaken(slug)
    return _begin(author=author, course=course, slug=slug, files=files, remarks=remarks)


def version_files(version: ExerciseVersion) -> dict[str, bytes]:
    """Return the folder that a version keeps. Raises BlobError, UnsafeArchive."""
    return unpack_files(blobs.read(version.archive))


def _begin(
    *,
    author: User,
    course: Course,
    slug: str,
    files: Mapping[str, bytes],
    exercise: Exercise | None = None,
    remarks: Sequence[Remark] = (),
) -> Manuscript:
    check_folder(files)
    try:
        with transaction.atomic():
            manuscript = Manuscript.objects.create(
                author=author,
                course=course,
                slug=slug,
                exercise=exercise,
                base=exercise.current if exercise else None,
                remarks=[asdict(remark) for remark in remarks],
            )
            ManuscriptFile.objects.bulk_create(
                ManuscriptFile(manuscript=manuscript, path=path, content=content, size=len(content))
                for path, content in files.items()
            )
            keep_state(manuscript, reason=Reason.BEGUN)
    except IntegrityError as exc:
        raise SlugTaken(slug) from exc
    return manuscript


def _chapter(course: Course, manifest: bytes) -> str:
    """Return the manifest's chapter where the course has it, else the course's first."""
    chapters = [str(chapter["id"]) for chapter in course.chapters]
    wanted = read_keys(manifest, (CHAPTER,))[CHAPTER]
    return wanted if wanted in chapters else chapters[0]


def next_position(course: Course, chapter: str) -> int:
    """Return the place after the last published exercise of the chapter."""
    last = (
        Exercise.objects.filter(course=course, chapter=chapter)
        .order_by("-position")
        .values_list("position", flat=True)
        .first()
    )
    return min((last or 0) % CHAPTER_STRIDE + 1, LAST)
