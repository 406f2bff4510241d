"""Ways out of a room. The functions are right, so the notebook earns all its points."""

from __future__ import annotations

from tests.redteam.case import RIGHT, Case
from tests.redteam.kit import ATTEMPT, KERNEL


def escape(tries: str, cell: str) -> Case:
    """Return a case whose second cell tries what the room must refuse."""
    return Case(tries, (RIGHT, f"{ATTEMPT}\n{cell}"))


NAMESPACES = (0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000)
DEVICES = """\
for folder in ("/tmp", "/dev/shm", "/home/student", "/dev"):
    for kind, major, minor in ((stat.S_IFCHR, 1, 1), (stat.S_IFBLK, 254, 0), (stat.S_IFBLK, 8, 0)):
        attempt(os.mknod, f"{folder}/device", kind | 0o666, os.makedev(major, minor))
for name in ("mem", "kmem", "port", "kmsg", "vda", "sda", "fuse", "kvm", "loop0", "mapper/control",
             "net/tun", "uinput", "hwrng", "vhost-net", "console", "tty", "nvidiactl"):
    attempt(os.open, f"/dev/{name}", os.O_RDWR)
"""
MACHINE_FILES = """\
for path in ("/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe", "/proc/sysrq-trigger",
             "/proc/sys/vm/overcommit_memory", "/proc/sys/fs/binfmt_misc/register",
             "/proc/sys/kernel/hostname", "/proc/1/oom_score_adj", "/proc/1/mem", "/proc/kcore",
             "/sys/kernel/uevent_helper", "/sys/fs/cgroup/release_agent", "/etc/passwd",
             "/etc/ld.so.preload", "/usr/bin/python3", os.__file__):
    attempt(os.open, path, os.O_WRONLY)
for name, text in (("oom_score_adj", b"-1000"), ("loginuid", b"0"), ("timerslack_ns", b"0")):
    attempt(lambda: os.write(os.open(f"/proc/1/{name}", os.O_WRONLY), text))
attempt(lambda: os.write(os.open("/proc/self/oom_score_adj", os.O_WRONLY), b"-1000"))
"""
RELEASE_AGENT = """\
os.mkdir("/tmp/group")
for kind, options in ((b"cgroup", b"memory"), (b"cgroup", b"rdma"), (b"cgroup2", b"")):
    attempt(call, 165, b"none", b"/tmp/group", kind, 0, options)
for folder, _, names in os.walk("/sys/fs/cgroup"):
    for name in names:
        attempt(os.open, os.path.join(folder, name), os.O_WRONLY)
"""
MOUNTS = """\
os.makedirs("/tmp/a/old", exist_ok=True)
for kind in (b"tmpfs", b"proc", b"sysfs", b"overlay", b"fuse", b"devtmpfs"):
    attempt(call, 165, b"none", b"/tmp/a", kind, 0, b"")
attempt(call, 165, b"/", b"/tmp/a", b"", 0x1000, b"")            # bind
attempt(call, 165, b"none", b"/", b"", 0x20 | 0x1000, b"")       # writable again
attempt(call, 166, b"/proc", 2)                                  # umount
attempt(call, 155, b"/tmp/a", b"/tmp/a/old")                     # pivot_root
attempt(call, 161, b"/tmp/a")                                    # chroot
attempt(call, 428, -100, b"/", 1)                                # open_tree
attempt(call, 429, -100, b"/tmp", -100, b"/tmp/a", 0)            # move_mount
attempt(call, 430, b"tmpfs", 0)                                  # fsopen
attempt(call, 442, -100, b"/", 0, 0, 0)                          # mount_setattr
"""
OTHER_ROOT = """\
for path in ("BAIT", "/etc/shadow", "/proc/kmsg"):
    for prefix in ("", "/proc/self/root", "/proc/1/root", "/proc/1/cwd", "/proc/self/cwd/../../..",
                   "/dev/fd/3/../..", "/proc/self/task/1/root", "/proc/self/map_files/../root"):
        attempt(read, prefix + path)
for name in os.listdir("/proc/self/ns"):
    for process in ("1", "self"):
        attempt(lambda: call(308, os.open(f"/proc/{process}/ns/{name}", os.O_RDONLY), 0))
"""
NETWORK = """\
for family in range(2, 48):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
        attempt(socket.socket, family, kind)
        attempt(socket.socketpair, family, kind)
for host in ("localhost", "127.0.0.1", "169.254.169.254", "pypi.org", "::1"):
    attempt(socket.create_connection, (host, 80), 1)
attempt(socket.getaddrinfo, "example.org", 443)
"""
LOCAL_SOCKETS = """\
for name in ("\\0/tmp/.X11-unix/X0", "ABSTRACT", "/var/run/docker.sock", "/run/docker.sock",
             "/run/containerd/containerd.sock", "/run/dbus/system_bus_socket",
             "/run/systemd/private", "/var/run/postgresql/.s.PGSQL.5432", "NEIGHBOUR/s/k-1"):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_SEQPACKET):
        attempt(socket.socket(socket.AF_UNIX, kind).connect, name)
"""
ROOT = """\
for user in (0, 65534, 1000):
    attempt(os.setuid, user) if os.getuid() != user else None
    attempt(os.setgroups, [user])
shell = "/tmp/shell"
open(shell, "w").write("#!/bin/sh\\nid -u\\n")
os.chmod(shell, 0o6755)
for command in (["su", "-c", "id"], ["mount"], ["sudo", "-n", "id"], ["newgrp"], ["unshare", "-r"]):
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=5)
    except OSError:
        continue
    if b"uid=0" in done.stdout:
        print("ESCAPED", command)
attempt(call, 157, 38, 0, 0, 0, 0)  # no_new_privs, off again
"""
LIMITS = """\
import resource
for name in ("RLIMIT_AS", "RLIMIT_CPU", "RLIMIT_DATA", "RLIMIT_FSIZE", "RLIMIT_NOFILE",
             "RLIMIT_NPROC", "RLIMIT_CORE", "RLIMIT_MEMLOCK", "RLIMIT_MSGQUEUE"):
    soft, hard = resource.getrlimit(getattr(resource, name))
    if hard != resource.RLIM_INFINITY:
        attempt(resource.setrlimit, getattr(resource, name), (hard, hard + 1))
attempt(os.nice, -5)
attempt(os.sched_setscheduler, 0, os.SCHED_FIFO, os.sched_param(50))
"""
SHARED_FOLDER = """\
attempt(os.link, file, os.path.join(folder, "link"))
attempt(os.link, "/etc/passwd", os.path.join(folder, "passwd"))
attempt(os.open, file, os.O_WRONLY)
attempt(os.rename, os.path.join(folder, "k-1"), file)
attempt(os.unlink, file)
attempt(os.symlink, "/etc", os.path.dirname(folder) + "/etc")
attempt(os.chmod, folder, 0)
for name, target in (("a", "BAIT"), ("b", "/"), ("c", "NEIGHBOUR"), ("d", "../.."), ("e", "e")):
    os.symlink(target, os.path.join(folder, name))
os.mkdir(os.path.join(folder, "closed"))
os.symlink("BAIT", os.path.join(folder, "closed", "f"))
os.chmod(os.path.join(folder, "closed"), 0o777)
"""
SWAPPING = """\
def swap():
    path = os.path.join(folder, "s")
    while True:
        try:
            os.mkdir(path); os.rmdir(path); os.symlink("/proc", path); os.unlink(path)
            open(path, "w").close(); os.unlink(path); os.mkfifo(path); os.unlink(path)
        except OSError:
            pass

threading.Thread(target=swap, daemon=True).start()
time.sleep(1)
"""

CASES = (
    escape(
        "reading and steering another process",
        "for pid in (1, os.getppid()):\n"
        "    attempt(call, 101, 16, pid, 0, 0)\n"  # ptrace
        "    attempt(call, 310, pid, 0, 0, 0, 0, 0)\n"  # process_vm_readv
        "    attempt(lambda: call(438, os.pidfd_open(pid), 0, 0))\n"  # pidfd_getfd
        "    attempt(read, f'/proc/{pid}/mem')\n"
        "attempt(call, 101, 0, 0, 0, 0)",
    ),
    escape("pages that fault into user space", "attempt(call, 323, 0)"),
    escape(
        "kernel keyrings",
        "attempt(call, 248, b'user', b'k', b'v', 1, -3)\n"
        "attempt(call, 249, b'user', b'k', 0, 0)\nattempt(call, 250, 6, -3)",
    ),
    escape(
        "programs for the kernel: bpf, perf, io_uring, modules",
        "attempt(call, 321, 5, b'\\0' * 128, 128)\nattempt(call, 298, b'\\0' * 128, 0, -1, -1, 0)\n"
        "attempt(call, 425, 8, b'\\0' * 120)\nattempt(call, 313, 0, b'', 0)\n"
        "attempt(call, 246, 0, 0, 0, 0)\nattempt(call, 175, b'', 0, b'')",
    ),
    escape(
        "new namespaces",
        f"for flag in {NAMESPACES}:\n    attempt(call, 272, flag)\n"
        "    attempt(call, 56, flag | 17, 0, 0, 0, 0)\n    attempt(call, 435, b'\\0' * 88, 88)",
    ),
    escape("mounts, by the old calls and the new", MOUNTS),
    escape("device nodes", DEVICES),
    escape("core pattern and other files of the machine", MACHINE_FILES),
    escape("a release agent of control groups", RELEASE_AGENT),
    escape("another root, another namespace", OTHER_ROOT),
    escape(
        "files by handle",
        "attempt(call, 303, -100, b'/', b'\\x80' + b'\\0' * 135, b'\\0' * 8, 0)\n"
        "attempt(call, 304, -100, b'\\x08\\0\\0\\0\\x01\\0\\0\\0' + b'\\2' + b'\\0' * 7, 0)",
    ),
    escape("root, by ids, programs and files", ROOT),
    escape("higher limits", LIMITS),
    escape("every family of sockets, names and addresses", NETWORK),
    escape("sockets of the machine and of another student", LOCAL_SOCKETS),
    escape(
        "the clock, the name and the power of the machine",
        "attempt(call, 164, b'\\0' * 16, 0)\nattempt(call, 227, 0, b'\\0' * 16)\n"
        "attempt(call, 170, b'x', 1)\nattempt(call, 169, 0xfee1dead, 672274793, 0x1234567, 0)\n"
        "attempt(call, 103, 3, b'\\0' * 99, 99)\nattempt(call, 135, 0x0040000)\n"
        "attempt(call, 163, b'/tmp/x')\nattempt(call, 167, b'/tmp/x', 0)",
    ),
    Case(
        "links in the shared folder, for whoever removes it",
        (RIGHT, KERNEL + ATTEMPT + SHARED_FOLDER),
    ),
    Case("a folder that turns into a link as it is looked at", (RIGHT, KERNEL + SWAPPING)),
)
