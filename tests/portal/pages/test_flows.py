"""What people do on the pages, with forms alone: no script is needed for any of it."""

from __future__ import annotations

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from portal.accounts.models import Language, User
from portal.catalogue.models import Assignment
from portal.courses.models import Cohort, Enrolment
from portal.submissions.domain import question_for
from portal.submissions.models import Attempt, State
from tests.portal.factories import PASSWORD, right_answers
from tests.portal.pages.conftest import Browser


def address(name: str, assignment: Assignment) -> str:
    return reverse(name, args=[assignment.cohort_id, assignment.exercise.slug])


def text_of(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


def hand_in(
    client: Client, assignment: Assignment, content: bytes, name: str = "work.ipynb"
) -> str:
    """Upload through the form and return the text of the page that it leads to."""
    form = {"notebook": SimpleUploadedFile(name, content)}
    response = client.post(address("hand-in", assignment), form, follow=True)
    assert response.status_code == HTTPStatus.OK
    return text_of(response)


def form_of(answers: object) -> dict[str, str]:
    return {
        f"{name}.{i}.{j}": cell
        for name, rows in answers.items()  # type: ignore[attr-defined]
        for i, row in enumerate(rows)
        for j, cell in enumerate(row)
    }


def test_a_new_student_signs_up_joins_and_sees_the_exercises(
    client: Client, cohort: Cohort
) -> None:
    client.cookies["django_language"] = "en"
    account = {"username": "newcomer", "password1": PASSWORD, "password2": PASSWORD}
    client.post(reverse("sign-up"), account)
    user = User.objects.get(username="newcomer")
    assert user.language == Language.ENGLISH
    code = f"{cohort.join_code[:4].lower()} {cohort.join_code[4:]}"
    page = client.post(reverse("join"), {"code": code, "pseudonym": "Pixel"}, follow=True)
    assert "Convolution by hand" in text_of(page)
    assert Enrolment.objects.get(user=user).public_name == "Pixel"


def test_nobody_signs_up_where_the_operator_closed_it(
    client: Client,
    settings: Settings,
    db: None,  # noqa: ARG001
) -> None:
    settings.NOYAU = settings.NOYAU.model_copy(update={"sign_up": "closed"})
    assert client.get(reverse("sign-up")).status_code == HTTPStatus.NOT_FOUND
    assert reverse("sign-up") not in text_of(client.get(reverse("sign-in")))


def test_a_wrong_code_is_told_and_kept_in_the_form(at_student: Client) -> None:
    page = text_of(at_student.post(reverse("join"), {"code": "WRONG"}))
    assert "No class has this code" in page
    assert 'value="WRONG"' in page


def test_a_closed_class_takes_nobody_in(browser: Browser, stranger: User, cohort: Cohort) -> None:
    Cohort.objects.update(is_open=False)
    page = browser(stranger).post(reverse("join"), {"code": cohort.join_code})
    assert "takes nobody in any more" in text_of(page)
    assert not Enrolment.objects.filter(user=stranger).exists()


def test_a_notebook_handed_in_waits_in_the_queue(
    at_student: Client, assignment: Assignment, notebook: bytes
) -> None:
    page = hand_in(at_student, assignment, notebook)
    assert "number 1 in the queue" in page
    assert 'hx-trigger="every 700ms"' in page
    assert '<noscript><meta http-equiv="refresh"' in page


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is not JSON"),
        (b"not json", "it is not JSON"),
        (b"{}", "it is not a Jupyter notebook"),
        (b'{"cells": [], "metadata": {}, "nbformat": 3, "nbformat_minor": 0}', "version of the"),
        (b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}', "no code cell"),
        (b" " * (6 * 1024 * 1024), "larger than the exercise allows"),
    ],
)  # fmt: skip
def test_an_unreadable_file_is_explained_and_counts_as_no_attempt(
    at_student: Client, assignment: Assignment, content: bytes, said: str
) -> None:
    page = hand_in(at_student, assignment, content)
    assert said in page
    assert "does not count as an attempt" in page
    assert Attempt.objects.get().state == State.REFUSED


def test_no_file_at_all_is_told(at_student: Client, assignment: Assignment) -> None:
    page = at_student.post(address("hand-in", assignment), follow=True)
    assert "Choose a file first." in text_of(page)
    assert not Attempt.objects.exists()


def test_a_file_too_large_to_keep_gets_a_page_of_its_own(
    at_student: Client, assignment: Assignment, settings: Settings
) -> None:
    settings.MAX_UPLOAD_BYTES = 10
    form = {"notebook": SimpleUploadedFile("x.ipynb", b"x" * 11)}
    response = at_student.post(address("hand-in", assignment), form)
    assert response.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert "This file is too large" in text_of(response)


def test_a_huge_body_is_refused_before_it_is_read(
    at_student: Client, assignment: Assignment, settings: Settings
) -> None:
    length = str(settings.MAX_UPLOAD_BYTES * 2)
    response = at_student.post(address("hand-in", assignment), headers={"content-length": length})
    assert response.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert "This file is too large" in text_of(response)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"due_at": timezone.now() - timedelta(days=1)}, "The deadline was"),
        ({"opens_at": timezone.now() + timedelta(days=1)}, "This exercise opens on"),
        ({"max_attempts": 0}, "attempts are used"),
    ],
)
def test_a_refusal_is_explained(
    at_student: Client,
    assignment: Assignment,
    notebook: bytes,
    change: dict[str, object],
    said: str,
) -> None:
    Assignment.objects.filter(pk=assignment.pk).update(**change)
    assert said in hand_in(at_student, assignment, notebook)
    assert not Attempt.objects.exists()


def test_a_notebook_is_not_taken_for_a_typed_answer(
    at_student: Client, typed: Assignment, notebook: bytes
) -> None:
    assert "not answered in this way" in hand_in(at_student, typed, notebook)


def test_typed_answers_are_graded_at_once_cell_by_cell(
    at_student: Client, enrolment: Enrolment, typed: Assignment
) -> None:
    question = question_for(enrolment=enrolment, assignment=typed)
    answers = form_of(right_answers(question))
    first = next(iter(answers))
    page = text_of(at_student.post(address("answer", typed), {**answers, first: "x"}, follow=True))
    assert page.count('class="wrong"') == 1
    assert page.count('class="right"') == len(answers) - 1
    assert 'value="x"' in page
    assert "hold something that is not a number" in page
    page = text_of(at_student.post(address("answer", typed), answers, follow=True))
    assert page.count('class="wrong"') == 0
    assert Attempt.objects.get(number=2).score == 1


def test_a_known_mistake_is_named(
    at_student: Client, enrolment: Enrolment, typed: Assignment
) -> None:
    question = question_for(enrolment=enrolment, assignment=typed)
    known = question.misconceptions[0]
    answers = {
        name: [[repr(cell) for cell in row] for row in grid] for name, grid in known.answers.items()
    }
    page = text_of(at_student.post(address("answer", typed), form_of(answers), follow=True))
    assert known.title.en in page


def test_the_worked_solution_opens_after_the_third_attempt_where_attempts_are_unlimited(
    at_student: Client, typed: Assignment
) -> None:
    closed = "It opens here"
    for _attempt in range(2):
        page = at_student.post(address("answer", typed), {}, follow=True)
        assert closed in text_of(page)
    assert closed not in text_of(at_student.post(address("answer", typed), {}, follow=True))


def test_the_worked_solution_opens_at_full_marks(
    at_student: Client, enrolment: Enrolment, typed: Assignment
) -> None:
    question = question_for(enrolment=enrolment, assignment=typed)
    page = at_student.post(address("answer", typed), form_of(right_answers(question)), follow=True)
    assert "It opens here" not in text_of(page)


def test_the_worked_solution_opens_after_the_last_attempt(
    at_student: Client, typed: Assignment
) -> None:
    Assignment.objects.filter(pk=typed.pk).update(max_attempts=1)
    page = text_of(at_student.post(address("answer", typed), {}, follow=True))
    assert "It opens here" not in page
    assert "All of your attempts are used." in page


def test_an_answer_to_an_older_version_says_nothing_of_the_new_one(
    at_student: Client, typed: Assignment
) -> None:
    at_student.post(address("answer", typed), {})
    Attempt.objects.update(
        version=Assignment.objects.get(exercise__slug="pooling").exercise.current
    )
    page = text_of(at_student.get(address("exercise", typed)))
    assert 'class="wrong"' not in page


def test_a_teacher_regrades_one_attempt_once_confirmed(
    at_teacher: Client, enrolment: Enrolment, typed: Assignment, at_student: Client
) -> None:
    at_student.post(address("answer", typed), {})
    attempt = Attempt.objects.get(enrolment=enrolment)
    page = reverse("regrade-attempt", args=[attempt.pk])
    assert "1 attempt at" in text_of(at_teacher.get(page))
    done = at_teacher.post(page, follow=True)
    assert "1 attempt is being graded again." in text_of(done)
    assert attempt.past_reports.count() == 1


def test_a_pseudonym_is_shown_to_classmates_and_the_name_to_teachers(
    at_student: Client,
    at_teacher: Client,
    classmate: Enrolment,
    typed: Assignment,
    browser: Browser,
) -> None:
    browser(classmate.user).post(address("answer", typed), {})
    board = reverse("leaderboard", args=[classmate.cohort_id])
    page = text_of(at_student.get(board))
    assert "Pixel" in page
    assert "student2" not in page
    table = text_of(at_teacher.get(reverse("class-table", args=[classmate.cohort_id])))
    assert "student2" in table


def test_a_student_changes_their_pseudonym(at_student: Client, enrolment: Enrolment) -> None:
    form = {"pseudonym": "Voxel", "next": reverse("leaderboard", args=[enrolment.cohort_id])}
    page = at_student.post(reverse("pseudonym", args=[enrolment.cohort_id]), form, follow=True)
    assert 'value="Voxel"' in text_of(page)


def test_the_starter_notebook_speaks_the_students_language(
    at_student: Client, student: User, assignment: Assignment
) -> None:
    english = at_student.get(address("starter", assignment))
    assert english["Content-Disposition"] == 'attachment; filename="pooling.ipynb"'
    User.objects.filter(pk=student.pk).update(language=Language.FRENCH)
    assert at_student.get(address("starter", assignment)).content != english.content
