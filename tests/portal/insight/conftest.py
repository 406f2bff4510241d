"""A class of two exercises, which is all that a class at a glance needs."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.catalogue.domain import index_exercises
from portal.courses.models import Course
from tests.portal.small import copied_course


@pytest.fixture
def course(db: None, tmp_path: Path) -> Course:  # noqa: ARG001
    """The course with one exercise for a notebook, and one that is answered on the page."""
    folder = copied_course(tmp_path / "exercises", "pooling", "convolution-by-hand")
    index_exercises(root=folder.parent)
    return Course.objects.get()
