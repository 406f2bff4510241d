"""Watching a room's limits from outside: what the kernel does not stop by itself."""

from __future__ import annotations

import asyncio
import errno
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from sandbox.room import EndCause, Limits
from sandbox.usage import OVERHEAD, Meter

INTERVAL = 0.1
# The file systems of a room's own, from its root.
PRIVATE_FOLDERS = ("tmp", "home/student", "dev/shm")
# More than any kernel's sockets or any library's caches, and cheap enough to count.
MOST_SHARED_ENTRIES = 1000
MOST_PRIVATE_FILES = 50_000
# At the most processes for this many looks in a row: not a moment's peak.
CROWDED_LOOKS = 20
BLOCK = 512
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
# A folder that is closed to us, or too deep to have a path, can't be looked into.
UNSEEN = {errno.EACCES, errno.EPERM, errno.ENAMETOOLONG}


@dataclass(frozen=True, slots=True)
class Breach:
    """A limit that a room went past."""

    cause: EndCause
    allowed: float
    used: float


class Watch:
    """Looks at one room several times a second, from when it is told to begin.

    `shared` are host folders that the room may write to, `private` its own file systems as seen
    from outside.
    """

    def __init__(
        self, *, meter: Meter, limits: Limits, shared: Sequence[Path], private: Sequence[Path]
    ) -> None:
        self._meter = meter
        self._limits = limits
        self._shared = shared
        self._private = private
        self._started = time.monotonic()
        self._begun = asyncio.Event()
        self._crowded = 0

    def begin(self) -> None:
        """Start the clock. Safe to call again: it starts once."""
        if not self._begun.is_set():
            self._started = time.monotonic()
            self._begun.set()

    async def until_breach(self) -> Breach:
        """Return the first limit that the room goes past, once it does."""
        await self._begun.wait()
        while True:
            breach = self.look()
            if breach is not None:
                return breach
            left = self._limits.wall - self.elapsed
            await asyncio.sleep(max(0.0, min(INTERVAL, left)))

    @property
    def elapsed(self) -> float:
        """Seconds since the room began."""
        return time.monotonic() - self._started

    def look(self) -> Breach | None:
        """Return a limit that the room is past now, if there is one."""
        limits = self._limits
        usage = self._meter.read()
        is_full = usage.tasks >= limits.processes + OVERHEAD
        self._crowded = self._crowded + 1 if is_full else 0
        if usage.killed or usage.memory > limits.memory:
            return Breach(EndCause.MEMORY, limits.memory, max(usage.memory, limits.memory))
        if usage.cpu >= limits.cpu:
            return Breach(EndCause.CPU, limits.cpu, usage.cpu)
        if usage.refused > limits.processes or self._crowded >= CROWDED_LOOKS:
            return Breach(EndCause.PROCESSES, limits.processes, usage.tasks)
        if self.elapsed >= limits.wall:
            return Breach(EndCause.WALL, limits.wall, self.elapsed)
        return self._look_at_files()

    def _look_at_files(self) -> Breach | None:
        size = count = 0
        try:
            for count, entry in enumerate(_entries(self._shared), start=1):
                with suppress(FileNotFoundError):
                    size += entry.stat(follow_symlinks=False).st_blocks * BLOCK
                if size > self._limits.disk:
                    return Breach(EndCause.DISK, self._limits.disk, size)
                if count > MOST_SHARED_ENTRIES:
                    return Breach(EndCause.DISK, MOST_SHARED_ENTRIES, count)
        except OSError as exc:
            if exc.errno not in UNSEEN:
                raise
            # No kernel makes one, and anything could be piled up in it.
            return Breach(EndCause.DISK, MOST_SHARED_ENTRIES, count)
        files = sum(map(_files, self._private))
        if files > MOST_PRIVATE_FILES:
            return Breach(EndCause.DISK, MOST_PRIVATE_FILES, files)
        return None


def _entries(folders: Sequence[Path]) -> Iterator[os.DirEntry[str]]:
    """Yield what is in the folders at any depth, following no link."""
    waiting = [str(folder) for folder in folders]
    while waiting:
        path = waiting.pop()
        # Removed or replaced since it was listed: a room works on while it is looked at.
        with suppress(FileNotFoundError, NotADirectoryError), _opened(path) as folder:
            for entry in folder:
                yield entry
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(f"{path}/{entry.name}")


@contextmanager
def _opened(path: str) -> Iterator[Iterator[os.DirEntry[str]]]:
    """Yield what is in the folder, which may be anything else by now."""
    descriptor = os.open(path, FOLDER)
    try:
        with os.scandir(descriptor) as entries:
            yield entries
    finally:
        os.close(descriptor)


def _files(path: Path) -> int:
    """Return how many files the file system at `path` holds, 0 where it can't be asked."""
    try:
        found = os.statvfs(path)
    except OSError:
        return 0
    return found.f_files - found.f_ffree
