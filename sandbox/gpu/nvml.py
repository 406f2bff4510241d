"""NVIDIA's management library: which devices there are, and who uses how much of them.

The library belongs to the driver. nvidia-ml-py, which calls it, is Python alone and is there on
every machine.
"""

from __future__ import annotations

import ctypes
import importlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from sandbox.gpu.device import Gpu
from sandbox.gpu.driver import find_driver
from sandbox.gpu.errors import GpuLost, GpuUnavailable

LIBRARY = "libnvidia-ml.so.1"
DEV = Path("/dev")
# Each is needed by every program that computes; the last two only where they are there.
COMMON = ("nvidiactl", "nvidia-uvm")
OPTIONAL = ("nvidia-uvm-tools",)
MINORS = Path("/proc/driver/nvidia-caps/mig-minors")
REMEDY = "Install NVIDIA's driver, load its modules, and see that nvidia-smi lists the device."


class Nvml:
    """The library, open. `library` is the module `pynvml`, or what answers as it does."""

    def __init__(self, library: Any, *, dev: Path = DEV, minors: Path = MINORS) -> None:  # noqa: ANN401
        self._library = library
        self._dev = dev
        self._minors = minors

    @classmethod
    def load(cls) -> Nvml:
        """Return the library of this machine's driver. Raises GpuUnavailable."""
        _preload()
        library = importlib.import_module("pynvml")
        try:
            library.nvmlInit()
        except library.NVMLError as exc:
            raise GpuUnavailable(f"There is no NVIDIA driver here: {exc}.", REMEDY) from exc
        return cls(library)

    def close(self) -> None:
        """Close the library."""
        with suppress(self._library.NVMLError):
            self._library.nvmlShutdown()

    def count(self) -> int:
        """Return how many whole devices this machine has."""
        return int(self._library.nvmlDeviceGetCount())

    def gpu(self, name: str) -> Gpu:
        """Return the device with this index or UUID. Raises GpuUnavailable."""
        library = self._library
        try:
            handle = self._handle(name)
            whole = handle
            nodes: tuple[str, ...] = ()
            if library.nvmlDeviceIsMigDeviceHandle(handle):
                whole = library.nvmlDeviceGetDeviceHandleFromMigDeviceHandle(handle)
                nodes = self._instance_nodes(handle, whole)
            minor = int(library.nvmlDeviceGetMinorNumber(whole))
            return Gpu(
                uuid=_text(library.nvmlDeviceGetUUID(handle)),
                name=_text(library.nvmlDeviceGetName(handle)),
                index=int(library.nvmlDeviceGetIndex(whole)),
                minor=minor,
                memory=int(library.nvmlDeviceGetMemoryInfo(handle).total),
                nodes=self._present(f"nvidia{minor}", *nodes),
                driver=find_driver(),
            )
        except library.NVMLError as exc:
            raise GpuUnavailable(f"There is no GPU {name!r} here: {exc}.", REMEDY) from exc

    def processes(self, uuid: str) -> Mapping[int, int]:
        """Return the bytes that each process uses on the device. Raises GpuLost.

        A process whose use the driver does not tell counts as one that uses nothing.
        """
        library = self._library
        try:
            found = library.nvmlDeviceGetComputeRunningProcesses(self._handle(uuid))
        except library.NVMLError as exc:
            raise GpuLost(f"The memory of GPU {uuid} can't be read: {exc}.") from exc
        used: dict[int, int] = {}
        for process in found:
            used[process.pid] = used.get(process.pid, 0) + (process.usedGpuMemory or 0)
        return used

    def _handle(self, name: str) -> Any:  # noqa: ANN401
        if name.isdecimal():
            return self._library.nvmlDeviceGetHandleByIndex(int(name))
        return self._library.nvmlDeviceGetHandleByUUID(name)

    def _instance_nodes(self, handle: Any, whole: Any) -> tuple[str, ...]:  # noqa: ANN401
        """Return the nodes that open one instance of a partitioned device, and no other."""
        library = self._library
        index = library.nvmlDeviceGetIndex(whole)
        instance = library.nvmlDeviceGetGpuInstanceId(handle)
        compute = library.nvmlDeviceGetComputeInstanceId(handle)
        minors = dict(line.rsplit(" ", 1) for line in _lines(self._minors))
        wanted = (f"gpu{index}/gi{instance}/access", f"gpu{index}/gi{instance}/ci{compute}/access")
        missing = [name for name in wanted if name not in minors]
        if missing:
            raise GpuUnavailable(f"The instance's rights are not listed: {missing[0]}.", REMEDY)
        return tuple(f"nvidia-caps/nvidia-cap{minors[name]}" for name in wanted)

    def _present(self, *own: str) -> tuple[Path, ...]:
        needed = [self._dev / name for name in (*own, *COMMON)]
        for node in needed:
            if not node.exists():
                raise GpuUnavailable(
                    f"The device file {node} is missing.", "Type: nvidia-modprobe -u -c 0"
                )
        optional = (self._dev / name for name in OPTIONAL)
        return (*needed, *(node for node in optional if node.exists()))


def _preload() -> None:
    """Load the library from where the driver lies: the loader may not know that folder."""
    for file in find_driver():
        if file.name.name == LIBRARY:
            with suppress(OSError):
                ctypes.CDLL(str(file.source))


def _text(answer: str | bytes) -> str:
    return answer.decode() if isinstance(answer, bytes) else answer


def _lines(file: Path) -> list[str]:
    try:
        return file.read_text().splitlines()
    except OSError:
        return []
