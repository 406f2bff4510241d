"""One stormy day of a class: hand-ins from the web, troubles all the while, and the count."""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import requests
from django.conf import settings
from django.core.management import call_command
from django.db import Error, connection
from django.urls import reverse

from graders.report import Report
from portal.accounts.models import Language
from portal.common.services import bind, portal, running, worker
from portal.courses.models import Cohort
from portal.demo.people import PASSWORD, Student, ensure_class
from portal.demo.visitor import PortalRefused, Visitor
from portal.gradebook.models import Standing
from portal.submissions.models import Attempt, PastReport, State
from sandbox.cgroups import find_hierarchy
from sandbox.folder import create_folder
from sandbox.places import machine_folder
from sandbox.usage import descendants
from tests.chaos import troubles
from tests.chaos.servers import Server
from tests.chaos.work import Work, draw

HOST = "127.0.0.1"
EACH = 5
"""Notebooks of one student, who may hand in no more."""

PATIENCE = 1500.0
LOOK = 0.5
KEEPERS_SECONDS = 30.0
STUDENTS_WHO_HURRY = 4
"""How many hand in at the same time."""

Answer = TypeVar("Answer")


class Day:
    """A class of as many students as the hand-ins need."""

    def __init__(self, options: argparse.Namespace, *, folder: Path, broker: Server | None) -> None:
        self.options = options
        self.folder = folder
        self.works = draw(options.count, seed=options.seed)
        self.refused: Counter[str] = Counter()
        self.troubles = troubles.Troubles(seed=options.seed, below=os.getpid())
        self._add_troubles(broker)

    def _add_troubles(self, broker: Server | None) -> None:
        environment = settings.NOYAU
        known = self.troubles
        known.add("worker killed", known.kill_worker)
        known.add("pool process killed", known.kill_pool_process)
        known.add("web server killed", known.kill_web)
        if self.options.sandbox == "docker":
            chance = random.Random(self.options.seed)  # noqa: S311 - no secret
            known.add("container killed", troubles.kill_container(environment.docker, chance))
        else:
            known.add("room killed", known.kill_room)
        if broker is None:
            known.add("messages lost", troubles.forget_messages(environment.broker_dir))
            known.add("database locked", troubles.lock_sqlite(environment.var / "noyau.sqlite3"))
        else:
            known.add("broker killed", troubles.restart_broker(broker))
            known.add("connections cut", troubles.cut_postgres(environment.database_url))

    async def run(self) -> dict[str, Any]:
        """Return the figures of the day."""
        await asyncio.to_thread(call_command, "prepare", verbosity=0)
        cohort = await asyncio.to_thread(self._make_class)
        listener = bind(HOST, 0)
        log = self.folder / "services.log"
        queues, concurrency = settings.NOYAU.queues, self.options.concurrency
        services = [portal(listener, log=log)] + [
            worker(concurrency=concurrency, queues=queues, log=log)
            for _ in range(self.options.workers)
        ]
        address = f"http://{HOST}:{listener.getsockname()[1]}"
        began = time.monotonic()
        async with running(services):
            raging = asyncio.create_task(self._rage())
            try:
                await self._hand_in_all(cohort, address)
                await asyncio.to_thread(self._wait_until_settled)
            finally:
                raging.cancel()
                await asyncio.wait({raging})
        seconds = time.monotonic() - began
        figures = await asyncio.to_thread(self._count, seconds)
        if figures["wrong"]:
            sys.stderr.write(log.read_text(errors="replace")[-20_000:])
        return {**figures, "left": self._left()}

    def _make_class(self) -> Cohort:
        number = -(-len(self.works) // EACH)
        students = tuple(Student(f"s{i}", Language.ENGLISH) for i in range(number))
        cohort = ensure_class(name="Storm", students=students)
        cohort.assignments.update(max_attempts=EACH)
        return cohort

    async def _rage(self) -> None:
        while True:
            await asyncio.sleep(self.troubles.pause())
            harmed = await asyncio.to_thread(self.troubles.happen)
            if harmed:
                sys.stderr.write(f"{time.monotonic():.1f} {harmed}\n")

    async def _hand_in_all(self, cohort: Cohort, address: str) -> None:
        starts = range(0, len(self.works), EACH)
        hurry = asyncio.Semaphore(STUDENTS_WHO_HURRY)

        async def hand_in(student: int, works: Sequence[Work]) -> None:
            async with hurry:
                await asyncio.to_thread(self._hand_in, cohort, address, f"s{student}", works)

        await asyncio.gather(
            *(hand_in(i, self.works[start : start + EACH]) for i, start in enumerate(starts))
        )

    def _hand_in(self, cohort: Cohort, address: str, student: str, works: Sequence[Work]) -> None:
        """Hand in as a student would: again when the page says no, unless it is there already."""
        place = {"cohort_id": cohort.pk, "slug": "pooling"}
        for number, work in enumerate(works):
            filename = f"{student}-{number}-{work.name}.ipynb"
            while not insist(Attempt.objects.filter(filename=filename).exists):
                try:
                    visitor = Visitor(address, username=student, password=PASSWORD)
                    visitor.hand_in(
                        reverse("exercise", kwargs=place), to=reverse("hand-in", kwargs=place),
                        filename=filename, content=work.notebook,
                    )  # fmt: skip
                except (PortalRefused, requests.RequestException) as exc:
                    self.refused[type(exc).__name__] += 1
                    time.sleep(LOOK)
        connection.close()

    def _wait_until_settled(self) -> None:
        """Return once nothing waits, or it has taken too long. Other processes write the rows."""
        end = time.monotonic() + PATIENCE
        waiting = Attempt.objects.filter(state__in=[State.QUEUED, State.RUNNING])
        while insist(waiting.exists) and time.monotonic() < end:
            time.sleep(LOOK)

    def _count(self, seconds: float) -> dict[str, Any]:
        # The one at hand may have been cut in the storm.
        connection.close()
        rows = list(Attempt.objects.select_related("enrolment__user"))
        wrong = [line for line in map(_complaint, rows) if line]
        names = Counter(row.filename for row in rows)
        wrong += [f"{name} {count} times" for name, count in names.items() if count != 1]
        wrong += self._complaints_of_standings(rows)
        return {
            "handed_in": len(self.works),
            "rows": len(rows),
            "graded": sum(row.state == State.GRADED for row in rows),
            "graded_again": PastReport.objects.count(),
            "seconds": round(seconds, 1),
            "troubles": self.troubles.done,
            "hand_ins_refused_and_repeated": dict(self.refused),
            "tries": dict(sorted(Counter(row.tries for row in rows).items())),
            "wrong": wrong,
        }

    def _complaints_of_standings(self, rows: Sequence[Attempt]) -> list[str]:
        scores: dict[int, list[float]] = {}
        for row in rows:
            scores.setdefault(row.enrolment_id, []).append(row.score or 0)
        standings = {one.enrolment_id: one for one in Standing.objects.all()}
        return [
            f"standing of {enrolment}: {standing and (standing.score, standing.attempts)}"
            for enrolment, found in scores.items()
            if (standing := standings.get(enrolment)) is None
            or (standing.score, standing.attempts) != (max(found), len(found))
        ]

    def _left(self) -> list[str]:
        """Return what is left of the day's rooms once the next worker has looked."""
        find_hierarchy()
        shutil.rmtree(create_folder(machine_folder()).path)
        groups = Path("/sys/fs/cgroup").glob("**/noyau/*-*")
        gone = [str(path) for path in groups if _is_of_the_dead(path.name)]
        folders = Path("/dev/shm").glob("noyau-*/k-*")  # noqa: S108
        gone += [str(path) for path in folders if _is_of_the_dead(path.name.removeprefix("k-"))]
        return gone + [f"{pid} {troubles.command(pid)!r}" for pid in _still_below()]


def _still_below() -> list[int]:
    """Return what should have ended and has not, after KEEPERS_SECONDS at most.

    The keeper of a worker's containers ends after that worker, once it has ended these.
    """
    end = time.monotonic() + KEEPERS_SECONDS
    while True:
        below = [pid for pid in descendants(os.getpid()) if not troubles.may_stay(pid)]
        if not below or time.monotonic() > end:
            return below
        time.sleep(LOOK)


def _complaint(row: Attempt) -> str:
    """Return what is wrong with a hand-in that should be graded, nothing where all is well."""
    work = next(work for work in draw(1000, seed=0) if row.filename.endswith(f"-{work.name}.ipynb"))
    if row.state != State.GRADED or row.score is None or row.report is None:
        return f"{row.filename} is {row.state} after {row.tries} tries: {row.report}"
    report = Report.model_validate(row.report)
    if not work.low <= row.score <= work.high or report.is_ours:
        return f"{row.filename} got {row.score}: {report.problem}"
    return ""


def _is_of_the_dead(name: str) -> bool:
    return not Path("/proc", name.partition("-")[0]).exists()


def insist(look: Callable[[], Answer]) -> Answer:
    """Return what `look` sees in the database, as soon as the database answers."""
    while True:
        try:
            return look()
        except Error:
            connection.close()
            time.sleep(LOOK)
