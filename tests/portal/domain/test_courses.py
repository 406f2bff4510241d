"""Entering a class, and the language that the portal speaks."""

from __future__ import annotations

import pytest

from portal.accounts.domain import set_language
from portal.accounts.models import Language, User
from portal.courses.domain import create_cohort, join_cohort
from portal.courses.errors import CohortClosed, UnknownJoinCode
from portal.courses.models import Cohort, Course, Enrolment, Role


def test_a_code_lets_a_student_in_once(cohort: Cohort, student: User) -> None:
    first = join_cohort(user=student, code=cohort.join_code, pseudonym=" Euler ")
    again = join_cohort(user=student, code=cohort.join_code, pseudonym="Gauss")
    assert (first, first.role, again.pseudonym) == (again, Role.STUDENT, "Euler")


def test_a_code_may_be_typed_in_small_letters_with_spaces(cohort: Cohort, student: User) -> None:
    typed = f" {cohort.join_code[:4].lower()} - {cohort.join_code[4:].lower()} "
    assert join_cohort(user=student, code=typed).cohort == cohort


def test_an_unknown_code_lets_nobody_in(cohort: Cohort, student: User) -> None:
    for code in ("", "AAAAAAAA", cohort.join_code[:-1]):
        with pytest.raises(UnknownJoinCode):
            join_cohort(user=student, code=code)


def test_a_closed_class_takes_nobody_in_and_puts_nobody_out(
    cohort: Cohort, enrolment: Enrolment, teacher: User
) -> None:
    cohort.is_open = False
    cohort.save()
    assert join_cohort(user=enrolment.user, code=cohort.join_code) == enrolment
    newcomer = User.objects.create_user("newcomer")
    with pytest.raises(CohortClosed):
        join_cohort(user=newcomer, code=cohort.join_code)
    assert join_cohort(user=teacher, code=cohort.join_code).role == Role.TEACHER


def test_who_makes_a_class_is_its_teacher(course: Course, teacher: User) -> None:
    cohort = create_cohort(course=course, name="Class B", teacher=teacher)
    assert [(one.user, one.role) for one in cohort.enrolments.all()] == [(teacher, Role.TEACHER)]


def test_a_chosen_language_is_kept(student: User) -> None:
    set_language(user=student, language=Language.FRENCH)
    assert User.objects.get(pk=student.pk).language == Language.FRENCH
