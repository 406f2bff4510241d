"""What a report sums up, and what of it a student reads."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from graders.report import (
    Fault,
    Mistake,
    Outcome,
    Problem,
    ProblemCode,
    Report,
    TestResult,
    Text,
    Visibility,
)

TEXT = Text(fr="F", en="E")
QUOTED = "a hidden input"
PROBLEM = Problem(
    code=ProblemCode.FUNCTION_RAISED,
    fault=Fault.STUDENT,
    cell=2,
    line=3,
    name="f",
    exception=QUOTED,
    message=QUOTED,
    traceback=QUOTED,
    allowed=4,
    used=5,
)


def result(visibility: Visibility, *, points: float = 2, earned: float = 0.5) -> TestResult:
    return TestResult(
        name="t",
        title=TEXT,
        hint=TEXT,
        visibility=visibility,
        outcome=Outcome.PARTIAL,
        points=points,
        earned=earned,
        problem=PROBLEM,
        message=QUOTED,
        mistake=Mistake(slug="m", title=TEXT, hint=TEXT),
    )


def report(*tests: TestResult, problem: Problem | None = None) -> Report:
    return Report(exercise="e", version="v", kind="code", tests=tests, problem=problem)


def test_points_and_score_are_sums_over_the_tests() -> None:
    found = report(result(Visibility.PUBLIC), result(Visibility.HIDDEN))
    assert (found.points, found.max_points, found.score) == (1, 4, 0.25)
    assert (report().points, report().max_points, report().score) == (0, 0, 0)


def test_a_test_never_earns_more_than_its_points() -> None:
    with pytest.raises(ValidationError):
        result(Visibility.PUBLIC, points=1, earned=1.1)


def test_a_student_reads_a_public_test_whole() -> None:
    public = result(Visibility.PUBLIC)
    assert report(public).for_student().tests == (public,)


def test_a_student_reads_of_a_hidden_test_what_its_author_wrote_and_where_it_failed() -> None:
    [seen] = report(result(Visibility.HIDDEN)).for_student().tests
    assert QUOTED not in seen.model_dump_json()
    assert (seen.title, seen.hint, seen.earned) == (TEXT, TEXT, 0.5)
    assert seen.mistake is not None
    assert seen.problem == Problem(
        code=ProblemCode.FUNCTION_RAISED,
        fault=Fault.STUDENT,
        cell=2,
        line=3,
        name="f",
        allowed=4,
    )


def test_a_student_reads_their_own_problem_whole_and_of_ours_the_kind() -> None:
    ours = PROBLEM.model_copy(update={"code": ProblemCode.BROKEN_TEST, "fault": Fault.OURS})
    assert report(problem=PROBLEM).for_student().problem == PROBLEM
    seen = report(problem=ours).for_student()
    assert seen.is_ours
    assert QUOTED not in seen.model_dump_json()


def test_a_report_survives_storage() -> None:
    stored = report(result(Visibility.HIDDEN), problem=PROBLEM)
    assert Report.model_validate_json(stored.model_dump_json()) == stored


def test_what_a_students_code_says_can_mislead_no_reader() -> None:
    said = "a\x1b[31mb\x1b[2J\u202ec\u2066d\x00e\ud800f\ng\th é"
    problem = Problem(code=ProblemCode.CELL_RAISED, fault=Fault.STUDENT, exception=said)
    assert problem.exception == "abcdef\ng\th é"
