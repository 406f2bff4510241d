"""A broker and a database of one's own, started where a test needs them, and ended with it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

NOBODY = "nobody"
PATIENCE = 30.0


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


@dataclass(slots=True)
class Server:
    """A server that listens on a port, and can be killed and started again."""

    command: Sequence[str]
    port: int
    folder: Path
    process: subprocess.Popen[bytes] | None = field(default=None)

    def start(self) -> None:
        """Start it, and return once it listens. Raises TimeoutError."""
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                user=NOBODY if os.geteuid() == 0 else None,
            )
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise TimeoutError((self.folder / "server.log").read_text())

    def kill(self) -> None:
        """Kill it and all its children. Safe to call again."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None


@contextmanager
def redis(folder: Path) -> Iterator[tuple[str, Server]]:
    """Yield the address of a new broker, which remembers nothing, and its server."""
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    server = Server(command, port, _own(folder / "redis"))
    server.start()
    try:
        yield f"redis://127.0.0.1:{port}/0", server
    finally:
        server.kill()


@contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """Yield the address of a new database, of a server that runs as long as the context."""
    data, port = _own(folder / "postgres"), free_port()
    user = NOBODY if os.geteuid() == 0 else None
    initdb = _postgres_program("initdb")
    subprocess.run(
        [initdb, "-D", str(data / "data"), "-U", "noyau", "-A", "trust", "-E", "UTF8", "--no-sync"],
        check=True, capture_output=True, cwd=data, user=user,
    )  # fmt: skip
    command = [
        *(_postgres_program("postgres"), "-D", str(data / "data"), "-p", str(port)),
        *("-k", str(data), "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"),
    ]
    server = Server(command, port, data)
    server.start()
    try:
        yield f"postgres://noyau@127.0.0.1:{port}/postgres"
    finally:
        server.kill()


def has_servers() -> bool:
    """Return whether this machine has the programs of both."""
    return shutil.which("redis-server") is not None and _postgres_program("initdb") != ""


def _postgres_program(name: str) -> str:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(found[-1]) if found else shutil.which(name) or ""


def _own(folder: Path) -> Path:
    """Return a new folder that the server's user may write to."""
    folder.mkdir(parents=True)
    if os.geteuid() == 0:
        shutil.chown(folder, NOBODY)
        # The folders above were made for root alone.
        for parent in folder.parents[:-1]:
            parent.chmod(parent.stat().st_mode | 0o011)
    return folder
