"""A room that is a process tree of this machine: its pipes, its watch, its end."""

from __future__ import annotations

import asyncio
import os
import signal
from asyncio.subprocess import SubprocessStreamProtocol
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from sandbox.ends import exit_code, own_end, stopped_end
from sandbox.errors import RoomFailed
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


@dataclass(frozen=True, slots=True)
class Launch:
    """One room's command on the host, and how its use is measured.

    `meter` is given its process id. `first` returns the process whose death ends every other of
    the room, None where that is the command itself. `finish` removes what the room leaves, and
    returns whether all is gone; `held` is closed last.
    """

    label: str
    argv: Sequence[str]
    limits: Limits
    shared: Sequence[Path]
    meter: Callable[[int], Meter]
    held: ExitStack
    inherited: Inherited
    first: Callable[[], int | None] = lambda: None
    finish: Callable[[], bool] = lambda: True


class _Protocol(SubprocessStreamProtocol):
    """Streams of a subprocess, and an event for its end that waits for no pipe."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(limit=LONGEST_LINE, loop=loop)
        self.exited = asyncio.Event()

    def process_exited(self) -> None:
        super().process_exited()
        self.exited.set()


class RoomProcess(Room):
    """A room run by one command on this machine."""

    def __init__(
        self, *, launch: Launch, transport: asyncio.SubprocessTransport, protocol: _Protocol
    ) -> None:
        if protocol.stdin is None or protocol.stdout is None or protocol.stderr is None:
            raise RoomFailed(f"{launch.label}: no pipes.")
        self.stdin = protocol.stdin
        self.stdout = protocol.stdout
        self.pid = transport.get_pid()
        self._stderr = protocol.stderr
        self._launch = launch
        self._transport = transport
        self._exited = protocol.exited
        self._log = bytearray()
        self._closing = asyncio.Event()
        self._meter = launch.meter(self.pid)
        self._first: int | None = None
        self._final: Usage | None = None
        self._life: asyncio.Task[RoomEnd] | None = None

    @classmethod
    async def start(cls, launch: Launch) -> RoomProcess:
        """Run the command; return the room once its program starts. Raises RoomFailed."""
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
        loop = asyncio.get_running_loop()
        try:
            transport, protocol = await loop.subprocess_exec(
                lambda: _Protocol(loop),
                *launch.argv,
                pass_fds=launch.inherited.fds,
                env={},
                cwd="/",
            )
        except OSError as exc:
            launch.finish()
            launch.held.close()
            raise RoomFailed(f"{launch.label}: {exc}") from exc
        finally:
            launch.inherited.close()
        room = cls(launch=launch, transport=transport, protocol=protocol)
        try:
            await room._open()
        except (RoomFailed, asyncio.CancelledError):
            await room._abandon()
            raise
        return room

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
        await self.wait()
        self._transport.close()

    def cpu_seconds(self) -> float | None:
        """Return the CPU time that the room has used so far, or had when it ended."""
        return (self._final or self._meter.read()).cpu

    async def _open(self) -> None:
        try:
            async with asyncio.timeout(OPENING_SECONDS):
                while not self._log.endswith(OPENED):
                    byte = await self._stderr.read(1)
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
        )
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
        self._transport.close()
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
        await self._kill()
        for task in (breach, *events):
            task.cancel()
        self._final = self._meter.read()
        await self._clear()
        await log
        status = self._transport.get_returncode()
        code = exit_code(status)
        if not ended_itself:
            passed = breach.result() if breach.done() and not breach.cancelled() else None
            return stopped_end(code, passed)
        if holds_others and not self._final.killed and status is not None and status < 0:
            # A signal to the tool itself, which tells of its program's by a number above 128:
            # nobody in the room could send it.
            return stopped_end(code, None)
        return own_end(code, self._launch.limits, self._final)

    async def _keep_log(self) -> None:
        while chunk := await self._stderr.read(LOG_BYTES):
            self._log += chunk
            del self._log[:-LOG_BYTES]

    async def _kill(self) -> None:
        """End every process of the room, and wait until none is left."""
        if self._first is not None:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._first, signal.SIGKILL)
            await readable(self._first)
            os.close(self._first)
            self._first = None
        else:
            with suppress(ProcessLookupError):
                self._transport.kill()
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
