"""What happens to work at the moment it is handed in."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from itertools import cycle

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from graders.report import ProblemCode, Report
from portal.catalogue.models import Assignment
from portal.common import blobs
from portal.courses.models import Enrolment
from portal.gradebook.models import Standing
from portal.submissions.domain import (
    accept_answers,
    accept_file,
    announce_work,
    attempts_left,
    question_for,
    start_tryout,
    variant_seed,
)
from portal.submissions.domain.limits import MOST_WAITING
from portal.submissions.domain.pace import MINUTE, MOST_A_MINUTE
from portal.submissions.domain.seeds import attempt_seed
from portal.submissions.errors import (
    AssignmentClosed,
    AssignmentNotOpen,
    AttemptLimitReached,
    TooFast,
    TooManyWaiting,
    WrongKind,
)
from portal.submissions.models import Attempt, State
from tests.portal.factories import add_attempt, add_student, right_answers


def hand_in(
    enrolment: Enrolment, assignment: Assignment, content: bytes, name: str = "a.ipynb"
) -> Attempt:
    return accept_file(enrolment=enrolment, assignment=assignment, filename=name, content=content)


def test_a_notebook_is_kept_and_queued(
    enrolment: Enrolment, assignment: Assignment, notebook: bytes
) -> None:
    attempt = hand_in(enrolment, assignment, notebook)
    assert (attempt.state, attempt.number, attempt.queue) == (State.QUEUED, 1, "cpu")
    assert attempt.version == assignment.exercise.current
    assert blobs.read(attempt.blob) == notebook


def test_a_committed_hand_in_announces_its_queue(
    enrolment: Enrolment,
    assignment: Assignment,
    notebook: bytes,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        hand_in(enrolment, assignment, notebook)
    (announce,) = callbacks
    assert isinstance(announce, partial)
    assert (announce.func, announce.keywords) == (announce_work, {"queue": "cpu", "times": 1})


def test_nobody_hands_in_faster_than_anybody_works(
    enrolment: Enrolment,
    assignment: Assignment,
    typed: Assignment,
    notebook: bytes,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 0.0
    monkeypatch.setattr("portal.submissions.domain.pace.time.time", lambda: now)
    sending = (
        partial(accept_answers, enrolment=enrolment, assignment=typed, answers={}),
        partial(hand_in, enrolment, assignment, b"no notebook"),
    )
    for send, _number in zip(cycle(sending), range(MOST_A_MINUTE), strict=False):
        send()
    for send in sending:
        with pytest.raises(TooFast):
            send()
    assert Attempt.objects.count() == MOST_A_MINUTE
    # Runs of the public tests are counted apart, and so is everybody else.
    for _number in range(MOST_A_MINUTE):
        start_tryout(enrolment=enrolment, assignment=assignment, notebook=notebook)
    with pytest.raises(TooFast):
        start_tryout(enrolment=enrolment, assignment=assignment, notebook=notebook)
    hand_in(add_student(enrolment.cohort, "other"), assignment, notebook)
    now = MINUTE
    for send in sending:
        send()


def notebook_of(source: str) -> bytes:
    """Return a notebook of one code cell."""
    cell = {"cell_type": "code", "metadata": {}, "source": source}
    return json.dumps(
        {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [cell]}
    ).encode()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04", ProblemCode.NOT_JSON),
        (b'{"cells": 1}', ProblemCode.NOT_A_NOTEBOOK),
        (b'{"nbformat": 3, "worksheets": []}', ProblemCode.UNSUPPORTED_FORMAT),
        (b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}', ProblemCode.NO_CODE),
        (notebook_of("import scipy"), ProblemCode.FORBIDDEN_IMPORT),
    ],
)
def test_bytes_that_are_no_notebook_are_kept_and_refused_with_the_problem(
    enrolment: Enrolment, assignment: Assignment, content: bytes, code: ProblemCode
) -> None:
    attempt = hand_in(enrolment, assignment, content)
    report = Report.model_validate(attempt.report)
    assert (attempt.state, attempt.score, attempt.is_settled) == (State.REFUSED, None, True)
    assert report.problem is not None
    assert report.problem.code is code
    assert blobs.read(attempt.blob) == content


def test_hidden_inputs_differ_from_one_hand_in_to_the_next(
    enrolment: Enrolment, assignment: Assignment, notebook: bytes
) -> None:
    one, two = (hand_in(enrolment, assignment, notebook) for _ in range(2))
    assert attempt_seed(one) == attempt_seed(Attempt.objects.get(pk=one.pk))
    assert len({attempt_seed(one), attempt_seed(two), 0}) == 3


def test_refused_and_failed_attempts_use_none_of_the_limit(
    enrolment: Enrolment, assignment: Assignment, notebook: bytes
) -> None:
    assignment.max_attempts = 2
    assignment.save()
    hand_in(enrolment, assignment, b"")
    add_attempt(enrolment, assignment, state=State.FAILED)
    hand_in(enrolment, assignment, notebook)
    assert attempts_left(enrolment=enrolment, assignment=assignment) == 1
    hand_in(enrolment, assignment, notebook)
    assert attempts_left(enrolment=enrolment, assignment=assignment) == 0
    with pytest.raises(AttemptLimitReached) as refused:
        hand_in(enrolment, assignment, notebook)
    assert refused.value.limit == 2


def test_without_a_rule_of_the_class_the_exercise_limits_attempts(
    enrolment: Enrolment, assignment: Assignment
) -> None:
    assert attempts_left(enrolment=enrolment, assignment=assignment) is None
    assignment.exercise.max_attempts = 3
    assert attempts_left(enrolment=enrolment, assignment=assignment) == 3


def test_nothing_is_accepted_before_the_opening_or_after_the_deadline(
    enrolment: Enrolment, assignment: Assignment, notebook: bytes
) -> None:
    hour = timedelta(hours=1)
    assignment.opens_at = timezone.now() + hour
    with pytest.raises(AssignmentNotOpen) as early:
        hand_in(enrolment, assignment, notebook)
    assignment.opens_at, assignment.due_at = None, timezone.now() - hour
    with pytest.raises(AssignmentClosed) as late:
        hand_in(enrolment, assignment, notebook)
    assert early.value.opens_at > timezone.now() > late.value.due_at
    assert Attempt.objects.count() == 0


def test_a_student_may_have_only_so_many_attempts_waiting(
    enrolment: Enrolment, assignment: Assignment, notebook: bytes
) -> None:
    for _attempt in range(MOST_WAITING):
        hand_in(enrolment, assignment, notebook)
    with pytest.raises(TooManyWaiting):
        hand_in(enrolment, assignment, notebook)
    other = add_student(enrolment.cohort, "student2")
    assert hand_in(other, assignment, notebook).number == 1


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("pooling.ipynb", "pooling.ipynb"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\moi\\réseau 1.ipynb", "réseau 1.ipynb"),
        ("a\r\nb\x00.ipynb", "ab.ipynb"),
        ("n" * 400 + ".ipynb", "n" * 200 + "n" * 44 + ".ipynb"),
        ("", ""),
    ],
)
def test_a_filename_is_kept_as_a_name_only(
    enrolment: Enrolment, assignment: Assignment, given: str, kept: str
) -> None:
    assert hand_in(enrolment, assignment, b"", name=given).filename == kept


def test_right_answers_earn_everything_at_once(enrolment: Enrolment, typed: Assignment) -> None:
    question = question_for(enrolment=enrolment, assignment=typed)
    answers = right_answers(question)
    attempt = accept_answers(enrolment=enrolment, assignment=typed, answers=answers)
    standing = Standing.objects.get(enrolment=enrolment, assignment=typed)
    assert (attempt.state, attempt.score) == (State.GRADED, 1.0)
    assert (standing.best_id, standing.points) == (attempt.pk, typed.exercise.points)
    assert json.loads(blobs.read(attempt.blob)) == answers


def test_blank_answers_earn_nothing_and_count(enrolment: Enrolment, typed: Assignment) -> None:
    attempt = accept_answers(enrolment=enrolment, assignment=typed, answers={})
    assert (attempt.score, attempt.number) == (0.0, 1)


def test_each_kind_is_handed_in_its_own_way(
    enrolment: Enrolment, assignment: Assignment, typed: Assignment, notebook: bytes
) -> None:
    with pytest.raises(WrongKind):
        hand_in(enrolment, typed, notebook)
    with pytest.raises(WrongKind):
        accept_answers(enrolment=enrolment, assignment=assignment, answers={})
    with pytest.raises(WrongKind):
        question_for(enrolment=enrolment, assignment=assignment)


def test_a_seed_is_the_students_own_and_the_exercises_own(
    enrolment: Enrolment, assignment: Assignment, typed: Assignment
) -> None:
    other = add_student(enrolment.cohort, "student2")
    seeds = {
        variant_seed(enrolment=one, assignment=each)
        for one in (enrolment, other)
        for each in (assignment, typed)
    }
    assert len(seeds) == 4
    assert variant_seed(enrolment=enrolment, assignment=typed) in seeds


@pytest.mark.django_db(transaction=True)
def test_hand_ins_at_the_same_moment_are_numbered_and_limited(
    enrolment: Enrolment, assignment: Assignment, notebook: bytes
) -> None:
    together = 8
    assignment.max_attempts = 4
    assignment.save()
    start = threading.Barrier(together)

    def submit(_index: int) -> int | None:
        try:
            start.wait()
            return hand_in(enrolment, assignment, notebook).number
        except AttemptLimitReached:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(together) as pool:
        numbers = list(pool.map(submit, range(together)))
    assert sorted(number for number in numbers if number) == [1, 2, 3, 4]
    assert numbers.count(None) == 4
