"""Attempts are graded again for a preview; nothing counts before a teacher applies it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import pytest
from django.db.models import F
from django.utils import timezone

from exercises.question import Question
from graders.grading import Grading
from portal.accounts.models import User
from portal.catalogue.models import Assignment
from portal.courses.domain import join_cohort
from portal.courses.models import AuditLine, Enrolment
from portal.gradebook.models import Standing
from portal.submissions.domain import (
    PlanProgress,
    accept_answers,
    apply_plan,
    claim_next,
    drop_plan,
    open_plans,
    past_reports,
    plan_changes,
    plan_progress,
    plan_regrade,
    question_for,
    regrade,
)
from portal.submissions.domain.handlers import requeue_all_expired
from portal.submissions.domain.leases import MOST_TRIES
from portal.submissions.domain.plans import finish_regrading
from portal.submissions.errors import PlanDropped, PlanUnfinished
from portal.submissions.models import Attempt, RegradePlan, Regrading, State
from portal.submissions.tasks import grade_next
from tests.portal.factories import (
    add_attempt,
    add_student,
    our_report,
    right_answers,
    scored_report,
)
from tests.portal.small import copied_course, rewrite, set_to_class

CountQueries = Callable[[int], AbstractContextManager[object]]


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """The folder of a course of one exercise, whose answers are typed."""
    return copied_course(tmp_path / "exercises", "output-size")


@pytest.fixture
def assignment(course: Path, teacher: User) -> Assignment:
    """That exercise, set to a class."""
    return set_to_class(course, teacher)


@pytest.fixture
def enrolment(assignment: Assignment, student: User) -> Enrolment:
    """`student` in that class."""
    return join_cohort(user=student, code=assignment.cohort.join_code)


def claim() -> Regrading:
    work = claim_next(queue="cpu", lease_seconds=30)
    assert isinstance(work, Regrading)
    return work


def grade_all(plan: RegradePlan, scores: dict[Attempt, float]) -> None:
    """Let a worker find these scores."""
    by_attempt = {attempt.pk: score for attempt, score in scores.items()}
    for _each in range(plan_progress(plan).total):
        work = claim()
        report = scored_report(by_attempt[work.attempt_id])
        assert finish_regrading(regrading=work, grading=Grading(report))


def scores(*attempts: Attempt) -> list[float | None]:
    return [Attempt.objects.get(pk=attempt.pk).score for attempt in attempts]


@pytest.mark.bwrap
@pytest.mark.django_db(transaction=True)
def test_a_corrected_exercise_shows_whose_score_changes_before_it_counts(
    course: Path, assignment: Assignment, enrolment: Enrolment, teacher: User
) -> None:
    def hand_in(who: Enrolment, *, fields: int) -> Attempt:
        question: Question = question_for(enrolment=who, assignment=assignment)
        answers = dict(list(right_answers(question).items())[:fields])
        return accept_answers(enrolment=who, assignment=assignment, answers=answers)

    full = hand_in(enrolment, fields=20)
    half = hand_in(add_student(assignment.cohort, "other"), fields=1)
    before = scores(full, half)
    assert before[0] == 1
    # Every answer is taken for the right one plus one: what was right is wrong now.
    variant = course / "output-size" / "variant.py"
    rewrite(variant, "def draw(rng", f"{OTHERWISE}\n\ndef former(rng")
    rewrite(variant, "import random\n", "import dataclasses\nimport random\n")
    assignment = Assignment.objects.get(pk=assignment.pk)
    plan = plan_regrade(assignment=assignment, by=teacher)
    assert plan_progress(plan) == PlanProgress(done=0, total=2, failed=0)
    for _each in range(2):
        grade_next("cpu")
    assert plan_progress(plan) == PlanProgress(done=2, total=2, failed=0)
    assert {(one.attempt, one.old_score, one.new_score) for one in plan_changes(plan)} == {
        (full, before[0], 0.0),
        (half, before[1], 0.0),
    }
    assert scores(full, half) == before
    assert apply_plan(plan=plan, by=teacher) == 2
    assert scores(full, half) == [0.0, 0.0]


OTHERWISE = """\
def draw(rng):
    question = former(rng)
    wrong = [
        dataclasses.replace(one, expected=tuple(tuple(x + 1 for x in row) for row in one.expected))
        for one in question.fields
    ]
    return dataclasses.replace(question, fields=tuple(wrong), misconceptions=())
"""


def test_what_is_applied_counts_and_tells_who_asked_for_it(
    assignment: Assignment, enrolment: Enrolment, teacher: User
) -> None:
    worse = add_attempt(enrolment, assignment, state=State.GRADED, score=0.25)
    same = add_attempt(enrolment, assignment, state=State.GRADED, score=0.5)
    plan = plan_regrade(assignment=assignment, by=teacher)
    grade_all(plan, {worse: 1.0, same: 0.5})
    assert [(one.attempt, one.new_score) for one in plan_changes(plan)] == [(worse, 1.0)]
    assert apply_plan(plan=plan, by=teacher) == 2
    assert scores(worse, same) == [1.0, 0.5]
    standing = Standing.objects.get(enrolment=enrolment, assignment=assignment)
    assert (standing.score, standing.best) == (1.0, worse)
    [past] = past_reports(worse)
    assert (past.score, past.replaced_by) == (0.25, teacher)
    assert [(one.attempt, one.old_score, one.new_score) for one in plan_changes(plan)] == [
        (worse, 0.25, 1.0)
    ]
    lines = AuditLine.objects.filter(action="regrade-applied")
    assert [(line.by, line.subject, line.after and line.after["attempts"]) for line in lines] == [
        (teacher, "output-size", 2)
    ]


def test_a_plan_is_applied_once(
    assignment: Assignment, enrolment: Enrolment, teacher: User
) -> None:
    attempt = add_attempt(enrolment, assignment, state=State.GRADED, score=0.25)
    plan = plan_regrade(assignment=assignment, by=teacher)
    grade_all(plan, {attempt: 1.0})
    assert [apply_plan(plan=plan, by=teacher) for _again in range(2)] == [1, 0]
    assert past_reports(attempt).count() == 1
    drop_plan(plan=plan, by=teacher)
    assert RegradePlan.objects.get().dropped_at is None


def test_what_was_graded_again_since_is_left_alone(
    assignment: Assignment, enrolment: Enrolment, teacher: User
) -> None:
    changed = add_attempt(enrolment, assignment, state=State.GRADED, score=0.25)
    waiting = add_attempt(enrolment, assignment, state=State.GRADED, score=0.25)
    steady = add_attempt(enrolment, assignment, state=State.GRADED, score=0.25)
    plan = plan_regrade(assignment=assignment, by=teacher)
    grade_all(plan, {changed: 1.0, waiting: 1.0, steady: 1.0})
    later = timezone.now() + timedelta(seconds=1)
    Attempt.objects.filter(pk=changed.pk).update(score=0.75, finished_at=later)
    Attempt.objects.filter(pk=waiting.pk).update(state=State.QUEUED)
    assert {one.attempt for one in plan_changes(plan) if one.is_stale} == {changed, waiting}
    assert apply_plan(plan=plan, by=teacher) == 1
    assert scores(changed, waiting, steady) == [0.75, 0.25, 1.0]
    assert plan_progress(plan) == PlanProgress(done=3, total=3, failed=0, skipped=2)


def test_a_plan_that_is_not_done_is_not_applied(
    assignment: Assignment, enrolment: Enrolment, teacher: User
) -> None:
    add_attempt(enrolment, assignment, state=State.GRADED, score=0.25)
    plan = plan_regrade(assignment=assignment, by=teacher)
    with pytest.raises(PlanUnfinished):
        apply_plan(plan=plan, by=teacher)
    assert not AuditLine.objects.filter(action="regrade-applied").exists()


def test_a_new_plan_takes_the_place_of_an_open_one_whose_workers_stop(
    assignment: Assignment, enrolment: Enrolment, teacher: User
) -> None:
    attempt = add_attempt(enrolment, assignment, state=State.GRADED, score=0.25)
    first = plan_regrade(assignment=assignment, by=teacher)
    work = claim()
    second = plan_regrade(assignment=assignment, by=teacher, anew=True)
    assert list(open_plans(assignment)) == [second]
    assert not finish_regrading(regrading=work, grading=Grading(scored_report(1)))
    with pytest.raises(PlanDropped):
        apply_plan(plan=first, by=teacher)
    assert claim().plan == second
    assert scores(attempt) == [0.25]


def test_refused_and_waiting_attempts_are_not_planned(
    assignment: Assignment, enrolment: Enrolment, teacher: User
) -> None:
    given_up = add_attempt(enrolment, assignment, state=State.FAILED)
    for state in (State.REFUSED, State.QUEUED, State.RUNNING, State.STOPPED):
        add_attempt(enrolment, assignment, state=state)
    plan = plan_regrade(assignment=assignment, by=teacher)
    assert [one.attempt for one in plan.regradings.all()] == [given_up]


def test_a_failure_of_ours_is_tried_again_and_at_last_given_up(
    assignment: Assignment, enrolment: Enrolment, teacher: User
) -> None:
    attempt = add_attempt(enrolment, assignment, state=State.GRADED, score=0.25)
    plan = plan_regrade(assignment=assignment, by=teacher)
    for each in range(MOST_TRIES):
        assert plan_progress(plan).done == 0
        Regrading.objects.update(ready_at=None)
        work = claim()
        if each % 2:
            finish_regrading(regrading=work, grading=Grading(our_report()))
        else:
            Regrading.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))
            assert requeue_all_expired() == 1
    assert plan_progress(plan) == PlanProgress(done=1, total=1, failed=1)
    assert plan_changes(plan) == []
    assert apply_plan(plan=plan, by=teacher) == 0
    assert scores(attempt) == [0.25]


def test_new_work_goes_before_a_plan(
    assignment: Assignment, enrolment: Enrolment, teacher: User
) -> None:
    add_attempt(enrolment, assignment, state=State.GRADED, score=0.25, ago=3600)
    plan_regrade(assignment=assignment, by=teacher)
    Regrading.objects.update(queued_at=F("queued_at") - timedelta(hours=1))
    fresh = add_attempt(add_student(assignment.cohort, "late"), assignment)
    assert claim_next(queue="cpu", lease_seconds=30) == fresh
    assert isinstance(claim_next(queue="cpu", lease_seconds=30), Regrading)


@pytest.mark.parametrize("count", [1, 3, 30])
def test_a_preview_costs_as_many_queries_however_many_attempts_it_tells_of(
    count: int,
    assignment: Assignment,
    enrolment: Enrolment,
    teacher: User,
    django_assert_num_queries: CountQueries,
) -> None:
    for _each in range(count):
        add_attempt(enrolment, assignment, state=State.GRADED, score=0.25)
    plan = plan_regrade(assignment=assignment, by=teacher)
    Regrading.objects.update(state=State.GRADED, score=1.0)
    with django_assert_num_queries(2):
        assert plan_progress(plan).done == count
        assert len([str(one.attempt.enrolment.user) for one in plan_changes(plan)]) == count


def test_a_regrade_at_once_makes_a_preview_stale(
    assignment: Assignment, enrolment: Enrolment, teacher: User
) -> None:
    question = question_for(enrolment=enrolment, assignment=assignment)
    attempt = accept_answers(
        enrolment=enrolment, assignment=assignment, answers=right_answers(question)
    )
    plan = plan_regrade(assignment=assignment, by=teacher)
    grade_all(plan, {attempt: 0.5})
    assert regrade(attempts=[attempt], by=teacher) == 1
    assert apply_plan(plan=plan, by=teacher) == 0
    assert scores(attempt) == [1.0]
