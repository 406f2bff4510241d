"""An exercise on a GPU, and workers that say that they live."""

from __future__ import annotations

import shutil
from pathlib import Path

from portal.catalogue.domain import index_exercises
from portal.catalogue.models import Assignment
from tests.portal.shelf import EXERCISES


def ask_for_gpu(assignment: Assignment, folder: Path) -> Assignment:
    """Index a version of the assignment's exercise that is graded on a GPU; return it anew."""
    slug = assignment.exercise.slug
    course = folder / "cnn"
    shutil.copytree(EXERCISES / "cnn" / slug, course / slug)
    shutil.copy(EXERCISES / "cnn" / "course.toml", course)
    manifest = course / slug / "exercise.toml"
    manifest.write_text(f"gpu = true\n{manifest.read_text()}")
    assert index_exercises(root=folder).refused == ()
    return Assignment.objects.select_related("exercise").get(pk=assignment.pk)
