"""What every kind of room keeps to, whoever opens it."""

from __future__ import annotations

import math

from sandbox.room import Limits
from sandbox.variables import HOME

# A room's disk is three file systems of fixed size: their shares add up to the limit.
DISK_SHARES = {HOME: 2, "/tmp": 4, "/dev/shm": 4}  # noqa: S108, inside the room
PAGE = 4096
OPEN_FILES = 1024
LOCKED_BYTES = 65536


def private_sizes(limits: Limits) -> dict[str, int]:
    """Return the bytes of each file system that is a room's own, by its place."""
    return {place: max(limits.disk // share, PAGE) for place, share in DISK_SHARES.items()}


def resource_limits(limits: Limits, *, has_gpu: bool = False) -> dict[str, tuple[int, int]]:
    """Return the soft and hard limit of each process in a room, by the kernel's name for it."""
    # The watch looks at the sum over all processes; this stops one should the worker hang.
    cpu = math.ceil(limits.cpu) + 1
    hard = {
        "fsize": limits.disk,
        "nofile": OPEN_FILES,
        "core": 0,
        "memlock": LOCKED_BYTES,
        "msgqueue": 0,
    }
    if not has_gpu:
        # CUDA reserves far more than it touches. The group, or the watch, bounds what is used.
        hard["data"] = limits.memory
    return {"cpu": (cpu, cpu + 1), **{name: (most, most) for name, most in hard.items()}}


def account_files(number: int) -> dict[str, str]:
    """Return the files of /etc that name the one account of a room, and no other machine."""
    return {
        "passwd": f"student:x:{number}:{number}::{HOME}:/bin/sh\n",
        "group": f"student:x:{number}:\n",
        "hosts": "127.0.0.1 localhost\n",
    }
