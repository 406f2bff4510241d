"""The environment variables by which programs in a room find their device and keep their share."""

from __future__ import annotations

from sandbox.gpu.device import GpuShare
from sandbox.gpu.driver import LIBRARIES

MIB = 1024 * 1024
# What a program holds on the device before its first tensor (CUDA's context and loaded kernels),
# which counts towards the share and which torch's own limit leaves out.
CONTEXT = 768 * MIB


def gpu_variables(share: GpuShare, *, brings_driver: bool) -> dict[str, str]:
    """Return the variables of a room with `share`.

    torch's own limit is below the share, so that a notebook learns by an exception that can be
    read, with its cell and line, that its device is full. A notebook may lift that limit: the
    watch keeps the share from outside.
    """
    fraction = torch_memory(share.memory) / share.gpu.memory
    driver = {"LD_LIBRARY_PATH": str(LIBRARIES)} if brings_driver else {}
    return {
        "CUDA_VISIBLE_DEVICES": share.gpu.uuid,
        # Compiled kernels would go to a home that is gone with the room.
        "CUDA_CACHE_DISABLE": "1",
        "PYTORCH_ALLOC_CONF": f"per_process_memory_fraction:{fraction:.6f}",
        **driver,
    }


def torch_memory(share: int) -> int:
    """Return how many bytes of a share of `share` bytes torch may give to tensors."""
    return max(share - CONTEXT, share // 2)
