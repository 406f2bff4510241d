"""A class of one exercise, ranked by metrics, whose folder a test may change."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import timezone, translation
from pytest_django import Settings

from graders.report import Metric, Report
from portal.accounts.models import User
from portal.catalogue.domain import assign_course, index_exercises
from portal.catalogue.models import Assignment
from portal.courses.domain import create_cohort
from portal.courses.models import Course, Enrolment
from portal.submissions.domain.finish import store_report
from portal.submissions.models import Attempt, State
from tests.portal.factories import add_attempt, scored_report
from tests.portal.shelf import EXERCISES

RANKING = 'ranking = ["accuracy", "-parameters", "-seconds"]'


@pytest.fixture(autouse=True)
def static_root(tmp_path: Path, settings: Settings) -> None:
    """Give WhiteNoise the folder that `collectstatic` would have made."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Speak English, and undo the language that the last request activated in this thread."""
    with translation.override("en"):
        yield


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of exercises that holds one: the record on MNIST."""
    course = tmp_path / "exercises" / "cnn"
    course.mkdir(parents=True)
    shutil.copy(EXERCISES / "cnn" / "course.toml", course)
    shutil.copytree(EXERCISES / "cnn" / "mnist-record", course / "mnist-record")
    return course.parent


@pytest.fixture
def record(folder: Path, teacher: User) -> Assignment:
    """That exercise, set to a class."""
    index_exercises(root=folder)
    cohort = create_cohort(course=Course.objects.get(), name="Class A", teacher=teacher)
    (assignment,) = assign_course(cohort=cohort)
    return assignment


@pytest.fixture
def rank_by(folder: Path) -> Callable[[str], None]:
    """Publish the exercise with another line for its ranking."""

    def publish(line: str) -> None:
        manifest = folder / "cnn" / "mnist-record" / "exercise.toml"
        text = manifest.read_text()
        assert RANKING in text
        manifest.write_text(text.replace(RANKING, line))
        index_exercises(root=folder)

    return publish


def report_of(values: Mapping[str, float], score: float = 0.5) -> Report:
    """Return a report with these metrics."""
    metrics = tuple(Metric(name=name, value=value) for name, value in values.items())
    return scored_report(score).model_copy(update={"metrics": metrics})


def grade(
    enrolment: Enrolment,
    assignment: Assignment,
    values: Mapping[str, float],
    *,
    score: float = 0.5,
    attempt: Attempt | None = None,
) -> Attempt:
    """Store a report with these metrics as a worker does, of a new attempt where none is given."""
    graded = attempt or add_attempt(enrolment, assignment, state=State.RUNNING)
    graded.started_at = timezone.now()
    with transaction.atomic():
        report = report_of(values, score)
        store_report(attempt=graded, version=graded.version, report=report)
    return graded


def record_values(accuracy: float, parameters: float, seconds: float) -> dict[str, float]:
    """Return the metrics of the record's ranking."""
    return {"accuracy": accuracy, "parameters": parameters, "seconds": seconds}
