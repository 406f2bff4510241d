"""What can go wrong when an exercise is written in the browser. Nothing typed is lost by it.

AuthoringError
├── FileConflict        another page has saved this file meanwhile; what was sent is kept
├── UnsafePath          a path that no folder of an exercise may have
├── FolderTooLarge      more files or bytes than a manuscript holds
├── UnsafeZip           an archive that is none, or not one of an exercise's folder
├── NoText              a file that is not UTF-8 text is not edited as text
├── NotProven           the last check is not green, and nobody confirmed that this is meant
└── PublishedMeanwhile  somebody has published another version since this folder was opened
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from portal.common.errors import PortalError

Flaw = Literal[
    "not-a-zip", "encrypted", "link", "path", "twice", "files", "file-size", "size", "no-manifest",
    "no-notebook", "notebooks",
]  # fmt: skip


class AuthoringError(PortalError):
    """Base: something was not done to a manuscript as it was asked for."""


class FileConflict(AuthoringError):
    """Another page has saved since this one was read: this `text`, as this `revision`."""

    def __init__(self, *, revision: int, saved_at: datetime, text: str) -> None:
        super().__init__(f"revision {revision} is saved already")
        self.revision = revision
        self.saved_at = saved_at
        self.text = text


class UnsafePath(AuthoringError):
    """No relative path of plain names, or one that another file stands in the way of."""

    def __init__(self, path: str) -> None:
        super().__init__(f"{path!r} can't be a file of an exercise")
        self.path = path


class FolderTooLarge(AuthoringError):
    """More than a manuscript holds. `path` is the file that is too large, empty for the whole."""

    def __init__(self, path: str = "") -> None:
        super().__init__(path or "the folder is too large")
        self.path = path


class UnsafeZip(AuthoringError):
    """An archive that is not unpacked: its `flaw`, and the entry that has it."""

    def __init__(self, flaw: Flaw, name: str = "") -> None:
        super().__init__(f"{flaw}: {name}" if name else flaw)
        self.flaw = flaw
        self.name = name


class NoText(AuthoringError):
    """The file is not UTF-8 text."""


class NotProven(AuthoringError):
    """The last check of this very folder is not green."""


class PublishedMeanwhile(AuthoringError):
    """The version that students see is not the one that this folder was opened from."""
