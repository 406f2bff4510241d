"""Grade one notebook: run its cells, check its functions, run the tests."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

from nbformat import NotebookNode

from graders.errors import RoomEnded
from graders.judge.calls import GoneCaller, KernelCaller
from graders.judge.kernel import Kernel
from graders.judge.line import Incoming, WorkerLine
from graders.judge.measured import Measurements
from graders.judge.notebook import NotebookRun, NotebookRunner
from graders.judge.outputs import notebook_node
from graders.judge.printed import PrintedTail
from graders.judge.recording import RecordingCaller
from graders.judge.verdict import judge
from graders.judge.weights import fetch_weights
from graders.protocol import Job, Progress, Verdict
from graders.student import Caller

START_SECONDS = 60.0
# Of the executed notebook, the transcript and the weights together.
MAX_KEPT = 46 * 1024 * 1024


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
        return judge(job, GoneCaller(exc.problem), problem=exc.problem, line=line)
    job = runner.run(_job(incoming))
    notebook = notebook_node(json.loads(job.notebook))
    started = time.monotonic()
    measurements = Measurements(line.send)
    run = runner.run(_run_notebook(notebook, kernel, job, line, measurements))
    seconds = time.monotonic() - started
    caller: Caller = KernelCaller(runner=runner, kernel=kernel, cells=run.cells, limits=job.limits)
    if run.problem is not None and not run.usable:
        caller = GoneCaller(run.problem)
    recording = RecordingCaller(caller)
    verdict = judge(job, recording, problem=run.problem, line=line)
    weights = fetch_weights(caller, job.weights) if job.weights else b""
    kernel.close()
    return verdict.model_copy(
        update={
            **_kept(json.dumps(notebook), transcript=recording.packed(run), weights=weights),
            "curves": measurements.curves(),
            "timings": verdict.timings.model_copy(update={"notebook": round(seconds, 4)}),
        }
    )


def _kept(executed: str, **contents: bytes) -> dict[str, str | bytes]:
    """Return what of all this fits into a verdict, the notebook first."""
    offered: dict[str, str | bytes] = {"executed": executed, **contents}
    kept = {}
    space = MAX_KEPT
    for name, content in offered.items():
        # As JSON in JSON, text may take twice its length; bytes take a third more than theirs.
        size = 2 * len(content) if isinstance(content, str) else 4 * len(content) // 3 + 4
        if size <= space:
            kept[name] = content
            space -= size
    return kept


async def _job(incoming: Incoming) -> Job:
    return await incoming.job


async def _run_notebook(
    notebook: NotebookNode,
    kernel: Kernel,
    job: Job,
    line: WorkerLine,
    measurements: Measurements,
) -> NotebookRun:
    runner = NotebookRunner(
        notebook,
        kernel=kernel,
        limits=job.limits,
        measurements=measurements,
        printed=PrintedTail(line.send),
        on_cell=lambda done, total: line.send(Progress(phase="cells", done=done, total=total)),
    )
    return await runner.run()
