"""What the worker and the judge room say to each other.

The worker writes an `Introduction` and then one `Job` to the judge's standard input, each as one
line of JSON; between them a room may wait for a submission. Should the student's room end, one
more line, a `RoomEnded`, says why. The judge answers with one JSON object per line on its standard
output: any number of `Progress`, `Measured` and `Printed`, then one `Verdict`. No file is shared
between them: hidden data is mounted read-only in the judge's room.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

from pydantic import Base64Bytes, Field, TypeAdapter

from graders.report import (
    MAX_CURVES,
    Curve,
    Fault,
    Finite,
    Frozen,
    LongText,
    Metric,
    Problem,
    ProblemCode,
    Scalar,
    Seen,
    ShortText,
    TestResult,
    Timings,
)

# In a cell's metadata, says that the student's notebook does not have that cell.
ADDED = "noyau_added"
# A judge holds its tests, which fit, and what the student's room sends it.
SENT_TOO_MUCH = Problem(code=ProblemCode.OUTPUT, fault=Fault.LIMIT)
# Points in one message of what was measured.
MOST_NEWS = 500
# Characters in one message of what was printed.
MOST_TAIL = 4096
# Bytes that travel as base64.
Kept: TypeAlias = Annotated[Base64Bytes, Field(max_length=32 * 1024 * 1024)]


class JudgeLimits(Frozen):
    """What the judge enforces inside the student's kernel: seconds, and bytes of output.

    The cells together may take `wall`, one test `test`, and the tests together `wall` once more.
    """

    wall: Finite
    test: Finite
    output: int


class RequiredFunction(Frozen):
    """A name that the notebook must define, and the parameters it must take."""

    name: ShortText
    parameters: tuple[ShortText, ...] | None = None


class Introduction(Frozen):
    """The kernel that the judge will speak to. Paths are as the judge's room sees them."""

    connection_file: str


class Testing(Frozen):
    """An exercise's tests, and what they are run with: `parameters` are those of a sweep's job."""

    tests: dict[str, str]
    hidden: str | None = None
    functions: tuple[RequiredFunction, ...] = ()
    seed: int
    parameters: Mapping[str, Scalar] = {}
    public_only: bool = False


class Job(Testing):
    """All else that the judge needs for one grading.

    `weights` is the name of the model whose weights are to be kept, if any are.
    """

    notebook: str
    limits: JudgeLimits
    weights: ShortText = ""


class Replay(Testing):
    """Tests to run against the transcript of an earlier run."""

    transcript: Kept


class RoomEnded(Frozen):
    """The student's room is gone, for the reason in `problem`."""

    problem: Problem


class Progress(Frozen):
    """Where the grading is. `done` of `total` cells, tests or jobs are finished."""

    event: Literal["progress"] = "progress"
    phase: Literal["starting", "cells", "tests", "jobs"]
    done: int = 0
    total: int = 0
    text: ShortText = ""


class Point(Frozen):
    """One value that a notebook logged while it ran."""

    name: ShortText
    step: Finite
    value: Finite


class Measured(Frozen):
    """What the notebook has logged since the last such message.

    `not_finite` counts, from the beginning, the values of each curve that were no finite numbers.
    """

    event: Literal["measured"] = "measured"
    points: Annotated[tuple[Point, ...], Field(max_length=MOST_NEWS)]
    not_finite: Annotated[dict[ShortText, int], Field(max_length=MAX_CURVES)]


class Printed(Frozen):
    """The last lines that the notebook's cells have printed so far."""

    event: Literal["printed"] = "printed"
    tail: Annotated[Seen, Field(max_length=MOST_TAIL)]


News: TypeAlias = Progress | Measured | Printed


class Verdict(Frozen):
    """The judge's last word: results, and the executed notebook as JSON text.

    `curves` is what the notebook logged. `transcript` and `weights` are empty where there are none.
    """

    event: Literal["verdict"] = "verdict"
    problem: Problem | None = None
    tests: Annotated[tuple[TestResult, ...], Field(max_length=500)] = ()
    metrics: Annotated[tuple[Metric, ...], Field(max_length=100)] = ()
    private: Annotated[tuple[Metric, ...], Field(max_length=100)] = ()
    timings: Timings = Timings()
    curves: Annotated[tuple[Curve, ...], Field(max_length=MAX_CURVES)] = ()
    executed: Annotated[str, Field(max_length=32 * 1024 * 1024)] = ""
    transcript: Kept = b""
    weights: Kept = b""
    log: LongText = ""


Message: TypeAlias = Annotated[News | Verdict, Field(discriminator="event")]
MESSAGE: TypeAdapter[News | Verdict] = TypeAdapter(Message)
