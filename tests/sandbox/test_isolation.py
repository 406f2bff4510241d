"""What student code can't see or do in a room."""

from __future__ import annotations

import errno
import json
import os
import socket
from pathlib import Path

import pytest

from sandbox import EndCause, Mount, Sandbox
from tests.sandbox.conftest import REPOSITORY
from tests.sandbox.rooms import python, run

SCRATCH = ["/tmp", "/dev/shm"]  # noqa: S108, of a room
PROCESSES = {
    "bubblewrap": ["bwrap", "python"],
    "bubblewrap, forked": ["python", "python"],
    "docker, forked": ["python", "python"],
    "docker": ["python", "room-clock", "room-init"],
}
ATTEMPT = """
import errno, json
def attempt(action, *args, **kwargs):
    try:
        action(*args, **kwargs)
    except OSError as exc:
        return errno.errorcode[exc.errno]
    return "done"
"""


async def answer(sandbox: Sandbox, code: str, *, mounts: tuple[Mount, ...] = ()) -> object:
    """Return the value that `code` gives as JSON from a room."""
    printed, end = await run(sandbox, ATTEMPT + code, mounts=mounts)
    assert end.cause is EndCause.EXITED
    return json.loads(printed)


async def test_the_host_is_not_reached_by_loopback(walled: Sandbox) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
        socket.create_connection(address).close()
        code = f"""
import socket
print(json.dumps(attempt(socket.create_connection, {address!r})))
"""
        assert await answer(walled, code) == errno.errorcode[errno.EOPNOTSUPP]


async def test_no_network_family_can_be_opened(walled: Sandbox) -> None:
    code = """
import socket
families = {name: getattr(socket, name) for name in dir(socket) if name.startswith("AF_")}
kinds = (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW)
print(json.dumps(sorted(
    name for name, family in families.items()
    if any(attempt(socket.socket, family, kind) == "done" for kind in kinds)
)))
"""
    assert await answer(walled, code) == ["AF_UNIX"]


async def test_the_network_namespace_has_only_a_loopback(walled: Sandbox) -> None:
    code = """
import os
print(json.dumps([line.split(":")[0].strip() for line in open("/proc/net/dev").readlines()[2:]]))
"""
    seen = await answer(walled, code)
    assert isinstance(seen, list)
    assert {name for name in seen if not name.startswith(("tunl", "gre", "sit", "ip"))} == {"lo"}


async def test_abstract_sockets_of_the_host_are_not_reached(walled: Sandbox) -> None:
    name = f"\0noyau-test-{os.getpid()}-{walled.name}-{walled.settings.use_cgroups}"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(name)
        server.listen()
        code = f"""
import socket
print(json.dumps(attempt(socket.socket(socket.AF_UNIX).connect, {name!r})))
"""
        assert await answer(walled, code) == "ECONNREFUSED"


async def test_files_of_the_host_are_absent(walled: Sandbox) -> None:
    paths = [
        "/etc/shadow",
        "/etc/machine-id",
        "/sys",
        "/run/lock",
        "/var",
        "/boot",
        "/mnt",
        "/root/.ssh",
        "/root/.bashrc",
        str(REPOSITORY / "pyproject.toml"),
        str(REPOSITORY / "sandbox"),
        str(REPOSITORY / "exercises"),
        str(REPOSITORY / ".git"),
    ]
    code = f"""
import os
def is_seen(path):
    return os.path.lexists(path) and (not os.path.isdir(path) or os.listdir(path) != [])
print(json.dumps([path for path in {paths!r} if is_seen(path)]))
"""
    assert await answer(walled, code) == []


async def test_the_repository_shows_no_more_than_the_room_environment(walled: Sandbox) -> None:
    code = f"""
import os
print(json.dumps(os.listdir({str(REPOSITORY)!r}) if os.path.exists({str(REPOSITORY)!r}) else []))
"""
    # A container has its own.
    assert await answer(walled, code) == (
        [] if walled.name.startswith("docker") else [".venv-room"]
    )


async def test_accounts_of_the_host_are_unknown(walled: Sandbox) -> None:
    code = "import pwd; print(json.dumps([entry.pw_name for entry in pwd.getpwall()]))"
    assert await answer(walled, code) == ["student"]


async def test_only_the_rooms_own_processes_exist(walled: Sandbox) -> None:
    code = """
import os
print(json.dumps(sorted(
    open(f"/proc/{name}/comm").read().strip() for name in os.listdir("/proc") if name.isdigit()
)))
"""
    assert await answer(walled, code) == PROCESSES[walled.name]


@pytest.mark.bwrap
async def test_the_first_process_does_not_tell_the_rooms_mounts(bubblewrap: Sandbox) -> None:
    code = """
words = open("/proc/1/cmdline").read().split("\\0")
print(json.dumps([words[:2], words[3]]))
"""
    assert await answer(bubblewrap, code) == [["/usr/bin/bwrap", "--args"], "--"]


@pytest.mark.docker
async def test_the_program_can_not_touch_the_processes_above_it(docker: Sandbox) -> None:
    code = """
import os, signal
names = {open(f"/proc/{pid}/comm").read().strip(): pid for pid in os.listdir("/proc")
         if pid.isdigit()}
clock, reaper = names["room-clock"], names["room-init"]
os.kill(int(clock), signal.SIGSTOP)
state = open(f"/proc/{clock}/stat").read().rpartition(")")[2].split()[0]
print(json.dumps([clock, state, [
    attempt(open, f"/proc/{pid}/{name}", "rb")
    for pid in (clock, reaper) for name in ("mem", "environ", "maps", "exe")
]]))
"""
    assert await answer(docker, code) == ["1", "S", ["EACCES"] * 8]


async def test_proc_tells_little_of_the_machine(walled: Sandbox) -> None:
    code = """
names = ("cmdline", "kcore", "keys", "kmsg", "modules", "swaps", "partitions", "diskstats")
def read(name):
    try:
        with open(f"/proc/{name}", "rb", buffering=0) as file:
            return file.read(64).decode()
    except OSError:
        return ""
print(json.dumps("".join(map(read, names))))
"""
    assert await answer(walled, code) == ""


async def test_the_program_has_no_privilege(walled: Sandbox) -> None:
    code = """
import os
lines = dict(line.split(":", 1) for line in open("/proc/self/status"))
names = ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb", "NoNewPrivs", "Seccomp")
print(json.dumps([{name: int(lines[name], 16) for name in names}, 0 in os.getresuid()]))
"""
    privileges = {"CapInh": 0, "CapPrm": 0, "CapEff": 0, "CapBnd": 0, "CapAmb": 0}
    assert await answer(walled, code) == [{**privileges, "NoNewPrivs": 1, "Seccomp": 2}, False]


async def test_no_descriptor_is_handed_down(walled: Sandbox) -> None:
    code = """
import os
folder = os.open("/proc/self/fd", os.O_RDONLY)
print(json.dumps(sorted(int(fd) for fd in os.listdir(folder) if int(fd) < folder)))
"""
    assert await answer(walled, code) == [0, 1, 2]


async def test_changing_user_is_refused(walled: Sandbox) -> None:
    code = "import os; print(json.dumps([attempt(os.setuid, 0), attempt(os.setgid, 0)]))"
    # In a user namespace there is no such user to be.
    refusal = "EPERM" if os.geteuid() == 0 else "EINVAL"
    assert await answer(walled, code) == [refusal, refusal]


async def test_only_home_tmp_and_shared_memory_are_writable(walled: Sandbox) -> None:
    code = f"""
import os
places = ["/", "/usr", "/etc", "/dev", "/home", "/proc", "/usr/lib", os.path.dirname(os.__file__),
          {str(REPOSITORY / ".venv-room")!r}, "/home/student", "/tmp", "/dev/shm"]
print(json.dumps([p for p in places if attempt(open, p + "/probe", "w") == "done"]))
"""
    assert await answer(walled, code) == ["/home/student", *SCRATCH]


async def test_a_readable_mount_is_read_only_and_a_writable_one_is_not(
    walled: Sandbox, tmp_path: Path
) -> None:
    for name in ("data", "out"):
        (tmp_path / name).mkdir()
        (tmp_path / name).chmod(0o777)
    (tmp_path / "data" / "x.txt").write_text("42")
    mounts = (
        Mount(source=tmp_path / "data", target=Path("/home/student/data")),
        Mount(source=tmp_path / "out", target=Path("/home/student/out"), writable=True),
    )
    code = """
print(json.dumps([
    open("/home/student/data/x.txt").read(),
    attempt(open, "/home/student/data/x.txt", "w"),
    attempt(open, "/home/student/out/y.txt", "w"),
]))
"""
    # A room of root has a user id of its own, which may come no further than pytest's folders.
    assert await answer(walled, code, mounts=mounts) == ["42", "EROFS", "done"]
    assert (tmp_path / "out" / "y.txt").exists()


async def test_rooms_do_not_see_each_others_files_or_processes(walled: Sandbox) -> None:
    writer = "open('/tmp/mine', 'w').close(); print('ready', flush=True); input()"
    async with await walled.open(python(writer)) as other:
        assert await other.stdout.readline() == b"ready\n"
        code = """
import os
processes = sum(name.isdigit() for name in os.listdir("/proc"))
print(json.dumps([os.path.exists("/tmp/mine"), processes]))
"""
        assert await answer(walled, code) == [False, len(PROCESSES[walled.name])]


@pytest.mark.skipif(os.geteuid() != 0, reason="only rooms of root have a user id each")
async def test_two_rooms_have_different_users(walled: Sandbox) -> None:
    whoami = "import os; print(os.getuid(), flush=True); input()"
    async with (
        await walled.open(python(whoami)) as one,
        await walled.open(python(whoami)) as two,
    ):
        users = {int(await one.stdout.readline()), int(await two.stdout.readline())}
    assert len(users) == 2
    assert min(users) >= walled.settings.room_uid_base
