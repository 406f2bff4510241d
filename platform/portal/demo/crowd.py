"""A large class with a term of work behind it, made of rows alone, to measure pages with."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from exercises.spec import Form
from graders.grader import InstantGrader, grader_of
from graders.kinds.answer.grader import write_answers
from portal.accounts.models import User
from portal.catalogue.domain import assign_course, current_version, open_version
from portal.catalogue.models import Assignment
from portal.common import blobs
from portal.courses.models import Cohort, Course, Enrolment, Role
from portal.demo.reports import drawn_report
from portal.gradebook.domain import ranking_of, rebuild_days, rebuild_entries
from portal.gradebook.models import Standing
from portal.insight.domain.facts import rebuild_facts
from portal.submissions.domain import variant_seed
from portal.submissions.models import Attempt, State

NAME = "Crowd"
TERM = timedelta(days=90)
VARIETY = 12
"""Different reports for most exercises: the same ones come again and again."""

RANKED_VARIETY = 120
"""Different reports where models are compared by what they measure."""

BATCH = 1000
REFUSED = 0.03


@dataclass(frozen=True, slots=True)
class Work:
    """What is handed in at one exercise: the bytes, and reports with their scores, rising."""

    blob: str
    size: int
    filename: str
    reports: Sequence[tuple[Mapping[str, object], float]]


@transaction.atomic
def make_crowd(*, students: int, attempts: int, seed: int = 0) -> Cohort:
    """Make the class, `students` who have handed in `attempts` times in all, and what follows."""
    rng = random.Random(seed)  # noqa: S311 - figures to be drawn again, not secrets
    cohort = Cohort.objects.create(course=Course.objects.get(), name=NAME)
    teacher = User.objects.create_user("crowd-teacher")
    Enrolment.objects.create(cohort=cohort, user=teacher, role=Role.TEACHER)
    assignments = assign_course(cohort=cohort)
    people = _enrol(cohort, students)
    for assignment, counts in zip(
        assignments, _spread(len(assignments), students, attempts, rng), strict=True
    ):
        work = _work(assignment, people[0], rng)
        rows = list(_attempts(assignment, work, zip(people, counts, strict=True), rng))
        Attempt.objects.bulk_create(rows, batch_size=BATCH)
        Standing.objects.bulk_create(_standings(assignment, rows))
        rebuild_entries(assignment=assignment, ranking=ranking_of(assignment))
    rebuild_days(cohort=cohort)
    rebuild_facts(missing=True)
    return cohort


def _enrol(cohort: Cohort, students: int) -> list[Enrolment]:
    users = User.objects.bulk_create(
        User(username=f"crowd-{n}", first_name="Student", last_name=f"{n:03}")
        for n in range(students)
    )
    return Enrolment.objects.bulk_create(
        Enrolment(cohort=cohort, user=user, pseudonym=f"Pixel {n}" if n % 3 == 0 else "")
        for n, user in enumerate(users)
    )


def _spread(
    exercises: int, students: int, attempts: int, rng: random.Random
) -> Iterator[list[int]]:
    """Yield how often each student hands in, exercise by exercise: few often, most seldom."""
    left, places = attempts, exercises * students
    for _exercise in range(exercises):
        counts = []
        for _student in range(students):
            mean = left / places
            drawn = round(rng.expovariate(1 / mean)) if mean > 0 and places > 1 else left
            counts.append(min(drawn, left))
            left, places = left - counts[-1], places - 1
        yield counts


def _work(assignment: Assignment, student: Enrolment, rng: random.Random) -> Work:
    exercise = open_version(current_version(assignment.exercise))
    grader = grader_of(exercise.manifest.kind)
    if exercise.manifest.kind.form is Form.ANSWERS and isinstance(grader, InstantGrader):
        seed = variant_seed(enrolment=student, assignment=assignment)
        question = exercise.question(seed)
        right = {
            field.name: [[repr(value) for value in row] for row in field.expected]
            for field in question.fields
        }
        works = [write_answers(answers) for answers in ({}, right)]
        reports = [grader.grade(exercise=exercise, work=work, seed=seed) for work in works]
        content, filename = works[0], ""
    else:
        variety = RANKED_VARIETY if grader.ranking(exercise) else VARIETY
        shares = [place / (variety - 1) for place in range(variety)]
        reports = [drawn_report(exercise, share, rng) for share in shares]
        content, filename = exercise.starter("en"), f"{exercise.manifest.id}.ipynb"
    kept = [(report.model_dump(mode="json"), report.score) for report in reports]
    return Work(blobs.store(content), len(content), filename, kept)


def _attempts(
    assignment: Assignment,
    work: Work,
    counts: Iterator[tuple[Enrolment, int]],
    rng: random.Random,
) -> Iterator[Attempt]:
    end = timezone.now()
    is_file = bool(work.filename)
    for student, count in counts:
        moments = sorted(end - TERM * rng.random() for _attempt in range(count))
        for number, at in enumerate(moments, start=1):
            reach = min(len(work.reports), 1 + int(len(work.reports) * number / count))
            report, score = work.reports[rng.randrange(reach)]
            is_refused = is_file and rng.random() < REFUSED
            yield Attempt(
                enrolment=student,
                assignment=assignment,
                version=current_version(assignment.exercise),
                number=number,
                state=State.REFUSED if is_refused else State.GRADED,
                filename=work.filename,
                blob=work.blob,
                size=work.size,
                executed=work.blob if is_file and not is_refused else "",
                submitted_at=at,
                queued_at=at,
                started_at=at,
                finished_at=at + timedelta(seconds=3),
                report=report,
                score=None if is_refused else score,
            )


def _standings(assignment: Assignment, attempts: Sequence[Attempt]) -> Iterator[Standing]:
    """Yield what counts, as it would have followed attempt by attempt."""
    best: dict[int, Attempt] = {}
    scored: dict[int, int] = {}
    for attempt in attempts:
        if attempt.score is None:
            continue
        student = attempt.enrolment_id
        scored[student] = scored.get(student, 0) + 1
        if student not in best or attempt.score > (best[student].score or 0.0):
            best[student] = attempt
    for student, attempt in best.items():
        score = attempt.score or 0.0
        yield Standing(
            enrolment_id=student,
            assignment=assignment,
            best=attempt,
            score=score,
            points=score * assignment.exercise.points,
            attempts=scored[student],
            reached_at=attempt.submitted_at,
        )
