"""A regrade is seen before it counts: whose points it changes, and by which tests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from graders.grading import Grading
from portal.accounts.models import User
from portal.catalogue.models import Assignment
from portal.common import blobs
from portal.courses.models import AuditLine, Cohort, Enrolment
from portal.gradebook.domain import update_standing
from portal.gradebook.domain.preview import preview_of
from portal.gradebook.models import Standing
from portal.marking.domain import override_points
from portal.submissions.domain import accept_answers, claim_next, plan_regrade, question_for
from portal.submissions.domain.plans import finish_regrading
from portal.submissions.models import Attempt, RegradePlan, Regrading, State
from portal.submissions.tasks import grade_next
from tests.portal.factories import add_attempt, add_student, right_answers, scored_report
from tests.portal.small import rewrite

OK, FOUND, FORBIDDEN, MISSING = 200, 302, 403, 404
TEACHERS = {"teacher": FOUND, "assistant": FORBIDDEN, "student": FORBIDDEN, "stranger": MISSING}
READERS = TEACHERS | {"teacher": OK, "assistant": OK}


def graded(enrolment: Enrolment, assignment: Assignment, score: float) -> Attempt:
    attempt = add_attempt(enrolment, assignment, state=State.GRADED, score=score)
    update_standing(enrolment=enrolment, assignment=assignment)
    return attempt


def planned(assignment: Assignment, by: User, scores: Mapping[Attempt, float]) -> RegradePlan:
    """Return a plan for which a worker has found these scores."""
    plan = plan_regrade(assignment=assignment, by=by)
    found = {attempt.pk: score for attempt, score in scores.items()}
    for _each in scores:
        work = claim_next(queue="cpu", lease_seconds=30)
        assert isinstance(work, Regrading)
        report = scored_report(found[work.attempt_id])
        assert finish_regrading(regrading=work, grading=Grading(report))
    return plan


def test_whoever_loses_most_comes_first_and_overridden_points_stay(
    assignment: Assignment, cohort: Cohort, teacher: User
) -> None:
    worth = assignment.exercise.points
    people = {name: add_student(cohort, name) for name in ("ada", "ben", "cleo", "dina", "eve")}
    first, second = (graded(people["ada"], assignment, score) for score in (1.0, 0.75))
    scores = {first: 0.25, second: 0.5}
    for name, (old, new) in {
        "ben": (0.5, 0.0), "cleo": (0.25, 0.75), "dina": (1.0, 1.0), "eve": (1.0, 0.0)
    }.items():  # fmt: skip
        scores[graded(people[name], assignment, old)] = new
    override_points(
        enrolment=people["eve"], assignment=assignment, points=1, reason="On paper.", by=teacher
    )
    found = preview_of(planned(assignment, teacher, scores))
    shares = [
        (row.student.user.username, row.before, row.after, len(row.attempts)) for row in found.rows
    ]
    # Two lose as much: then names decide.
    assert shares == [
        ("ada", worth, worth / 2, 2),
        ("ben", worth / 2, 0, 1),
        ("eve", 1, 1, 1),
        ("cleo", worth / 4, worth * 3 / 4, 1),
    ]
    assert (found.down, found.up, found.same) == (2, 1, 2)


def test_lateness_counts_in_a_preview_as_it_does_in_standings(
    assignment: Assignment, enrolment: Enrolment, teacher: User
) -> None:
    assignment.due_at = timezone.now() - timedelta(hours=1)
    assignment.late_days, assignment.late_percent = 2, 50
    assignment.save()
    attempt = graded(enrolment, assignment, 1.0)
    (row,) = preview_of(planned(assignment, teacher, {attempt: 0.5})).rows
    worth = assignment.exercise.points
    assert (row.before, row.after) == (worth / 2, worth / 4)


def told(statuses: Mapping[str, int], at: Mapping[str, Client], address: str, how: str) -> None:
    """Assert what each kind of person is answered; the teacher comes last."""
    people = sorted(statuses, key=lambda name: statuses[name], reverse=True)
    found = {name: getattr(at[name], how)(address).status_code for name in people}
    assert found == statuses


def test_staff_looks_at_a_preview_and_teachers_decide(
    at: Mapping[str, Client], assignment: Assignment, enrolment: Enrolment, teacher: User
) -> None:
    attempt = graded(enrolment, assignment, 1.0)
    plan = planned(assignment, teacher, {attempt: 0.25})
    place = [assignment.cohort_id, assignment.exercise.slug]
    for name in ("regrade-plan", "regrade-plan-live"):
        told(READERS, at, reverse(name, args=[*place, plan.pk]), "get")
    told(READERS, at, reverse("compare-regrading", args=[*place, plan.pk, attempt.pk]), "get")
    page = at["assistant"].get(reverse("regrade-plan", args=[*place, plan.pk])).content.decode()
    apply = reverse("apply-plan", args=[*place, plan.pk])
    assert apply not in page
    told(TEACHERS, at, apply, "post")
    assert Standing.objects.get().score == 0.25
    told(TEACHERS, at, reverse("drop-plan", args=[*place, plan.pk]), "post")
    plan.refresh_from_db()
    assert (plan.applied_at is None, plan.dropped_at is None) == (False, True)
    told(TEACHERS, at, reverse("regrade-exercise", args=place), "post")
    assert RegradePlan.objects.count() == 2
    Attempt.objects.update(blob=blobs.store(b"{}"))
    told(TEACHERS, at, reverse("regrade-attempt", args=[attempt.pk]), "post")


def test_a_plan_of_another_class_is_not_found(
    at: Mapping[str, Client], assignment: Assignment, enrolment: Enrolment, teacher: User
) -> None:
    plan = planned(assignment, teacher, {graded(enrolment, assignment, 1.0): 0.5})
    other = Assignment.objects.create(
        cohort=Cohort.objects.create(course=assignment.cohort.course, name="Other"),
        exercise=assignment.exercise,
    )
    Enrolment.objects.create(cohort=other.cohort, user=teacher, role="teacher")
    place = [other.cohort_id, assignment.exercise.slug, plan.pk]
    assert at["teacher"].get(reverse("regrade-plan", args=place)).status_code == MISSING
    assert at["teacher"].post(reverse("apply-plan", args=place)).status_code == MISSING


@pytest.mark.bwrap
@pytest.mark.django_db(transaction=True)
def test_a_mended_exercise_is_previewed_compared_and_applied(
    at: Mapping[str, Client], course: Path, assignment: Assignment, enrolment: Enrolment
) -> None:
    question = question_for(enrolment=enrolment, assignment=assignment)
    answers = dict(list(right_answers(question).items())[1:])
    attempt = accept_answers(enrolment=enrolment, assignment=assignment, answers=answers)
    before = Standing.objects.get().points
    # Every answer is taken for the right one plus one: what was right is wrong now.
    rewrite(course / "output-size" / "variant.py", "def draw(rng", f"{OTHERWISE}\n\ndef former(rng")
    rewrite(
        course / "output-size" / "variant.py",
        "import random\n",
        "import dataclasses\nimport random\n",
    )
    place = [assignment.cohort_id, assignment.exercise.slug]
    page = at["teacher"].post(reverse("regrade-exercise", args=place), follow=True)
    assert "0 of 1 attempts graded" in page.content.decode()
    assert 'hx-trigger="every 3s"' in page.content.decode()
    plan = RegradePlan.objects.get()
    grade_next("cpu")
    live = at["teacher"].get(reverse("regrade-plan-live", args=[*place, plan.pk])).content.decode()
    assert "hx-trigger" not in live
    assert "1 of 1 attempts graded" in live
    compared = reverse("compare-regrading", args=[*place, plan.pk, attempt.pk])
    assert compared in live
    assert at["teacher"].get(compared).status_code == OK
    assert Standing.objects.get().points == before
    done = at["teacher"].post(reverse("apply-plan", args=[*place, plan.pk]), follow=True)
    assert "1 attempt has its new result." in done.content.decode()
    after = Standing.objects.get().points
    assert after < before
    line = AuditLine.objects.get(action="points-after-regrade")
    assert (line.before, line.after) == ({"points": before}, {"points": after})
    assert "Attempts whose score changes" in done.content.decode()
    assert at["teacher"].get(compared).status_code == MISSING


OTHERWISE = """\
def draw(rng):
    question = former(rng)
    wrong = [
        dataclasses.replace(one, expected=tuple(tuple(x + 1 for x in row) for row in one.expected))
        for one in question.fields
    ]
    return dataclasses.replace(question, fields=tuple(wrong), misconceptions=())"""


def test_a_preview_asks_as_often_for_many_attempts(
    at: Mapping[str, Client], assignment: Assignment, teacher: User
) -> None:
    counts = []
    for size in (1, 3, 60):
        for number in range(Attempt.objects.count(), size):
            graded(add_student(assignment.cohort, f"pupil{number}"), assignment, 1.0)
        plan = plan_regrade(assignment=assignment, by=teacher)
        Regrading.objects.update(state=State.GRADED, score=0.5)
        place = [assignment.cohort_id, assignment.exercise.slug, plan.pk]
        address = reverse("regrade-plan", args=place)
        at["teacher"].get(address)
        with CaptureQueriesContext(connection) as queries:
            page = at["teacher"].get(address).content.decode()
        assert page.count('class="falls"') == size + 1
        counts.append(len(queries))
    assert counts == [counts[0]] * 3
