"""What is kept of a run, on the pages: the model to take home, and how a score came about."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import Language, User
from portal.common import blobs
from portal.courses.models import Cohort, Enrolment, Role
from portal.submissions.models import Attempt, PastReport, State
from tests.portal.factories import add_user, scored_report
from tests.portal.pages.conftest import Browser

WEIGHTS = b'\x08\x00\x00\x00\x00\x00\x00\x00{}      <script>alert("a")</script>'


@pytest.fixture
def trained(graded: Attempt) -> Attempt:
    """A graded attempt of which the model and the transcript are kept."""
    graded.weights = blobs.store(WEIGHTS)
    graded.transcript = blobs.store(b"replies")
    graded.save()
    return graded


def page(client: Client, attempt: Attempt) -> str:
    html: str = client.get(reverse("attempt", args=[attempt.pk])).content.decode()
    return html


def test_the_author_takes_the_model_home_as_a_file_that_no_browser_shows(
    at_student: Client, trained: Attempt
) -> None:
    address = reverse("attempt-weights", args=[trained.pk])
    assert f'href="{address}"' in page(at_student, trained)
    response = at_student.get(address)
    assert response.content == WEIGHTS
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == 'attachment; filename="model.safetensors"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none'")


def test_the_staff_of_the_class_gets_the_model_and_nobody_else_does(
    browser: Browser, classmate: Enrolment, stranger: User, trained: Attempt
) -> None:
    cohort = trained.assignment.cohort
    address = reverse("attempt-weights", args=[trained.pk])
    assistant = Enrolment.objects.create(
        cohort=cohort, user=add_user("assistant"), role=Role.ASSISTANT
    )
    other = Cohort.objects.create(course=cohort.course, name="Class B")
    elsewhere = Enrolment.objects.create(cohort=other, user=add_user("other"), role=Role.TEACHER)
    allowed = [browser(assistant.user).get(address).status_code]
    refused = [
        browser(user).get(address).status_code
        for user in (classmate.user, stranger, elsewhere.user)
    ]
    assert allowed == [HTTPStatus.OK]
    assert refused == [HTTPStatus.NOT_FOUND] * 3
    assert Client().get(address).status_code == HTTPStatus.FOUND
    assert browser(assistant.user).post(address).status_code == HTTPStatus.METHOD_NOT_ALLOWED


def test_an_attempt_without_a_model_offers_none(at_student: Client, graded: Attempt) -> None:
    address = reverse("attempt-weights", args=[graded.pk])
    assert address not in page(at_student, graded)
    assert at_student.get(address).status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (Language.ENGLISH, "From the answers kept of its run"),
        (Language.FRENCH, "D’après les réponses conservées de son exécution"),
    ],
)
def test_the_page_says_that_a_score_came_without_a_run(
    browser: Browser, trained: Attempt, language: Language, said: str
) -> None:
    student = trained.enrolment.user
    student.language = language
    student.save()
    assert said not in page(browser(student), trained)
    report = scored_report(1).model_copy(update={"rescored": True})
    trained.report = report.model_dump(mode="json")
    trained.save()
    assert said in page(browser(student), trained)


def test_the_history_says_which_scores_came_without_a_run(
    at_teacher: Client, trained: Attempt
) -> None:
    for score, rescored in ((0.25, False), (0.5, True)):
        report = scored_report(score).model_copy(update={"rescored": rescored})
        PastReport.objects.create(
            attempt=trained,
            report=report.model_dump(mode="json"),
            score=score,
            version=trained.version,
        )
    assert page(at_teacher, trained).count("without a new run") == 1


def test_a_teacher_may_ask_for_every_notebook_to_be_run_again(
    at_teacher: Client, trained: Attempt
) -> None:
    address = reverse("regrade-attempt", args=[trained.pk])
    assert 'name="anew"' in at_teacher.get(address).content.decode()
    at_teacher.post(address)
    trained.refresh_from_db()
    assert (trained.state, bool(trained.transcript)) == (State.QUEUED, True)
    Attempt.objects.update(state=State.GRADED)
    at_teacher.post(address, {"anew": "on"})
    trained.refresh_from_db()
    assert (trained.state, trained.transcript) == (State.QUEUED, "")
    assert 'name="anew"' not in at_teacher.get(address).content.decode()
