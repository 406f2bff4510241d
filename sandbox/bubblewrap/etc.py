"""The few files of /etc that a room gets: the one account it has, no names."""

from __future__ import annotations

from sandbox.bubblewrap.command import Files
from sandbox.process import Inherited
from sandbox.variables import HOME


def etc_files(inherited: Inherited, *, uid: int) -> Files:
    """Return the files that name the one account of a room."""
    return Files(
        passwd=inherited.data(f"student:x:{uid}:{uid}::{HOME}:/bin/sh\n".encode()),
        group=inherited.data(f"student:x:{uid}:\n".encode()),
        hosts=inherited.data(b"127.0.0.1 localhost\n"),
    )
