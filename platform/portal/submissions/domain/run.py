"""Grade what was claimed of students' work, and store its report."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import cast

from django.conf import settings

from exercises.errors import ExerciseError
from exercises.exercise import Exercise
from graders.errors import GraderError
from graders.grader import GroupGrader, InstantGrader, RoomGrader, grader_of
from graders.grading import Grading, grade_notebook
from graders.protocol import News
from graders.rooms import Rooms
from portal.catalogue.domain.versions import current_version, open_version
from portal.catalogue.models import ExerciseVersion
from portal.common import blobs
from portal.common.errors import PortalError
from portal.submissions.domain.finish import finish, our_failure
from portal.submissions.domain.holding import Lease
from portal.submissions.domain.plans import finish_regrading
from portal.submissions.domain.regrade import kept_run
from portal.submissions.domain.rooms import grading_loop
from portal.submissions.domain.seeds import attempt_seed, variant_seed
from portal.submissions.domain.trials import finish_trial
from portal.submissions.domain.tryouts import finish_tryout
from portal.submissions.models import Attempt, Regrading, Trial, Tryout
from sandbox.errors import SandboxError
from sandbox.gpu import GpuShare
from sandbox.room import Sandbox

logger = logging.getLogger(__name__)


def grade_claimed(*, attempt: Attempt, sandbox: Sandbox, gpu: GpuShare | None = None) -> bool:
    """Grade the attempt that this process has claimed, on the GPU of which it holds a share.

    False: the lease was lost on the way.
    """
    # What is graded again is graded by the exercise as it is now.
    is_regrade = attempt.score is not None or attempt.regrade_by_id is not None
    version = current_version(attempt.assignment.exercise) if is_regrade else attempt.version
    lease = Lease(attempt)
    grading = _graded(
        lease,
        version,
        lambda: _grade(lease, attempt, version, sandbox, gpu, old=kept_run(attempt)),
    )
    return grading is not None and finish(
        attempt_id=attempt.pk,
        lease=lease.token,
        version=version,
        report=grading.report,
        executed=grading.executed,
        transcript=grading.transcript,
        weights=grading.weights,
    )


def grade_claimed_trial(*, trial: Trial, sandbox: Sandbox, gpu: GpuShare | None = None) -> bool:
    """Grade the job of a sweep that this process has claimed, as `grade_claimed` an attempt."""
    lease = Lease(trial)
    grading = _graded(lease, trial.version, lambda: _grade_trial(lease, trial, sandbox, gpu))
    return grading is not None and finish_trial(trial=trial, grading=grading)


def grade_claimed_tryout(*, tryout: Tryout, sandbox: Sandbox) -> bool:
    """Run the notebook and the public tests, as `grade_claimed` an attempt and all tests."""
    lease = Lease(tryout)
    grading = _graded(lease, tryout.version, lambda: _try_out(lease, tryout, sandbox))
    return grading is not None and finish_tryout(tryout=tryout, grading=grading)


def grade_claimed_regrading(
    *, regrading: Regrading, sandbox: Sandbox, gpu: GpuShare | None = None
) -> bool:
    """Grade an attempt for a plan, as `grade_claimed` does; the attempt stays as it is."""
    plan, attempt, lease = regrading.plan, regrading.attempt, Lease(regrading)

    def grade() -> Grading | None:
        exercise = open_version(plan.version)
        grader = grader_of(exercise.manifest.kind)
        if isinstance(grader, InstantGrader):
            seed = variant_seed(enrolment=attempt.enrolment, assignment=attempt.assignment)
            work = blobs.read(attempt.blob)
            return Grading(grader.grade(exercise=exercise, work=work, seed=seed))
        old = None if plan.anew else kept_run(attempt)
        return _grade(lease, attempt, plan.version, sandbox, gpu, old=old)

    grading = _graded(lease, plan.version, grade)
    return grading is not None and finish_regrading(regrading=regrading, grading=grading)


def _graded(
    lease: Lease, version: ExerciseVersion, grade: Callable[[], Grading | None]
) -> Grading | None:
    """Return what `grade` comes to; where it breaks, a failure of ours."""
    try:
        return grade()
    except (SandboxError, GraderError, ExerciseError, PortalError) as error:
        logger.exception("%s could not be graded", lease.work)
        message = f"{type(error).__name__}: {error}"
        return Grading(report=our_failure(version=version, message=message), executed=None)


def _grade(
    lease: Lease,
    attempt: Attempt,
    version: ExerciseVersion,
    sandbox: Sandbox,
    gpu: GpuShare | None,
    *,
    old: Grading | None,
) -> Grading | None:
    exercise = open_version(version)
    grader = cast("RoomGrader", grader_of(exercise.manifest.kind))
    work, seed = blobs.read(attempt.blob), attempt_seed(attempt)
    return grading_loop(sandbox).grade(
        lambda rooms: lease.hold(
            lambda on_news: _grade_again(
                grader,
                old,
                exercise=exercise,
                work=work,
                rooms=rooms,
                seed=seed,
                gpu=gpu,
                on_news=on_news,
            )
        )
    )


async def _grade_again(
    grader: RoomGrader,
    old: Grading | None,
    *,
    exercise: Exercise,
    work: bytes,
    rooms: Rooms,
    seed: int,
    gpu: GpuShare | None,
    on_news: Callable[[News], None],
) -> Grading:
    """Score the run that `old` kept, where there is one and that will do; else grade the work."""
    data_dir: Path = settings.NOYAU.data
    if old is not None:
        again = await grader.rescore(
            exercise=exercise,
            work=work,
            old=old,
            rooms=rooms,
            data_dir=data_dir,
            seed=seed,
            on_news=on_news,
        )
        if again is not None:
            return again
    return await grader.grade(
        exercise=exercise,
        work=work,
        rooms=rooms,
        data_dir=data_dir,
        seed=seed,
        gpu=gpu,
        on_news=on_news,
    )


def _grade_trial(
    lease: Lease, trial: Trial, sandbox: Sandbox, gpu: GpuShare | None
) -> Grading | None:
    exercise = open_version(trial.version)
    grader = cast("GroupGrader", grader_of(exercise.manifest.kind))
    # The same seed for all: jobs are compared on the same hidden inputs.
    work, seed = blobs.read(trial.attempt.blob), attempt_seed(trial.attempt)
    return grading_loop(sandbox).grade(
        lambda rooms: lease.hold(
            lambda on_news: grader.grade_trial(
                parameters=trial.parameters,
                exercise=exercise,
                work=work,
                rooms=rooms,
                data_dir=settings.NOYAU.data,
                seed=seed,
                gpu=gpu,
                on_news=on_news,
            )
        )
    )


def _try_out(lease: Lease, tryout: Tryout, sandbox: Sandbox) -> Grading | None:
    exercise = open_version(tryout.version)
    work, seed = blobs.read(tryout.blob), tryout.pk.int
    return grading_loop(sandbox).grade(
        lambda rooms: lease.hold(
            lambda on_news: grade_notebook(
                exercise=exercise,
                notebook=work,
                rooms=rooms,
                data_dir=settings.NOYAU.data,
                seed=seed % 2**32,
                public_only=True,
                on_news=on_news,
            )
        )
    )
