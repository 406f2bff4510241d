"""Rooms by bubblewrap: namespaces, a read-only root, a system call filter."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import threading
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sandbox.bubblewrap.command import INSIDE_ID, bwrap_options, room_command, shown
from sandbox.bubblewrap.etc import etc_files
from sandbox.bubblewrap.template import open_template
from sandbox.bubblewrap.tools import Tools, find_tools
from sandbox.cgroups import Cgroup, Hierarchy, close_group, find_hierarchy, open_group
from sandbox.config import SandboxSettings
from sandbox.errors import SandboxUnavailable, TemplatesUnavailable
from sandbox.filter import compile_filter
from sandbox.gpu.variables import gpu_variables
from sandbox.places import machine_folder
from sandbox.process import GO, OPENED, Command, Inherited, Launch, RoomProcess
from sandbox.room import Limits, Room, RoomSpec, Sandbox, Template, TemplateSpec
from sandbox.slots import hold_slot
from sandbox.software import RoomSoftware, find_software
from sandbox.usage import Meter, ProcessTreeMeter
from sandbox.variables import room_variables
from sandbox.warm.template import RoomWorld

PROBE_SECONDS = 30
PROBE = RoomSpec(
    label="probe",
    argv=("python", "-I", "-c", "import ctypes, socket"),
    limits=Limits(wall=20, cpu=10, memory=256 * 1024**2, processes=16, disk=1024**2),
)
REMEDY = (
    "Run the worker as root, or allow user namespaces: sysctl user.max_user_namespaces=10000"
    " and, on Ubuntu 24.04 or newer, sysctl kernel.apparmor_restrict_unprivileged_userns=0"
)


@dataclass(frozen=True, slots=True)
class Machine:
    """What is found out once, before the first room."""

    tools: Tools
    seccomp: bytes
    software: RoomSoftware
    hierarchy: Hierarchy | None


class BubblewrapSandbox(Sandbox):
    """Opens rooms with bubblewrap: as root without a user namespace, else in one."""

    name = "bubblewrap"

    def __init__(self, settings: SandboxSettings) -> None:
        self.settings = settings
        self._as_root = os.geteuid() == 0
        self._lock = threading.Lock()
        self._machine: Machine | None = None

    def check(self) -> None:
        """Open a probe room, the first time; raise SandboxUnavailable if it does not open."""
        self._prepare()

    def environment(self) -> str:
        """Return a digest of the Python and the packages that rooms see."""
        return f"python:{self._prepare().software.digest[:16]}"

    @property
    def limits_kept_by(self) -> str:
        """What bounds a room's memory: `cgroup v1`, `cgroup v2` or `rlimits`."""
        hierarchy = self._prepare().hierarchy
        return f"cgroup v{hierarchy.version}" if hierarchy else "rlimits"

    async def open(self, spec: RoomSpec) -> Room:
        """Return a started room. Raises RoomFailed, SandboxUnavailable."""
        machine = self._machine
        if machine is None:
            machine = await asyncio.to_thread(self._prepare)
        _, launch = self._launch(spec, machine)
        return await RoomProcess.start(launch)

    async def open_template(self, spec: TemplateSpec) -> Template:
        """Return a template. Raises TemplatesUnavailable without root or control groups."""
        machine = self._machine
        if machine is None:
            machine = await asyncio.to_thread(self._prepare)
        if not self._as_root or machine.hierarchy is None:
            raise TemplatesUnavailable("Rooms are forked by root alone, and under control groups.")
        world = RoomWorld(
            path=self._path,
            uid_base=self.settings.room_uid_base,
            uid_slots=self._uid_slots,
            system_calls=machine.seccomp,
            hierarchy=machine.hierarchy,
            mounts=(*shown(machine.software.paths), *spec.mounts),
        )
        return await open_template(spec, tools=machine.tools, world=world)

    @property
    def _path(self) -> str:
        return f"{self.settings.room_python.parent}:/usr/bin:/bin"

    @property
    def _uid_slots(self) -> Path:
        return machine_folder() / f"uids-{self.settings.room_uid_base}"

    def _prepare(self) -> Machine:
        with self._lock:
            if self._machine is None:
                machine = examine_machine(self.settings)
                probe(*self._launch(PROBE, machine))
                self._machine = machine
            return self._machine

    def _launch(self, spec: RoomSpec, machine: Machine) -> tuple[Command, Launch]:
        with ExitStack() as held:
            uid = None
            if self._as_root:
                uid = self.settings.room_uid_base + held.enter_context(hold_slot(self._uid_slots))
            group = None
            if machine.hierarchy is not None:
                group = open_group(spec.label, spec.limits, machine.hierarchy)
                held.callback(group.remove)
            inherited = Inherited()
            held.callback(inherited.close)
            info, info_writer = os.pipe()
            held.callback(os.close, info)
            os.set_blocking(info, False)
            inherited.add(info_writer)
            argv = self._argv(
                spec, machine, uid=uid, inherited=inherited, info=info_writer, grouped=bool(group)
            )
            command = Command(group.joining(argv) if group else argv, inherited)
            return command, Launch(
                label=spec.label,
                start=command.start,
                limits=spec.limits,
                shared=[mount.source for mount in spec.mounts if mount.writable],
                meter=partial(_meter, group, spec.limits),
                held=held.pop_all(),
                first=partial(_first_process, info),
                finish=partial(close_group, group),
                gpu=spec.gpu,
                waiting=spec.waiting,
            )

    def _argv(
        self,
        spec: RoomSpec,
        machine: Machine,
        *,
        uid: int | None,
        inherited: Inherited,
        info: int,
        grouped: bool,
    ) -> list[str]:
        env = {**(gpu_variables(spec.gpu, brings_driver=True) if spec.gpu else {}), **spec.env}
        options = bwrap_options(
            tools=machine.tools,
            uid=uid,
            files=etc_files(inherited, uid=INSIDE_ID if uid is None else uid),
            seccomp=inherited.data(machine.seccomp),
            info=info,
            software=machine.software.paths,
            mounts=spec.mounts,
            limits=spec.limits,
            variables=room_variables(limits=spec.limits, path=self._path, env=env),
            gpu=spec.gpu.gpu if spec.gpu else None,
        )
        # Not on the command line: the room can read that of its first process in /proc.
        arguments = inherited.data("\0".join(options).encode())
        command = room_command(
            tools=machine.tools,
            uid=uid,
            argv=spec.argv,
            limits=spec.limits,
            counts_processes=grouped,
            has_gpu=spec.gpu is not None,
        )
        return [machine.tools.bwrap, "--args", str(arguments), "--", *command]


def examine_machine(settings: SandboxSettings) -> Machine:
    """Return what this machine opens rooms with. Raises SandboxUnavailable."""
    return Machine(
        tools=find_tools(),
        seccomp=compile_filter(),
        software=find_software(settings.room_python),
        hierarchy=find_hierarchy(settings.cgroup_parent) if settings.use_cgroups else None,
    )


def probe(command: Command, launch: Launch) -> None:
    """Run one room to its end. Raises SandboxUnavailable with what bubblewrap said."""
    try:
        done = subprocess.run(
            list(command.argv),
            pass_fds=command.inherited.fds,
            env={},
            cwd="/",
            input=GO,
            capture_output=True,
            check=False,
            timeout=PROBE_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as exc:
        raise SandboxUnavailable(f"bubblewrap does not run: {exc}.", REMEDY) from exc
    finally:
        launch.finish()
        launch.held.close()
    if done.returncode != 0 or not done.stderr.startswith(OPENED):
        said = done.stderr.decode(errors="replace").strip() or f"exit status {done.returncode}"
        raise SandboxUnavailable(f"bubblewrap can't open a room: {said}.", REMEDY)


def _meter(group: Cgroup | None, limits: Limits, pid: int) -> Meter:
    return group or ProcessTreeMeter(pid=pid, allowed_memory=limits.memory)


def _first_process(info: int) -> int | None:
    """Return the host's number of the room's first process, None if there never was one."""
    try:
        written = os.read(info, 4096)
    except BlockingIOError:
        return None
    pid: int | None = json.loads(written)["child-pid"] if written else None
    return pid
