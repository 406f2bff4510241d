"""What a caller says about the machine that rooms are opened on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class SandboxSettings:
    """Where rooms take their Python from and where they leave what they share.

    `room_python` is the interpreter of the room environment. `rooms_dir` holds the sockets that
    two rooms share; its path must be short, and by default it is on a tmpfs. Where rooms are
    opened by root, each runs as a user id of its own, counted from `room_uid_base`. Limits are
    kept by cgroups under `cgroup_parent` (found by itself when None) unless `use_cgroups` is off
    or none can be made, and then by resource limits and a watcher.

    Containers run `image`, by the engine that listens at `engine`, under its `runtime` (its
    default when None; `runsc` and `kata` put a wall of their own between room and kernel).
    """

    room_python: Path
    rooms_dir: Path | None = None
    room_uid_base: int = 200_000
    use_cgroups: bool = True
    cgroup_parent: Path | None = None
    image: str = "noyau/room:cpu"
    engine: str = "unix:///var/run/docker.sock"
    runtime: str | None = None
