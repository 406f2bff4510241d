"""A report as a student reads it: what to mend first, what else is wrong, and what is right."""

from __future__ import annotations

from dataclasses import dataclass

from graders.report import Outcome, Problem, Report, TestResult, Visibility


@dataclass(frozen=True, slots=True)
class Feedback:
    """The tests of a report in the order in which a student should look at them.

    `first` is None where all is right, or the report's own problem comes before any test.
    """

    first: TestResult | None
    others: tuple[TestResult, ...]
    not_run: tuple[TestResult, ...]
    passed: tuple[TestResult, ...]

    @property
    def is_perfect(self) -> bool:
        """Whether there is nothing to mend."""
        return not (self.first or self.others or self.not_run)

    @property
    def passed_points(self) -> float:
        """The points of the tests that passed."""
        return sum(test.earned for test in self.passed)


def feedback_of(report: Report) -> Feedback:
    """Return the tests in the exercise's order, public ones first, parted by what became of them.

    What the report's own problem says is not said again at each test.
    """
    ordered = sorted(report.tests, key=lambda test: test.visibility is Visibility.HIDDEN)
    tests = [_without(test, report.problem) for test in ordered]
    wrong = [test for test in tests if test.outcome in (Outcome.FAILED, Outcome.PARTIAL)]
    leads = report.problem is None and bool(wrong)
    return Feedback(
        first=wrong[0] if leads else None,
        others=tuple(wrong[1:] if leads else wrong),
        not_run=tuple(test for test in tests if test.outcome is Outcome.NOT_RUN),
        passed=tuple(test for test in tests if test.outcome is Outcome.PASSED),
    )


def _without(test: TestResult, known: Problem | None) -> TestResult:
    """Return the test without its problem where that is the one that is known already."""
    problem = test.problem
    if problem is None or known is None or _place(problem) != _place(known):
        return test
    message = None if test.message == problem.message else test.message
    return test.model_copy(update={"problem": None, "message": message})


def _place(problem: Problem) -> tuple[object, ...]:
    return problem.code, problem.cell, problem.line
