"""What a room uses of its device's memory, and whether that is more than its share."""

from __future__ import annotations

from collections.abc import Callable, Collection

from sandbox.gpu.device import GpuShare


class GpuMeter:
    """Adds up the memory of a room's processes on its device. `pids` are those of this machine."""

    def __init__(self, share: GpuShare, *, pids: Callable[[], Collection[int]]) -> None:
        self._share = share
        self._pids = pids
        self.peak = 0

    @property
    def allowed(self) -> int:
        """The bytes that the room may use."""
        return self._share.memory

    def look(self) -> int:
        """Return the bytes in use now, and remember the most that were. Raises GpuLost."""
        used = self._share.processes()
        mine = self._pids() if used else ()
        total = sum(used.get(pid, 0) for pid in mine)
        self.peak = max(self.peak, total)
        return total
