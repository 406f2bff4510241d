"""Making the world of a forked room: its own file systems over the template's."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path

from sandbox.template import syscalls
from sandbox.template.messages import ForkRequest

PRIVATE = syscalls.MS_NOSUID | syscalls.MS_NODEV
NAMESPACES = (
    syscalls.CLONE_NEWNS
    | syscalls.CLONE_NEWIPC
    | syscalls.CLONE_NEWNET
    | syscalls.CLONE_NEWUTS
    | syscalls.CLONE_NEWCGROUP
)
# A file system of the template's side of a room: nothing in it belongs to the room's user.
OURS = "/run"
# An engine mounts one, of the template's: rooms could leave each other messages there.
QUEUES = "/dev/mqueue"


def make_world(request: ForkRequest, trees: Sequence[int]) -> None:
    """Unshare every namespace but the users', and mount what this room sees. Raises OSError."""
    syscalls.unshare(NAMESPACES)
    syscalls.mount("", "/", flags=syscalls.MS_REC | syscalls.MS_PRIVATE)
    _mount_proc(request)
    terminals = "newinstance,ptmxmode=0666,mode=0620"
    exec_free = syscalls.MS_NOSUID | syscalls.MS_NOEXEC
    syscalls.mount("devpts", "/dev/pts", "devpts", exec_free, terminals)
    if os.path.isdir(QUEUES):  # noqa: PTH112
        syscalls.mount("mqueue", QUEUES, "mqueue", exec_free | syscalls.MS_NODEV)
    for target, size in request.private.items():
        options = f"mode=1777,size={size},nr_inodes={request.most_files}"
        syscalls.mount("tmpfs", target, "tmpfs", PRIVATE, options)
    syscalls.mount("tmpfs", OURS, "tmpfs", PRIVATE, "mode=0755,size=1m")
    _name_user(request.etc)
    for tree, target in zip(trees, request.mounts, strict=True):
        _attach(tree, Path(target))
    syscalls.mount("", OURS, flags=syscalls.MS_REMOUNT | syscalls.MS_RDONLY | PRIVATE)
    os.chdir(request.home)


def _mount_proc(request: ForkRequest) -> None:
    flags = syscalls.MS_NOSUID | syscalls.MS_NODEV | syscalls.MS_NOEXEC
    syscalls.mount("proc", "/proc", "proc", flags)
    for name in request.hidden_files:
        if os.path.exists(f"/proc/{name}"):  # noqa: PTH110, many of them for every room
            syscalls.mount("/dev/null", f"/proc/{name}", flags=syscalls.MS_BIND)
    for name in request.hidden_folders:
        if os.path.isdir(f"/proc/{name}"):  # noqa: PTH112
            syscalls.mount("tmpfs", f"/proc/{name}", "tmpfs", flags | syscalls.MS_RDONLY, "size=4k")


def _name_user(contents: Mapping[str, str]) -> None:
    """Let the room's user be the one account that there is."""
    for name, content in contents.items():
        file = Path(OURS, name)
        file.write_text(content)
        file.chmod(0o444)
        syscalls.mount(str(file), f"/etc/{name}", flags=syscalls.MS_BIND)


def _attach(tree: int, target: Path) -> None:
    for parent in reversed(target.parents):
        if not parent.exists():
            parent.mkdir(mode=0o755)
    if not target.exists():
        is_folder = stat.S_ISDIR(os.fstat(tree).st_mode)
        target.mkdir(mode=0o755) if is_folder else target.touch(mode=0o444)
    syscalls.attach_mount(tree, str(target))
