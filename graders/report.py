"""The report of one grading: what every grader returns and every page reads.

A report is plain data, validated on the way in, so that nothing a student's code produced is
trusted beyond its type and its size.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Language = Literal["fr", "en"]
# Colours of a terminal; then controls, marks that reverse or hide text, and lone surrogates.
_UNSEEN = re.compile(
    r"\x1b\[[0-9;]{0,40}[A-Za-z]"
    r"|[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
    r"|[\ud800-\udfff]"
)


def _seen(text: object) -> object:
    return _UNSEEN.sub("", text) if isinstance(text, str) else text


# Text that may quote what a student's code said: no page or terminal is to be misled by it.
Seen = Annotated[str, BeforeValidator(_seen)]
ShortText = Annotated[Seen, Field(max_length=500)]
LongText = Annotated[Seen, Field(max_length=20_000)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
# A parameter's value.
Scalar = bool | int | Finite | ShortText
MAX_LACKS = 30
MAX_CURVES = 20
MAX_POINTS = 500
MAX_TRIALS = 64
MAX_TRIAL_CURVES = 6
ROUNDING = 1e-9


class Frozen(BaseModel):
    """Base of the models that cross a boundary: immutable, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(Frozen):
    """One sentence in the languages of the portal."""

    fr: LongText
    en: LongText

    def in_language(self, language: str) -> str:
        """Return the text in `language`, in English when that language is not known."""
        return self.fr if language.startswith("fr") else self.en


class Fault(StrEnum):
    """Whose fault a problem is."""

    STUDENT = "student"
    LIMIT = "limit"
    OURS = "ours"


class ProblemCode(StrEnum):
    """What went wrong. The portal has one sentence and one next step per code and language."""

    # The notebook could not be read.
    NOT_JSON = "not-json"
    NOT_A_NOTEBOOK = "not-a-notebook"
    UNSUPPORTED_FORMAT = "unsupported-format"
    TOO_LARGE = "too-large"
    NO_CODE = "no-code"
    PARAMETERS_CELL = "parameters-cell"
    PARAMETER_NOT_PLAIN = "parameter-not-plain"
    # A cell did not run.
    CELL_RAISED = "cell-raised"
    ASKED_FOR_INPUT = "asked-for-input"
    KERNEL_EXITED = "kernel-exited"
    KERNEL_KILLED = "kernel-killed"
    # A limit was reached.
    WALL_TIME = "wall-time"
    CPU_TIME = "cpu-time"
    MEMORY = "memory"
    PROCESSES = "processes"
    DISK = "disk"
    OUTPUT = "output"
    GPU_MEMORY = "gpu-memory"
    # A function did not keep its contract.
    MISSING_NAME = "missing-name"
    WRONG_SIGNATURE = "wrong-signature"
    FUNCTION_RAISED = "function-raised"
    WRONG_TYPE = "wrong-type"
    WRONG_SHAPE = "wrong-shape"
    NOT_FINITE = "not-finite"
    ANSWER_TOO_LARGE = "answer-too-large"
    MALFORMED_REPLY = "malformed-reply"
    # A file that the notebook leaves is not what was asked for.
    MISSING_FILE = "missing-file"
    NOT_A_MODEL = "not-a-model"
    FORBIDDEN_OPERATOR = "forbidden-operator"
    MODEL_TOO_LARGE = "model-too-large"
    # A file of predictions could not be read.
    TABLE_TOO_LARGE = "table-too-large"
    # The answer itself is wrong.
    WRONG_VALUE = "wrong-value"
    NOT_A_NUMBER = "not-a-number"
    FORBIDDEN_IMPORT = "forbidden-import"
    # Ours.
    BROKEN_TEST = "broken-test"
    SANDBOX_FAILED = "sandbox-failed"
    MACHINE_BUSY = "machine-busy"


class Lack(Frozen):
    """Something that a notebook counts on and grading does not have, and what to do about it."""

    name: ShortText
    cell: int | None = None
    line: int | None = None
    advice: Text


class Problem(Frozen):
    """One thing that went wrong, where, and whose fault it was.

    `cell` counts the notebook's code cells from 1, `line` the lines of that cell from 1.
    `remark` is the message in the languages of the portal, where it is ours to word. `allowed` and
    `used` belong to limits: seconds for times, bytes for sizes, else a count.
    `lacks` says all that was missing, where that is the problem.
    """

    code: ProblemCode
    fault: Fault
    cell: int | None = None
    line: int | None = None
    name: ShortText | None = None
    exception: ShortText | None = None
    message: LongText | None = None
    remark: Text | None = None
    traceback: LongText | None = None
    allowed: Finite | None = None
    used: Finite | None = None
    lacks: Annotated[tuple[Lack, ...], Field(max_length=MAX_LACKS)] = ()


class Visibility(StrEnum):
    """Whether a student may read a test's content and messages."""

    PUBLIC = "public"
    HIDDEN = "hidden"


class Outcome(StrEnum):
    """How a test ended."""

    PASSED = "passed"
    PARTIAL = "partial"
    FAILED = "failed"
    NOT_RUN = "not-run"


class Mistake(Frozen):
    """A known mistake that the answer shows, with a hint that does not give the answer away."""

    slug: ShortText
    title: Text
    hint: Text


class Metric(Frozen):
    """A measured quantity, with its 95 % confidence interval where it has one."""

    name: ShortText
    value: Finite
    low: Finite | None = None
    high: Finite | None = None
    unit: ShortText = ""


class Curve(Frozen):
    """A quantity that the notebook logged, as (step, value) in the order of the steps.

    `not_finite` counts the values that were no finite numbers.
    """

    name: ShortText
    points: Annotated[tuple[tuple[Finite, Finite], ...], Field(max_length=MAX_POINTS)]
    not_finite: Annotated[int, Field(ge=0)] = 0


class TestResult(Frozen):
    """One test's outcome. `earned` is at most `points`.

    `cells` tells of a typed grid which of its cells are right, `remarks` of a file what is wrong
    with its lines.
    """

    __test__ = False

    name: ShortText
    title: Text
    hint: Text | None = None
    visibility: Visibility
    outcome: Outcome
    points: Annotated[Finite, Field(ge=0)]
    earned: Annotated[Finite, Field(ge=0)]
    problem: Problem | None = None
    message: LongText | None = None
    mistake: Mistake | None = None
    cells: tuple[tuple[bool, ...], ...] | None = None
    remarks: Annotated[tuple[Text, ...], Field(max_length=50)] = ()
    seconds: Annotated[Finite, Field(ge=0)] = 0.0

    @model_validator(mode="after")
    def _earns_no_more_than_its_points(self) -> Self:
        if self.earned > self.points + ROUNDING:
            raise ValueError(f"{self.name} earns {self.earned} of {self.points} points")
        return self


class Timings(Frozen):
    """Where the time of a grading went, in seconds of wall time, and of processor time (`cpu`).

    `cells_cpu` is what the student's room had used when the cells were done: training, mostly.
    """

    rooms: Finite = 0.0
    notebook: Finite = 0.0
    tests: Finite = 0.0
    total: Finite = 0.0
    cpu: Finite | None = None
    cells_cpu: Finite | None = None


class GpuUse(Frozen):
    """What a grading had of a GPU: seconds for which it held its share, sizes in bytes.

    `peak` is the most memory that was seen in use, looking several times a second.
    """

    name: ShortText
    seconds: Annotated[Finite, Field(ge=0)]
    memory: Annotated[int, Field(ge=0)]
    peak: Annotated[int, Field(ge=0)] | None = None


class TrialResult(Frozen):
    """One job of a sweep: the notebook with these parameters, and what came of it."""

    number: Annotated[int, Field(ge=1)]
    parameters: dict[str, Scalar]
    points: Annotated[Finite, Field(ge=0)]
    problem: Problem | None = None
    metrics: Annotated[tuple[Metric, ...], Field(max_length=100)] = ()
    curves: Annotated[tuple[Curve, ...], Field(max_length=MAX_TRIAL_CURVES)] = ()
    seconds: Annotated[Finite, Field(ge=0)] = 0.0


class Sweep(Frozen):
    """The jobs of one notebook over a grid, the best by `metric` first.

    `best` and `chosen` are numbers of jobs: the one that came out first, and the one whose
    parameters are the notebook's own defaults; None where there is no such job.
    """

    metric: ShortText
    greater_is_better: bool
    trials: Annotated[tuple[TrialResult, ...], Field(max_length=MAX_TRIALS)]
    best: int | None = None
    chosen: int | None = None


class Report(Frozen):
    """The result of grading one submission. `private` is measured, and shown after the deadline.

    `rescored` tells that the tests were answered from what was kept of an earlier run.
    """

    schema_version: Literal[1] = 1
    exercise: ShortText
    version: ShortText
    kind: ShortText
    sandbox: ShortText | None = None
    environment: ShortText | None = None
    data: ShortText | None = None
    problem: Problem | None = None
    tests: Annotated[tuple[TestResult, ...], Field(max_length=500)] = ()
    metrics: Annotated[tuple[Metric, ...], Field(max_length=100)] = ()
    private: Annotated[tuple[Metric, ...], Field(max_length=100)] = ()
    curves: Annotated[tuple[Curve, ...], Field(max_length=MAX_CURVES)] = ()
    sweep: Sweep | None = None
    timings: Timings = Timings()
    gpu: GpuUse | None = None
    rescored: bool = False

    @property
    def points(self) -> float:
        """The points earned."""
        return round(sum(test.earned for test in self.tests), 6)

    @property
    def max_points(self) -> float:
        """The points that could be earned."""
        return round(sum(test.points for test in self.tests), 6)

    @property
    def score(self) -> float:
        """The share of the points that was earned, in [0, 1]."""
        return self.points / self.max_points if self.max_points else 0.0

    @property
    def is_ours(self) -> bool:
        """Whether this grading failed for a reason that is not the student's."""
        return self.problem is not None and self.problem.fault is Fault.OURS

    def for_student(self, *, is_closed: bool = False) -> Report:
        """Return this report without what a student may not read: the content of hidden tests.

        Private metrics can be read once the exercise is closed.

        A hidden test keeps its title, hint, points, named mistake, and of its problem the kind
        and the place in the student's own code. Messages may quote hidden inputs, and an amount
        may carry one, so they go. What broke on our side is for the teacher.
        """
        problem = self.problem
        if problem is not None and self.is_ours:
            problem = _bare(problem)
        tests = tuple(map(_redacted, self.tests))
        private = self.private if is_closed else ()
        return self.model_copy(update={"problem": problem, "tests": tests, "private": private})


def _redacted(test: TestResult) -> TestResult:
    if test.visibility is Visibility.PUBLIC:
        return test
    problem = test.problem and _bare(test.problem)
    return test.model_copy(update={"message": None, "problem": problem})


def _bare(problem: Problem) -> Problem:
    """Return the problem's kind, place and limit, without what was said or measured."""
    said = ("message", "remark", "traceback", "exception", "used")
    return problem.model_copy(update=dict.fromkeys(said))
