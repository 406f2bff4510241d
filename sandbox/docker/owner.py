"""Whose a container is: its label names the worker that answers for it."""

from __future__ import annotations

import os
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path

from docker.errors import APIError, NotFound

from sandbox.docker.engine import FAILURES, Engine

LABEL = "noyau.worker"
PROC = Path("/proc")


def owner_of(pid: int) -> str:
    """Return what identifies process `pid` for ever: its PID namespace, number and start."""
    return f"{_namespace()}-{pid}-{_started(pid)}"


def sweep(engine: Engine) -> None:
    """Remove the containers whose worker is gone."""
    for found in engine.api.containers(all=True, filters={"label": LABEL}):
        if _is_gone(found["Labels"][LABEL]):
            # The next sweep tries again.
            with suppress(*FAILURES):
                remove(engine, found["Id"])


def remove(engine: Engine, container: str) -> None:
    """Kill and remove one container with its volumes, unless somebody else does or has."""
    try:
        engine.api.remove_container(container, v=True, force=True)
    except NotFound:
        return
    except APIError as exc:
        if exc.status_code != HTTPStatus.CONFLICT:
            raise


def _is_gone(owner: str) -> bool:
    namespace, pid, started = owner.split("-")
    # Workers of another PID namespace can't be seen from here: theirs to sweep.
    return namespace == _namespace() and _started(int(pid)) != started


def _namespace() -> str:
    return str(os.stat("/proc/self/ns/pid").st_ino)  # noqa: PTH116


def _started(pid: int) -> str:
    try:
        stat = (PROC / str(pid) / "stat").read_text(errors="replace")
    except OSError:
        return "gone"
    fields = stat.rpartition(")")[2].split()
    # A zombie runs nothing any more.
    return "gone" if fields[0] in "ZX" else fields[19]
