"""Control groups: one per room, of version 1 or 2, by whichever the machine has."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import time
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sandbox.errors import RoomFailed
from sandbox.room import Limits
from sandbox.usage import OVERHEAD, Meter, Usage

MOUNTED = Path("/sys/fs/cgroup")
FOLDER = "noyau"
CONTROLLERS = ("memory", "pids", "cpuacct")
# Microseconds in which a room of one thread may use one processor for as long.
PERIOD = 100_000
JOIN = 'while [ "$1" != -- ]; do echo 0 > "$1" || exit 1; shift; done; shift; exec "$@"'


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """Where rooms' groups are made: by controller, one and the same folder in version 2."""

    version: int
    folders: dict[str, Path]

    def open(self, limits: Limits) -> Cgroup:
        """Return a new group of this process's. Raises OSError."""
        # The name starts with the process that answers for it, for the sweep.
        return self.create(name=f"{os.getpid()}-{secrets.token_hex(6)}", limits=limits)

    def create(self, *, name: str, limits: Limits) -> Cgroup:
        """Return a new group under these limits. Raises OSError."""
        group = Cgroup(
            version=self.version,
            folders={key: folder / name for key, folder in self.folders.items()},
        )
        try:
            for folder in set(group.folders.values()):
                folder.mkdir()
            group.limit(limits)
        except OSError:
            group.remove()
            raise
        return group

    def sweep(self) -> None:
        """Remove the groups that killed workers left behind."""
        for folder in set(self.folders.values()):
            for group in folder.iterdir():
                owner = group.name.partition("-")[0]
                if group.is_dir() and not Path("/proc", owner).exists():
                    with suppress(OSError):
                        group.rmdir()


@dataclass(frozen=True, slots=True)
class Cgroup(Meter):
    """One room's group."""

    version: int
    folders: dict[str, Path]

    def limit(self, limits: Limits) -> None:
        """Bound memory (none of it swap), processes and processors. Raises OSError."""
        memory, pids = self.folders["memory"], self.folders["pids"]
        if self.version == 1:
            (memory / "memory.limit_in_bytes").write_text(str(limits.memory))
            swap = memory / "memory.memsw.limit_in_bytes"
            most = limits.memory
        else:
            (memory / "memory.max").write_text(str(limits.memory))
            (memory / "memory.oom.group").write_text("1")
            swap = memory / "memory.swap.max"
            most = 0
        # Absent where the kernel does not account for swap.
        if swap.exists():
            swap.write_text(str(most))
        (pids / "pids.max").write_text(str(limits.processes + OVERHEAD))
        self._share_processors(limits.threads)

    def _share_processors(self, threads: int) -> None:
        cpu = self.folders.get("cpu", self.folders["cpuacct"])
        quota, both = cpu / "cpu.cfs_quota_us", cpu / "cpu.max"
        # Absent where the kernel can't share out processor time, or was not asked to.
        if quota.exists():
            (cpu / "cpu.cfs_period_us").write_text(str(PERIOD))
            quota.write_text(str(threads * PERIOD))
        elif both.exists():
            both.write_text(f"{threads * PERIOD} {PERIOD}")

    def admit(self, pid: int) -> None:
        """Put process `pid` into the group. Raises OSError."""
        for folder in set(self.folders.values()):
            (folder / "cgroup.procs").write_text(str(pid))

    def joining(self, argv: list[str]) -> list[str]:
        """Return a command that enters the group and then becomes `argv`."""
        doors = [str(folder / "cgroup.procs") for folder in sorted(set(self.folders.values()))]
        return ["/bin/sh", "-c", JOIN, "join", *doors, "--", *argv]

    def read(self) -> Usage:
        """Return what the group has used; zeros once it is removed."""
        memory, pids = self.folders["memory"], self.folders["pids"]
        if self.version == 1:
            cpu = _number(self.folders["cpuacct"] / "cpuacct.usage") / 1e9
            peak = _number(memory / "memory.max_usage_in_bytes")
            killed = _entry(memory / "memory.oom_control", "oom_kill")
        else:
            cpu = _entry(self.folders["cpuacct"] / "cpu.stat", "usage_usec") / 1e6
            peak = _number(memory / "memory.peak") or _number(memory / "memory.current")
            killed = _entry(memory / "memory.events", "oom_kill")
        return Usage(
            cpu=cpu,
            memory=peak,
            tasks=_number(pids / "pids.current"),
            killed=killed,
            refused=_entry(pids / "pids.events", "max"),
        )

    def pids(self) -> Collection[int]:
        """Return what is in the group; nothing once it is removed."""
        try:
            return [*map(int, (self.folders["pids"] / "cgroup.procs").read_text().split())]
        except OSError:
            return []

    def kill(self) -> None:
        """Kill whatever is in the group."""
        for pid in self.pids():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def remove(self) -> bool:
        """Remove the group; return whether it is gone (it can't be while a process is in it)."""
        for folder in set(self.folders.values()):
            with suppress(OSError):
                folder.rmdir()
        return not any(folder.exists() for folder in self.folders.values())


def find_hierarchy(parent: Path | None = None) -> Hierarchy | None:
    """Return where groups can really be made and entered by this process, or None."""
    for hierarchy in _candidates(parent):
        try:
            _prepare(hierarchy)
            hierarchy.sweep()
        except OSError:
            continue
        if _can_enter(hierarchy):
            return hierarchy
    return None


def open_group(label: str, limits: Limits, hierarchy: Hierarchy) -> Cgroup:
    """Return a new group for a room. Raises RoomFailed."""
    try:
        return hierarchy.open(limits)
    except OSError as exc:
        raise RoomFailed(f"{label}: no control group: {exc}") from exc


def close_group(group: Cgroup | None) -> bool:
    """Kill what is left in a group and remove it; return whether it is gone."""
    if group is None:
        return True
    group.kill()
    return group.remove()


def group_of(pid: int) -> Cgroup | None:
    """Return the group that process `pid` is in, None where it can't be seen from here."""
    try:
        lines = Path("/proc", str(pid), "cgroup").read_text().splitlines()
    except OSError:
        return None
    paths: dict[str, str] = {}
    for line in lines:
        _, controllers, path = line.split(":", 2)
        paths |= dict.fromkeys(controllers.split(","), path.lstrip("/"))
    if set(CONTROLLERS) <= set(paths):
        folders = {name: MOUNTED / name / paths[name] for name in CONTROLLERS}
        group = Cgroup(version=1, folders=folders)
    else:
        group = Cgroup(version=2, folders=dict.fromkeys(CONTROLLERS, MOUNTED / paths.get("", "")))
    is_seen = (group.folders["memory"] / "cgroup.procs").exists() and group.read().memory > 0
    return group if is_seen else None


def _candidates(parent: Path | None) -> list[Hierarchy]:
    if (MOUNTED / "memory" / "cgroup.procs").exists():
        shares = ["cpu"] if (MOUNTED / "cpu" / "cgroup.procs").exists() else []
        # Two controllers may be one hierarchy, under two names.
        mounted = {name: (MOUNTED / name).resolve() for name in (*CONTROLLERS, *shares)}
        folders = {name: folder / (parent or FOLDER) for name, folder in mounted.items()}
        return [Hierarchy(version=1, folders=folders)]
    if not (MOUNTED / "cgroup.controllers").exists():
        return []
    own = MOUNTED / Path("/proc/self/cgroup").read_text().partition("::")[2].strip().lstrip("/")
    above = [own, *(p for p in own.parents if p.is_relative_to(MOUNTED))]
    places = [MOUNTED / parent] if parent else [place / FOLDER for place in above]
    return [Hierarchy(version=2, folders=dict.fromkeys(CONTROLLERS, place)) for place in places]


def _prepare(hierarchy: Hierarchy) -> None:
    for folder in set(hierarchy.folders.values()):
        if hierarchy.version == 2:  # noqa: PLR2004
            # Only a group that hands these controllers down can hold rooms. Nothing is changed
            # in it: it belongs to the system.
            given = (folder.parent / "cgroup.subtree_control").read_text().split()
            if not {"memory", "pids"} <= set(given):
                raise FileNotFoundError(folder)
        folder.mkdir(exist_ok=True)
        if hierarchy.version == 2:  # noqa: PLR2004
            wanted = ["+memory", "+pids", *(["+cpu"] if "cpu" in given else [])]
            (folder / "cgroup.subtree_control").write_text(" ".join(wanted))


def _can_enter(hierarchy: Hierarchy) -> bool:
    limits = Limits(wall=10, cpu=10, memory=64 * 1024 * 1024, processes=16, disk=1024 * 1024)
    try:
        group = hierarchy.create(name=f"{os.getpid()}-{time.monotonic_ns()}", limits=limits)
    except OSError:
        return False
    try:
        done = subprocess.run(
            group.joining(["/bin/true"]), capture_output=True, check=False, env={}, timeout=10
        )
        return done.returncode == 0
    finally:
        group.remove()


def _number(file: Path) -> int:
    try:
        return int(file.read_text())
    except OSError:
        return 0


def _entry(file: Path, key: str) -> int:
    try:
        lines = file.read_text().splitlines()
    except OSError:
        return 0
    return next((int(value) for name, value in map(str.split, lines) if name == key), 0)
