"""Classes of bare rows: exercises that nobody opens, for tests of what is around them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from portal.accounts.models import User
from portal.catalogue.models import Assignment, Exercise, ExerciseVersion
from portal.courses.domain import create_cohort
from portal.courses.models import Cohort, Course, Enrolment, Role


def add_exercises(course: Course, count: int) -> list[Exercise]:
    """Bring the course to `count` exercises, each with a version that was never packed."""
    for number in range(course.exercises.count(), count):
        slug = f"exercise-{number}"
        one = Exercise.objects.create(
            course=course, slug=slug, kind="code", chapter=f"chapter-{number // 2}",
            position=number, title_fr=f"Numéro {number}", title_en=f"Exercise {number}", points=8,
        )  # fmt: skip
        one.current = ExerciseVersion.objects.create(exercise=one, digest=slug, archive=slug)
        one.save()
    return [*course.exercises.order_by("position")]


def bare_class(teacher: User, *, exercises: int = 2) -> Cohort:
    """Make a class of `teacher` to which all of its course's `exercises` are set."""
    course = Course.objects.create(slug="bare", title_fr="Cours", title_en="Course")
    cohort = create_cohort(course=course, name="Bare class", teacher=teacher)
    for exercise in add_exercises(course, exercises):
        Assignment.objects.create(cohort=cohort, exercise=exercise)
    return cohort


def enrol(cohort: Cohort, username: str, *, role: Role = Role.STUDENT) -> Enrolment:
    """Add a person who can't sign in by a password, with a role in the class."""
    user = User.objects.create(username=username, language="en")
    return Enrolment.objects.create(cohort=cohort, user=user, role=role)


def in_days(days: float) -> datetime:
    """Return the full minute that many days from now."""
    return (timezone.now() + timedelta(days=days)).replace(second=0, microsecond=0)
