"""A class with students and a term of work.

Most of the work is rows; what `SHOWN` names, and what is handed in later, is graded in rooms.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from itertools import cycle, islice

from django.utils import timezone

from exercises.exercise import Exercise
from portal.accounts.models import User
from portal.catalogue.domain import current_version, open_version
from portal.catalogue.models import Assignment
from portal.courses.models import Cohort, Enrolment, Role
from portal.demo.crowd import make_crowd
from portal.demo.handins import follow
from portal.gradebook.domain import rebuild_days
from portal.gradebook.models import BoardEntry, Standing
from portal.submissions.domain import accept_file
from portal.submissions.models import Attempt
from tests.e2e.desk import COARSE
from tests.e2e.handed_in import unnamed
from tests.graders.samples import notebook

CLASS = "Vision"
STUDENTS, ATTEMPTS = 24, 1600
SHOWN = "pooling"
AHEAD = ("mnist-record",)
"""Exercises that some have worked at long before their deadline."""

OPEN = ("convolution-by-hand",)
PACE = timedelta(days=3)
LATE_DAYS, LATE_PERCENT = 3, 20


def make(reader: str, password: str) -> None:
    """Put a class full of work in the place of the empty one, and print its id.

    `reader` is one of its students who can sign in.
    """
    teacher = User.objects.get(username="teacher")
    Cohort.objects.filter(name=CLASS).delete()
    cohort = make_crowd(students=STUDENTS, attempts=ATTEMPTS, seed=2)
    cohort.name = CLASS
    cohort.save()
    Enrolment.objects.filter(cohort=cohort, role=Role.TEACHER).delete()
    Enrolment.objects.create(cohort=cohort, user=teacher, role=Role.TEACHER)
    user = User.objects.get(username=reader)
    user.set_password(password)
    user.save()
    schedule(cohort)
    hand_in(cohort, SHOWN, times=2)
    rebuild_days(cohort=cohort)
    print(cohort.pk)  # noqa: T201


def schedule(cohort: Cohort) -> None:
    """Set deadlines around today, and take away what nobody would have handed in yet."""
    assignments = list(cohort.assignments.order_by("exercise__position"))
    slugs = [one.exercise.slug for one in assignments]
    now = slugs.index(SHOWN)
    evening = datetime.combine(timezone.localdate(), time(23, 59), timezone.get_current_timezone())
    for place, assignment in enumerate(assignments):
        is_open = assignment.exercise.slug in OPEN
        assignment.due_at = None if is_open else evening + (place - now + 1) * PACE
        assignment.late_days, assignment.late_percent = LATE_DAYS, LATE_PERCENT
        assignment.save()
        is_ahead = place > now + 2 and assignment.exercise.slug not in AHEAD
        if is_ahead or assignment.exercise.slug == SHOWN:
            BoardEntry.objects.filter(assignment=assignment).delete()
            Standing.objects.filter(assignment=assignment).delete()
            Attempt.objects.filter(assignment=assignment).delete()


def hand_in_written(slug: str) -> None:
    """Hand in solutions of an exercise that was written in the browser."""
    hand_in(Cohort.objects.get(name=CLASS), slug, notebook(COARSE), times=1)


def hand_in(cohort: Cohort, slug: str, *own: bytes, times: int) -> None:
    """Hand in right, wrong and one's `own` solutions, and wait for their scores.

    One student in six has nothing yet.
    """
    assignment = Assignment.objects.get(cohort=cohort, exercise__slug=slug)
    works = [*own, *solutions(open_version(current_version(assignment.exercise)))]
    rng = random.Random(slug)  # noqa: S311 - figures to be drawn again, not secrets
    attempts = []
    for number, student in enumerate(students(cohort)):
        if number % 6 == 5:
            continue
        for content in islice(cycle(works[number % len(works) :] + works[-1:]), times):
            attempt = accept_file(
                enrolment=student, assignment=assignment, filename=f"{slug}.ipynb", content=content
            )
            ago = timedelta(hours=rng.uniform(0, 60))
            Attempt.objects.filter(pk=attempt.pk).update(submitted_at=timezone.now() - ago)
            attempts.append(attempt.pk)
    for _attempt in follow(attempts, stopped=threading.Event()):
        pass


def solutions(exercise: Exercise) -> Iterator[bytes]:
    """Yield the wrong solutions' notebooks, then the reference."""
    for wrong in exercise.wrong:
        if isinstance(wrong.work, bytes):
            yield unnamed(wrong.work)
    yield exercise.reference()


def students(cohort: Cohort) -> Sequence[Enrolment]:
    """Return the students in the order in which they joined."""
    return list(cohort.enrolments.filter(role=Role.STUDENT).select_related("user").order_by("pk"))


def name(word: str) -> None:
    """Call the students by a word of the reader's language, and a number."""
    for number, student in enumerate(students(Cohort.objects.get(name=CLASS)), start=1):
        student.user.first_name, student.user.last_name = word, f"{number:02}"
        student.user.save(update_fields=["first_name", "last_name"])
