"""A GPU as rooms are given it, and the share of it that one room has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

# The driver's files as rooms see them, apart from every system's own.
DRIVER = Path("/opt/nvidia")


@dataclass(frozen=True, slots=True)
class DriverFile:
    """One file of the driver on this machine, and where in a room's DRIVER folder it belongs."""

    source: Path
    name: Path

    @property
    def target(self) -> Path:
        """Where a room sees the file."""
        return DRIVER / self.name


@dataclass(frozen=True, slots=True)
class Gpu:
    """One device, or one instance of a device that is partitioned (MIG).

    `uuid` is what CUDA and Docker call it (`GPU-...`, `MIG-...`), `memory` its size in bytes.
    `nodes` are the files of /dev without which no program reaches it, and with which none reaches
    another; `driver` is what programs load to speak to it.
    """

    uuid: str
    name: str
    index: int
    minor: int
    memory: int
    nodes: tuple[Path, ...]
    driver: tuple[DriverFile, ...]


@dataclass(frozen=True, slots=True)
class GpuShare:
    """What one room gets: the device, and at most `memory` bytes of its memory.

    `processes` returns the bytes that each process of this machine uses on the device now.
    """

    gpu: Gpu
    memory: int
    processes: Callable[[], Mapping[int, int]]
