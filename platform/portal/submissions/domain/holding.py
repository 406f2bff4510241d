"""Hold what was claimed while it is graded: its lease is renewed, its progress stored."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, TypeAlias, TypeVar

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import Error, connections

from graders.curves import Curves
from graders.protocol import News, Progress
from portal.submissions.domain.claim import extend_lease, record_progress
from portal.submissions.domain.curves import record_curves
from portal.submissions.domain.leases import BEATS
from portal.submissions.models import Attempt, Leased

logger = logging.getLogger(__name__)

Result = TypeVar("Result")
Grade: TypeAlias = Callable[[Callable[[News], None]], Coroutine[Any, Any, Result]]

PROGRESS_PAUSE = 0.2
"""Seconds between two writes of the progress of one attempt."""

CURVES_PAUSE = 1.0
"""Seconds between two writes of the curves of one attempt."""

LIVE_POINTS = 200
"""Points of a curve while it grows. The report has more."""


class Lease:
    """A claim that is renewed, and progress that is stored, while the grading runs."""

    def __init__(self, work: Leased) -> None:
        if work.lease is None:
            raise ValueError(f"{work.pk} was not claimed")
        self.work = work
        self.token = work.lease
        self.progress = Progress(phase="starting")
        self.news = asyncio.Event()
        self.curves = Curves(most_points=LIVE_POINTS)
        self.measured = asyncio.Event()

    async def hold(self, grade: Grade[Result]) -> Result | None:
        """Return what `grade`, which is given whom to tell its news, comes to.

        None where the lease was lost before its end.
        """
        grading = asyncio.create_task(grade(self._note))
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
        is_held = True
        while is_held:
            await asyncio.sleep(seconds / BEATS)
            try:
                is_held = await extend(work=self.work, lease_seconds=seconds)
            except Error:
                logger.exception("the lease of %s was not renewed", self.work.pk)
                # It may be the connection that is broken: the next try gets another.
                await sync_to_async(connections.close_all)()
        logger.warning("the lease of %s is lost", self.work.pk)

    async def _tell(self) -> None:
        """Store the latest progress whenever there is news, but not more often than useful."""
        while True:
            await self.news.wait()
            self.news.clear()
            await self._store(partial(record_progress, work=self.work, progress=self.progress))
            await asyncio.sleep(PROGRESS_PAUSE)

    async def _draw(self) -> None:
        """Store an attempt's curves whenever they have grown, but not more often than useful."""
        while isinstance(self.work, Attempt):
            await self.measured.wait()
            self.measured.clear()
            drawn = self.curves.drawn()
            held = {"attempt_id": self.work.pk, "lease": self.token}
            await self._store(partial(record_curves, **held, curves=drawn))
            await asyncio.sleep(CURVES_PAUSE)

    async def _store(self, record: Callable[[], bool]) -> None:
        try:
            await sync_to_async(record)()
        except Error:
            logger.exception("the progress of %s was not stored", self.work.pk)
            await sync_to_async(connections.close_all)()
