"""What can go wrong with a draft. Whatever was typed is kept all the same, but for too much of it.

WorkbenchError
├── DraftConflict    another page has saved meanwhile; what was sent is kept as a version
├── DraftTooLarge    more cells or text than the exercise takes
└── NotANotebook     an exercise whose work is no notebook
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.common.errors import PortalError


class WorkbenchError(PortalError):
    """Base: a draft was not saved as it was asked for."""


class DraftConflict(WorkbenchError):
    """Another page has saved since this one was read: these `cells`, as this `revision`."""

    def __init__(self, *, revision: int, saved_at: datetime, cells: list[dict[str, Any]]) -> None:
        super().__init__(f"revision {revision} is saved already")
        self.revision = revision
        self.saved_at = saved_at
        self.cells = cells


class DraftTooLarge(WorkbenchError):
    """More than `allowed` bytes of text, or more than `cells` cells."""

    def __init__(self, *, allowed: int, cells: int) -> None:
        super().__init__(f"at most {allowed} bytes in {cells} cells")
        self.allowed = allowed
        self.cells = cells


class NotANotebook(WorkbenchError):
    """Nothing to edit: the exercise's work is typed answers or another file."""
