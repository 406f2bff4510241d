"""The few files of /etc that a container gets from its host: the one account it has, no names."""

from __future__ import annotations

import os
from pathlib import Path

from docker.types import Mount

from sandbox.shares import account_files


def account_mounts(folder: Path, number: int) -> list[Mount]:
    """Return mounts of the files for user `number`, written in `folder` the first time."""
    contents = {
        **account_files(number),
        # The engine would show the host's name servers.
        "resolv.conf": "",
        "hostname": "room\n",
    }
    own = folder / str(number)
    own.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        _write(own / name, content)
    return [
        Mount(target=f"/etc/{name}", source=str(own / name), type="bind", read_only=True)
        for name in contents
    ]


def _write(file: Path, content: str) -> None:
    if file.exists():
        return
    # Whole or not at all: another worker may look at the same moment.
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    draft.write_text(content)
    draft.chmod(0o444)
    draft.rename(file)
