"""Measure the way of a right notebook from its upload to its stored score."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import statistics
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from exercises.exercise import Exercise
from graders.rooms import rooms_wanted
from portal.accounts.models import Language
from portal.catalogue.domain import find_exercise
from portal.common.services import bind, portal, running, worker
from portal.courses.models import Cohort
from portal.demo.handins import follow, hand_in
from portal.demo.people import PASSWORD, Student, ensure_class
from portal.demo.samples import Sample
from portal.demo.visitor import Visitor
from portal.submissions.domain.rooms import portal_sandbox
from portal.submissions.models import Attempt
from sandbox.room import RoomSpec, Sandbox
from sandbox.usage import descendants

HOST = "127.0.0.1"
TICKS = os.sysconf("SC_CLK_TCK")
FLOOR = """
import contextlib, importlib, io, json, statistics, sys, time
modules, cells = json.load(sys.stdin)
for name in modules:
    importlib.import_module(name)
taken = []
for _ in range(6):
    names, began = {"__name__": "__main__"}, time.perf_counter()
    with contextlib.redirect_stdout(io.StringIO()):
        for cell in cells:
            exec(compile(cell, "cell", "exec"), names)
    taken.append(time.perf_counter() - began)
print(json.dumps(statistics.median(taken[1:])))
"""


class Command(BaseCommand):
    """Hands in the same right notebook many times: one after the other, then all at once."""

    help = "Print seconds from upload to stored score, and submissions per minute."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--exercise", default="pooling")
        parser.add_argument("--count", type=int, default=30)
        parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
        parser.add_argument("--output", type=Path, help="where the figures go as JSON")

    def handle(
        self,
        *_args: object,
        exercise: str,
        count: int,
        workers: int,
        output: Path | None,
        **_options: object,
    ) -> None:
        """Measure, print and write. Raises CommandError where a right notebook lost points."""
        call_command("prepare", verbosity=0)
        figures = asyncio.run(self._measure(exercise, count, workers))
        for name, value in figures.items():
            self.stdout.write(f"{name:<32} {value}")
        if output:
            output.parent.mkdir(parents=True, exist_ok=True)
            output.write_text(json.dumps(figures, indent=2) + "\n")

    async def _measure(self, exercise: str, count: int, workers: int) -> dict[str, object]:
        listener = bind(HOST, 0)
        environment = settings.NOYAU
        sandbox = portal_sandbox()
        found = find_exercise(root=environment.exercises, slug=exercise)
        least = await floor_seconds(found, sandbox=sandbox, data_dir=environment.data)
        log = environment.var / "bench.log"
        services = [
            portal(listener, log=log),
            worker(concurrency=workers, queues=environment.queues, log=log),
        ]
        address = f"http://{HOST}:{listener.getsockname()[1]}"
        async with running(services):
            figures = await asyncio.to_thread(measure, exercise, count, address)
        return {
            "exercise": exercise,
            "count": count,
            "machine": f"{platform.machine()}, {os.cpu_count()} cores",
            "sandbox": sandbox.name,
            "warm": environment.warm_memory_mib > 0,
            "workers": workers,
            "floor_seconds": least,
            **figures,
        }


def measure(exercise: str, count: int, address: str) -> dict[str, object]:
    """Return the figures of `count` hand-ins, one after the other and then all at once."""
    students = tuple(Student(f"bench{number}", Language.ENGLISH) for number in range(1, 11))
    cohort = ensure_class(name="Bench", students=students)
    visitors = [
        Visitor(address, username=student.username, password=PASSWORD) for student in students
    ]
    warm_up(cohort, exercise, visitors[0])
    alone = one_by_one(cohort, exercise, visitors, count)
    used = services_cpu()
    began = time.time()
    together = all_at_once(cohort, exercise, visitors, count)
    used = (services_cpu() - used) / count
    return {
        "one_by_one_p50_seconds": round(statistics.median(alone), 3),
        "one_by_one_p95_seconds": round(percentile(alone, 95), 3),
        "one_by_one_per_minute": round(60 / statistics.mean(alone), 1),
        "all_at_once_per_minute": round(60 * count / (max(together) - began), 1),
        "cpu_seconds_rooms": rooms_cpu(count),
        "cpu_seconds_portal_and_worker": round(used, 3),
    }


def services_cpu() -> float:
    """Return the CPU seconds that the portal and the worker have used, without their rooms."""
    total = 0.0
    for pid in descendants(os.getpid()):
        with suppress(OSError):
            words = Path("/proc", str(pid), "cmdline").read_bytes().split(b"\0")
            if b"uvicorn" in words or b"celery" in words:
                fields = Path("/proc", str(pid), "stat").read_text().rpartition(")")[2].split()
                total += (int(fields[11]) + int(fields[12])) / TICKS
    return total


def rooms_cpu(count: int) -> float:
    """Return the median of what both rooms of the last `count` gradings used."""
    latest = Attempt.objects.order_by("-created_at")[:count]
    reports = [attempt.report for attempt in latest if attempt.report]
    return round(statistics.median(report["timings"]["cpu"] or 0 for report in reports), 3)


async def floor_seconds(exercise: Exercise, *, sandbox: Sandbox, data_dir: Path) -> float:
    """Return how long the reference's cells take in a process that has imported everything.

    That is the least that any grader of notebooks could take. Seconds, the median of five.
    """
    cells = json.loads(exercise.reference())["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    wanted = rooms_wanted(exercise, data_dir)
    spec = RoomSpec(
        label="floor",
        argv=("python", "-c", FLOOR),
        limits=replace(wanted.student, wall=300, cpu=300),
        mounts=wanted.public,
    )
    async with await sandbox.open(spec) as room:
        room.stdin.write(json.dumps([wanted.modules, sources]).encode())
        room.stdin.close()
        seconds: float = json.loads(await room.stdout.read())
    return round(seconds, 4)


def warm_up(cohort: Cohort, exercise: str, visitor: Visitor) -> None:
    """Hand in once, so that files are in memory and every process has started."""
    settle([hand_in(visitor, cohort=cohort, sample=sample(exercise))])


def one_by_one(
    cohort: Cohort, exercise: str, visitors: Sequence[Visitor], count: int
) -> list[float]:
    """Return each hand-in's seconds from the start of its upload to its stored score."""
    seconds = []
    for number in range(count):
        began = time.time()
        attempt = hand_in(visitors[number % len(visitors)], cohort=cohort, sample=sample(exercise))
        seconds.append(settle([attempt])[0] - began)
    return seconds


def all_at_once(
    cohort: Cohort, exercise: str, visitors: Sequence[Visitor], count: int
) -> list[float]:
    """Return when each of `count` hand-ins was stored, in seconds since the epoch."""
    attempts = [
        hand_in(visitors[number % len(visitors)], cohort=cohort, sample=sample(exercise))
        for number in range(count)
    ]
    return settle(attempts)


def settle(attempts: Sequence[UUID]) -> list[float]:
    """Wait and return when each was stored. Raises CommandError unless all got full marks."""
    for _change in follow(attempts, stopped=threading.Event()):
        pass
    rows = Attempt.objects.in_bulk(list(attempts))
    stored: list[float] = []
    for attempt in rows.values():
        finished: datetime | None = attempt.finished_at
        if attempt.score != 1.0 or finished is None:
            raise CommandError(f"A right notebook ended {attempt.state} with {attempt.score}.")
        stored.append(finished.timestamp())
    return stored


def sample(exercise: str) -> Sample:
    """Return the reference solution as a hand-in."""
    return Sample("bench", exercise, "reference", "a right notebook", 1, 1)


def percentile(values: Sequence[float], rank: int) -> float:
    """Return the value below which `rank` percent of `values` lie."""
    return statistics.quantiles(values, n=100, method="inclusive")[rank - 1]
