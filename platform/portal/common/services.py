"""The portal's processes on one machine, each restarted when it falls over."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from portal.celery_app import worker_arguments

logger = logging.getLogger(__name__)

LONGEST_PAUSE = 30.0
"""Seconds before a service that keeps falling over is started again, at most."""

STEADY = 20.0
"""Seconds after which a service that ran counts as healthy again."""

GRACE = 10.0
"""Seconds that a service gets to end by itself."""


@dataclass(frozen=True, slots=True)
class Service:
    """One process to keep running. `passes` are sockets that it inherits."""

    name: str
    command: Sequence[str]
    passes: Sequence[socket.socket] = ()
    log: Path | None = None


def portal(listener: socket.socket, *, log: Path | None = None) -> Service:
    """Return the web server, answering on a socket that is already bound.

    The socket outlives the process: a visitor who comes while it restarts waits, and is served.
    """
    command = [sys.executable, "-m", "uvicorn", "portal.asgi:application", "--fd",
               str(listener.fileno()), "--lifespan", "off",
               "--log-level", "warning", "--no-access-log"]  # fmt: skip
    return Service("portal", command, passes=(listener,), log=log)


def worker(*, concurrency: int, queues: Sequence[str], log: Path | None = None) -> Service:
    """Return a Celery worker that also keeps the clock of the periodic sweep."""
    arguments = worker_arguments(queues=queues, beat=True)
    command = [sys.executable, "-m", "celery", *arguments, "--concurrency", str(concurrency),
               "--loglevel", "warning"]  # fmt: skip
    return Service("worker", command, log=log)


def bind(host: str, port: int) -> socket.socket:
    """Return a listening socket. Raises OSError where the address is taken."""
    listener = socket.create_server((host, port), backlog=512, reuse_port=False)
    listener.set_inheritable(True)
    return listener


@contextlib.asynccontextmanager
async def running(services: Sequence[Service]) -> AsyncIterator[None]:
    """Keep `services` running for as long as the context lasts, then end them."""
    keepers = [asyncio.create_task(keep(service), name=service.name) for service in services]
    try:
        yield
    finally:
        for keeper in keepers:
            keeper.cancel()
        await asyncio.gather(*keepers, return_exceptions=True)


async def keep(service: Service) -> None:
    """Run `service` for ever, starting it again, ever more slowly, each time it ends."""
    loop = asyncio.get_running_loop()
    pause = 0.5
    while True:
        began = loop.time()
        code = await run_once(service)
        pause = 0.5 if loop.time() - began > STEADY else min(pause * 2, LONGEST_PAUSE)
        logger.warning(
            "%s ended with status %s; starting again in %.0f s", service.name, code, pause
        )
        await asyncio.sleep(pause)


async def run_once(service: Service) -> int:
    """Run `service` until it ends and return its status. Leaves none of its children behind."""
    with contextlib.ExitStack() as stack:
        log = stack.enter_context(service.log.open("ab")) if service.log else None
        process = await asyncio.create_subprocess_exec(
            *service.command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[passed.fileno() for passed in service.passes],
            start_new_session=True,
        )
        try:
            return await process.wait()
        except asyncio.CancelledError:
            await end(process)
            raise
        finally:
            # A worker that was killed outright leaves its pool behind.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


async def end(process: asyncio.subprocess.Process) -> None:
    """Ask `process` to end, and insist after GRACE seconds."""
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), GRACE)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
