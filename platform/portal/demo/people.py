"""The demonstration's accounts and class."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from portal.accounts.models import Language, User
from portal.catalogue.domain import assign_course
from portal.courses.domain import join_cohort
from portal.courses.models import Cohort, Course, Enrolment, Role

PASSWORD = "noyau-demo"  # noqa: S105 - shown to whoever runs the demonstration
TEACHER = "teacher"
CLASS_NAME = "Démonstration"


@dataclass(frozen=True, slots=True)
class Student:
    """A demonstration account."""

    username: str
    language: Language
    pseudonym: str = ""


STUDENTS = (
    Student("student1", Language.FRENCH),
    Student("student2", Language.ENGLISH),
    Student("student3", Language.FRENCH, pseudonym="Filtre de Sobel"),
)


@transaction.atomic
def ensure_class(*, name: str = CLASS_NAME, students: tuple[Student, ...] = STUDENTS) -> Cohort:
    """Return the class of that name with its teacher and students, made where missing."""
    teacher = ensure_user(TEACHER, Language.FRENCH)
    cohort, made = Cohort.objects.get_or_create(name=name, course=Course.objects.get())
    if made:
        Enrolment.objects.create(cohort=cohort, user=teacher, role=Role.TEACHER)
    assign_course(cohort=cohort)
    for student in students:
        user = ensure_user(student.username, student.language)
        join_cohort(user=user, code=cohort.join_code, pseudonym=student.pseudonym)
    return cohort


def ensure_user(username: str, language: Language) -> User:
    """Return the account of that name; a new one gets the demonstration's password."""
    user, made = User.objects.get_or_create(username=username, defaults={"language": language})
    if made:
        user.set_password(PASSWORD)
        user.save()
    return user
