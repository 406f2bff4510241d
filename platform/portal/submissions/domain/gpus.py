"""The GPUs of this portal's workers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from django.conf import settings

from portal.settings.env import GPU_QUEUE, Environment
from sandbox.gpu import Gpus, GpuShare, find_gpus, hold_share

MIB = 1024 * 1024


def portal_gpus() -> Gpus:
    """Return the devices that the operator named. Raises GpuUnavailable."""
    environment: Environment = settings.NOYAU
    return _found(environment.gpus, environment.gpu_slots, environment.gpu_memory_mib)


@contextmanager
def hold_device(queue: str) -> Iterator[GpuShare | None]:
    """Hold a share of a device while work of `queue` is done; None where it needs no device.

    Raises GpuUnavailable where there is none, NoFreeShare where others hold all.
    """
    if queue != GPU_QUEUE:
        yield None
        return
    with hold_share(portal_gpus()) as share:
        yield share


@cache
def _found(names: tuple[str, ...], slots: int, memory_mib: int | None) -> Gpus:
    memory = None if memory_mib is None else memory_mib * MIB
    return find_gpus(names, slots=slots, memory=memory)
