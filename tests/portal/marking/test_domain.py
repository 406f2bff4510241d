"""What a person adds to a grade, and the trace that every change of points leaves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from portal.accounts.models import User
from portal.catalogue.domain import Deadline, current_version
from portal.catalogue.models import Assignment
from portal.catalogue.signals import deadline_changed
from portal.courses.domain import join_cohort
from portal.courses.models import AuditLine, Enrolment, Role
from portal.gradebook.domain import progress_of, update_standing
from portal.gradebook.domain.tally import Scored, tally
from portal.gradebook.models import Standing
from portal.marking.domain import (
    Criterion,
    Marks,
    comment,
    comments_on,
    mark_rubric,
    override_points,
    rubric_of,
    set_rubric,
    withdraw_comment,
    withdraw_override,
)
from portal.marking.errors import (
    BadComment,
    BadRubric,
    NotYours,
    PointsOutOfRange,
    ReasonMissing,
)
from portal.marking.models import Override
from portal.submissions.domain.finish import store_report
from portal.submissions.models import Attempt, State
from tests.portal.factories import add_attempt, add_student, add_user, scored_report
from tests.portal.small import copied_course, set_to_class

DUE = datetime(2026, 3, 2, 12, tzinfo=UTC)
WORTH = 8.0


@pytest.fixture
def assignment(tmp_path: Path, teacher: User) -> Assignment:
    """One exercise of 8 points, set to a class of `teacher`."""
    found = set_to_class(copied_course(tmp_path / "exercises", "output-size"), teacher)
    found.exercise.points = WORTH
    found.exercise.save()
    return found


@pytest.fixture
def enrolment(assignment: Assignment, student: User) -> Enrolment:
    """`student` in that class."""
    return join_cohort(user=student, code=assignment.cohort.join_code)


def graded(
    enrolment: Enrolment, assignment: Assignment, score: float, *, ago: float = 0
) -> Attempt:
    attempt = add_attempt(enrolment, assignment, state=State.GRADED, score=score, ago=ago)
    update_standing(enrolment=enrolment, assignment=assignment)
    return attempt


def points() -> list[float]:
    return [*Standing.objects.order_by("enrolment").values_list("points", flat=True)]


def lines() -> list[tuple[str, float | None, float | None, str]]:
    """Return every change of points that the audit log tells of: what, before, after, why."""
    return [
        (action, before["points"], (after or {})["points"], reason)
        for action, before, after, reason in AuditLine.objects.order_by("pk").values_list(
            "action", "before", "after", "reason"
        )
        if isinstance(before, dict) and "points" in before
    ]


attempts = st.lists(
    st.tuples(st.sampled_from([0.0, 0.25, 0.5, 0.9, 1.0]), st.integers(-30, 90)), max_size=6
)
by_hand = st.none() | st.sampled_from([-20.0, -1.0, 0.0, 0.5, 3.0, 50.0])


@given(handed_in=attempts, percent=st.integers(0, 100), rubric=by_hand, override=by_hand)
def test_points_are_the_best_score_less_lateness_with_the_rubric_unless_overridden(
    handed_in: list[tuple[float, int]], percent: int, rubric: float | None, override: float | None
) -> None:
    rows = [
        Scored(uuid4(), number, score, DUE + timedelta(hours=hours))
        for number, (score, hours) in enumerate(handed_in, start=1)
    ]
    given_at = None if rubric is None and override is None else DUE
    found = tally(
        scored=rows,
        deadline=Deadline(due_at=DUE, late_days=4, late_percent=percent),
        worth=WORTH,
        marks=Marks(rubric=rubric, override=override, at=given_at),
    )
    if not rows and given_at is None:
        assert found is None
        return
    assert found is not None
    # Said again, plainly: each day begun costs `percent`, and nobody loses more than everything.
    left = {
        row: row.score * (1 - min(1.0, max(0, -(-hours // 24)) * percent / 100))
        for row, (_score, hours) in zip(rows, handed_in, strict=True)
    }
    best = min(rows, key=lambda row: (-left[row], row.submitted_at, row.number), default=None)
    earned = left[best] * WORTH if best else 0.0
    if rubric is not None:
        earned = sorted((0.0, earned + rubric, WORTH))[1]
    assert found.points == (earned if override is None else override)
    assert found.best == (best.attempt_id if best else None)
    assert found.attempts == len(rows)
    assert found.is_by_hand == (given_at is not None)
    assert found.reached_at == (best.submitted_at if best else DUE)


def test_an_override_counts_until_it_is_withdrawn_and_both_are_told(
    assignment: Assignment, enrolment: Enrolment, teacher: User
) -> None:
    graded(enrolment, assignment, 0.5)
    give = partial(override_points, enrolment=enrolment, assignment=assignment, by=teacher)
    give(points=7, reason=" A typo of ours. ")
    assert (points(), Standing.objects.get().is_by_hand) == ([7], True)
    second = give(points=7, reason="Said better.")
    graded(enrolment, assignment, 1.0)
    assert points() == [7]
    # What a class's page fills its mark by.
    shares = {cell.assignment: cell.share for cell in progress_of(enrolment)}
    assert shares[assignment] == 7 / assignment.exercise.points
    assert withdraw_override(override=second, reason="It was right.", by=teacher)
    assert not withdraw_override(override=second, reason="Again.", by=teacher)
    assert (points(), Standing.objects.get().is_by_hand) == ([8], False)
    assert lines() == [
        ("points-overridden", 4, 7, "A typo of ours."),
        ("points-overridden", 7, 7, "Said better."),
        ("override-withdrawn", 7, 8, "It was right."),
    ]
    assert Override.objects.filter(withdrawn_at=None).count() == 0
    assert set(AuditLine.objects.values_list("by", "student", "subject")) == {
        (teacher.pk, enrolment.pk, "output-size")
    }


def test_points_may_be_given_where_nothing_was_handed_in_and_go_with_the_override(
    assignment: Assignment, enrolment: Enrolment, teacher: User
) -> None:
    override = override_points(
        enrolment=enrolment, assignment=assignment, points=3, reason="On paper.", by=teacher
    )
    standing = Standing.objects.get()
    assert (standing.points, standing.best, standing.attempts) == (3, None, 0)
    withdraw_override(override=override, reason="Not theirs.", by=teacher)
    assert not Standing.objects.exists()
    assert lines() == [
        ("points-overridden", None, 3, "On paper."),
        ("override-withdrawn", 3, None, "Not theirs."),
    ]


@pytest.mark.parametrize("given_points", [-0.5, 8.5, float("nan"), float("inf")])
def test_no_more_points_are_given_than_there_are(
    assignment: Assignment, enrolment: Enrolment, teacher: User, given_points: float
) -> None:
    with pytest.raises(PointsOutOfRange):
        override_points(
            enrolment=enrolment, assignment=assignment, points=given_points, reason="x", by=teacher
        )


def test_no_points_are_given_without_a_reason(
    assignment: Assignment, enrolment: Enrolment, teacher: User
) -> None:
    with pytest.raises(ReasonMissing):
        override_points(
            enrolment=enrolment, assignment=assignment, points=1, reason=" \n", by=teacher
        )
    assert (Override.objects.count(), AuditLine.objects.count()) == (0, 0)


@pytest.fixture
def rubric(assignment: Assignment, teacher: User) -> Mapping[str, int]:
    """A rubric of an item that adds and one that takes, by their titles."""
    criteria = [Criterion("Clair", "Clear", 1.5), Criterion("Sans axes", "No axes", -3)]
    set_rubric(assignment=assignment, criteria=criteria, by=teacher)
    return {one.title_en: one.pk for one in rubric_of(assignment)}


def test_a_rubric_adds_and_takes_within_what_the_exercise_is_worth(
    assignment: Assignment, enrolment: Enrolment, teacher: User, rubric: Mapping[str, int]
) -> None:
    graded(enrolment, assignment, 0.25)
    mark = partial(mark_rubric, enrolment=enrolment, assignment=assignment, by=teacher)
    stages = [["Clear"], ["Clear", "No axes"], ["No axes"], []]
    reached = []
    for stage in stages:
        assert mark(items=[rubric[title] for title in stage])
        reached += points()
    assert reached == [3.5, 0.5, 0.0, 2.0]
    assert not mark(items=[])
    assert [(before, after) for _action, before, after, _reason in lines()] == [
        (2, 3.5),
        (3.5, 0.5),
        (0.5, 0),
        (0, 2),
    ]


def test_a_changed_rubric_moves_the_points_of_everybody_whom_it_concerns(
    assignment: Assignment, enrolment: Enrolment, teacher: User, rubric: Mapping[str, int]
) -> None:
    other = add_student(assignment.cohort, "other")
    for student in (enrolment, other):
        graded(student, assignment, 0.5)
    mark_rubric(enrolment=other, assignment=assignment, items=rubric.values(), by=teacher)
    assert points() == [4, 2.5]
    kept = Criterion("Très clair", "Very clear", 2, number=rubric["Clear"])
    set_rubric(assignment=assignment, criteria=[kept], by=teacher)
    assert points() == [4, 6]
    assert lines()[-1] == ("points-after-rubric", 2.5, 6, "")
    assert AuditLine.objects.filter(action="rubric-set").count() == 2
    set_rubric(assignment=assignment, criteria=[kept], by=teacher)
    assert AuditLine.objects.filter(action="rubric-set").count() == 2


@pytest.mark.parametrize(
    "criteria",
    [
        [Criterion("", "Clear", 1)],
        [Criterion("Clair", " ", 1)],
        [Criterion("Clair", "Clear", float("nan"))],
        [Criterion("Clair", "Clear", 1e9)],
        [Criterion("Clair", "Clear", 1, number=999)],
        [Criterion("Clair", "Clear", 1)] * 31,
    ],
)
def test_a_rubric_that_is_none_is_refused(
    assignment: Assignment, teacher: User, criteria: list[Criterion]
) -> None:
    with pytest.raises(BadRubric):
        set_rubric(assignment=assignment, criteria=criteria, by=teacher)


def test_a_deadline_a_regrade_and_a_new_worth_are_told_where_they_change_points(
    assignment: Assignment, enrolment: Enrolment, teacher: User
) -> None:
    attempt = graded(enrolment, assignment, 1.0, ago=3600)
    add_student(assignment.cohort, "idle")
    assignment.due_at = timezone.now() - timedelta(hours=2)
    assignment.late_percent = 25
    assignment.save()
    deadline_changed.send(sender=Assignment, assignment=assignment, enrolment=None)
    assert (points(), Standing.objects.get().lost) == ([6], 0.25)
    attempt.regrade_by = teacher
    report = scored_report(0.5)
    store_report(attempt=attempt, version=attempt.version, report=report)
    assert points() == [3]
    assignment.exercise.points = 4
    assignment.exercise.save()
    assert points() == [1.5]
    assert lines() == [
        ("points-after-deadline", 8, 6, ""),
        ("points-after-regrade", 6, 3, ""),
        ("points-after-worth", 3, 1.5, ""),
    ]
    assert AuditLine.objects.get(action="points-after-regrade").by == teacher


def test_a_new_hand_in_leaves_no_line(assignment: Assignment, enrolment: Enrolment) -> None:
    graded(enrolment, assignment, 0.5)
    store_report(
        attempt=add_attempt(enrolment, assignment),
        version=current_version(assignment.exercise),
        report=scored_report(1),
    )
    assert (points(), AuditLine.objects.count()) == ([8], 0)


def test_comments_are_told_of_the_whole_first_and_go_when_withdrawn(
    assignment: Assignment, enrolment: Enrolment, teacher: User
) -> None:
    attempt = graded(enrolment, assignment, 0.5)
    helper, colleague = (
        Enrolment.objects.create(cohort=assignment.cohort, user=add_user(name), role=role)
        for name, role in (("helper", Role.ASSISTANT), ("colleague", Role.ASSISTANT))
    )
    second = comment(attempt=attempt, cell=2, text="Why *valid*?\r\n", by=helper.user)
    first = comment(attempt=attempt, cell=None, text="Good.", by=teacher)
    assert [(one.cell, one.text) for one in comments_on(attempt)] == [
        (None, "Good."),
        (2, "Why *valid*?"),
    ]
    for one in (first, second):
        with pytest.raises(NotYours):
            withdraw_comment(comment=one, by=colleague)
    assert withdraw_comment(comment=second, by=helper)
    teaching = Enrolment.objects.get(user=teacher)
    assert not withdraw_comment(comment=second, by=teaching)
    assert list(comments_on(attempt)) == [first]
    assert [*AuditLine.objects.order_by("pk").values_list("action", "student")] == [
        ("commented", enrolment.pk),
        ("commented", enrolment.pk),
        ("comment-withdrawn", enrolment.pk),
    ]


@pytest.mark.parametrize(("cell", "text"), [(None, " "), (0, "x"), (501, "x"), (1, "x" * 5001)])
def test_a_comment_of_nothing_or_on_no_cell_is_refused(
    assignment: Assignment, enrolment: Enrolment, teacher: User, cell: int | None, text: str
) -> None:
    attempt = add_attempt(enrolment, assignment, state=State.GRADED, score=1)
    with pytest.raises(BadComment):
        comment(attempt=attempt, cell=cell, text=text, by=teacher)
