"""Hold what was claimed while it is graded: its lease is renewed, its progress stored."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import Any, TypeAlias, TypeVar

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import Error, connections

from graders.curves import Curves
from graders.protocol import Measured, News, Printed, Progress
from portal.submissions.domain.claim import extend_lease, record_progress
from portal.submissions.domain.leases import BEATS
from portal.submissions.domain.live import record_curves, record_log
from portal.submissions.models import Attempt, Leased, Trial

logger = logging.getLogger(__name__)

Result = TypeVar("Result")
Grade: TypeAlias = Callable[[Callable[[News], None]], Coroutine[Any, Any, Result]]

PROGRESS_PAUSE = 0.2
"""Seconds between two writes of the progress of one attempt."""

LIVE_PAUSE = 1.0
"""Seconds between two writes of what one attempt has logged, or printed."""

LONGEST_PAUSE = 2.0
"""Seconds after which work that is silent finds out that its lease was taken away."""

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
        self.lost = asyncio.Event()
        self.curves = Curves(most_points=LIVE_POINTS)
        self.measured = asyncio.Event()
        self.tail = ""
        self.printed = asyncio.Event()

    async def hold(self, grade: Grade[Result]) -> Result | None:
        """Return what `grade`, which is given whom to tell its news, comes to.

        None where the lease was lost before its end.
        """
        grading = asyncio.create_task(grade(self._note))
        renewing = asyncio.create_task(self._renew())
        telling = [asyncio.create_task(tell()) for tell in (self._tell, self._draw, self._print)]
        try:
            await asyncio.wait({grading, renewing}, return_when=asyncio.FIRST_COMPLETED)
            return await grading if grading.done() else None
        finally:
            tasks = grading, renewing, *telling
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            # Django closes connections at the end of a request, which this thread never has.
            await sync_to_async(connections.close_all)()

    def _note(self, news: News) -> None:
        match news:
            case Progress():
                self.progress = news
                self.news.set()
            case Measured():
                self.curves.take(news)
                self.measured.set()
            case Printed():
                self.tail = news.tail
                self.printed.set()

    async def _renew(self) -> None:
        """Renew the lease in time, again and again; return once it is lost."""
        seconds: float = settings.NOYAU.lease_seconds
        extend = partial(extend_lease, work=self.work, lease_seconds=seconds)
        while not self.lost.is_set():
            # Whichever write finds out first that the lease is lost.
            with suppress(TimeoutError):
                async with asyncio.timeout(min(seconds / BEATS, LONGEST_PAUSE)):
                    await self.lost.wait()
            await self._store(extend)
        logger.warning("the lease of %s is lost", self.work.pk)

    async def _tell(self) -> None:
        """Store the latest progress whenever there is news, but not more often than useful."""
        while True:
            await self.news.wait()
            self.news.clear()
            await self._store(partial(record_progress, work=self.work, progress=self.progress))
            await asyncio.sleep(PROGRESS_PAUSE)

    async def _draw(self) -> None:
        """Store the curves of an attempt or a job whenever they have grown, at the same pace."""
        while isinstance(self.work, Attempt | Trial):
            await self.measured.wait()
            self.measured.clear()
            drawn = self.curves.drawn()
            await self._store(partial(record_curves, work=self.work, curves=drawn))
            await asyncio.sleep(LIVE_PAUSE)

    async def _print(self) -> None:
        """Store the end of what an attempt prints whenever there is more, at the same pace."""
        while isinstance(self.work, Attempt):
            await self.printed.wait()
            self.printed.clear()
            await self._store(partial(record_log, work=self.work, tail=self.tail))
            await asyncio.sleep(LIVE_PAUSE)

    async def _store(self, record: Callable[[], bool]) -> None:
        """Write what `record` does, which says whether the lease was still held."""
        try:
            if not await sync_to_async(record)():
                self.lost.set()
        except Error:
            logger.exception("what there was to write of %s was not written", self.work.pk)
            # It may be the connection that is broken: the next try gets another.
            await sync_to_async(connections.close_all)()
