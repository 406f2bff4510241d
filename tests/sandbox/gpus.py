"""GPUs for tests on machines that have none.

A room is given real device files: harmless ones (they are the null device), made for the test in
/dev, so that what a room sees and what it does not is a fact of the kernel. The management library
is the driver's and can't be there without one: `Library` answers its calls in its place, and
nothing else of the project is replaced.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest

from sandbox.gpu import Gpu, GpuShare
from sandbox.gpu.device import DriverFile

MIB = 1024 * 1024
NULL = os.makedev(1, 3)


class LibraryError(Exception):
    """What the library raises."""


@dataclass
class Library:
    """Two devices and one instance of the second, by the names of NVIDIA's management library."""

    used: dict[int, int | None] = field(default_factory=dict)
    is_lost: bool = False
    open: int = 0
    NVMLError = LibraryError
    names = ("GPU-0", "GPU-1", "MIG-1")

    def nvmlInit(self) -> None:  # noqa: N802
        self.open += 1

    def nvmlShutdown(self) -> None:  # noqa: N802
        self.open -= 1

    def nvmlDeviceGetHandleByIndex(self, index: int) -> str:  # noqa: N802
        if index > 1:
            raise LibraryError("Invalid Argument")
        return self.names[index]

    def nvmlDeviceGetHandleByUUID(self, uuid: str) -> str:  # noqa: N802
        if uuid not in self.names:
            raise LibraryError("Not Found")
        return uuid

    def nvmlDeviceIsMigDeviceHandle(self, handle: str) -> bool:  # noqa: N802
        return handle.startswith("MIG")

    def nvmlDeviceGetDeviceHandleFromMigDeviceHandle(self, handle: str) -> str:  # noqa: N802
        return handle.replace("MIG", "GPU")

    def nvmlDeviceGetGpuInstanceId(self, _handle: str) -> int:  # noqa: N802
        return 3

    def nvmlDeviceGetComputeInstanceId(self, _handle: str) -> int:  # noqa: N802
        return 0

    def nvmlDeviceGetMinorNumber(self, handle: str) -> int:  # noqa: N802
        if handle.startswith("MIG"):
            raise LibraryError("Not Supported")
        return int(handle[-1]) + 4

    def nvmlDeviceGetIndex(self, handle: str) -> int:  # noqa: N802
        return int(handle[-1])

    def nvmlDeviceGetUUID(self, handle: str) -> bytes:  # noqa: N802
        return handle.encode()

    def nvmlDeviceGetName(self, handle: str) -> str:  # noqa: N802
        return f"Test {handle}"

    def nvmlDeviceGetMemoryInfo(self, _handle: str) -> SimpleNamespace:  # noqa: N802
        return SimpleNamespace(total=8 * 1024 * MIB)

    def nvmlDeviceGetComputeRunningProcesses(self, _handle: str) -> list[SimpleNamespace]:  # noqa: N802
        if self.is_lost:
            raise LibraryError("GPU is lost")
        return [SimpleNamespace(pid=pid, usedGpuMemory=used) for pid, used in self.used.items()]


@contextmanager
def device_files(*names: str) -> Iterator[tuple[Path, ...]]:
    """Make null devices of these names in /dev for the time of a test; skip where it may not."""
    paths = tuple(Path("/dev", name) for name in names)
    made: list[Path] = []
    try:
        for path in paths:
            os.mknod(path, stat.S_IFCHR | 0o666, NULL)
            made.append(path)
            path.chmod(0o666)
        yield paths
    except PermissionError as exc:
        pytest.skip(f"Making device files needs root: {exc}")
    finally:
        for path in made:
            path.unlink()


def a_share(
    *,
    nodes: tuple[Path, ...] = (),
    driver: tuple[DriverFile, ...] = (),
    memory: int = 2048 * MIB,
    processes: Callable[[], Mapping[int, int]] = dict,
) -> GpuShare:
    """Return a share of a device of 8 GiB."""
    gpu = Gpu(
        uuid="GPU-0",
        name="Test GPU-0",
        index=0,
        minor=0,
        memory=8192 * MIB,
        nodes=nodes,
        driver=driver,
    )
    return GpuShare(gpu=gpu, memory=memory, processes=processes)
