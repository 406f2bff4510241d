"""The devices that an operator named, each found once per process."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial

from sandbox.gpu.device import Gpu, GpuShare
from sandbox.gpu.errors import GpuUnavailable
from sandbox.gpu.nvml import Nvml

REMEDY = "Name it in NOYAU_GPUS: an index or a UUID, as nvidia-smi -L lists them."


@dataclass(frozen=True, slots=True)
class Gpus:
    """Devices, and how each is cut: `slots` rooms at a time, `memory` bytes for each.

    Without `memory` a room's share is the device's memory divided by its slots.
    """

    devices: tuple[Gpu, ...]
    slots: int
    memory: int | None
    processes: Callable[[str], Mapping[int, int]]

    def share(self, gpu: Gpu) -> GpuShare:
        """Return what one room gets of `gpu`."""
        return GpuShare(
            gpu=gpu,
            memory=min(self.memory or gpu.memory // self.slots, gpu.memory),
            processes=partial(self.processes, gpu.uuid),
        )


def find_gpus(names: Sequence[str], *, slots: int, memory: int | None = None) -> Gpus:
    """Return the devices called `names`, by index or UUID. Raises GpuUnavailable."""
    if not names:
        raise GpuUnavailable("This machine is told of no GPU.", REMEDY)
    nvml = _nvml()
    devices = tuple(map(nvml.gpu, names))
    twice = {gpu.uuid for gpu in devices if devices.count(gpu) > 1}
    if twice:
        raise GpuUnavailable(f"A GPU is named twice: {min(twice)}.", REMEDY)
    return Gpus(devices=devices, slots=slots, memory=memory, processes=nvml.processes)


def check_gpus(names: Sequence[str]) -> None:
    """Raise GpuUnavailable unless each name is a device. Leaves nothing of the library open."""
    # What is open here would be open, and useless, in every process forked from this one.
    nvml = Nvml.load()
    try:
        for name in names:
            nvml.gpu(name)
    finally:
        nvml.close()


@cache
def _nvml() -> Nvml:
    return Nvml.load()
