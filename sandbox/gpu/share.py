"""Shares of devices, each held by one room of this machine at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sandbox.errors import RoomFailed
from sandbox.gpu.device import GpuShare
from sandbox.gpu.find import Gpus
from sandbox.places import machine_folder
from sandbox.slots import hold_first


class NoFreeShare(RoomFailed):
    """Every share of every device is held; whoever holds one gives it back."""


@contextmanager
def hold_share(gpus: Gpus) -> Iterator[GpuShare]:
    """Hold a share of a device that has one free. Raises NoFreeShare.

    Devices fill evenly. The lock goes with the process: a killed worker leaves no share taken.
    """
    places = [(slot, gpu) for slot in range(gpus.slots) for gpu in gpus.devices]
    folder = machine_folder() / "gpus"
    names = [f"{gpu.uuid}-{slot}" for slot, gpu in places]
    with hold_first(folder, names) as number:
        if number is None:
            raise NoFreeShare(f"All {len(places)} shares of the GPUs are held.")
        yield gpus.share(places[number][1])
