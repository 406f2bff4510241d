"""The refused system calls as a BPF program, for rooms that are not under an engine's profile."""

from __future__ import annotations

import errno
import importlib
import tempfile
from types import ModuleType

from sandbox.errors import SandboxUnavailable
from sandbox.refused import (
    AF_UNIX,
    CLONE_NAMESPACES,
    LOW_32_BITS,
    NEWER_CALLS,
    REFUSED,
    TERMINAL_INJECTIONS,
)

UNKNOWN_CALL = -1


def compile_filter() -> bytes:
    """Return the filter as a BPF program. Raises SandboxUnavailable."""
    seccomp = _library()
    rules = seccomp.SyscallFilter(seccomp.ALLOW)
    # 32-bit and x32 calls have other numbers, which the rules below would not see.
    rules.set_attr(seccomp.Attr.ACT_BADARCH, seccomp.KILL_PROCESS)
    refuse = seccomp.ERRNO(errno.EPERM)
    for calls in REFUSED.values():
        for call in calls:
            number = _number(seccomp, call)
            if number is not None:
                rules.add_rule(refuse, number)
    for flag in CLONE_NAMESPACES:
        rules.add_rule(refuse, "clone", seccomp.Arg(0, seccomp.MASKED_EQ, flag, flag))
    # Its flags are behind a pointer: no filter can read them. The C library goes back to clone.
    rules.add_rule(seccomp.ERRNO(errno.ENOSYS), "clone3")
    for call in ("socket", "socketpair"):
        # Rooms have no network; without these families the kernel's network code is out of reach.
        # ZeroMQ, which asks for one at every start, aborts on any other error number.
        family = seccomp.Arg(0, seccomp.NE, AF_UNIX)
        rules.add_rule(seccomp.ERRNO(errno.EOPNOTSUPP), call, family)
    for request in TERMINAL_INJECTIONS:
        same = seccomp.Arg(1, seccomp.MASKED_EQ, LOW_32_BITS, request)
        rules.add_rule(refuse, "ioctl", same)
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()


def _library() -> ModuleType:
    try:
        return importlib.import_module("pyseccomp")
    except (ImportError, RuntimeError, OSError) as exc:
        # It looks for the C library as it is imported.
        raise SandboxUnavailable(
            "System calls can't be filtered: libseccomp is missing.",
            "Type: apt-get install libseccomp2",
        ) from exc


def _number(seccomp: ModuleType, call: str) -> int | None:
    """Return the call's number, None where this machine's library does not know the call."""
    number: int = seccomp.resolve_syscall(seccomp.system_arch(), call)
    return NEWER_CALLS.get(call) if number == UNKNOWN_CALL else number
