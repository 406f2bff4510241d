"""What a room has used, measured from outside by its process tree."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")
# Of each room, the tool's monitor and the room's first process, which is the tool's too.
OVERHEAD = 2


@dataclass(frozen=True, slots=True)
class Usage:
    """CPU time in seconds, memory in bytes, and what the kernel has refused so far.

    `killed` counts processes killed for want of memory, `refused` the processes that could not
    be started; both stay 0 where the kernel does not count them.
    """

    cpu: float
    memory: int
    tasks: int
    killed: int = 0
    refused: int = 0


class Meter(ABC):
    """Measures one room."""

    @abstractmethod
    def read(self) -> Usage:
        """Return what the room has used so far."""

    @abstractmethod
    def pids(self) -> Collection[int]:
        """Return the room's processes, as this machine numbers them."""

    def waited(self) -> float:
        """Return the longest that one living process has been ready and had no processor, in s.

        0 where the kernel does not count it.
        """
        return max(map(_waited_seconds, self.pids()), default=0.0)


class ProcessTreeMeter(Meter):
    """Measures a room by adding up its processes, where there is no cgroup to do it.

    CPU time of a process whose parent ignores its end is lost to the sum; the wall time limit
    bounds that. Memory counts private and shared pages, not files of the room's tmpfs.
    """

    def __init__(self, *, pid: int, allowed_memory: int) -> None:
        self._pid = pid
        self._allowed_memory = allowed_memory
        self._last = Usage(cpu=0.0, memory=0, tasks=0)

    def read(self) -> Usage:
        """Return the sums over the living processes; CPU time and memory never fall."""
        pids = [self._pid, *descendants(self._pid)]
        memory = sum(map(_resident, pids))
        if memory > self._allowed_memory:
            # Forked processes share pages, which that sum counted once for each.
            memory = sum(map(_proportional, pids))
        self._last = Usage(
            cpu=max(self._last.cpu, sum(map(_cpu_seconds, pids))),
            memory=max(self._last.memory, memory),
            tasks=sum(map(_tasks, pids)),
        )
        return self._last

    def pids(self) -> Collection[int]:
        """Return the living processes."""
        return [self._pid, *descendants(self._pid)]


def descendants(pid: int) -> Iterator[int]:
    """Yield the processes below `pid`, parents first."""
    for child in children(pid):
        yield child
        yield from descendants(child)


def children(pid: int) -> list[int]:
    """Return the processes that `pid` and its threads have started; none if it is gone."""
    found: list[int] = []
    try:
        for task in (PROC / str(pid) / "task").iterdir():
            found += map(int, (task / "children").read_text().split())
    except OSError:
        return found
    return found


def _cpu_seconds(pid: int) -> float:
    try:
        stat = (PROC / str(pid) / "stat").read_text(errors="replace")
    except OSError:
        return 0.0
    # The name may hold spaces and brackets; the numbers start after its last bracket.
    fields = stat.rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / TICKS


def _waited_seconds(pid: int) -> float:
    """Return how long the first thread of a process stood in a processor's queue."""
    try:
        _running, waiting, _turns = (PROC / str(pid) / "schedstat").read_text().split()
    except (OSError, ValueError):
        return 0.0
    return int(waiting) / 1e9


def _resident(pid: int) -> int:
    return _kibibytes(PROC / str(pid) / "status", ("RssAnon:", "RssShmem:"))


def _proportional(pid: int) -> int:
    rollup = PROC / str(pid) / "smaps_rollup"
    return _kibibytes(rollup, ("Pss_Anon:", "Pss_Shmem:")) or _resident(pid)


def _kibibytes(file: Path, names: tuple[str, ...]) -> int:
    try:
        lines = file.read_text(errors="replace").splitlines()
    except OSError:
        return 0
    return 1024 * sum(int(line.split()[1]) for line in lines if line.startswith(names))


def _tasks(pid: int) -> int:
    try:
        return len(os.listdir(PROC / str(pid) / "task"))  # noqa: PTH208, many times a second
    except OSError:
        return 0
