"""The page of an attempt while it runs: what it prints, how long it takes, and stopping it."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from graders.report import Curve
from portal.accounts.models import User
from portal.courses.models import Cohort, Enrolment, Role
from portal.submissions.domain import claim_next, record_curves, record_log
from portal.submissions.models import Attempt, ServedQueue, State, Trial
from portal.submissions.wording import duration
from tests.portal.factories import add_attempt, add_student, add_user
from tests.portal.pages.conftest import Browser
from tests.portal.pages.test_headers import INLINE


@pytest.fixture
def running(attempt: Attempt) -> Attempt:
    """The attempt, claimed by a worker."""
    claimed = claim_next(queue="cpu", lease_seconds=30)
    assert claimed == attempt
    assert isinstance(claimed, Attempt)
    return claimed


def shown(client: Client, attempt: Attempt, name: str = "attempt") -> str:
    html: str = client.get(reverse(name, args=[attempt.pk])).content.decode()
    return " ".join(html.split())


def test_what_it_prints_is_text_that_nobody_is_told_aloud(
    at_student: Client, running: Attempt
) -> None:
    assert "What the notebook prints" not in shown(at_student, running)
    evil = "</pre><script>alert(1)</script>\u202eepoch 1\n"
    assert record_log(work=running, tail=evil)
    html = shown(at_student, running, "attempt-live")
    assert "&lt;/pre&gt;&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "\u202e" not in html
    assert INLINE.findall(html) == []
    region = html[html.index('id="log"') :].partition(">")[0]
    assert 'tabindex="0" role="group"' in region
    assert "aria-live" not in html


def test_the_jobs_of_a_sweep_are_drawn_as_they_run(at_student: Client, running: Attempt) -> None:
    Attempt.objects.update(trial_count=3)
    for number in (1, 2, 3):
        trial = Trial.objects.create(
            attempt=running, version=running.version, number=number, parameters={"rate": number},
            state=State.RUNNING, lease=running.lease, started_at=timezone.now(),
        )  # fmt: skip
        curve = Curve(name="loss", points=((1, 2.5), (2, 1 / number)))
        assert number == 3 or record_curves(work=trial, curves=[curve])
    html = shown(at_student, running)
    assert "No. 1: 1: from 2.5 to 1 at step 2" in html
    assert "No. 2: 2: from 2.5 to 0.5 at step 2" in html
    assert "No. 3" not in html


def test_its_author_alone_may_stop_it(
    at_student: Client, browser: Browser, cohort: Cohort, stranger: User, attempt: Attempt
) -> None:
    address = reverse("attempt-stop", args=[attempt.pk])
    members = [
        Enrolment.objects.create(cohort=cohort, user=add_user(f"second-{role}"), role=role)
        for role in (Role.TEACHER, Role.ASSISTANT)
    ]
    classmate = add_student(cohort, "classmate").user
    tried = [browser(member.user).post(address).status_code for member in members]
    assert tried == [HTTPStatus.FORBIDDEN] * 2
    assert address not in shown(browser(members[0].user), attempt)
    for user in (classmate, stranger):
        assert browser(user).post(address).status_code == HTTPStatus.NOT_FOUND
    assert at_student.get(address).status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert Client().post(address)["Location"].startswith(reverse("sign-in"))
    attempt.refresh_from_db()
    assert attempt.state == State.QUEUED
    assert address in shown(at_student, attempt)
    html = at_student.post(address, follow=True).content.decode()
    assert "You stopped this attempt before its tests had begun." in html
    assert address not in html
    assert "regrade" not in shown(browser(members[0].user), attempt)


def test_once_the_tests_run_the_button_is_gone_and_who_was_too_slow_is_told(
    at_student: Client, running: Attempt
) -> None:
    address = reverse("attempt-stop", args=[running.pk])
    assert 'id="stop"' not in shown(at_student, running, "attempt-live")
    Attempt.objects.update(progress={"phase": "tests", "done": 0, "total": 6})
    live = shown(at_student, running, "attempt-live")
    assert '<div id="stop" hx-swap-oob="true"> </div>' in live
    assert address not in live
    html = at_student.post(address, follow=True).content.decode()
    assert "Its tests have begun" in html
    running.refresh_from_db()
    assert running.state == State.RUNNING


def test_how_long_it_takes_is_said_where_it_is_known(
    at_student: Client, enrolment: Enrolment, attempt: Attempt
) -> None:
    html = shown(at_student, attempt)
    assert "number 1 in the queue" in html
    assert "should be here" not in html
    done = add_attempt(add_student(enrolment.cohort, "other"), attempt.assignment)
    started_at = timezone.now() - timedelta(hours=1)
    Attempt.objects.filter(pk=done.pk).update(
        state=State.GRADED, started_at=started_at, finished_at=started_at + timedelta(seconds=150)
    )
    ServedQueue.objects.create(worker="w", queue="cpu", seen_at=timezone.now())
    cache.clear()
    assert "Its result should be here in about 2 minutes." in shown(at_student, attempt)
    Attempt.objects.filter(pk=attempt.pk).update(state=State.RUNNING)
    assert "This exercise usually takes about 2 minutes." in shown(at_student, attempt)


@pytest.mark.parametrize(
    ("seconds", "english", "french"),
    [
        (0.4, "about 5 seconds", "environ 5 secondes"),
        (23, "about 25 seconds", "environ 25 secondes"),
        (56, "about 1 minute", "environ 1 minute"),
        (100, "about 2 minutes", "environ 2 minutes"),
        (3700, "about 1 hour", "environ 1 heure"),
        (9000, "about 2 hours", "environ 2 heures"),
    ],
)
def test_a_time_is_told_no_more_precisely_than_it_is_known(
    seconds: float, english: str, french: str
) -> None:
    with translation.override("en"):
        assert duration(seconds) == english
    with translation.override("fr"):
        assert duration(seconds) == french
