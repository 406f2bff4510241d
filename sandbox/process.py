"""A room that is a process tree of this machine: its pipes, its watch, its end."""

from __future__ import annotations

import asyncio
import os
import signal
from abc import ABC, abstractmethod
from asyncio.subprocess import SubprocessStreamProtocol
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from sandbox.ends import exit_code, own_end, stopped_end
from sandbox.errors import RoomFailed
from sandbox.gpu.device import GpuShare
from sandbox.gpu.meter import GpuMeter
from sandbox.room import Limits, Room, RoomEnd
from sandbox.usage import Meter, Usage
from sandbox.watch import PRIVATE_FOLDERS, Watch

# The last step before the program: it says on stderr that all is set up, and waits for a line on
# stdin. A worker that dies meanwhile closes that pipe, and the program never starts.
OPENING = 'printf "\\006" >&2; read -r go && exec "$@"'
OPENED = b"\x06"
GO = b"\n"
OPENING_SECONDS = 30.0
# A judge's verdict is one line that holds the executed notebook.
LONGEST_LINE = 64 * 1024 * 1024
LOG_BYTES = 8192
# A killed process is gone at once, unless the kernel holds it: a disk that does not answer.
KILL_SECONDS = 20.0
FINISH_TRIES = 400
FINISH_PAUSE = 0.005


class Inherited:
    """Descriptors that a command inherits, and that are closed here once it runs."""

    def __init__(self) -> None:
        self.fds: list[int] = []

    def add(self, fd: int) -> int:
        """Hand over an open descriptor."""
        self.fds.append(fd)
        return fd

    def data(self, content: bytes) -> int:
        """Return a descriptor from which the command reads `content`."""
        fd = self.add(os.memfd_create("room"))
        os.write(fd, content)
        os.lseek(fd, 0, os.SEEK_SET)
        return fd

    def close(self) -> None:
        """Close them. Safe to call again."""
        while self.fds:
            os.close(self.fds.pop())


class Running(ABC):
    """A started process: its number, its pipes, and an event for its end that waits for no pipe."""

    pid: int
    stdin: asyncio.StreamWriter
    stdout: asyncio.StreamReader
    stderr: asyncio.StreamReader
    exited: asyncio.Event

    @abstractmethod
    def status(self) -> int | None:
        """Return the exit status, negative for a signal, None where it is not known."""

    @abstractmethod
    def kill(self) -> None:
        """Kill the process itself."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the pipes."""


@dataclass(frozen=True, slots=True)
class Launch:
    """How one room is started on this machine, and how its use is measured.

    `meter` is given the process's number. `first` returns the process whose death ends every
    other of the room, None where that is the process itself. `finish` removes what the room
    leaves, and returns whether all is gone; `held` is closed last.
    """

    label: str
    start: Callable[[], Awaitable[Running]]
    limits: Limits
    shared: Sequence[Path]
    meter: Callable[[int], Meter]
    held: ExitStack
    first: Callable[[], int | None] = lambda: None
    finish: Callable[[], bool] = lambda: True
    gpu: GpuShare | None = None
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """A command of this machine, and the descriptors that it inherits."""

    argv: Sequence[str]
    inherited: Inherited

    async def start(self) -> Running:
        """Run it without any variable. Raises OSError."""
        loop = asyncio.get_running_loop()
        try:
            transport, protocol = await loop.subprocess_exec(
                lambda: _Protocol(loop),
                *self.argv,
                pass_fds=self.inherited.fds,
                env={},
                cwd="/",
            )
        finally:
            self.inherited.close()
        return _Subprocess(transport, protocol)


class _Protocol(SubprocessStreamProtocol):
    """Streams of a subprocess, and an event for its end that waits for no pipe."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(limit=LONGEST_LINE, loop=loop)
        self.exited = asyncio.Event()

    def process_exited(self) -> None:
        super().process_exited()
        self.exited.set()


class _Subprocess(Running):
    """A process that this one has started."""

    def __init__(self, transport: asyncio.SubprocessTransport, protocol: _Protocol) -> None:
        if protocol.stdin is None or protocol.stdout is None or protocol.stderr is None:
            raise BrokenPipeError("a process without pipes")
        self.pid = transport.get_pid()
        self.stdin, self.stdout, self.stderr = protocol.stdin, protocol.stdout, protocol.stderr
        self.exited = protocol.exited
        self._transport = transport

    def status(self) -> int | None:
        """Return the exit status."""
        return self._transport.get_returncode()

    def kill(self) -> None:
        """Kill the process."""
        with suppress(ProcessLookupError):
            self._transport.kill()

    def close(self) -> None:
        """Close the pipes, and kill what still runs."""
        self._transport.close()


class RoomProcess(Room):
    """A room whose processes are this machine's."""

    def __init__(self, *, launch: Launch, running: Running) -> None:
        self.stdin = running.stdin
        self.stdout = running.stdout
        self.pid = running.pid
        self._launch = launch
        self._running = running
        self._exited = running.exited
        self._log = bytearray()
        self._closing = asyncio.Event()
        self._meter = launch.meter(self.pid)
        self._gpu = GpuMeter(launch.gpu, pids=self._meter.pids) if launch.gpu else None
        self._first: int | None = None
        self._final: Usage | None = None
        self._watch: Watch | None = None
        self._life: asyncio.Task[RoomEnd] | None = None

    @classmethod
    async def start(cls, launch: Launch) -> RoomProcess:
        """Start the room; return it once its program starts. Raises RoomFailed."""
        opening = asyncio.create_task(cls._start(launch))
        try:
            return await asyncio.shield(opening)
        except asyncio.CancelledError:
            # Half a room can't be killed for sure: bubblewrap ties its processes to each other
            # while it builds. It takes some hundredths of a second.
            with suppress(RoomFailed):
                await (await opening).close()
            raise

    @classmethod
    async def _start(cls, launch: Launch) -> RoomProcess:
        try:
            running = await launch.start()
        except OSError as exc:
            launch.finish()
            launch.held.close()
            raise RoomFailed(f"{launch.label}: {exc}") from exc
        room = cls(launch=launch, running=running)
        try:
            await room._open()
        except (RoomFailed, asyncio.CancelledError):
            await room._abandon()
            raise
        return room

    def begin(self) -> None:
        """Start the clock and the watch of a room that was opened to wait."""
        if self._watch is not None:
            self._watch.begin()

    @property
    def log_tail(self) -> str:
        """The end of what the room wrote to stderr: for operators, never for students."""
        return self._log.decode(errors="replace")

    async def wait(self) -> RoomEnd:
        """Return how the room ended, once it has. Any number of callers may wait."""
        if self._life is None:
            raise RoomFailed(f"{self._launch.label}: not open.")
        return await asyncio.shield(self._life)

    async def close(self) -> None:
        """Kill everything in the room and remove what it left. Safe to call again."""
        self._closing.set()
        try:
            await self.wait()
        finally:
            self._running.close()

    def cpu_seconds(self) -> float | None:
        """Return the CPU time that the room has used so far, or had when it ended."""
        return (self._final or self._meter.read()).cpu

    def waited_seconds(self) -> float:
        """Return how long one of the room's processes has waited for a processor."""
        return self._meter.waited()

    def gpu_memory(self) -> int | None:
        """Return the most GPU memory that was seen in use, in bytes; None without a GPU."""
        return self._gpu.peak if self._gpu else None

    async def _open(self) -> None:
        try:
            async with asyncio.timeout(OPENING_SECONDS):
                while not self._log.endswith(OPENED):
                    byte = await self._running.stderr.read(1)
                    if not byte:
                        raise RoomFailed(f"{self._launch.label}: {self.log_tail.strip()}")
                    self._log += byte
        except TimeoutError as exc:
            raise RoomFailed(f"{self._launch.label}: not open in {OPENING_SECONDS} s.") from exc
        del self._log[-len(OPENED) :]
        first = self._hold_first()
        root = Path("/proc", str(first), "root")
        watch = Watch(
            meter=self._meter,
            limits=self._launch.limits,
            shared=self._launch.shared,
            private=[root / folder for folder in PRIVATE_FOLDERS],
            gpu=self._gpu,
        )
        if not self._launch.waiting:
            watch.begin()
        self._watch = watch
        self._life = asyncio.create_task(self._live(watch))
        self.stdin.write(GO)

    def _hold_first(self) -> int | None:
        first = self._launch.first()
        if first is not None:
            # It may be gone already, and the room's other processes with it.
            with suppress(ProcessLookupError):
                self._first = os.pidfd_open(first)
        return first

    async def _abandon(self) -> None:
        self._running.close()
        if not self._exited.is_set():
            self._hold_first()
            await self._kill()
        await self._clear()

    async def _live(self, watch: Watch) -> RoomEnd:
        log = asyncio.create_task(self._keep_log())
        breach = asyncio.create_task(watch.until_breach())
        events = [asyncio.create_task(e.wait()) for e in (self._exited, self._closing)]
        await asyncio.wait([breach, *events], return_when=asyncio.FIRST_COMPLETED)
        ended_itself = self._exited.is_set()
        holds_others = self._first is not None
        try:
            await self._kill()
        except RoomFailed:
            log.cancel()
            raise
        finally:
            for task in (breach, *events):
                task.cancel()
        self._final = self._meter.read()
        await self._clear()
        await log
        status = self._running.status()
        code = exit_code(status)
        if not ended_itself:
            passed = breach.result() if breach.done() and not breach.cancelled() else None
            return stopped_end(code, passed)
        if holds_others and not self._final.killed and (status is None or status < 0):
            # A signal to the tool itself, which tells of its program's by a number above 128, or
            # its end without a word: nobody in the room could do it.
            return stopped_end(code, None)
        return own_end(code, self._launch.limits, self._final)

    async def _keep_log(self) -> None:
        while chunk := await self._running.stderr.read(LOG_BYTES):
            self._log += chunk
            del self._log[:-LOG_BYTES]

    async def _kill(self) -> None:
        """End every process of the room, and wait until none is left.

        Raises RoomFailed where the kernel holds one: the room then keeps its user id and group.
        """
        try:
            async with asyncio.timeout(KILL_SECONDS):
                await self._end_processes()
        except TimeoutError as exc:
            raise RoomFailed(f"{self._launch.label}: it can't be killed.") from exc

    async def _end_processes(self) -> None:
        if self._first is not None:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._first, signal.SIGKILL)
            await readable(self._first)
            os.close(self._first)
            self._first = None
        else:
            self._running.kill()
        await self._exited.wait()

    async def _clear(self) -> None:
        # The kernel lets go of a group some moments after its last process is reaped. Should it
        # never, the next worker's sweep tries again.
        for _ in range(FINISH_TRIES):
            if self._launch.finish():
                break
            await asyncio.sleep(FINISH_PAUSE)
        self._launch.held.close()


async def readable(fd: int) -> None:
    """Return once `fd` has something to read; a process's descriptor has at its end."""
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    loop.add_reader(fd, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(fd)
