"""Score an earlier run by the exercise as it is now, without running the notebook again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from exercises.exercise import Exercise
from graders.errors import IntakeError, JudgeFailed, NotRecorded
from graders.follow import read_verdict, send_line
from graders.grading import Grading, report_of, required_functions
from graders.intake import check_submission
from graders.lacks import explained
from graders.protocol import News, Progress, Replay, Verdict
from graders.report import Fault, Report
from graders.rooms import CODE_ENV, HIDDEN, JUDGE_CODE, Rooms, rooms_wanted
from graders.stamp import stamped, unstamped
from sandbox.errors import RoomFailed
from sandbox.room import RoomSpec

logger = logging.getLogger(__name__)


async def rescore(
    *,
    exercise: Exercise,
    notebook: bytes,
    old: Grading,
    rooms: Rooms,
    data_dir: Path,
    seed: int,
    on_news: Callable[[News], None] | None = None,
) -> Grading | None:
    """Return the grading of the run that `old` tells of, with what it kept of that run.

    `seed` is that of `old`. One judge's room is opened, and none for a student. None where the
    notebook must be run again: nothing was kept, it would run otherwise today, the tests ask
    something new, or nothing has changed, so that only a run can tell anything new.
    """
    try:
        checked = check_submission(notebook, exercise.manifest)
        transcript = old.transcript and unstamped(old.transcript, exercise, data_dir)
        if not transcript:
            return None
        job = Replay.model_construct(
            tests=dict(exercise.tests),
            hidden=str(HIDDEN),
            functions=required_functions(exercise),
            seed=seed,
            transcript=transcript,
        )
        verdict = await _replay(job, exercise, rooms, data_dir, on_news or (lambda _news: None))
    except (IntakeError, NotRecorded, RoomFailed, JudgeFailed, TimeoutError) as exc:
        logger.info("%s can't be scored again as it is: %r", exercise.manifest.id, exc)
        return None
    if verdict.problem is not None:
        problem = explained(verdict.problem, checked.code, exercise.manifest)
        verdict = verdict.model_copy(update={"problem": problem})
    return replace(
        old,
        report=_report(exercise, verdict, old, data_dir),
        transcript=stamped(transcript, exercise, data_dir),
    )


async def _replay(
    job: Replay,
    exercise: Exercise,
    rooms: Rooms,
    data_dir: Path,
    on_news: Callable[[News], None],
) -> Verdict:
    on_news(Progress(phase="starting"))
    wanted = rooms_wanted(exercise, data_dir)
    spec = RoomSpec(
        label=f"{exercise.manifest.id} judge",
        argv=("python", "-m", "graders.judge.replay"),
        limits=wanted.judge,
        mounts=[JUDGE_CODE, *wanted.hidden],
        env=CODE_ENV,
    )
    async with asyncio.timeout(wanted.wall), rooms.judge(spec) as judge:
        await send_line(judge, job.model_dump_json())
        verdict = await read_verdict(judge, on_news)
    if verdict.problem is not None and verdict.problem.fault is Fault.OURS:
        raise NotRecorded(verdict.problem.message)
    return verdict


def _report(exercise: Exercise, verdict: Verdict, old: Grading, data_dir: Path) -> Report:
    """Return the new report: what is told of the run itself is the old one's."""
    ran = old.report
    return report_of(exercise, verdict, ran.gpu).model_copy(
        update={
            "sandbox": ran.sandbox,
            "environment": ran.environment,
            "data": exercise.data_name(data_dir),
            "curves": ran.curves,
            "timings": ran.timings.model_copy(update={"tests": verdict.timings.tests}),
            "rescored": True,
        }
    )
