"""Grade a notebook: check it, take a pair of rooms, follow the judge, build the report."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from exercises.exercise import Exercise
from exercises.spec import LimitsTable
from graders.endings import problem_of_end, problem_of_judge_end
from graders.errors import IntakeError, JudgeFailed
from graders.follow import follow_judge
from graders.intake import Notebook, check_submission
from graders.lacks import explained
from graders.parameters import inject_parameters
from graders.protocol import Job, JudgeLimits, News, Progress, RequiredFunction, Verdict
from graders.report import Fault, GpuUse, Problem, ProblemCode, Report, Scalar
from graders.rooms import HIDDEN, Pair, Rooms, rooms_wanted
from graders.stamp import stamped
from graders.starved import Queueing, machine_busy, shortest_limit
from graders.trained import train_for
from sandbox.errors import RoomFailed
from sandbox.gpu import GpuShare
from sandbox.gpu.errors import GpuUnavailable
from sandbox.kernel import StudentKernel
from sandbox.room import EndCause, Room

logger = logging.getLogger(__name__)

MIB = 1024 * 1024
GPU_REMEDY = "Tell a worker of its devices: NOYAU_GPUS=0"
# Between the end of a judge's output and the judge's own.
JUDGE_END_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Grading:
    """The report of one grading, and what else is kept of it where there is any.

    `executed` is the notebook as it was run, `transcript` what the tests were answered, so that
    corrected tests can score it again, and `weights` the trained model as a safetensors file.
    """

    report: Report
    executed: bytes | None = None
    transcript: bytes | None = None
    weights: bytes | None = None


async def grade_notebook(
    *,
    exercise: Exercise,
    notebook: bytes,
    rooms: Rooms,
    data_dir: Path,
    seed: int,
    gpu: GpuShare | None = None,
    parameters: Mapping[str, Scalar] | None = None,
    weights: str = "",
    public_only: bool = False,
    on_news: Callable[[News], None] | None = None,
) -> Grading:
    """Return the grading of a notebook; what went wrong is in its report.

    `gpu` is the share that the student's room gets, where the exercise asks for one. Its cell of
    parameters is followed by one that sets `parameters`, if there are any. `weights` is the name
    of the model whose weights are kept. Cancelling closes both rooms. Raises SandboxUnavailable
    where no room can be had at all.
    """
    started = time.monotonic()
    if exercise.manifest.gpu and gpu is None:
        raise GpuUnavailable(f"{exercise.manifest.id} is graded on a GPU.", GPU_REMEDY)
    try:
        checked = check_submission(notebook, exercise.manifest)
        if parameters:
            checked = inject_parameters(checked, parameters)
    except IntakeError as exc:
        return Grading(report_of(exercise, Verdict(problem=exc.problem)), None)
    run = _Run(
        exercise=exercise,
        rooms=rooms,
        data_dir=data_dir,
        on_news=on_news or (lambda _: None),
        started=started,
        gpu=gpu if exercise.manifest.gpu else None,
        parameters=parameters or {},
        weights=weights,
    )
    verdict = await run.grade(checked, seed=seed, public_only=public_only)
    if verdict.problem is not None:
        problem = explained(verdict.problem, checked.code, exercise.manifest)
        verdict = verdict.model_copy(update={"problem": problem})
    timings = verdict.timings.model_copy(
        update={
            "rooms": run.rooms_ready,
            "cpu": run.cpu,
            "cells_cpu": run.cells_cpu,
            "total": _since(started),
        }
    )
    report = report_of(exercise, verdict, run.gpu_use).model_copy(
        update={
            "sandbox": rooms.sandbox.name,
            "environment": rooms.sandbox.environment(),
            "data": exercise.data_name(data_dir),
            "timings": timings,
        }
    )
    return Grading(
        report,
        executed=verdict.executed.encode() or None,
        transcript=stamped(verdict.transcript, exercise, data_dir) if verdict.transcript else None,
        weights=verdict.weights or None,
    )


def report_of(exercise: Exercise, verdict: Verdict, gpu: GpuUse | None = None) -> Report:
    """Return the report of a verdict on a hand-in for the exercise."""
    limits = exercise.manifest.limits
    return Report(
        exercise=exercise.manifest.id,
        version=exercise.digest,
        kind=exercise.manifest.kind,
        problem=verdict.problem and _with_limit(verdict.problem, limits, gpu),
        tests=verdict.tests,
        metrics=verdict.metrics,
        curves=verdict.curves,
        gpu=gpu,
    )


def required_functions(exercise: Exercise) -> tuple[RequiredFunction, ...]:
    """Return the functions that a notebook for the exercise must define."""
    return tuple(
        RequiredFunction(name=item.name, parameters=item.parameters)
        for item in exercise.manifest.functions
    )


def _with_limit(problem: Problem, limits: LimitsTable, gpu: GpuUse | None) -> Problem:
    """Return the problem with the limit it tells of, where only an exception told of it."""
    if problem.allowed is not None:
        return problem
    if problem.code is ProblemCode.GPU_MEMORY and gpu is not None:
        used = None if gpu.peak is None else float(gpu.peak)
        return problem.model_copy(update={"allowed": float(gpu.memory), "used": used})
    allowed = {
        ProblemCode.MEMORY: limits.memory_mib * MIB,
        ProblemCode.DISK: limits.disk_mib * MIB,
        ProblemCode.PROCESSES: limits.processes,
    }.get(problem.code)
    if allowed is None:
        return problem
    return problem.model_copy(update={"allowed": float(allowed)})


def _since(started: float) -> float:
    return round(time.monotonic() - started, 4)


@dataclass(slots=True)
class _Run:
    """One grading in its rooms, and what is measured on the way."""

    exercise: Exercise
    rooms: Rooms
    data_dir: Path
    on_news: Callable[[News], None]
    started: float
    gpu: GpuShare | None = None
    parameters: Mapping[str, Scalar] = field(default_factory=dict)
    weights: str = ""
    queueing: Sequence[Queueing] = ()
    rooms_ready: float = 0.0
    cpu: float | None = None
    cells_cpu: float | None = None
    kernel: StudentKernel | None = None
    gpu_peak: int | None = None

    @property
    def gpu_use(self) -> GpuUse | None:
        """What this grading had of a GPU: it is held from the start until it has ended."""
        if self.gpu is None:
            return None
        return GpuUse(
            name=self.gpu.gpu.name,
            seconds=_since(self.started),
            memory=self.gpu.memory,
            peak=self.gpu_peak,
        )

    async def grade(self, notebook: Notebook, *, seed: int, public_only: bool) -> Verdict:
        """Open the rooms, follow the judge to its verdict, close the rooms."""
        self.on_news(Progress(phase="starting"))
        try:
            await train_for(self.exercise, sandbox=self.rooms.sandbox, data_dir=self.data_dir)
            wanted = rooms_wanted(self.exercise, self.data_dir, gpu=self.gpu)
            async with asyncio.timeout(wanted.wall), self.rooms.take(wanted) as pair:
                pair.begin()
                self.queueing = [Queueing(pair.kernel.room), Queueing(pair.judge)]
                job = self._job(notebook, seed=seed, public_only=public_only)
                return await self._follow(pair, job)
        except (RoomFailed, JudgeFailed, TimeoutError) as exc:
            logger.exception("a grading of %s failed", self.exercise.manifest.id)
            return _failed(exc)

    async def _follow(self, pair: Pair, job: Job) -> Verdict:
        kernel, judge = pair.kernel, pair.judge
        self.kernel = kernel
        ended = asyncio.create_task(kernel.ended())
        try:
            verdict = await follow_judge(judge, job=job, ended=ended, on_news=self._note)
            self._look_at_queues()
            return machine_busy() if self._was_starved(verdict) else verdict
        except JudgeFailed as exc:
            if ended.done() and ended.result().cause is not EndCause.CLOSED:
                return Verdict(problem=problem_of_end(ended.result()))
            if (problem := await _problem_of_judge(judge)) is not None:
                return Verdict(problem=problem)
            logger.exception("the judge failed; the end of its log: %s", judge.log_tail)
            return _failed(exc)
        finally:
            ended.cancel()
            self.cpu = _sum(kernel.room.cpu_seconds(), judge.cpu_seconds())
            self.gpu_peak = kernel.room.gpu_memory()

    def _look_at_queues(self, *, anew: bool = False) -> None:
        for one in self.queueing:
            one.note(anew=anew)

    def _was_starved(self, verdict: Verdict) -> bool:
        limit = shortest_limit(verdict)
        return limit is not None and any(one.was_starved(seconds=limit) for one in self.queueing)

    def _note(self, news: News) -> None:
        if not self.rooms_ready:
            self.rooms_ready = _since(self.started)
        if isinstance(news, Progress):
            # No limit runs before the first cell.
            self._look_at_queues(anew=news.phase == "cells" and news.done == 0)
        if isinstance(news, Progress) and news.phase == "tests" and news.done == 0:
            self.cells_cpu = self.kernel.room.cpu_seconds() if self.kernel else None
        self.on_news(news)

    def _job(self, notebook: Notebook, *, seed: int, public_only: bool) -> Job:
        manifest = self.exercise.manifest
        return Job(
            notebook=notebook.to_json(),
            tests=dict(self.exercise.tests),
            hidden=str(HIDDEN),
            functions=required_functions(self.exercise),
            limits=JudgeLimits(
                wall=manifest.limits.wall_seconds,
                test=manifest.limits.test_seconds,
                output=manifest.limits.output_kib * 1024,
            ),
            seed=seed,
            parameters=dict(self.parameters),
            weights=self.weights,
            public_only=public_only,
        )


async def _problem_of_judge(judge: Room) -> Problem | None:
    try:
        async with asyncio.timeout(JUDGE_END_SECONDS):
            return problem_of_judge_end(await judge.wait())
    except TimeoutError:
        return None


def _failed(exc: Exception) -> Verdict:
    message = f"{type(exc).__name__}: {exc}"[:500]
    return Verdict(
        problem=Problem(code=ProblemCode.SANDBOX_FAILED, fault=Fault.OURS, message=message)
    )


def _sum(*parts: float | None) -> float | None:
    known = [part for part in parts if part is not None]
    return round(sum(known), 4) if known else None
