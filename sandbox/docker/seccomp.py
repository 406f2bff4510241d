"""The system call profile of a container: an allowlist, as the engine's own profile is one."""

from __future__ import annotations

import errno
import json
import platform
from collections.abc import Iterable

from sandbox.docker.calls import allowed_calls
from sandbox.refused import AF_UNIX, CLONE_NAMESPACES, REFUSED, TERMINAL_INJECTIONS

ALLOW = "SCMP_ACT_ALLOW"
REFUSE = "SCMP_ACT_ERRNO"
# Only these: calls of the 32-bit and x32 kinds have other numbers, and end the process.
ARCHITECTURES = {"x86_64": "SCMP_ARCH_X86_64", "aarch64": "SCMP_ARCH_AARCH64"}


# What a template forks rooms with. Each room is put under a filter that refuses them again.
FORKING = ("unshare", "setns", "mount", "move_mount")


def make_profile() -> str:
    """Return the profile as the engine takes it. What it allows holds nothing of REFUSED."""
    return _profile(())


def make_template_profile() -> str:
    """Return the profile of a container that forks rooms and never runs a student's code."""
    return _profile(FORKING)


def _profile(more: Iterable[str]) -> str:
    refused = {call for calls in REFUSED.values() for call in calls}
    rules = [
        _rule([*more, *(call for call in allowed_calls() if call not in refused)], ALLOW),
        # Flags behind a pointer, which no filter reads. The C library goes back to clone.
        _rule(["clone3"], REFUSE, error=errno.ENOSYS),
        _rule(["clone"], ALLOW, (0, "SCMP_CMP_MASKED_EQ", sum(CLONE_NAMESPACES), 0)),
        *_terminals(),
        *(rule for call in ("socket", "socketpair") for rule in _families(call)),
    ]
    profile = {
        "defaultAction": REFUSE,
        "defaultErrnoRet": errno.EPERM,
        "architectures": [ARCHITECTURES[platform.machine()]],
        "syscalls": rules,
    }
    return json.dumps(profile)


def _families(call: str) -> list[dict[str, object]]:
    # The same refusal as in bubblewrap's rooms: ZeroMQ aborts on any other error number.
    return [
        _rule([call], ALLOW, (0, "SCMP_CMP_EQ", AF_UNIX, 0)),
        _rule([call], REFUSE, (0, "SCMP_CMP_NE", AF_UNIX, 0), error=errno.EOPNOTSUPP),
    ]


def _terminals() -> list[dict[str, object]]:
    """Return rules by which `ioctl` passes for every request but the injections.

    The kernel reads 32 bits of the request. A rule has one look at an argument, so "none of
    these" is put together from what can differ: one of the bits that these have in common, or the
    last four together.
    """
    common, endings = TERMINAL_INJECTIONS[0], {request & 0xF for request in TERMINAL_INJECTIONS}
    differing = [(1 << bit, ~common & (1 << bit)) for bit in range(4, 32)]
    differing += [(0xF, ending) for ending in range(16) if ending not in endings]
    return [_rule(["ioctl"], ALLOW, (1, "SCMP_CMP_MASKED_EQ", *look)) for look in differing]


def _rule(
    names: Iterable[str],
    action: str,
    *arguments: tuple[int, str, int, int],
    error: int | None = None,
) -> dict[str, object]:
    rule: dict[str, object] = {
        "names": list(names),
        "action": action,
        "args": [
            {"index": index, "op": operation, "value": value, "valueTwo": second}
            for index, operation, value, second in arguments
        ],
    }
    return rule if error is None else {**rule, "errnoRet": error}
