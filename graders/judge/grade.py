"""Grade one notebook: run its cells, check its functions, run the tests."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

from nbformat import NotebookNode

from graders.errors import RoomEnded, StudentError
from graders.judge.calls import GoneCaller, KernelCaller
from graders.judge.kernel import Kernel
from graders.judge.line import Incoming, WorkerLine
from graders.judge.notebook import NotebookRun, NotebookRunner
from graders.judge.outputs import notebook_node
from graders.judge.tests import run_tests
from graders.plugin import GradingPlugin
from graders.protocol import Job, Progress, RequiredFunction, Verdict
from graders.report import Fault, Problem, ProblemCode, TestResult, Timings
from graders.student import Caller, Student

START_SECONDS = 60.0
# Within the verdict, which is JSON too, it may take twice as much.
MAX_EXECUTED = 23 * 1024 * 1024


def grade(line: WorkerLine, *, runner: asyncio.Runner) -> Verdict:
    """Meet the kernel, wait for the job, return the verdict on it.

    Raises JudgeFailed where no kernel answers.
    """
    connection_file = Path(line.receive_introduction().connection_file)
    incoming = line.listen(runner.get_loop())
    try:
        kernel = runner.run(
            Kernel.connect(connection_file, ended=incoming.ended, within=START_SECONDS)
        )
    except RoomEnded as exc:
        job = runner.run(_job(incoming))
        return _test(job, NotebookRun(problem=exc.problem), GoneCaller(exc.problem), line=line)
    job = runner.run(_job(incoming))
    notebook = notebook_node(json.loads(job.notebook))
    started = time.monotonic()
    run = runner.run(_run_notebook(notebook, kernel, job, line))
    seconds = time.monotonic() - started
    caller: Caller = KernelCaller(runner=runner, kernel=kernel, cells=run.cells, limits=job.limits)
    if run.problem is not None and not run.usable:
        caller = GoneCaller(run.problem)
    verdict = _test(job, run, caller, line=line)
    kernel.close()
    executed = json.dumps(notebook)
    return verdict.model_copy(
        update={
            "executed": executed if len(executed) <= MAX_EXECUTED else "",
            "timings": verdict.timings.model_copy(update={"notebook": round(seconds, 4)}),
        }
    )


async def _job(incoming: Incoming) -> Job:
    return await incoming.job


async def _run_notebook(
    notebook: NotebookNode, kernel: Kernel, job: Job, line: WorkerLine
) -> NotebookRun:
    runner = NotebookRunner(
        notebook,
        kernel=kernel,
        limits=job.limits,
        on_cell=lambda done, total: line.send(Progress(phase="cells", done=done, total=total)),
    )
    return await runner.run()


def _test(job: Job, run: NotebookRun, caller: Caller, *, line: WorkerLine) -> Verdict:
    """Run the tests. The verdict names the first thing that went wrong with the whole."""
    started = time.monotonic()
    caller.begin_test()
    problem = run.problem or _functions_problem(caller, job.functions)
    plugin = GradingPlugin(
        caller=caller,
        seed=job.seed,
        hidden_folder=Path(job.hidden) if job.hidden else None,
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
    """Return what is wrong with the first required function that can't be called as asked."""
    if not functions or caller.lost is not None:
        return None
    try:
        errors = Student(caller).check(functions)
    except StudentError as exc:
        return exc.problem
    return next((error.problem for error in errors if error is not None), None)


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
