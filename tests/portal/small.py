"""A class with few of the course's exercises, for tests that need no more and may change them."""

from __future__ import annotations

import shutil
from pathlib import Path

from portal.accounts.models import User
from portal.catalogue.domain import index_exercises, open_class
from portal.catalogue.models import Assignment
from portal.courses.models import Course

COURSE = Path(__file__).parents[2] / "exercises" / "cnn"


def copied_course(root: Path, *slugs: str) -> Path:
    """Copy the course with these exercises below `root`, and return its folder."""
    course = root / "cnn"
    course.mkdir(parents=True)
    shutil.copy(COURSE / "course.toml", course)
    for slug in slugs:
        shutil.copytree(COURSE / slug, course / slug, ignore=shutil.ignore_patterns("__pycache__"))
    return course


def set_to_class(course: Path, teacher: User) -> Assignment:
    """Index the course, open a class of `teacher` with it and return its first exercise there."""
    index_exercises(root=course.parent)
    open_class(course=Course.objects.get(), name="Small class", teacher=teacher)
    exercises = Assignment.objects.select_related("exercise__current__exercise", "cohort")
    return exercises.order_by("exercise__position")[0]


def rewrite(path: Path, old: str, new: str) -> None:
    """Replace `old`, which must be there, in an exercise's file, and index its course."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    index_exercises(root=path.parents[2])
