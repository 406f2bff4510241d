"""What goes wrong during a storm. Each trouble does its harm once, and says on what."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psycopg
from docker.errors import APIError
from docker.errors import NotFound as ContainerNotFound

from sandbox.docker.engine import connect
from sandbox.docker.owner import LABEL
from sandbox.usage import PROC, children, descendants
from tests.chaos.servers import Server

Trouble = Callable[[], str]
LOCKED_SECONDS = 6.0
AWAY_SECONDS = 3.0


class Troubles:
    """The troubles of one machine, drawn by chance from a seed."""

    def __init__(self, *, seed: int, below: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - no secret
        self._below = below
        self._known: dict[str, Trouble] = {}
        self.done: dict[str, int] = {}

    def add(self, name: str, trouble: Trouble) -> None:
        """Let `trouble` happen too."""
        self._known[name] = trouble

    def happen(self) -> str:
        """Do one kind of harm, and return what was harmed; nothing where there was nothing."""
        name = self._chance.choice(sorted(self._known))
        harmed = self._known[name]()
        if harmed:
            self.done[name] = self.done.get(name, 0) + 1
        return f"{name} {harmed}" if harmed else ""

    def pause(self) -> float:
        """Return the seconds until the next."""
        return self._chance.uniform(3, 8)

    def kill_worker(self) -> str:
        """Kill a worker with all its pool, as a power cut would."""
        workers = [pid for pid in children(self._below) if b"celery" in command(pid)]
        if not workers:
            return ""
        pid = self._chance.choice(workers)
        with suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        return str(pid)

    def kill_pool_process(self) -> str:
        """Kill one process of a worker's pool, which its worker replaces."""
        workers = [pid for pid in children(self._below) if b"celery" in command(pid)]
        pool = [pid for worker in workers for pid in children(worker) if b"celery" in command(pid)]
        return _kill(self._chance.choice(pool)) if pool else ""

    def kill_room(self) -> str:
        """Kill what holds one room: bubblewrap's own process, on this machine's side."""
        rooms = [pid for pid in descendants(self._below) if command(pid).startswith(_BWRAP)]
        outer = [pid for pid in rooms if _parent(pid) not in rooms]
        return _kill(self._chance.choice(outer)) if outer else ""

    def kill_web(self) -> str:
        """Kill the web server."""
        web = [pid for pid in children(self._below) if b"uvicorn" in command(pid)]
        return _kill(web[0]) if web else ""


_BWRAP = b"/usr/bin/bwrap\0"


def forget_messages(folder: Path) -> Trouble:
    """Return the loss of every message of the broker that is a folder."""

    def forget() -> str:
        messages = list((folder / "messages").glob("*.msg"))
        for message in messages:
            message.unlink(missing_ok=True)
        return f"{len(messages)} messages"

    return forget


def restart_broker(server: Server) -> Trouble:
    """Return the sudden end of a broker, which comes back with an empty memory."""

    def restart() -> str:
        server.kill()
        time.sleep(AWAY_SECONDS)
        server.start()
        return str(server.port)

    return restart


def lock_sqlite(file: Path) -> Trouble:
    """Return a lock that keeps everybody else from the database for some seconds."""

    def lock() -> str:
        connection = sqlite3.connect(file, timeout=30, isolation_level=None)
        try:
            connection.execute("BEGIN EXCLUSIVE")
            time.sleep(LOCKED_SECONDS)
            connection.execute("ROLLBACK")
        finally:
            connection.close()
        return f"{LOCKED_SECONDS} s"

    return lock


def cut_postgres(url: str) -> Trouble:
    """Return the end of every connection to the database."""

    def cut() -> str:
        with psycopg.connect(url.replace("postgres://", "postgresql://"), autocommit=True) as own:
            rows = own.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where backend_type = 'client backend' and pid <> pg_backend_pid()"
            ).fetchall()
        return f"{len(rows)} connections"

    return cut


def kill_container(engine: str, chance: random.Random) -> Trouble:
    """Return the sudden end of a container that is a room."""

    def kill() -> str:
        connection = connect(engine)
        try:
            found = connection.api.containers(filters={"label": LABEL})
            if not found:
                return ""
            name = chance.choice(found)["Id"]
            with suppress(ContainerNotFound, APIError):
                connection.api.kill(name)
            return str(name[:12])
        finally:
            connection.api.close()

    return kill


def _kill(pid: int) -> str:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return str(pid)


def may_stay(pid: int) -> bool:
    """Return whether a process lasts as long as this one: a server, the keeper of this one."""
    is_own_keeper = command(pid).endswith(b"\0%d\0" % os.getpid()) and b"keeper" in command(pid)
    return is_server(pid) or is_own_keeper


def is_server(pid: int) -> bool:
    """Return whether the process is one of the storm's own broker or database."""
    return any(name in command(pid) for name in (b"postgres", b"redis-server"))


def command(pid: int) -> bytes:
    """Return the command line of a process, empty where it has ended."""
    try:
        return (PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return b""


def _parent(pid: int) -> int:
    try:
        stat = (PROC / str(pid) / "stat").read_text(errors="replace")
    except OSError:
        return 0
    return int(stat.rpartition(")")[2].split()[1])
