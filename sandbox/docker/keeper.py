"""A process that outlives its worker for a moment: it ends the rooms of a worker that was killed.

A container does not end with whoever asked for it. Nothing inside a room reaches the keeper.
Should it be killed together with its worker, the next worker's sweep removes the rooms, and
before that the clock inside each room ends it.
"""

from __future__ import annotations

import os
import select
import sys
from functools import cache
from pathlib import Path

from sandbox.docker.engine import connect
from sandbox.docker.owner import owner_of, sweep

PACKAGES = os.pathsep.join(sys.path)


def ensure_keeper(address: str) -> None:
    """Start the keeper of this process, unless there is one."""
    _start(address, owner_of(os.getpid()))


@cache
def _start(address: str, owner: str) -> int:
    null = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in range(3)]
    return os.posix_spawn(
        sys.executable,
        [sys.executable, "-m", "sandbox.docker.keeper", address, owner, str(os.getpid())],
        {"PYTHONPATH": PACKAGES, "PATH": os.defpath},
        file_actions=null,
        # A signal to the worker's group, or to its terminal, is not for the keeper.
        setsid=True,
    )


def keep(address: str, owner: str, pid: int) -> None:
    """Wait for the end of worker `pid`, then remove its containers."""
    try:
        worker = os.pidfd_open(pid)
    except ProcessLookupError:
        worker = None
    if worker is not None and owner_of(pid) == owner:
        waiting = select.poll()
        waiting.register(worker, select.POLLIN)
        waiting.poll()
    sweep(connect(address))


if __name__ == "__main__":
    os.chdir(Path("/"))
    keep(sys.argv[1], sys.argv[2], int(sys.argv[3]))
