"""What a student reads of deadlines: before handing in, when late, and after."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import User
from portal.catalogue.models import Assignment, Extension
from portal.courses.models import Enrolment
from portal.submissions.domain import accept_answers, question_for
from tests.portal.classes import in_days
from tests.portal.factories import add_student, right_answers
from tests.portal.pages.conftest import Browser
from tests.portal.small import copied_course, set_to_class

Page = Callable[[], str]


@pytest.fixture
def work(teacher: User, tmp_path: Path) -> Assignment:
    """An exercise whose answer is typed, the only one of its class."""
    return set_to_class(copied_course(tmp_path / "exercises", "convolution-by-hand"), teacher)


@pytest.fixture
def pupil(work: Assignment) -> Enrolment:
    return add_student(work.cohort, "pupil")


@pytest.fixture
def at_pupil(browser: Browser, pupil: Enrolment) -> Client:
    return browser(pupil.user)


@pytest.fixture
def page(at_pupil: Client, work: Assignment) -> Page:
    """Return what the page of the exercise says, its white space single."""
    address = reverse("exercise", args=[work.cohort_id, work.exercise.slug])
    return lambda: " ".join(at_pupil.get(address).content.decode().split())


def set_terms(work: Assignment, **terms: object) -> None:
    Assignment.objects.filter(pk=work.pk).update(**terms)
    work.refresh_from_db()


def test_the_late_policy_is_said_before_and_its_price_when_it_is_late(
    work: Assignment, page: Page
) -> None:
    set_terms(work, due_at=in_days(1), late_days=3, late_percent=10)
    before = page()
    assert "each day begun costs 10 % of its score" in before
    assert "it would lose" not in before
    set_terms(work, due_at=in_days(-1.5))
    assert "Handed in now, it would lose 20 %." in page()
    assert '<button type="submit">Hand in</button>' in page()
    set_terms(work, due_at=in_days(-4))
    assert "nothing more can be handed in" in page()
    assert '<button type="submit">Hand in</button>' not in page()


def test_an_extension_is_shown_and_still_hides_what_the_class_may_see(
    work: Assignment, pupil: Enrolment, page: Page, at_pupil: Client
) -> None:
    accept_answers(enrolment=pupil, assignment=work, answers={})
    set_terms(work, due_at=in_days(-1))
    extension = Extension.objects.create(assignment=work, enrolment=pupil, due_at=in_days(1))
    extended = page()
    assert "Extended for you until" in extended
    assert "It opens here at full marks" in extended
    address = reverse("class", args=[work.cohort_id])
    assert "extended for you until" in at_pupil.get(address).content.decode()
    extension.delete()
    assert "It opens here at full marks" not in page()


def test_times_are_told_in_the_zone_of_the_browser_and_else_in_the_portals(
    work: Assignment, page: Page, at_pupil: Client
) -> None:
    due = datetime(2100, 7, 1, 12, tzinfo=ZoneInfo("UTC"))
    set_terms(work, due_at=due)
    for cookie, said, zone in (
        (None, "1 July 2100, 14:00", "Europe/Paris"),
        ("America/New_York", "1 July 2100, 08:00", "America/New York"),
        ("Asia/Kolkata", "1 July 2100, 17:30", "Asia/Kolkata"),
        ("../../etc/passwd", "1 July 2100, 14:00", "Europe/Paris"),
        ("", "1 July 2100, 14:00", "Europe/Paris"),
    ):
        if cookie is not None:
            at_pupil.cookies["noyau_zone"] = cookie
        shown = page()
        assert said in shown
        assert f"({zone})" in shown
    assert timezone.get_current_timezone_name() == "Europe/Paris"


def test_a_result_says_what_lateness_cost(
    work: Assignment, pupil: Enrolment, at_pupil: Client
) -> None:
    question = question_for(enrolment=pupil, assignment=work)
    attempt = accept_answers(enrolment=pupil, assignment=work, answers=right_answers(question))
    set_terms(work, late_days=3, late_percent=25)
    handed_in = attempt.submitted_at
    for late, said in (
        (timedelta(hours=-1), None),
        (timedelta(hours=1), "That costs 25 % of its score."),
        (timedelta(hours=25), "That costs 50 % of its score."),
    ):
        set_terms(work, due_at=handed_in - late)
        shown = at_pupil.get(reverse("attempt", args=[attempt.pk])).content.decode()
        assert ("That costs" in shown) == (said is not None)
        assert said is None or said in shown
