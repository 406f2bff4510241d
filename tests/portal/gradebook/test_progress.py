"""How far a student is, and what the class's page puts first."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.catalogue.domain import Deadline
from portal.catalogue.models import Assignment, Exercise
from portal.courses.models import Course
from portal.gradebook.domain import Cell, chapters_of, next_up
from portal.gradebook.domain.tables import Counting
from tests.portal.factories import add_student
from tests.portal.gradebook.conftest import grade

NOW = timezone.now()


def cell(slug: str, *, score: float | None = None, **changes: object) -> Cell:
    """Return one student's cell at an exercise of ten points, which is saved nowhere."""
    exercise = Exercise(slug=slug, points=10, chapter=slug[0])
    standing = None if score is None else Counting(uuid4(), score, 10 * score)
    known: dict[str, object] = {
        "assignment": Assignment(exercise=exercise),
        "standing": standing,
        "handed_in": 0,
        "waiting": 0,
        "failed": 0,
        "attempts_left": None,
    }
    return Cell(**(known | changes))  # type: ignore[arg-type]


def due(days: float, *, late_days: int = 0, late_percent: int = 0) -> Deadline:
    at: datetime = NOW + timedelta(days=days)
    return Deadline(due_at=at, late_days=late_days, late_percent=late_percent)


def names(cells: list[Cell]) -> list[str]:
    return [one.assignment.exercise.slug for one in cells]


def test_what_is_due_next_comes_first_then_the_order_of_the_course() -> None:
    cells = [
        cell("a", score=0.5),
        cell("b", deadline=due(9)),
        cell("c", deadline=due(2)),
        cell("d", deadline=due(-1, late_days=3, late_percent=10)),
        cell("e"),
    ]
    assert names(next_up(cells)) == ["c", "d", "b"]
    assert names(next_up(cells[:1] + cells[4:])) == ["a", "e"]


@pytest.mark.parametrize(
    "changes",
    [
        {"score": 1.0},
        {"attempts_left": 0},
        {"waiting": 1},
        {"deadline": due(-1)},
        {"deadline": Deadline(opens_at=NOW + timedelta(days=1))},
        {"score": 0.9, "deadline": due(-1.5, late_days=3, late_percent=10)},
    ],
)
def test_what_can_earn_nothing_now_is_left_out(changes: dict[str, object]) -> None:
    assert names(next_up([cell("a", **changes), cell("b")])) == ["b"]  # type: ignore[arg-type]


def test_a_chapter_adds_up_its_points() -> None:
    titles = [{"id": "x", "title": {"fr": "Un", "en": "One"}}]
    cells = [cell("x1", score=0.5), cell("x2"), cell("y1", score=1 / 3)]
    known, unknown = chapters_of(course=Course(chapters=titles), cells=cells)
    assert (known.title and known.title.en, known.points, known.worth, known.per_cent) == (
        "One", 5, 20, 25,
    )  # fmt: skip
    assert (unknown.title, unknown.per_cent) == (None, 33)


def test_the_page_leads_to_what_is_next_and_shows_how_far_one_is(record: Assignment) -> None:
    ada = add_student(record.cohort, "ada")
    grade(ada, record, {}, score=0.5)
    client = Client()
    client.force_login(ada.user)
    html = client.get(reverse("class", args=[record.cohort_id])).content.decode()
    assert 'id="next-title"' in html
    assert '<rect class="filled" width="50" height="4"/>' in html
    grade(ada, record, {}, score=1)
    assert (
        'id="next-title"'
        not in client.get(reverse("class", args=[record.cohort_id])).content.decode()
    )
