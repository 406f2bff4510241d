"""Show the whole of Noyau on this machine: hand-ins, their scores, and the portal to look round."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import socket
import threading
from collections.abc import Sequence

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from portal.common.services import bind, portal, running, worker
from portal.demo.handins import HandIn, Result, describe, follow, hand_in_missing, results
from portal.demo.people import PASSWORD, STUDENTS, TEACHER, ensure_class
from portal.demo.samples import SAMPLES

HOST = "127.0.0.1"
PORTS = range(8000, 8020)


class Command(BaseCommand):
    """Hands in what has not been handed in yet, prints the scores and keeps serving."""

    help = "Start the portal and a worker, hand in sample notebooks and print their scores."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--once", action="store_true", help="stop after the table of scores")
        parser.add_argument("--port", type=int, help="where to listen, else the first free one")

    def handle(self, *_args: object, once: bool, port: int | None, **options: object) -> None:
        """Run the demonstration. Raises CommandError where a score is not the expected one."""
        call_command("prepare", verbosity=options["verbosity"])
        listener = listen([port] if port else PORTS)
        address = f"http://{HOST}:{listener.getsockname()[1]}"
        unexpected = asyncio.run(self._show(listener, address, once=once))
        if unexpected:
            raise CommandError(f"{unexpected} of {len(SAMPLES)} scores are not the expected ones.")

    async def _show(self, listener: socket.socket, address: str, *, once: bool) -> int:
        """Return how many scores are not the expected ones, after serving for as long as wanted."""
        stopped, interrupted = threading.Event(), asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, end, stopped, interrupted)
        environment = settings.NOYAU
        logs = environment.var / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        services = [
            portal(listener, log=logs / "portal.log"),
            worker(
                concurrency=environment.worker_concurrency,
                queues=environment.queues,
                log=logs / "worker.log",
            ),
        ]
        async with running(services):
            unexpected = await asyncio.to_thread(self._grade_samples, address, stopped)
            if not once and not stopped.is_set():
                self._invite(address)
                await interrupted.wait()
        return unexpected

    def _grade_samples(self, address: str, stopped: threading.Event) -> int:
        cohort = ensure_class()
        handed_in = hand_in_missing(
            cohort=cohort, samples=SAMPLES, address=address, log=self.stdout.write
        )
        self._follow(handed_in, stopped)
        outcome = results(handed_in)
        self._table(outcome)
        return sum(not result.as_expected for result in outcome)

    def _follow(self, handed_in: Sequence[HandIn], stopped: threading.Event) -> None:
        samples = {one.attempt: one.sample for one in handed_in}
        for attempt in follow(list(samples), stopped=stopped):
            sample = samples[attempt.pk]
            what = f"{sample.student}  {sample.exercise}, {sample.work}"
            self.stdout.write(f"  {what:<52} {describe(attempt)}")

    def _table(self, outcome: Sequence[Result]) -> None:
        self.stdout.write("")
        self.stdout.write(
            f"{'student':<10}{'exercise':<14}{'what it shows':<58}{'score':>7}  expected"
        )
        for result in outcome:
            sample = result.sample
            score = "-" if result.score is None else f"{result.score:.0%}"
            expected = f"{sample.low:.0%}"
            if sample.high > sample.low:
                expected += f" to {sample.high:.0%}"
            line = (
                f"{sample.student:<10}{sample.exercise:<14}{sample.shows:<58}{score:>7}  {expected}"
            )
            style = self.style.SUCCESS if result.as_expected else self.style.ERROR
            self.stdout.write(style(line))

    def _invite(self, address: str) -> None:
        names = ", ".join(student.username for student in STUDENTS)
        self.stdout.write("")
        self.stdout.write(f"The portal is at {address}/")
        self.stdout.write(f"Sign in as {TEACHER} or as {names}; the password is {PASSWORD}")
        self.stdout.write("Ctrl-C ends it; what was handed in stays.")


def end(stopped: threading.Event, interrupted: asyncio.Event) -> None:
    """Tell both the thread that follows the grading and the loop that serves to end."""
    stopped.set()
    interrupted.set()


def listen(ports: Sequence[int] | range) -> socket.socket:
    """Return a socket on the first of `ports` that is free. Raises CommandError."""
    for port in ports:
        with contextlib.suppress(OSError):
            return bind(HOST, port)
    raise CommandError(f"No free port among {ports[0]} to {ports[-1]}; choose one with --port.")
