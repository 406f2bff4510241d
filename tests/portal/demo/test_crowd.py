"""The class that pages are measured with, and the measuring."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.db import transaction
from pytest_django import Settings

from portal.catalogue.domain import index_exercises
from portal.courses.models import Cohort
from portal.demo.crowd import make_crowd
from portal.demo.management.commands.bench_pages import measure
from portal.gradebook.domain import ranking_of, rebuild_entries, update_standing
from portal.gradebook.models import BoardEntry, DayTotal, Standing
from portal.submissions.models import Attempt
from tests.portal.shelf import EXERCISES

STUDENTS, ATTEMPTS = 3, 40


@pytest.fixture
def crowd(transactional_db: None, tmp_path: Path, settings: Settings) -> Cohort:  # noqa: ARG001
    """A small crowd at two exercises."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()
    course = tmp_path / "exercises" / "cnn"
    course.mkdir(parents=True)
    shutil.copy(EXERCISES / "cnn" / "course.toml", course)
    for slug in ("mnist-record", "convolution-by-hand"):
        shutil.copytree(EXERCISES / "cnn" / slug, course / slug)
    index_exercises(root=course.parent)
    return make_crowd(students=STUDENTS, attempts=ATTEMPTS)


def standings() -> list[tuple[object, ...]]:
    fields = ("enrolment", "assignment", "best", "score", "points", "attempts", "reached_at")
    return [*Standing.objects.order_by("enrolment", "assignment").values_list(*fields)]


def test_a_crowd_stands_as_it_would_have_come_to(crowd: Cohort) -> None:
    assert Attempt.objects.count() == ATTEMPTS
    made, days = standings(), DayTotal.objects.count()
    entries = BoardEntry.objects.count()
    assert made
    assert entries
    for one in Standing.objects.select_related("enrolment", "assignment__exercise"):
        with transaction.atomic():
            update_standing(enrolment=one.enrolment, assignment=one.assignment)
    assert (standings(), DayTotal.objects.count()) == (made, days)
    for assignment in crowd.assignments.select_related("exercise__current__exercise"):
        rebuild_entries(assignment=assignment, ranking=ranking_of(assignment))
    assert BoardEntry.objects.count() == entries


def test_pages_are_visited_by_those_who_may(crowd: Cohort) -> None:
    pages = ["class", "class-table", "exercise-leaderboard", "attempt", "hand-in"]
    figures = list(measure(crowd, 2, pages))
    assert {(one.who, one.page) for one in figures} == {
        (who, page)
        for who in ("student", "teacher")
        for page in pages
        if page != "hand-in" and (who, page) != ("student", "class-table")
    }
    assert all(one.visits == 2 and one.queries > 2 and one.size > 1 for one in figures)
    assert all(one.cpu > 0 and 0 < one.median <= one.p95 for one in figures)
