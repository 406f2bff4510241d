"""Running untrusted notebooks: rooms, the ways of opening them, and kernels inside them."""

from sandbox.config import SandboxSettings
from sandbox.errors import RoomFailed, SandboxError, SandboxUnavailable
from sandbox.kernel import StudentKernel, open_kernel
from sandbox.room import EndCause, Limits, Mount, Room, RoomEnd, RoomSpec, Sandbox
from sandbox.select import get_sandbox

__all__ = [
    "EndCause",
    "Limits",
    "Mount",
    "Room",
    "RoomEnd",
    "RoomFailed",
    "RoomSpec",
    "Sandbox",
    "SandboxError",
    "SandboxSettings",
    "SandboxUnavailable",
    "StudentKernel",
    "get_sandbox",
    "open_kernel",
]
