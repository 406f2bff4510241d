"""A room: one sandboxed process tree, and the small base class of what opens rooms."""

from __future__ import annotations

from abc import ABC, abstractmethod
from asyncio import StreamReader, StreamWriter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Self

from sandbox.config import SandboxSettings
from sandbox.errors import TemplatesUnavailable
from sandbox.gpu.device import GpuShare


@dataclass(frozen=True, slots=True)
class Limits:
    """What a room may use. Times in seconds, sizes in bytes."""

    wall: float
    cpu: float
    memory: int
    processes: int
    disk: int
    threads: int = 1


@dataclass(frozen=True, slots=True)
class Mount:
    """A host path shown in the room at `target`, read-only unless `writable`."""

    source: Path
    target: Path
    writable: bool = False


# A room that was opened to wait is of no use after as many seconds.
LONGEST_WAIT = 600.0


@dataclass(frozen=True, slots=True)
class RoomSpec:
    """What runs in a room, what it sees, and what it may use.

    A room sees the operating system's libraries and the room environment (Python and its
    packages), both read-only, the `mounts`, and a private tmpfs as home and /tmp. It has no
    network, no other process, no variable but those in `env`, and no device but that of `gpu`.

    A room that is `waiting` runs its program up to where that waits by itself, unwatched, for at
    most LONGEST_WAIT: until its `begin`, nothing of a student's has come into it.
    """

    label: str
    argv: Sequence[str]
    limits: Limits
    mounts: Sequence[Mount] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    gpu: GpuShare | None = None
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class TemplateSpec:
    """What a template has ready for the rooms that are forked from it.

    It imports `modules` under `env` and with `threads` threads; `mounts` are what its rooms have
    in common.
    """

    label: str
    modules: tuple[str, ...]
    mounts: tuple[Mount, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    threads: int = 1


class EndCause(StrEnum):
    """Why a room ended."""

    EXITED = "exited"
    SIGNALLED = "signalled"
    CLOSED = "closed"
    WALL = "wall"
    CPU = "cpu"
    MEMORY = "memory"
    PROCESSES = "processes"
    DISK = "disk"
    GPU_MEMORY = "gpu-memory"


@dataclass(frozen=True, slots=True)
class RoomEnd:
    """How a room ended. `code` is the exit status, negative for a signal; `used` as in Limits."""

    cause: EndCause
    code: int
    allowed: float | None = None
    used: float | None = None


class Room(ABC):
    """An open room. As a context manager it leaves no process, mount or file behind."""

    stdin: StreamWriter
    stdout: StreamReader

    @abstractmethod
    def begin(self) -> None:
        """Start the clock and the watch of a room that was opened to wait."""

    @abstractmethod
    async def wait(self) -> RoomEnd:
        """Return how the room ended, once it has. Any number of callers may wait."""

    @abstractmethod
    async def close(self) -> None:
        """Kill everything in the room and remove what it left. Safe to call again."""

    @property
    @abstractmethod
    def log_tail(self) -> str:
        """The end of what the room wrote to stderr: for operators, never shown to a student."""

    @abstractmethod
    def cpu_seconds(self) -> float | None:
        """Return the CPU time that the room has used, where it can be known."""

    @abstractmethod
    def waited_seconds(self) -> float:
        """Return how long the room's hungriest process has waited for a processor so far.

        0 once the room has ended, and where it can't be known.
        """

    def gpu_memory(self) -> int | None:
        """Return the most GPU memory that was seen in use, in bytes; None without a GPU."""
        return None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()


class Template(ABC):
    """A process that forks rooms, each with everything imported. It never runs a program itself."""

    @abstractmethod
    def is_alive(self) -> bool:
        """Return whether rooms may still be forked from it."""

    @abstractmethod
    def memory(self) -> int:
        """Return the bytes that it holds, which its rooms share."""

    @abstractmethod
    async def fork(self, spec: RoomSpec) -> Room:
        """Return a room as `Sandbox.open` does. Raises RoomFailed."""

    @abstractmethod
    async def close(self) -> None:
        """End it, and with it every room that was forked from it."""


class Sandbox(ABC):
    """A way of opening rooms."""

    name: str
    settings: SandboxSettings

    @abstractmethod
    def check(self) -> None:
        """Raise SandboxUnavailable, with the remedy, where this sandbox can't hold a room."""

    @abstractmethod
    def environment(self) -> str:
        """Return what identifies the rooms' software: an image digest, a lock file's digest."""

    @abstractmethod
    async def open(self, spec: RoomSpec) -> Room:
        """Return a started room whose stdin and stdout are pipes. Raises RoomFailed."""

    async def open_template(self, spec: TemplateSpec) -> Template:
        """Return a template once it has imported everything.

        Raises TemplatesUnavailable where this sandbox can't fork rooms, RoomFailed.
        """
        raise TemplatesUnavailable(f"{self.name}: no templates for {spec.label}")
