"""Show on a machine with a GPU that rooms compute on it, how fast, and how far apart they are."""

from __future__ import annotations

import asyncio
import sys
import time
from argparse import ArgumentParser
from contextlib import ExitStack
from dataclasses import replace

from django.conf import settings
from django.core.management.base import BaseCommand

from exercises.exercise import Exercise
from graders.grading import grade_notebook
from graders.report import Report
from graders.rooms import ColdRooms
from portal.catalogue.domain import find_exercise
from portal.submissions.domain.rooms import portal_sandbox
from portal.submissions.report_text import report_text
from sandbox.errors import SandboxError, SandboxUnavailable
from sandbox.gpu import GpuShare, find_gpus, hold_share
from sandbox.gpu.checks import check_rooms, quarter
from sandbox.room import Sandbox

EXERCISE = "mnist-cnn"
TOGETHER = 4
SEED = 1
# CUDA's libraries and its context take memory of the host's, too.
MEMORY_MIB = 8192
FAILED = 1
CAN_NOT_CHECK = 3


class Command(BaseCommand):
    """Trains mnist-cnn's reference in a room, then in four at once, and checks the walls."""

    help = "Check a GPU: training in sandboxed rooms, throughput, isolation."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take a device and a sandbox."""
        parser.add_argument("--gpu", default="", help="index or UUID, by default of NOYAU_GPUS")
        parser.add_argument("--sandbox", default="", help="auto, or a sandbox's name")

    def handle(self, *, gpu: str, sandbox: str, **_options: object) -> None:
        """Check and print. Exits with 1 where a check failed, 3 where none can be made."""
        name = gpu or next(iter(settings.NOYAU.gpus), "0")
        try:
            gpus = find_gpus([name], slots=TOGETHER)
            rooms = portal_sandbox(sandbox)
            with ExitStack() as held:
                shares = [held.enter_context(hold_share(gpus)) for _ in range(TOGETHER)]
                ok = asyncio.run(self._check(rooms, shares))
        except SandboxUnavailable as error:
            self.stderr.write(f"No GPU can be checked here. {error.reason}\n{error.remedy}")
            sys.exit(CAN_NOT_CHECK)
        except SandboxError as error:
            self.stderr.write(f"The check broke off. {error}")
            sys.exit(FAILED)
        if not ok:
            sys.exit(FAILED)

    async def _check(self, rooms: Sandbox, shares: list[GpuShare]) -> bool:
        gpu = shares[0].gpu
        self.stdout.write(f"{gpu.name} ({gpu.uuid}), {gpu.memory >> 20} MiB, rooms: {rooms.name}")
        passed = []
        async for finding in check_rooms(rooms, quarter(shares[0])):
            passed.append(finding.ok)
            self.stdout.write(f"{'ok' if finding.ok else 'NO':<4} {finding.name}: {finding.said}")
        exercise = on_gpu(find_exercise(root=settings.NOYAU.exercises, slug=EXERCISE))
        alone = await self._train(exercise, rooms, shares[:1])
        at_once = await self._train(exercise, rooms, shares)
        return all([*passed, alone, at_once])

    async def _train(self, exercise: Exercise, rooms: Sandbox, shares: list[GpuShare]) -> bool:
        """Train in one room per share, at once; print the reports and how many a minute that is."""
        started = time.monotonic()
        reports = await asyncio.gather(*(train(exercise, rooms, share) for share in shares))
        seconds = time.monotonic() - started
        for report in reports:
            use = report.gpu
            peak = f", {use.peak >> 20} MiB at most" if use and use.peak is not None else ""
            self.stdout.write(
                f"     {report.points:g} of {report.max_points:g} points, notebook "
                f"{report.timings.notebook:.1f} s, in all {report.timings.total:.1f} s{peak}"
            )
            if report.problem is not None:
                self.stdout.write(report_text(report, "en"))
        ok = all(report.problem is None and report.points > 0 for report in reports)
        self.stdout.write(
            f"{'ok' if ok else 'NO':<4} {len(shares)} at once: {seconds:.1f} s, "
            f"{60 * len(shares) / seconds:.1f} a minute"
        )
        return ok


def on_gpu(exercise: Exercise) -> Exercise:
    """Return the exercise as one that is graded on a GPU."""
    limits = exercise.manifest.limits.model_copy(update={"memory_mib": MEMORY_MIB})
    manifest = exercise.manifest.model_copy(update={"gpu": True, "limits": limits})
    return replace(exercise, manifest=manifest)


async def train(exercise: Exercise, rooms: Sandbox, share: GpuShare) -> Report:
    """Return the report of the reference, trained in a room with `share`."""
    grading = await grade_notebook(
        exercise=exercise,
        notebook=exercise.reference(),
        rooms=ColdRooms(rooms),
        data_dir=settings.NOYAU.data,
        seed=SEED,
        gpu=share,
    )
    return grading.report
