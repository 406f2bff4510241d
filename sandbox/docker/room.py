"""An open container: its streams, its watch, its end."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
from collections.abc import Callable, Collection
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from sandbox.cgroups import Cgroup, group_of
from sandbox.docker.engine import FAILURES, Engine, explain
from sandbox.docker.owner import remove
from sandbox.docker.streams import open_streams
from sandbox.ends import exit_code, own_end, stopped_end
from sandbox.errors import RoomFailed
from sandbox.gpu.meter import GpuMeter
from sandbox.process import GO, OPENING_SECONDS, readable
from sandbox.room import Room, RoomEnd, RoomSpec
from sandbox.usage import Meter, Usage
from sandbox.watch import PRIVATE_FOLDERS, Watch

# For what the engine still holds of the output of a program that has ended.
OUTPUT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Started:
    """A running container: the engine's name of it, its first process, its streams."""

    container: str
    pid: int
    process: int
    connection: socket.socket


class ContainerMeter(Meter):
    """Measures a container by its group, which the engine removes at the container's end."""

    def __init__(self, group: Cgroup) -> None:
        self._group = group
        self._last = Usage(cpu=0.0, memory=0, tasks=0)

    def read(self) -> Usage:
        """Return what has been used; only the number of tasks ever falls."""
        now, last = self._group.read(), self._last
        self._last = Usage(
            cpu=max(now.cpu, last.cpu),
            memory=max(now.memory, last.memory),
            tasks=now.tasks,
            killed=max(now.killed, last.killed),
            refused=max(now.refused, last.refused),
        )
        return self._last

    def pids(self) -> Collection[int]:
        """Return the container's processes."""
        return self._group.pids()


class DockerRoom(Room):
    """A room that is a container."""

    def __init__(
        self, *, engine: Engine, spec: RoomSpec, started: Started, held: ExitStack
    ) -> None:
        group = group_of(started.pid)
        if group is None:
            raise RoomFailed(f"{spec.label}: its control group can't be read.")
        self._engine = engine
        self._spec = spec
        self._started = started
        self._held = held
        self._meter = ContainerMeter(group)
        self._gpu = GpuMeter(spec.gpu, pids=self._meter.pids) if spec.gpu else None
        self._closing = asyncio.Event()
        self._transport: asyncio.Transport | None = None
        self._watch: Watch | None = None
        self._life: asyncio.Task[RoomEnd] | None = None

    def begin(self) -> None:
        """Start the clock and the watch of a room that was opened to wait."""
        if self._watch is not None:
            self._watch.begin()

    @classmethod
    async def start(
        cls,
        *,
        engine: Engine,
        spec: RoomSpec,
        launch: Callable[[], Started],
        held: ExitStack,
    ) -> DockerRoom:
        """Return the room once its program starts. Raises RoomFailed."""
        opening = asyncio.create_task(cls._start(engine, spec, launch, held))
        try:
            return await asyncio.shield(opening)
        except asyncio.CancelledError:
            # The engine finishes what it was asked for, whoever still listens.
            with suppress(RoomFailed):
                await (await opening).close()
            raise

    @classmethod
    async def _start(
        cls, engine: Engine, spec: RoomSpec, launch: Callable[[], Started], held: ExitStack
    ) -> DockerRoom:
        with ExitStack() as undoing:
            undoing.callback(held.close)
            started = await asyncio.to_thread(launch)
            undoing.callback(discard, engine, started)
            room = cls(engine=engine, spec=spec, started=started, held=held)
            await room._open()
            undoing.pop_all()
            return room

    @property
    def log_tail(self) -> str:
        """The end of what the room wrote to stderr: for operators, never for students."""
        return self._streams.log.decode(errors="replace")

    async def wait(self) -> RoomEnd:
        """Return how the room ended, once it has. Any number of callers may wait."""
        if self._life is None:
            raise RoomFailed(f"{self._spec.label}: not open.")
        return await asyncio.shield(self._life)

    async def close(self) -> None:
        """Kill everything in the room and remove what it left. Safe to call again."""
        self._closing.set()
        try:
            await self.wait()
        finally:
            if self._transport is not None:
                self._transport.abort()

    def cpu_seconds(self) -> float | None:
        """Return the CPU time that the room has used so far, or had when it ended."""
        return self._meter.read().cpu

    def waited_seconds(self) -> float:
        """Return how long one of the room's processes has waited for a processor."""
        return self._meter.waited()

    def gpu_memory(self) -> int | None:
        """Return the most GPU memory that was seen in use, in bytes; None without a GPU."""
        return self._gpu.peak if self._gpu else None

    async def _open(self) -> None:
        opened = await open_streams(self._started.connection)
        self._transport, self._streams, self.stdout, self.stdin = opened
        await first_of(self._streams.opened, self._streams.ended, seconds=OPENING_SECONDS)
        if not self._streams.opened.is_set():
            self._transport.abort()
            raise RoomFailed(f"{self._spec.label}: it did not open. {self.log_tail.strip()}")
        root = Path("/proc", str(self._started.pid), "root")
        watch = Watch(
            meter=self._meter,
            limits=self._spec.limits,
            shared=[mount.source for mount in self._spec.mounts if mount.writable],
            private=[root / folder for folder in PRIVATE_FOLDERS],
            gpu=self._gpu,
        )
        if not self._spec.waiting:
            watch.begin()
        self._watch = watch
        self._life = asyncio.create_task(self._live(watch))
        self.stdin.write(GO)

    async def _live(self, watch: Watch) -> RoomEnd:
        breach = asyncio.create_task(watch.until_breach())
        exited = asyncio.create_task(readable(self._started.process))
        closing = asyncio.create_task(self._closing.wait())
        await asyncio.wait([breach, exited, closing], return_when=asyncio.FIRST_COMPLETED)
        # Before the engine hears of the end and removes the group with its figures.
        usage = self._meter.read()
        ended_itself = exited.done()
        if ended_itself:
            await first_of(self._streams.ended, self._closing, seconds=OUTPUT_SECONDS)
        else:
            await asyncio.to_thread(kill, self._engine, self._started)
            await exited
        for task in (breach, closing):
            task.cancel()
        with self._held:
            status, lacked_memory = await asyncio.to_thread(bury, self._engine, self._started)
        code = exit_code(status)
        if not ended_itself:
            passed = breach.result() if breach.done() and not breach.cancelled() else None
            return stopped_end(code, passed)
        if lacked_memory:
            usage = replace(usage, killed=max(usage.killed, 1))
        return own_end(code, self._spec.limits, usage)


def kill(engine: Engine, started: Started) -> None:
    """Kill the first process of a container, and with it every other."""
    try:
        signal.pidfd_send_signal(started.process, signal.SIGKILL)
    except ProcessLookupError:
        return
    except PermissionError:
        # Only root may signal the processes of another user; the engine is root for us.
        with suppress(*FAILURES):
            engine.api.kill(started.container)


def bury(engine: Engine, started: Started) -> tuple[int, bool]:
    """Remove a container that has ended; return its status, and whether it lacked memory.

    Raises RoomFailed where the engine does not know.
    """
    try:
        try:
            status = engine.api.wait(started.container)["StatusCode"]
            state = engine.api.inspect_container(started.container)["State"]
        finally:
            remove(engine, started.container)
    except FAILURES as exc:
        # Somebody else has removed it: an operator, or an engine that restarted.
        raise RoomFailed(f"The room's container is lost: {explain(exc)}") from exc
    finally:
        os.close(started.process)
    return status, state["OOMKilled"]


def discard(engine: Engine, started: Started) -> None:
    """Remove a container whose room did not open."""
    started.connection.close()
    os.close(started.process)
    remove(engine, started.container)


async def first_of(*events: asyncio.Event, seconds: float) -> None:
    """Return once one of the events is set, or the time is up."""
    waiting = [asyncio.create_task(event.wait()) for event in events]
    await asyncio.wait(waiting, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    for task in waiting:
        task.cancel()
