"""The sandbox of this portal, and the rooms that its gradings take from it."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Coroutine
from functools import cache
from typing import Any, TypeVar

from django.conf import settings

from graders.rooms import ColdRooms, Rooms
from graders.warm import MIB, WarmRooms
from portal.settings.env import Environment
from sandbox import SandboxSettings, get_sandbox
from sandbox.room import Sandbox

Result = TypeVar("Result")

CLOSING_SECONDS = 20.0


def portal_sandbox(name: str = "") -> Sandbox:
    """Return the sandbox named, else the operator's choice. Raises SandboxUnavailable.

    It has shown that it can hold a room: once per process, and again after each failure.
    """
    environment: Environment = settings.NOYAU
    machine = SandboxSettings(
        room_python=environment.room_python,
        rooms_dir=environment.rooms_dir,
        image=environment.room_image,
        engine=environment.docker,
        runtime=environment.container_runtime,
    )
    sandbox = _opened(name or environment.sandbox, machine)
    sandbox.check()
    return sandbox


class GradingLoop:
    """An event loop in a thread of its own, on which all gradings of this process run.

    They share its rooms, which wait from one grading to the next.
    """

    def __init__(self, sandbox: Sandbox, *, most: int, memory: int) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="gradings", daemon=True)
        self._thread.start()
        self._rooms: Rooms = self.run(_make_rooms(sandbox, most=most, memory=memory))

    def grade(self, grading: Callable[[Rooms], Coroutine[Any, Any, Result]]) -> Result:
        """Return what `grading` comes to, run with this process's rooms. Any thread may ask."""
        return self.run(grading(self._rooms))

    @property
    def waiting(self) -> int:
        """How many pairs of rooms are ready."""
        return self._rooms.waiting if isinstance(self._rooms, WarmRooms) else 0

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Return what `work` comes to on the loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def close(self) -> None:
        """End the rooms that wait, and the loop."""
        if isinstance(self._rooms, WarmRooms):
            self.run(self._rooms.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(CLOSING_SECONDS)
        if not self._thread.is_alive():
            self._loop.close()


def grading_loop(sandbox: Sandbox) -> GradingLoop:
    """Return this process's loop, with rooms of this sandbox."""
    environment: Environment = settings.NOYAU
    with _LOCK:
        if sandbox not in _LOOPS:
            most = 2 * max(os.cpu_count() or 1, environment.worker_concurrency)
            memory = environment.warm_memory_mib * MIB
            _LOOPS[sandbox] = GradingLoop(sandbox, most=most, memory=memory)
        return _LOOPS[sandbox]


def rooms_waiting() -> int:
    """Return how many pairs of rooms are ready in this process."""
    with _LOCK:
        return sum(loop.waiting for loop in _LOOPS.values())


def close_loops() -> None:
    """End this process's loops and the rooms that wait on them."""
    with _LOCK:
        while _LOOPS:
            _LOOPS.popitem()[1].close()


_LOCK = threading.Lock()
_LOOPS: dict[Sandbox, GradingLoop] = {}


async def _make_rooms(sandbox: Sandbox, *, most: int, memory: int) -> Rooms:
    # On the loop itself, to which they belong.
    return WarmRooms(sandbox, most=most, memory=memory) if memory else ColdRooms(sandbox)


@cache
def _opened(name: str, machine: SandboxSettings) -> Sandbox:
    return get_sandbox(name, machine)
