"""The command line of one bubblewrap room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sandbox.bubblewrap.tools import Tools
from sandbox.gpu.device import Gpu
from sandbox.hidden import HIDDEN_FILES, HIDDEN_FOLDERS
from sandbox.process import OPENING
from sandbox.room import Limits, Mount
from sandbox.shares import private_sizes, resource_limits
from sandbox.variables import HOME

REPOSITORY = Path(__file__).resolve().parents[2]
SYSTEM = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
ETC = ("ld.so.cache", "alternatives", "fonts", "localtime")
INSIDE_ID = 1000
# Tells NVIDIA's libraries to leave the device files as they are. They would try to make anew one
# whose owner looks wrong, as in a user namespace.
DRIVER_SETTINGS = b"ModifyDeviceFiles: 0\n"
# Sockets must be open to the other room of a pair, which has another user id.
OPENING_WITH_SHARED_SOCKETS = f"umask 0; {OPENING}"


@dataclass(frozen=True, slots=True)
class Files:
    """Open file descriptors of what is put into /etc, and into /proc beside a GPU."""

    passwd: int
    group: int
    hosts: int
    driver_settings: int


def bwrap_options(
    *,
    tools: Tools,
    uid: int | None,
    files: Files,
    seccomp: int,
    info: int,
    software: Iterable[Path],
    mounts: Sequence[Mount],
    limits: Limits,
    variables: Mapping[str, str],
    gpu: Gpu | None = None,
) -> list[str]:
    """Return bubblewrap's options. `uid` is the room's user id where rooms are opened by root."""
    files_of_driver = gpu.driver if gpu is not None else ()
    driver = [Mount(source=file.source, target=file.target) for file in files_of_driver]
    return [
        *_namespaces(tools=tools, uid=uid),
        *_etc(files, how="--ro-bind-data"),
        *_world(
            mounts=[*shown(software), *driver, *mounts],
            limits=limits,
            variables=variables,
            devices=_devices(gpu),
            proc=_proc(files) if gpu is not None else (),
        ),
        *("--seccomp", str(seccomp), "--info-fd", str(info)),
    ]


def template_options(
    *,
    files: Files,
    mounts: Sequence[Mount],
    limits: Limits,
    variables: Mapping[str, str],
) -> list[str]:
    """Return bubblewrap's options for a template: a room's world, and power over namespaces.

    Each forked room mounts its own file systems over this world's, and gives that power up.
    """
    return [
        *_own_namespaces(("CAP_SYS_ADMIN", "CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP")),
        # Where a room's own files go that are neither its user's nor the template's.
        *("--perms", "0755", "--dir", "/run"),
        # In the root itself: nothing can be mounted over a file that is mounted and has no name.
        *_etc(files, how="--file"),
        *_world(mounts=mounts, limits=limits, variables=variables),
    ]


def shown(paths: Iterable[Path]) -> list[Mount]:
    """Return mounts that show these paths where they are."""
    return [Mount(source=path, target=path) for path in paths]


def room_command(
    *,
    tools: Tools,
    uid: int | None,
    argv: Sequence[str],
    limits: Limits,
    counts_processes: bool,
    has_gpu: bool = False,
) -> list[str]:
    """Return what bubblewrap starts: it drops what is left of root, sets limits, runs `argv`."""
    # In a user namespace the room's first process, which is bubblewrap's, has the same user id.
    most = limits.processes + (1 if uid is None else 0)
    processes = [] if counts_processes else [f"--nproc={most}"]
    each = resource_limits(limits, has_gpu=has_gpu)
    return [
        *_become(tools=tools, uid=uid),
        *(tools.prlimit, *(f"--{name}={soft}:{hard}" for name, (soft, hard) in each.items())),
        *(*processes, "--"),
        *("/bin/sh", "-c", OPENING_WITH_SHARED_SOCKETS, "room", *argv),
    ]


def _namespaces(*, tools: Tools, uid: int | None) -> list[str]:
    if uid is None:
        own = ["--unshare-all", "--unshare-user", "--uid", str(INSIDE_ID), "--gid", str(INSIDE_ID)]
        return [*own, "--disable-userns"] if tools.disables_userns else own
    # Root needs no user namespace, and in one could not change to the room's user id. These
    # capabilities serve that change alone and go with it.
    return _own_namespaces(("CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP"))


def _own_namespaces(kept: Sequence[str]) -> list[str]:
    return [
        *("--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"),
        *("--unshare-cgroup-try", "--cap-drop", "ALL"),
        *(word for capability in kept for word in ("--cap-add", capability)),
    ]


def _world(
    *,
    mounts: Sequence[Mount],
    limits: Limits,
    variables: Mapping[str, str],
    devices: Sequence[str] = (),
    proc: Sequence[str] = (),
) -> list[str]:
    return [
        *("--die-with-parent", "--new-session", "--hostname", "room", "--clearenv"),
        *(word for pair in variables.items() for word in ("--setenv", *pair)),
        *_system(),
        *proc,
        *_sealed(),
        *("--dev", "/dev"),
        *devices,
        *_private(limits),
        *_mounted(mounts),
        *("--remount-ro", "/dev", "--remount-ro", "/", "--chdir", HOME),
    ]


def _become(*, tools: Tools, uid: int | None) -> list[str]:
    if uid is None:
        return []
    return [
        *(tools.setpriv, "--reuid", str(uid), "--regid", str(uid), "--clear-groups"),
        *("--no-new-privs", "--inh-caps=-all", "--bounding-set=-all", "--"),
    ]


def _system() -> list[str]:
    words = ["--ro-bind", "/usr", "/usr"]
    if REPOSITORY.is_relative_to("/usr"):
        words += ["--tmpfs", str(REPOSITORY)]
    for name in SYSTEM:
        path = Path(name)
        if path.is_symlink():
            words += ["--symlink", str(path.readlink()), name]
        elif path.exists():
            words += ["--ro-bind", name, name]
    words += ["--proc", "/proc"]
    for name in HIDDEN_FILES:
        if Path("/proc", name).exists():
            words += ["--ro-bind", "/dev/null", f"/proc/{name}"]
    for name in HIDDEN_FOLDERS:
        if Path("/proc", name).is_dir():
            words += ["--tmpfs", f"/proc/{name}"]
    return words


def _sealed() -> list[str]:
    """Return options that close the folders of /proc that were emptied."""
    there = [f"/proc/{name}" for name in HIDDEN_FOLDERS if Path("/proc", name).is_dir()]
    return [word for path in there for word in ("--remount-ro", path)]


def _proc(files: Files) -> list[str]:
    """Return options that show the one file of the driver's in /proc that a room needs."""
    if not Path("/proc/driver").is_dir():
        return []
    folder = "/proc/driver/nvidia"
    return [
        *("--perms", "0755", "--dir", folder),
        *("--perms", "0444", "--ro-bind-data", str(files.driver_settings), f"{folder}/params"),
    ]


def _devices(gpu: Gpu | None) -> list[str]:
    """Return options that show the nodes of one GPU, in a /dev that holds no other's."""
    words = []
    for node in gpu.nodes if gpu is not None else ():
        if node.parent != Path("/dev"):
            words += ["--perms", "0755", "--dir", str(node.parent)]
        words += ["--dev-bind", str(node), str(node)]
    return words


def _etc(files: Files, *, how: str) -> list[str]:
    words = []
    for fd, name in ((files.passwd, "passwd"), (files.group, "group"), (files.hosts, "hosts")):
        words += ["--perms", "0444", how, str(fd), f"/etc/{name}"]
    for name in ETC:
        words += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    return words


def _private(limits: Limits) -> list[str]:
    words = []
    for target, size in private_sizes(limits).items():
        words += ["--perms", "1777", "--size", str(size), "--tmpfs", target]
    return words


def _mounted(mounts: Sequence[Mount]) -> list[str]:
    words = []
    for mount in mounts:
        # bubblewrap would make them for root alone.
        for parent in reversed(mount.target.parents[:-1]):
            words += ["--perms", "0755", "--dir", str(parent)]
        option = "--bind" if mount.writable else "--ro-bind"
        words += [option, str(mount.source), str(mount.target)]
    return words
