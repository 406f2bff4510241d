"""What can go wrong with a room.

SandboxError
├── SandboxUnavailable   no room can be opened here at all; ours, an operator must act
├── TemplatesUnavailable rooms can be opened here, but not forked from a warm process
└── RoomFailed           this room could not be opened or broke by itself; ours, try again
"""

from __future__ import annotations


class SandboxError(Exception):
    """Base: a room failed for a reason that is never the student's."""

    retryable = False


class SandboxUnavailable(SandboxError):
    """No room can be opened on this machine. `reason` says why, `remedy` what to type."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason} {remedy}")
        self.reason = reason
        self.remedy = remedy


class RoomFailed(SandboxError):
    """A room could not be opened, or died for a reason of ours."""

    retryable = True


class TemplatesUnavailable(SandboxError):
    """Rooms can't be forked on this machine: they are opened one by one instead."""
