"""Grade a claimed attempt: keep its lease alive, show how far it is, store its report."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import cast
from uuid import UUID

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import Error, connections

from exercises.errors import ExerciseError
from exercises.exercise import Exercise
from graders.curves import Curves
from graders.errors import GraderError
from graders.grader import RoomGrader, grader_of
from graders.grading import Grading
from graders.protocol import News, Progress
from graders.rooms import Rooms
from portal.catalogue.domain.versions import current_version, open_version
from portal.catalogue.models import ExerciseVersion
from portal.common import blobs
from portal.common.errors import PortalError
from portal.submissions.domain.claim import extend_lease, record_progress
from portal.submissions.domain.curves import record_curves
from portal.submissions.domain.finish import finish, our_failure
from portal.submissions.domain.rooms import grading_loop
from portal.submissions.domain.seeds import attempt_seed
from portal.submissions.models import Attempt
from sandbox.errors import SandboxError
from sandbox.gpu import GpuShare
from sandbox.room import Sandbox

logger = logging.getLogger(__name__)

PROGRESS_PAUSE = 0.2
"""Seconds between two writes of the progress of one attempt."""

CURVES_PAUSE = 1.0
"""Seconds between two writes of the curves of one attempt."""

LIVE_POINTS = 200
"""Points of a curve while it grows. The report has more."""

BEATS = 3
"""Renewals of a lease in the time that it lasts: two may fail and nothing is lost."""


def grade_claimed(*, attempt: Attempt, sandbox: Sandbox, gpu: GpuShare | None = None) -> bool:
    """Grade the attempt that this process has claimed, on the GPU of which it holds a share.

    False: the lease was lost on the way.
    """
    # What is graded again is graded by the exercise as it is now.
    is_regrade = attempt.score is not None or attempt.regrade_by_id is not None
    version = current_version(attempt.assignment.exercise) if is_regrade else attempt.version
    lease = Lease(attempt)
    try:
        grading = _grade(attempt, version=version, sandbox=sandbox, lease=lease, gpu=gpu)
    except (SandboxError, GraderError, ExerciseError, PortalError) as error:
        logger.exception("attempt %s could not be graded", attempt.pk)
        message = f"{type(error).__name__}: {error}"
        grading = Grading(report=our_failure(version=version, message=message), executed=None)
    return grading is not None and finish(
        attempt_id=lease.attempt_id,
        lease=lease.token,
        version=version,
        report=grading.report,
        executed=grading.executed,
    )


def _grade(
    attempt: Attempt,
    *,
    version: ExerciseVersion,
    sandbox: Sandbox,
    lease: Lease,
    gpu: GpuShare | None,
) -> Grading | None:
    exercise = open_version(version)
    work = blobs.read(attempt.blob)
    seed = attempt_seed(attempt)
    return grading_loop(sandbox).grade(
        lambda rooms: lease.grade(exercise, work=work, seed=seed, rooms=rooms, gpu=gpu)
    )


class Lease:
    """A claim that is renewed, and progress that is stored, while the grading runs."""

    def __init__(self, attempt: Attempt) -> None:
        if attempt.lease is None:
            raise ValueError(f"attempt {attempt.pk} was not claimed")
        self.attempt_id: UUID = attempt.pk
        self.token: UUID = attempt.lease
        self.progress = Progress(phase="starting")
        self.news = asyncio.Event()
        self.curves = Curves(most_points=LIVE_POINTS)
        self.measured = asyncio.Event()

    async def grade(
        self,
        exercise: Exercise,
        *,
        work: bytes,
        seed: int,
        rooms: Rooms,
        gpu: GpuShare | None = None,
    ) -> Grading | None:
        """Return the grading, None where the lease was lost before its end."""
        grader = cast("RoomGrader", grader_of(exercise.manifest.kind))
        grading = asyncio.create_task(
            grader.grade(
                exercise=exercise,
                work=work,
                rooms=rooms,
                data_dir=settings.NOYAU.data,
                seed=seed,
                gpu=gpu,
                on_news=self._note,
            )
        )
        lost = asyncio.create_task(self._renew())
        telling = asyncio.create_task(self._tell())
        drawing = asyncio.create_task(self._draw())
        try:
            await asyncio.wait({grading, lost}, return_when=asyncio.FIRST_COMPLETED)
            return await grading if grading.done() else None
        finally:
            tasks = grading, lost, telling, drawing
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            # Django closes connections at the end of a request, which this thread never has.
            await sync_to_async(connections.close_all)()

    def _note(self, news: News) -> None:
        if isinstance(news, Progress):
            self.progress = news
            self.news.set()
        else:
            self.curves.take(news)
            self.measured.set()

    async def _renew(self) -> None:
        """Renew the lease in time, again and again; return once it is lost."""
        seconds: float = settings.NOYAU.lease_seconds
        extend = sync_to_async(extend_lease)
        held = True
        while held:
            await asyncio.sleep(seconds / BEATS)
            try:
                held = await extend(
                    attempt_id=self.attempt_id, lease=self.token, lease_seconds=seconds
                )
            except Error:
                logger.exception("the lease of attempt %s was not renewed", self.attempt_id)
                # It may be the connection that is broken: the next try gets another.
                await sync_to_async(connections.close_all)()
        logger.warning("the lease of attempt %s is lost", self.attempt_id)

    async def _tell(self) -> None:
        """Store the latest progress whenever there is news, but not more often than useful."""
        while True:
            await self.news.wait()
            self.news.clear()
            await self._store(partial(record_progress, progress=self.progress))
            await asyncio.sleep(PROGRESS_PAUSE)

    async def _draw(self) -> None:
        """Store the curves whenever they have grown, but not more often than useful."""
        while True:
            await self.measured.wait()
            self.measured.clear()
            await self._store(partial(record_curves, curves=self.curves.drawn()))
            await asyncio.sleep(CURVES_PAUSE)

    async def _store(self, record: Callable[..., bool]) -> None:
        try:
            await sync_to_async(record)(attempt_id=self.attempt_id, lease=self.token)
        except Error:
            logger.exception("the progress of attempt %s was not stored", self.attempt_id)
            await sync_to_async(connections.close_all)()
