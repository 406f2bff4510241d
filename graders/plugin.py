"""The pytest plugin that turns an exercise's tests into results.

Marks: `points(n)`, `title(fr=, en=)`, `hint(fr=, en=)`, `visibility("public" | "hidden")`,
`mistake(slug, fr=, en=, hint_fr=, hint_en=)`.
Fixtures: `student`, `rng`, `hidden`, `parameters`, `credit`, `mistake`, `measure`.
"""

from __future__ import annotations

import hashlib
import math
import time
import traceback
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file as load_weights

from graders.errors import StudentError, TestsMalformed
from graders.marks import MARKERS, TestMarks, read_marks
from graders.protocol import SENT_TOO_MUCH
from graders.report import (
    Fault,
    Metric,
    Mistake,
    Outcome,
    Problem,
    ProblemCode,
    Scalar,
    TestResult,
    Visibility,
)
from graders.student import Caller, Student

MAX_TEXT = 4000
# What no answer of a student's can bring about.
OURS = (TestsMalformed, OSError)
# A function that is missing, raises or is too slow says nothing about which mistake it makes.
NAMING = {
    ProblemCode.WRONG_VALUE,
    ProblemCode.WRONG_SHAPE,
    ProblemCode.WRONG_TYPE,
    ProblemCode.NOT_FINITE,
}


@dataclass(slots=True)
class Attempt:
    """What is known of one test while it runs."""

    marks: TestMarks
    started: float
    answered: bool = False
    fraction: float | None = None
    message: str | None = None
    mistake: str | None = None
    error: pytest.ExceptionInfo[BaseException] | None = None

    def note_answer(self) -> None:
        """Remember that the test has had an answer of the student's."""
        self.answered = True


MARKS = pytest.StashKey[TestMarks]()
ATTEMPT = pytest.StashKey[Attempt]()


@dataclass(slots=True)
class Hidden:
    """The data files that never enter the student's room."""

    folder: Path | None

    def load(self, name: str) -> dict[str, np.ndarray]:
        """Return the arrays of the file `name`, .npz or .safetensors, by their names in it."""
        if self.folder is None:
            raise FileNotFoundError(name)
        if name.endswith(".safetensors"):
            return load_weights(self.folder / name)
        with np.load(self.folder / name, allow_pickle=False) as arrays:
            return {key: arrays[key] for key in arrays.files}


@dataclass(slots=True)
class GradingPlugin:
    """One run of an exercise's tests against one student.

    `results` has a result per test, `broken` what is wrong with the tests themselves.
    """

    caller: Caller
    seed: int
    hidden_folder: Path | None = None
    parameters: Mapping[str, Scalar] = field(default_factory=dict)
    public_only: bool = False
    on_progress: Callable[[int, int], None] = lambda _done, _total: None
    results: list[TestResult] = field(default_factory=list)
    metrics: list[Metric] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    total: int = 0

    def pytest_configure(self, config: pytest.Config) -> None:
        """Declare the marks."""
        for marker in MARKERS:
            config.addinivalue_line("markers", marker)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep what prevents a test module from being read."""
        if report.failed:
            self.broken.append(report.longreprtext[-MAX_TEXT:])

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Read every test's marks; put public tests first, or alone where asked for."""
        for item in items:
            try:
                item.stash[MARKS] = read_marks(item)
            except TestsMalformed as exc:
                self.broken.append(str(exc))
        if self.broken:
            raise pytest.UsageError("; ".join(self.broken))
        if self.public_only:
            items[:] = [i for i in items if i.stash[MARKS].visibility is Visibility.PUBLIC]
        # What is printed in a public test is shown: nothing hidden must have been asked before.
        items.sort(key=lambda item: item.stash[MARKS].visibility is Visibility.HIDDEN)
        self.total = len(items)
        self.on_progress(0, self.total)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Time the test, and make its result once it is torn down."""
        attempt = Attempt(item.stash[MARKS], started=time.monotonic())
        item.stash[ATTEMPT] = attempt
        self.caller.begin_test(listen=attempt.marks.visibility is Visibility.PUBLIC)
        try:
            return (yield)
        finally:
            self.results.append(_result(attempt, printed=self.caller.printed))
            self.on_progress(len(self.results), self.total)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self) -> None:
        """Leave out the test when the student's kernel is lost."""
        if self.caller.lost is not None:
            pytest.skip("the student's kernel is gone")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Keep the first error of the test's setup, call and teardown."""
        attempt = item.stash[ATTEMPT]
        attempt.error = attempt.error or call.excinfo
        return (yield)

    @pytest.fixture
    def student(self, request: pytest.FixtureRequest) -> Student:
        """The student's notebook: call its functions by name."""
        return Student(self.caller, on_answer=request.node.stash[ATTEMPT].note_answer)

    @pytest.fixture
    def rng(self, request: pytest.FixtureRequest) -> np.random.Generator:
        """Random numbers that follow from the secret seed and the test's name."""
        name = request.node.stash[MARKS].name
        digest = hashlib.sha256(f"{self.seed}:{name}".encode()).digest()
        return np.random.default_rng(int.from_bytes(digest, "big"))

    @pytest.fixture
    def hidden(self) -> Hidden:
        """The exercise's hidden data files."""
        return Hidden(self.hidden_folder)

    @pytest.fixture(name="parameters")
    def given_parameters(self) -> dict[str, Scalar]:
        """The parameters that the notebook was run with, in a sweep."""
        return dict(self.parameters)

    @pytest.fixture
    def credit(self, request: pytest.FixtureRequest) -> Callable[..., None]:
        """Set the share of the points that the test earns, whether or not it then fails."""
        attempt = request.node.stash[ATTEMPT]

        def credit(fraction: float, *, message: str | None = None) -> None:
            if math.isnan(fraction):
                raise ValueError("a share of NaN")
            attempt.fraction = min(max(float(fraction), 0.0), 1.0)
            attempt.message = message

        return credit

    @pytest.fixture
    def mistake(self, request: pytest.FixtureRequest) -> Callable[[str], None]:
        """Say which of the test's several mistakes the answer shows, should the test fail."""
        attempt = request.node.stash[ATTEMPT]

        def mistake(slug: str) -> None:
            if slug not in {known.slug for known in attempt.marks.mistakes}:
                raise TestsMalformed(f"no mark for the mistake {slug!r}")
            attempt.mistake = slug

        return mistake

    @pytest.fixture
    def measure(self) -> Callable[..., None]:
        """Report a measured quantity: `measure(name, value, low=, high=, unit=)`."""

        def measure(name: str, value: float, **more: Any) -> None:  # noqa: ANN401
            self.metrics.append(Metric(name=name, value=float(value), **more))

        return measure


def _result(attempt: Attempt, *, printed: str) -> TestResult:
    """Return the test's result."""
    marks, error = attempt.marks, attempt.error and attempt.error.value
    skipped = isinstance(error, pytest.skip.Exception)
    problem = None if skipped else _problem(attempt)
    fraction = attempt.fraction
    if fraction is None or skipped:
        fraction = 0.0 if error is not None else 1.0
    if problem is None and not skipped and fraction == 0:
        problem = Problem(code=ProblemCode.WRONG_VALUE, fault=Fault.STUDENT)
    said = (attempt.message, problem.message if problem else None, printed)
    message = "\n\n".join(filter(None, said))[:MAX_TEXT] if problem or attempt.message else None
    return TestResult(
        name=marks.name,
        title=marks.title,
        hint=marks.hint,
        visibility=marks.visibility,
        outcome=Outcome.NOT_RUN if skipped else _outcome(problem, fraction),
        points=marks.points,
        earned=marks.points * fraction,
        problem=problem,
        message=message or None,
        mistake=_named(attempt, problem),
        seconds=round(time.monotonic() - attempt.started, 4),
    )


def _outcome(problem: Problem | None, fraction: float) -> Outcome:
    if problem is None and fraction == 1:
        return Outcome.PASSED
    return Outcome.PARTIAL if fraction else Outcome.FAILED


def _problem(attempt: Attempt) -> Problem | None:
    """Return what the test's error amounts to, if it had one.

    An error that no test foresees is the test's own until the student has answered. After that
    it comes from the answer: with the reference's answers, which every exercise is checked with,
    the same test passes. So it does within the judge's memory.
    """
    error = attempt.error
    if error is None:
        return None
    if isinstance(error.value, StudentError):
        return error.value.problem
    if isinstance(error.value, MemoryError):
        return SENT_TOO_MUCH
    message = str(error.value)[:MAX_TEXT]
    if isinstance(error.value, AssertionError | pytest.fail.Exception):
        return Problem(code=ProblemCode.WRONG_VALUE, fault=Fault.STUDENT, message=message)
    if attempt.answered and not isinstance(error.value, OURS):
        message = f"the test can't use the answer: {error.exconly()}"[:MAX_TEXT]
        return Problem(code=ProblemCode.WRONG_TYPE, fault=Fault.STUDENT, message=message)
    return Problem(
        code=ProblemCode.BROKEN_TEST,
        fault=Fault.OURS,
        exception=error.typename,
        message=message,
        traceback="".join(traceback.format_exception(error.value, limit=-3))[-MAX_TEXT:],
    )


def _named(attempt: Attempt, problem: Problem | None) -> Mistake | None:
    mistakes = attempt.marks.mistakes
    if problem is None or problem.code not in NAMING:
        return None
    if attempt.mistake is None:
        return mistakes[0] if len(mistakes) == 1 else None
    return next(known for known in mistakes if known.slug == attempt.mistake)
