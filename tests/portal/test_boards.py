"""The board of an exercise that ranks models by several metrics."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from graders.grader import Order, Ranking
from graders.report import Metric
from portal.accounts.models import Language
from portal.catalogue.models import Assignment
from portal.courses.models import Cohort, Enrolment
from portal.gradebook.domain import board
from portal.submissions.models import Attempt, State
from portal.submissions.signals import attempt_graded
from tests.portal.factories import add_attempt, add_student, scored_report

ACCURACY = Order("accuracy", greater_is_better=True)
PARAMETERS = Order("parameters", greater_is_better=False)
SECONDS = Order("seconds", greater_is_better=False)
RANKING = Ranking((ACCURACY, PARAMETERS, SECONDS))


@pytest.fixture(autouse=True)
def static_root(tmp_path: Path, settings: Settings) -> None:
    """Give WhiteNoise the folder that `collectstatic` would have made."""
    settings.STATIC_ROOT = tmp_path / "static"
    settings.STATIC_ROOT.mkdir()


@pytest.fixture
def record(cohort: Cohort) -> Assignment:
    """The exercise whose board goes by accuracy, then parameters, then seconds."""
    found = Assignment.objects.select_related("exercise__current")
    return found.get(cohort=cohort, exercise__slug="mnist-record")


def measured(enrolment: Enrolment, assignment: Assignment, values: Mapping[str, float]) -> Attempt:
    """Add a graded attempt with these metrics, in another order than the board's."""
    attempt = add_attempt(enrolment, assignment, state=State.GRADED, score=0.5)
    metrics = tuple(Metric(name=name, value=value) for name, value in reversed([*values.items()]))
    report = scored_report(0.5).model_copy(update={"metrics": metrics})
    attempt.report = report.model_dump(mode="json")
    attempt.save()
    with transaction.atomic():
        attempt_graded.send(sender=Attempt, attempt=attempt)
    return attempt


def values(accuracy: float, parameters: float, seconds: float) -> dict[str, float]:
    return {"accuracy": accuracy, "parameters": parameters, "seconds": seconds}


def rows(assignment: Assignment) -> list[tuple[int, str]]:
    found = board(assignment=assignment, ranking=RANKING, private=False)
    return [(row.rank, row.name) for row in found]


def test_among_equals_the_next_metric_decides(cohort: Cohort, record: Assignment) -> None:
    for name, found in {
        "slow": values(0.98, 20_000, 40),
        "small": values(0.98, 9_000, 90),
        "best": values(0.99, 30_000, 99),
        "quick": values(0.98, 20_000, 10),
        "twin": values(0.98, 20_000, 10),
    }.items():
        measured(add_student(cohort, name), record, found)
    assert rows(record) == [(1, "best"), (2, "small"), (3, "quick"), (3, "twin"), (5, "slow")]


def test_the_best_attempt_counts_by_all_metrics(cohort: Cohort, record: Assignment) -> None:
    student = add_student(cohort, "ada")
    for found in (values(0.97, 100, 1), values(0.98, 9_000, 50), values(0.98, 9_000, 40)):
        measured(student, record, found)
    (row,) = board(assignment=record, ranking=RANKING, private=False)
    assert [metric and metric.value for metric in row.metrics] == [0.98, 9_000, 40]
    assert row.attempts == 3


def test_what_was_not_measured_comes_last_or_not_at_all(cohort: Cohort, record: Assignment) -> None:
    measured(add_student(cohort, "whole"), record, values(0.98, 9_000, 50))
    measured(add_student(cohort, "untimed"), record, {"accuracy": 0.98, "parameters": 9_000})
    measured(add_student(cohort, "over budget"), record, {"parameters": 90_000, "seconds": 1})
    add_attempt(add_student(cohort, "nothing"), record, state=State.GRADED, score=0)
    assert rows(record) == [(1, "whole"), (2, "untimed")]


def test_a_board_takes_as_many_queries_for_many_students(
    cohort: Cohort, record: Assignment, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for size in (1, 5):
        for number in range(size):
            measured(add_student(cohort, f"s{size}{number}"), record, values(0.9, number, 1))
        with django_assert_num_queries(1):
            assert len(rows(record)) in {1, 6}


@pytest.mark.parametrize(
    ("language", "columns"),
    [
        (Language.ENGLISH, ["Rank", "Name", "Accuracy", "Parameters", "Seconds", "Attempts"]),
        (Language.FRENCH, ["Rang", "Nom", "Précision", "Paramètres", "Secondes", "Tentatives"]),
    ],
)
def test_the_page_shows_the_columns_in_their_order(
    enrolment: Enrolment, record: Assignment, language: Language, columns: list[str]
) -> None:
    enrolment.user.language = language
    enrolment.user.save()
    measured(enrolment, record, values(0.984, 29_322, 21.5))
    client = Client()
    client.force_login(enrolment.user)
    address = reverse("exercise-leaderboard", args=[record.cohort_id, "mnist-record"])
    html = client.get(address).content.decode()
    table = html[html.index('id="public"') :]
    heads = re.findall(r'<th scope="col"[^>]*><a href="[^"]*">([^<]*)</a></th>', table)
    assert heads[: len(columns)] == columns
    assert 'id="private"' not in html
