"""What a room's container is made of."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from docker.types import Mount

from sandbox.docker.gpu import GpuOptions
from sandbox.docker.owner import LABEL
from sandbox.hidden import HIDDEN_FILES, HIDDEN_FOLDERS
from sandbox.process import OPENING, OPENING_SECONDS
from sandbox.room import LONGEST_WAIT, Limits, RoomSpec, TemplateSpec
from sandbox.room import Mount as RoomMount
from sandbox.shares import private_sizes, resource_limits
from sandbox.usage import OVERHEAD
from sandbox.variables import HOME, room_variables
from sandbox.watch import MOST_PRIVATE_FILES

PATH = "/opt/venv/bin:/usr/bin:/bin"
# The engine adds a variable of its own. Sockets must be open to the other room of a pair.
OPENING_INSIDE = f"unset HOSTNAME; umask 0; {OPENING}"
# The room's first process: it kills all others when the time is up, long after the watch should
# have. The second takes in what is orphaned. The program can signal, read or change neither.
CLOCK = ("/usr/bin/room-clock", "--foreground", "--signal=KILL")
REAPER = ("/usr/bin/room-init", "-s", "--")
CLOCK_GRACE = OPENING_SECONDS + 30
NANO = 1_000_000_000
MASKED = [*(f"/proc/{name}" for name in (*HIDDEN_FILES, *HIDDEN_FOLDERS)), "/sys/firmware"]
READ_ONLY = ["/proc/sys"]


def container_options(
    *,
    spec: RoomSpec,
    image: str,
    user: int,
    owner: str,
    cpus: int,
    profile: str,
    runtime: str | None,
    accounts: Sequence[Mount],
    gpu: GpuOptions,
) -> dict[str, Any]:
    """Return the arguments by which the engine's API creates the container of a room."""
    limits = spec.limits
    variables = room_variables(limits=limits, path=PATH, env={**gpu.variables, **spec.env})
    wait = LONGEST_WAIT if spec.waiting else 0
    seconds = math.ceil(wait + limits.wall + CLOCK_GRACE)
    return {
        "image": image,
        "entrypoint": [*CLOCK, str(seconds), *REAPER],
        "command": ["/bin/sh", "-c", OPENING_INSIDE, "room", *spec.argv],
        "environment": variables,
        "user": f"{user}:{user}",
        "working_dir": HOME,
        "hostname": "room",
        "network_disabled": True,
        "stdin_open": True,
        "labels": {LABEL: owner, "noyau.room": spec.label},
        "use_config_proxy": False,
        "host_config": _host(
            spec,
            cpus=min(spec.limits.threads, cpus),
            profile=profile,
            runtime=runtime,
            mounts=[*accounts, *gpu.mounts, *_mounts(spec)],
            gpu=gpu,
        ),
    }


def template_options(
    *,
    spec: TemplateSpec,
    image: str,
    owner: str,
    limits: Limits,
    profile: str,
    has_apparmor: bool,
    command: Sequence[str],
    mounts: Sequence[RoomMount],
    accounts: Sequence[Mount],
) -> dict[str, Any]:
    """Return the arguments that create a template's container.

    It is a room's but for root's power over namespaces and mounts, which each forked room gives
    up. No clock is in it: it ends when its worker hangs up.
    """
    room = RoomSpec(label=spec.label, argv=command, limits=limits, mounts=mounts)
    host = _host(
        room,
        cpus=0,
        profile=profile,
        runtime=None,
        mounts=[*accounts, *_mounts(room)],
        gpu=GpuOptions(),
    )
    # An AppArmor profile forbids every mount, whatever the capabilities.
    unconfined = ["apparmor=unconfined"] if has_apparmor else []
    return {
        "image": image,
        "entrypoint": list(command),
        "environment": room_variables(limits=limits, path=PATH, env=dict(spec.env)),
        "user": "0:0",
        "working_dir": HOME,
        "hostname": "room",
        "network_disabled": True,
        "labels": {LABEL: owner, "noyau.room": spec.label},
        "use_config_proxy": False,
        "host_config": {
            **host,
            "CapAdd": ["SYS_ADMIN", "SETUID", "SETGID", "SETPCAP"],
            "SecurityOpt": [*host["SecurityOpt"], *unconfined],
            # Its rooms have limits of their own.
            "NanoCpus": 0,
            "Ulimits": [],
        },
    }


def _host(
    spec: RoomSpec,
    *,
    cpus: int,
    profile: str,
    runtime: str | None,
    mounts: list[Mount],
    gpu: GpuOptions,
) -> dict[str, Any]:
    limits = spec.limits
    return {
        "NetworkMode": "none",
        "IpcMode": "none",
        "CgroupnsMode": "private",
        "ReadonlyRootfs": True,
        "Tmpfs": {**_private(limits), "/sys": "ro,nosuid,nodev,noexec,size=4k,mode=0555"},
        "Mounts": mounts,
        "CapDrop": ["ALL"],
        "SecurityOpt": ["no-new-privileges", f"seccomp={profile}"],
        "MaskedPaths": [path for path in MASKED if path not in gpu.unmasked],
        "ReadonlyPaths": READ_ONLY,
        "Memory": limits.memory,
        # Memory and swap together: no swap.
        "MemorySwap": limits.memory,
        "PidsLimit": limits.processes + OVERHEAD,
        "NanoCpus": cpus * NANO,
        "Ulimits": _ulimits(limits, has_gpu=spec.gpu is not None),
        "LogConfig": {"Type": "none"},
        "RestartPolicy": {"Name": "no"},
        **({"Runtime": runtime} if runtime else {}),
        **gpu.host,
    }


def _ulimits(limits: Limits, *, has_gpu: bool) -> list[dict[str, Any]]:
    each = resource_limits(limits, has_gpu=has_gpu)
    return [{"Name": name, "Soft": soft, "Hard": hard} for name, (soft, hard) in each.items()]


def _private(limits: Limits) -> dict[str, str]:
    # The watch ends a room that makes too many files, where it may look; this stops it anywhere.
    common = f"exec,nosuid,nodev,mode=1777,nr_inodes={2 * MOST_PRIVATE_FILES}"
    return {target: f"{common},size={size}" for target, size in private_sizes(limits).items()}


def _mounts(spec: RoomSpec) -> list[Mount]:
    return [
        Mount(
            target=str(mount.target),
            source=str(mount.source),
            type="bind",
            read_only=not mount.writable,
            propagation="rprivate",
        )
        for mount in spec.mounts
    ]
