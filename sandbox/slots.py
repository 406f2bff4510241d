"""Places that only one room on this machine holds at a time."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sandbox.errors import RoomFailed

MOST_SLOTS = 4096


@contextmanager
def hold_slot(folder: Path) -> Iterator[int]:
    """Yield a number that no other holder has, in any process that uses `folder`."""
    with hold_first(folder, map(str, range(MOST_SLOTS))) as number:
        if number is None:
            raise RoomFailed(f"{MOST_SLOTS} rooms are open already.")
        yield number


@contextmanager
def hold_first(folder: Path, names: Iterable[str]) -> Iterator[int | None]:
    """Hold the first of `names` that is free and yield its place among them; None if all are held.

    The lock goes with the process that holds it, so a killed worker leaves nothing taken.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for number, name in enumerate(names):
        lock = os.open(folder / name, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(lock)
            continue
        try:
            yield number
        finally:
            os.close(lock)
        return
    yield None
