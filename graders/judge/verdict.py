"""Run an exercise's tests against whatever answers for the notebook, and say what came of it."""

from __future__ import annotations

import time
from pathlib import Path

from graders.errors import StudentError
from graders.judge.line import WorkerLine
from graders.judge.tests import run_tests
from graders.plugin import GradingPlugin
from graders.protocol import Progress, RequiredFunction, Testing, Verdict
from graders.report import Fault, Problem, ProblemCode, TestResult, Timings
from graders.student import Caller, Student


def judge(job: Testing, caller: Caller, *, problem: Problem | None, line: WorkerLine) -> Verdict:
    """Run the tests. The verdict names the first thing that went wrong with the whole.

    `problem` is what went wrong before them.
    """
    started = time.monotonic()
    caller.begin_test()
    problem = problem or _functions_problem(caller, job.functions)
    plugin = GradingPlugin(
        caller=caller,
        seed=job.seed,
        hidden_folder=Path(job.hidden) if job.hidden else None,
        parameters=job.parameters,
        public_only=job.public_only,
        on_progress=lambda done, total: line.send(Progress(phase="tests", done=done, total=total)),
    )
    broken = run_tests(job.tests, plugin=plugin)
    return Verdict(
        problem=broken or problem or caller.lost or _broken_test(plugin.results),
        tests=tuple(plugin.results),
        metrics=tuple(plugin.metrics),
        timings=Timings(tests=round(time.monotonic() - started, 4)),
    )


def _functions_problem(caller: Caller, functions: tuple[RequiredFunction, ...]) -> Problem | None:
    """Return which required functions are missing, else what is wrong with the first of them."""
    if not functions or caller.lost is not None:
        return None
    try:
        errors = Student(caller).check(functions)
    except StudentError as exc:
        return exc.problem
    problems = [error.problem for error in errors if error is not None]
    missing = [problem for problem in problems if problem.code is ProblemCode.MISSING_NAME]
    if missing:
        names = ", ".join(problem.name or "" for problem in missing)
        return missing[0].model_copy(update={"name": names[:500]})
    return next(iter(problems), None)


def _broken_test(results: list[TestResult]) -> Problem | None:
    for result in results:
        if result.problem is not None and result.problem.fault is Fault.OURS:
            return Problem(
                code=ProblemCode.BROKEN_TEST,
                fault=Fault.OURS,
                name=result.name,
                exception=result.problem.exception,
                message=result.problem.message,
            )
    return None
