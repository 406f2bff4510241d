"""What can go wrong with a GPU.

SandboxError
├── SandboxUnavailable
│   └── GpuUnavailable   a device, its driver or its tools are missing; an operator must act
└── RoomFailed
    └── GpuLost          the driver stopped answering while a room was open; ours, try again
"""

from __future__ import annotations

from sandbox.errors import RoomFailed, SandboxUnavailable


class GpuUnavailable(SandboxUnavailable):
    """No room can be given the GPU that was asked for."""


class GpuLost(RoomFailed):
    """The driver does not answer any more, so that a room's share can't be watched."""
