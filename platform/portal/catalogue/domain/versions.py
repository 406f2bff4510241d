"""Versions of exercises as folders that can be loaded."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from exercises.archive import unpack
from exercises.exercise import Exercise
from exercises.loader import load_exercise
from portal.catalogue import models
from portal.catalogue.domain.questions import open_questions
from portal.catalogue.errors import UnknownExercise, VersionDamaged
from portal.common import blobs


def current_version(exercise: models.Exercise) -> models.ExerciseVersion:
    """Return the version that is set to students now. Raises UnknownExercise if never indexed."""
    if exercise.current is None:
        raise UnknownExercise(exercise.slug)
    return exercise.current


def open_version(version: models.ExerciseVersion) -> Exercise:
    """Return the exercise as it was in `version`. Raises VersionDamaged, BlobError.

    It is unpacked once per machine and loaded once per process.
    """
    # The loader wants the folder to bear the exercise's name, which an archive doesn't hold.
    folder = settings.NOYAU.versions_dir / version.digest / version.exercise.slug
    return _open(folder, version.digest, version.archive, version.questions)


@lru_cache(maxsize=128)
def _open(folder: Path, digest: str, archive: str, questions: str = "") -> Exercise:
    if not folder.exists():
        _unpack(archive, folder)
    exercise = load_exercise(folder)
    if exercise.digest != digest:
        raise VersionDamaged(f"{folder} has the digest {exercise.digest}")
    return replace(exercise, drawn=open_questions(questions))


def _unpack(archive: str, folder: Path) -> None:
    content = blobs.read(archive)
    home = folder.parent
    home.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = Path(tempfile.mkdtemp(dir=home.parent, prefix=".new-"))
    try:
        unpack(content, fresh / folder.name)
        fresh.rename(home)
    except OSError:
        # Another process was faster: a full folder can't be replaced, and holds the same.
        if not folder.exists():
            raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
