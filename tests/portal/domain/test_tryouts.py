"""A notebook is run against the public tests: nothing is earned, and the latest alone counts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from graders.grading import Grading
from graders.report import Outcome, ProblemCode, Report, Visibility
from portal.catalogue.models import Assignment
from portal.courses.models import Enrolment
from portal.gradebook.models import Standing
from portal.submissions.domain import attempts_left, start_tryout
from portal.submissions.domain.claim import claim_next
from portal.submissions.domain.finish import our_failure
from portal.submissions.domain.tryouts import finish_tryout, requeue_expired_tryouts
from portal.submissions.errors import AssignmentNotOpen, WrongKind
from portal.submissions.models import Attempt, State, Tryout
from portal.submissions.tasks import grade_next
from portal.workbench.domain import Cell, notebook_of
from tests.portal.factories import add_attempt, add_student

BROKEN = notebook_of((Cell(type="code", source="x = 1"), Cell(type="code", source="y = 2\n1 / 0")))


def lapse() -> None:
    """Let the worker of the tryout be silent for longer than its lease."""
    Tryout.objects.update(lease_expires_at=timezone.now() - timedelta(seconds=1))


@pytest.mark.bwrap
@pytest.mark.django_db(transaction=True)
def test_the_public_tests_alone_are_run(
    enrolment: Enrolment, assignment: Assignment, notebook: bytes
) -> None:
    Assignment.objects.filter(pk=assignment.pk).update(max_attempts=1)
    assignment.refresh_from_db()
    start_tryout(enrolment=enrolment, assignment=assignment, notebook=notebook)
    grade_next("cpu")
    tryout = Tryout.objects.get()
    report = Report.model_validate(tryout.report)
    assert tryout.state == State.GRADED
    assert {test.visibility for test in report.tests} == {Visibility.PUBLIC}
    assert {test.outcome for test in report.tests} == {Outcome.PASSED}
    assert len(tryout.executed) == 64
    assert (Attempt.objects.count(), Standing.objects.count()) == (0, 0)
    assert attempts_left(enrolment=enrolment, assignment=assignment) == 1


@pytest.mark.bwrap
@pytest.mark.django_db(transaction=True)
def test_what_goes_wrong_is_told_with_its_place(
    enrolment: Enrolment, assignment: Assignment
) -> None:
    start_tryout(enrolment=enrolment, assignment=assignment, notebook=BROKEN)
    grade_next("cpu")
    problem = Report.model_validate(Tryout.objects.get().report).problem
    assert problem is not None
    assert (problem.code, problem.cell, problem.line) == (ProblemCode.CELL_RAISED, 2, 2)


def test_the_next_one_takes_the_place_of_one_that_runs(
    enrolment: Enrolment, assignment: Assignment, notebook: bytes
) -> None:
    start_tryout(enrolment=enrolment, assignment=assignment, notebook=BROKEN)
    old = claim_next(queue="cpu", lease_seconds=60)
    assert isinstance(old, Tryout)
    start_tryout(enrolment=enrolment, assignment=assignment, notebook=notebook)
    row = Tryout.objects.get()
    assert (row.state, row.lease, row.tries, row.blob == old.blob) == (State.QUEUED, None, 0, False)
    # Not before the old one has stopped, however often it is asked for.
    start_tryout(enrolment=enrolment, assignment=assignment, notebook=notebook)
    assert claim_next(queue="cpu", lease_seconds=60) is None
    late = Grading(our_failure(version=row.version, message="too late"))
    assert finish_tryout(tryout=old, grading=late) is False
    assert Tryout.objects.get().state == State.QUEUED


def test_a_worker_that_died_costs_nothing_but_time(
    enrolment: Enrolment, assignment: Assignment, notebook: bytes
) -> None:
    start_tryout(enrolment=enrolment, assignment=assignment, notebook=notebook)
    for tries in range(1, 4):
        assert claim_next(queue="cpu", lease_seconds=60) is not None
        lapse()
        assert requeue_expired_tryouts() == 1
        row = Tryout.objects.get()
        assert (row.state, row.tries) == (State.QUEUED, tries)
        Tryout.objects.update(ready_at=None)
    assert claim_next(queue="cpu", lease_seconds=60) is not None
    lapse()
    requeue_expired_tryouts()
    row = Tryout.objects.get()
    assert row.state == State.FAILED
    assert Report.model_validate(row.report).is_ours


def test_one_who_tries_out_again_and_again_holds_up_nobody(
    enrolment: Enrolment, assignment: Assignment, notebook: bytes
) -> None:
    start_tryout(enrolment=enrolment, assignment=assignment, notebook=notebook)
    assert isinstance(claim_next(queue="cpu", lease_seconds=60), Tryout)
    start_tryout(enrolment=enrolment, assignment=assignment, notebook=notebook)
    Tryout.objects.update(ready_at=None)
    other = add_attempt(add_student(enrolment.cohort, "other"), assignment)
    assert claim_next(queue="cpu", lease_seconds=60) == other


def test_what_can_not_be_run_is_refused_at_once(
    enrolment: Enrolment, assignment: Assignment
) -> None:
    start_tryout(enrolment=enrolment, assignment=assignment, notebook=b"{}")
    row = Tryout.objects.get()
    assert (row.state, claim_next(queue="cpu", lease_seconds=60)) == (State.REFUSED, None)


def test_nothing_is_tried_before_it_opens_and_all_is_after_the_deadline(
    enrolment: Enrolment, assignment: Assignment, notebook: bytes
) -> None:
    now = timezone.now()
    assignment.opens_at = now + timedelta(hours=1)
    with pytest.raises(AssignmentNotOpen):
        start_tryout(enrolment=enrolment, assignment=assignment, notebook=notebook)
    assignment.opens_at, assignment.due_at = None, now - timedelta(hours=1)
    started = start_tryout(enrolment=enrolment, assignment=assignment, notebook=notebook)
    assert started.state == State.QUEUED


def test_typed_answers_are_not_tried_out(enrolment: Enrolment, typed: Assignment) -> None:
    with pytest.raises(WrongKind):
        start_tryout(enrolment=enrolment, assignment=typed, notebook=b"{}")
