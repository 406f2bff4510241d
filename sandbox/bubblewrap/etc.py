"""The few files of /etc that a room gets: the one account it has, no names."""

from __future__ import annotations

from sandbox.bubblewrap.command import DRIVER_SETTINGS, Files
from sandbox.process import Inherited
from sandbox.shares import account_files


def etc_files(inherited: Inherited, *, uid: int) -> Files:
    """Return the files that name the one account of a room, and that settle the GPU driver."""
    own = {name: inherited.data(text.encode()) for name, text in account_files(uid).items()}
    return Files(
        **own,
        driver_settings=inherited.data(DRIVER_SETTINGS),
    )
