"""The shares of a data set, prepared once on disk, and the secret that hides one from the other."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True, slots=True)
class Shares:
    """Where the public and the hidden share of a set lie, as .npz files.

    Their folder may hold further public files.
    """

    name: str
    public: Path
    hidden: Path

    def further(self, name: str) -> Path:
        """Return the path of a further public file."""
        return self.public.parent / name


def prepare_shares(folder: Path, *, name: str, write: Callable[[Path], None]) -> Shares:
    """Return the shares in `folder / name`, which `write` fills at the first call."""
    home = folder / name
    if not home.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            ready = Path(scratch) / name
            ready.mkdir()
            write(ready)
            _appear(ready, home)
    return Shares(name, home / "public.npz", home / "hidden.npz")


def secret_rng(folder: Path) -> np.random.Generator:
    """Return random numbers that follow from this machine's secret, made at the first call."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "secret"
    if not path.exists():
        # Readable by its owner alone from the start; the first of several makers wins.
        descriptor, fresh = tempfile.mkstemp(dir=folder)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(fresh)
        Path(fresh).unlink()
    return np.random.default_rng(int(path.read_text(encoding="ascii"), 16))


def _appear(ready: Path, home: Path) -> None:
    try:
        # The folder appears whole or not at all, whoever else prepares it at the same time.
        ready.rename(home)
    except OSError as exc:
        if exc.errno not in {errno.ENOTEMPTY, errno.EEXIST}:
            raise
