"""Numbers that every kind of room keeps to."""

from __future__ import annotations

from sandbox.variables import HOME

# A room's disk is three file systems of fixed size: their shares add up to the limit.
DISK_SHARES = {HOME: 2, "/tmp": 4, "/dev/shm": 4}  # noqa: S108, inside the room
OPEN_FILES = 1024
