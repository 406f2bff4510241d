"""How a container gets its GPU: by the engine's own means where it has them, else node by node."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from docker.types import DeviceRequest, Mount

from sandbox.docker.engine import Engine
from sandbox.gpu.device import Gpu, GpuShare
from sandbox.gpu.variables import gpu_variables

# As engines name NVIDIA's container toolkit, and devices by the Container Device Interface.
TOOLKIT = "nvidia"
INTERFACE = "nvidia.com/gpu="
DRIVER_PROC = "/proc/driver"
CAPABILITIES = ("gpu", "compute", "utility")


@dataclass(frozen=True, slots=True)
class GpuOptions:
    """What a room's device adds to its container: options of the host, mounts, variables.

    `unmasked` are paths of /proc that must stay to be seen.
    """

    host: dict[str, Any] = field(default_factory=dict)
    mounts: tuple[Mount, ...] = ()
    variables: dict[str, str] = field(default_factory=dict)
    unmasked: frozenset[str] = frozenset()


def gpu_options(share: GpuShare | None, engine: Engine) -> GpuOptions:
    """Return what gives a container the device of `share`, and no other; nothing without one."""
    if share is None:
        return GpuOptions()
    request = _request(share.gpu, engine)
    if request is not None:
        # The toolkit brings the driver's files, and its own view of the driver's part of /proc.
        return GpuOptions(
            host={"DeviceRequests": [request]},
            variables=gpu_variables(share, brings_driver=False),
            unmasked=frozenset({DRIVER_PROC}),
        )
    return GpuOptions(
        host={"Devices": [_node(str(path)) for path in share.gpu.nodes]},
        mounts=tuple(
            Mount(target=str(file.target), source=str(file.source), type="bind", read_only=True)
            for file in share.gpu.driver
        ),
        variables=gpu_variables(share, brings_driver=True),
    )


def _request(gpu: Gpu, engine: Engine) -> DeviceRequest | None:
    named = [f"{INTERFACE}{name}" for name in (gpu.uuid, gpu.index)]
    known = [name for name in named if name in engine.devices]
    if known:
        return DeviceRequest(driver="cdi", device_ids=known[:1])
    if TOOLKIT in engine.runtimes:
        return DeviceRequest(device_ids=[gpu.uuid], capabilities=[list(CAPABILITIES)])
    return None


def _node(path: str) -> dict[str, str]:
    return {"PathOnHost": path, "PathInContainer": path, "CgroupPermissions": "rw"}
