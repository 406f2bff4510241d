"""Where rooms keep what they share: short paths, in memory, closed to other users."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from sandbox.config import SandboxSettings
from sandbox.errors import SandboxUnavailable

MEMORY = Path("/dev/shm")  # noqa: S108, a folder of our own in it
# A socket's path, with its name, must fit the 107 bytes of a Unix socket address.
LONGEST_FOLDER = 70


def machine_folder() -> Path:
    """Return this user's own folder for what all its sandboxes on this machine agree on."""
    base = MEMORY if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) else Path(tempfile.gettempdir())
    return _own(base / f"noyau-{os.geteuid()}")


def rooms_folder(settings: SandboxSettings) -> Path:
    """Return the folder under which two rooms share their sockets. Raises SandboxUnavailable."""
    folder = _own(settings.rooms_dir) if settings.rooms_dir else machine_folder()
    if len(str(folder)) > LONGEST_FOLDER:
        raise SandboxUnavailable(
            f"The rooms' folder has too long a path for sockets: {folder}.",
            f"Set one of at most {LONGEST_FOLDER} characters.",
        )
    return folder


def _own(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = folder.lstat()
    # Somebody else could have made it first, and would then read and replace what is in it.
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise SandboxUnavailable(
            f"The rooms' folder is open to other users: {folder}.", f"Type: rm -r {folder}"
        )
    return folder.resolve()
