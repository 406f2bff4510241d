"""Prove a manuscript in rooms, publish it, and go back to an earlier version."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from exercises.archive import pack_files
from portal.accounts.models import User
from portal.authoring.domain.files import files_of
from portal.authoring.domain.folder import load_files
from portal.authoring.domain.states import folder_digest, keep_state
from portal.authoring.errors import NotProven, PublishedMeanwhile
from portal.authoring.models import Manuscript, Publication, Reason
from portal.catalogue.domain import make_current, publish
from portal.catalogue.models import Exercise, ExerciseVersion
from portal.common import blobs
from portal.courses.domain import record_change
from portal.courses.models import Cohort
from portal.submissions.domain.checks import is_proven, start_check
from portal.submissions.models import Check

PUBLISHED = "exercise-published"


@dataclass(frozen=True, slots=True)
class Proof:
    """The latest check of a manuscript: whether it is of the folder as it is, and what came out.

    `is_green` is None while it runs.
    """

    check: Check
    is_current: bool
    is_green: bool | None


def check_manuscript(*, manuscript: Manuscript) -> Check:
    """Have every solution of the manuscript graded in rooms.

    Raises MalformedExercise, TooManySolutions, BlobNotKept.
    """
    source = load_files(files_of(manuscript), slug=manuscript.slug)
    archive = blobs.store(pack_files(source.files))
    keep_state(manuscript, reason=Reason.CHECKED)
    return start_check(source=source, archive=archive, by=manuscript.author)


def latest_proof(manuscript: Manuscript) -> Proof | None:
    """Return what is known of the manuscript's latest check."""
    check = (
        Check.objects.filter(by=manuscript.author, slug=manuscript.slug)
        .order_by("-created_at")
        .first()
    )
    if check is None:
        return None
    digest = folder_digest(files_of(manuscript))
    return Proof(check, is_current=check.digest == digest, is_green=is_proven(check))


def publish_manuscript(
    *, manuscript: Manuscript, note: str, is_confirmed: bool = False
) -> ExerciseVersion:
    """Make the manuscript the version that students see, and return it.

    Raises MalformedExercise, QuestionsNotDrawn, SlugTaken, BlobNotKept; and, unless it is
    confirmed, NotProven without a green check of this very folder, PublishedMeanwhile where another
    version than the manuscript's base is current.
    """
    author = manuscript.author
    source = load_files(files_of(manuscript), slug=manuscript.slug)
    exercise = manuscript.exercise
    if not is_confirmed:
        if not is_green(source.digest):
            raise NotProven(manuscript.slug)
        if exercise is not None and exercise.current_id != manuscript.base_id:
            raise PublishedMeanwhile(manuscript.slug)
    before = exercise.current.digest if exercise and exercise.current else None
    with transaction.atomic():
        version = publish(
            course=manuscript.course, source=source, exercise=exercise, author=author, note=note
        )
        Manuscript.objects.filter(pk=manuscript.pk).update(exercise=version.exercise, base=version)
        keep_state(manuscript, reason=Reason.PUBLISHED)
        _announce(version, by=author, note=note, before=before)
    return version


def restore_version(*, version: ExerciseVersion, by: User, note: str) -> None:
    """Let students see an earlier version again. Raises VersionDamaged, BlobError."""
    before = version.exercise.current.digest if version.exercise.current else None
    with transaction.atomic():
        make_current(version=version, author=by)
        _announce(version, by=by, note=note, before=before)


def is_green(digest: str) -> bool:
    """Return whether a check of the folder with this digest found every solution as it should."""
    checks = Check.objects.filter(digest=digest).order_by("-created_at")[:5]
    return any(is_proven(check) is True for check in checks)


def classes_of(exercise: Exercise) -> list[Cohort]:
    """Return the classes to which the exercise is set, by name."""
    return list(Cohort.objects.filter(assignments__exercise=exercise).order_by("name"))


def _announce(version: ExerciseVersion, *, by: User, note: str, before: str | None) -> None:
    """Remember that the version became current, in each class that uses it, too."""
    Publication.objects.create(exercise=version.exercise, version=version, by=by, note=note)
    for cohort in classes_of(version.exercise):
        record_change(
            cohort=cohort,
            by=by,
            action=PUBLISHED,
            subject=version.exercise.slug,
            before=before,
            after=version.digest,
            reason=note,
        )
