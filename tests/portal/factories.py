"""Rows and reports for tests that start in the middle of a story."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import timedelta

from django.utils import timezone

from exercises.question import Question
from graders.report import (
    Fault,
    Outcome,
    Problem,
    ProblemCode,
    Report,
    TestResult,
    Text,
    Visibility,
)
from portal.accounts.models import Language, User
from portal.catalogue.domain import current_version
from portal.catalogue.models import Assignment
from portal.courses.domain import join_cohort
from portal.courses.models import Cohort, Enrolment
from portal.submissions.models import Attempt, State

PASSWORD = "correct horse battery staple"  # noqa: S105 (of test accounts)


def add_user(username: str, *, language: Language = Language.ENGLISH) -> User:
    """Add a person who can sign in with PASSWORD."""
    return User.objects.create_user(username, password=PASSWORD, language=language)


def add_student(cohort: Cohort, username: str, *, pseudonym: str = "") -> Enrolment:
    """Add a person and enrol them as a student."""
    return join_cohort(user=add_user(username), code=cohort.join_code, pseudonym=pseudonym)


def add_attempt(
    enrolment: Enrolment,
    assignment: Assignment,
    *,
    state: State = State.QUEUED,
    score: float | None = None,
    ago: float = 0,
) -> Attempt:
    """Add a row as it is `ago` seconds after the hand-in; its bytes are kept nowhere."""
    at = timezone.now() - timedelta(seconds=ago)
    earlier = Attempt.objects.filter(enrolment=enrolment, assignment=assignment).count()
    report = scored_report(score) if score is not None else None
    return Attempt.objects.create(
        enrolment=enrolment,
        assignment=assignment,
        version=current_version(assignment.exercise),
        number=earlier + 1,
        state=state,
        blob=hashlib.sha256(str(earlier).encode()).hexdigest(),
        submitted_at=at,
        queued_at=at,
        started_at=None if state == State.QUEUED else at,
        score=score,
        report=report and report.model_dump(mode="json"),
    )


def scored_report(score: float, *, problem: Problem | None = None) -> Report:
    """Return a report of one test of one point, `score` of it earned."""
    outcome = Outcome.PASSED if score == 1 else Outcome.PARTIAL if score else Outcome.FAILED
    test = TestResult(
        name="test_all",
        title=Text(fr="Tout", en="All"),
        visibility=Visibility.PUBLIC,
        outcome=outcome,
        points=1,
        earned=score,
    )
    return Report(exercise="pooling", version="0" * 64, kind="code", problem=problem, tests=(test,))


def our_report() -> Report:
    """Return the report of a grading that failed for a reason of ours."""
    return scored_report(0, problem=Problem(code=ProblemCode.SANDBOX_FAILED, fault=Fault.OURS))


def right_answers(question: Question) -> Mapping[str, Sequence[Sequence[str]]]:
    """Return what a student types who has every cell right."""
    return {
        field.name: [[repr(value) for value in row] for row in field.expected]
        for field in question.fields
    }
