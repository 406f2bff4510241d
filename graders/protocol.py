"""What the worker and the judge room say to each other.

The worker writes one `Job` to the judge's standard input and closes it. The judge answers with
one JSON object per line on its standard output: any number of `Progress`, then one `Verdict`.
No file is shared between them.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Base64Bytes, Field, TypeAdapter

from graders.report import Finite, Frozen, LongText, Metric, Problem, ShortText, TestResult, Timings


class JudgeLimits(Frozen):
    """What the judge enforces inside the student's kernel: seconds, and bytes of output."""

    wall: Finite
    test: Finite
    output: int


class RequiredFunction(Frozen):
    """A name that the notebook must define, and the parameters it must take."""

    name: ShortText
    parameters: tuple[ShortText, ...] | None = None


class Job(Frozen):
    """All that the judge needs for one grading."""

    notebook: str
    connection_file: str
    tests: dict[str, str]
    files: dict[str, Base64Bytes] = {}
    functions: tuple[RequiredFunction, ...] = ()
    allowed_imports: tuple[ShortText, ...] = ()
    limits: JudgeLimits
    seed: int
    public_only: bool = False



class Progress(Frozen):
    """Where the grading is. `done` of `total` cells or tests are finished."""

    event: Literal["progress"] = "progress"
    phase: Literal["starting", "cells", "tests"]
    done: int = 0
    total: int = 0
    text: ShortText = ""


class Verdict(Frozen):
    """The judge's last word: results, and the executed notebook as JSON text."""

    event: Literal["verdict"] = "verdict"
    problem: Problem | None = None
    tests: Annotated[tuple[TestResult, ...], Field(max_length=500)] = ()
    metrics: Annotated[tuple[Metric, ...], Field(max_length=100)] = ()
    timings: Timings = Timings()
    executed: Annotated[str, Field(max_length=32 * 1024 * 1024)] = ""
    log: LongText = ""


Message: TypeAlias = Annotated[Progress | Verdict, Field(discriminator="event")]
MESSAGE: TypeAdapter[Progress | Verdict] = TypeAdapter(Message)
