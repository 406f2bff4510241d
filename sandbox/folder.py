"""The folder that two rooms share: a connection file both read, sockets that one makes.

<rooms folder>/k-<pid>-<random>/    read-only in both rooms, at this same path
├── connection.json                 written before the kernel starts
└── s/                              writable in the student room: the kernel's sockets
"""

from __future__ import annotations

import asyncio
import os
import secrets
import subprocess
from dataclasses import dataclass
from pathlib import Path

from jupyter_client.connect import KernelConnectionInfo, write_connection_file

from sandbox.errors import RoomFailed
from sandbox.room import Mount

PREFIX = "k-"
COMMANDS = (("chmod", "-R", "u+rwx", "--"), ("rm", "-rf", "--"))


@dataclass(frozen=True, slots=True)
class SharedFolder:
    """One kernel's folder."""

    path: Path

    @property
    def connection_file(self) -> Path:
        """The connection file, true in the host and in both rooms."""
        return self.path / "connection.json"

    @property
    def sockets(self) -> Path:
        """Where the kernel makes its sockets."""
        return self.path / "s"

    @property
    def student_mounts(self) -> tuple[Mount, ...]:
        """How the student room sees the folder: it can neither write nor replace its files."""
        return (
            Mount(source=self.path, target=self.path),
            Mount(source=self.sockets, target=self.sockets, writable=True),
        )

    @property
    def judge_mounts(self) -> tuple[Mount, ...]:
        """How any other room sees the folder. Connecting to a socket needs no writable mount."""
        return (Mount(source=self.path, target=self.path),)

    def write_connection_file(self) -> KernelConnectionInfo:
        """Write what a client and the kernel must agree on, with a fresh key; return it."""
        key = secrets.token_hex(32).encode()
        _, info = write_connection_file(
            str(self.connection_file), transport="ipc", ip=str(self.sockets / "k"), key=key
        )
        self.connection_file.chmod(0o644)
        # jupyter_client compares bytes, although its type says text.
        info["key"] = key  # type: ignore[typeddict-item]
        return info

    async def remove(self) -> None:
        """Remove the folder with whatever a room has piled up in it. Safe to call again."""
        await asyncio.to_thread(_remove, self.path)


def create_folder(rooms: Path) -> SharedFolder:
    """Return a new folder in `rooms`, after removing those of workers that were killed."""
    sweep_folders(rooms, prefix=PREFIX)
    folder = SharedFolder(rooms / f"{PREFIX}{os.getpid()}-{secrets.token_hex(4)}")
    try:
        folder.path.mkdir()
        folder.sockets.mkdir()
        # Each room of root has a user id of its own, so these modes count; the rooms' folder
        # around them is closed to every other user.
        folder.path.chmod(0o755)
        folder.sockets.chmod(0o1777)
    except OSError as exc:
        raise RoomFailed(f"No folder for the rooms' sockets: {exc}") from exc
    return folder


def sweep_folders(parent: Path, *, prefix: str) -> None:
    """Remove the folders `<prefix><pid>-<random>` of workers that were killed."""
    for left in parent.glob(f"{prefix}*"):
        if not Path("/proc", left.name.split("-")[1]).exists():
            _remove(left)


def _remove(path: Path) -> None:
    # Programs, since a room may have nested folders deeper than Python can recurse; and first
    # chmod, since it may have closed them.
    for command in COMMANDS:
        if path.exists():
            subprocess.run(
                [f"/bin/{command[0]}", *command[1:], path],
                check=False,
                capture_output=True,
                env={},
            )
