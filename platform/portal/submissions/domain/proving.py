"""Grade one solution of a check, in the rooms of this worker."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from django.conf import settings

from exercises.archive import unpack
from exercises.errors import DataUnavailable, ExerciseError
from exercises.exercise import Exercise
from exercises.loader import load_exercise
from exercises.question import Drawn
from exercises.spec import Form
from graders.check import CheckRow, check_solution
from graders.errors import GraderError
from graders.examiner import Examiner
from graders.grader import Role, grader_of
from graders.kinds.answer.apart import draw_apart
from graders.protocol import News, Progress
from graders.report import Problem
from graders.rooms import Rooms
from portal.catalogue.domain import keep_questions
from portal.common import blobs
from portal.common.errors import PortalError
from portal.submissions.domain.checks import finish_check_job, unsound
from portal.submissions.domain.finish import our_problem
from portal.submissions.domain.holding import Lease
from portal.submissions.domain.rooms import grading_loop
from portal.submissions.models import Check, CheckJob
from sandbox.errors import SandboxError
from sandbox.gpu import GpuShare
from sandbox.room import Sandbox

logger = logging.getLogger(__name__)


def grade_claimed_check_job(
    *, job: CheckJob, sandbox: Sandbox, gpu: GpuShare | None = None
) -> bool:
    """Grade the solution that this process has claimed. False: the lease was lost on the way."""
    lease = Lease(job)
    outcome = _judged(lease, job, sandbox, gpu)
    return outcome is not None and finish_check_job(job=job, outcome=outcome)


def _judged(
    lease: Lease, job: CheckJob, sandbox: Sandbox, gpu: GpuShare | None
) -> CheckRow | Problem | None:
    """Return the solution's row, or the problem of ours that kept it from being graded."""
    try:
        with _unpacked(job.proof) as source:
            done = grading_loop(sandbox).grade(
                lambda rooms: lease.hold(
                    lambda on_news: _graded(job, source, rooms, gpu, on_news),
                )
            )
            if done is None:
                return None
            row, drawn = done
            if drawn is not None and row.role is Role.REFERENCE:
                keep_questions(digest=source.digest, drawn=drawn)
            return row
    except (DataUnavailable, SandboxError, PortalError, OSError) as error:
        logger.exception("%s could not be graded", job)
        return our_problem(f"{type(error).__name__}: {error}")
    except (ExerciseError, GraderError) as error:
        # The folder's own fault, or a solution's: its author is told.
        return unsound(job, f"{type(error).__name__}: {error}")


@contextmanager
def _unpacked(check: Check) -> Iterator[Exercise]:
    """Yield the folder that is checked, unpacked for as long as that takes."""
    home: Path = settings.NOYAU.checks_dir
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=home) as fresh:
        folder = Path(fresh) / check.slug
        unpack(blobs.read(check.archive), folder)
        yield load_exercise(folder)


async def _graded(
    job: CheckJob,
    source: Exercise,
    rooms: Rooms,
    gpu: GpuShare | None,
    on_news: Callable[[News], None],
) -> tuple[CheckRow, Drawn | None]:
    grader = grader_of(source.manifest.kind)
    name, role = grader.planned(source)[job.number - 1]
    variants = job.proof.variants
    if source.manifest.kind.form is Form.ANSWERS:
        # Its author may be anybody who teaches: none of the folder's code runs in this process.
        solvers = () if role is Role.EMPTY else (name,)
        drawn = await draw_apart(exercise=source, sandbox=rooms.sandbox, solvers=solvers)
        source = replace(source, drawn=drawn)
    row = await check_solution(
        Examiner(source, rooms, settings.NOYAU.data, gpu),
        name=name,
        role=role,
        variants=variants,
        on_report=lambda done, total: on_news(Progress(phase="jobs", done=done, total=total)),
    )
    return row, source.drawn
