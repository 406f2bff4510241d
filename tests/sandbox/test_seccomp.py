"""System calls that a room refuses."""

from __future__ import annotations

import errno
import json
import platform

import pytest

from sandbox import EndCause, Sandbox
from sandbox.refused import REFUSED
from tests.sandbox.rooms import run

pytestmark = pytest.mark.skipif(platform.machine() != "x86_64", reason="numbers of this processor")

NUMBERS = {
    "ptrace": 101,
    "process_vm_readv": 310,
    "pidfd_getfd": 438,
    "unshare": 272,
    "setns": 308,
    "mount": 165,
    "umount2": 166,
    "pivot_root": 155,
    "chroot": 161,
    "fsopen": 430,
    "open_tree": 428,
    "move_mount": 429,
    "mount_setattr": 442,
    "statmount": 457,
    "listmount": 458,
    "open_by_handle_at": 304,
    "name_to_handle_at": 303,
    "keyctl": 250,
    "add_key": 248,
    "request_key": 249,
    "bpf": 321,
    "userfaultfd": 323,
    "perf_event_open": 298,
    "io_uring_setup": 425,
    "io_uring_enter": 426,
    "kexec_load": 246,
    "finit_module": 313,
    "reboot": 169,
    "swapon": 167,
    "acct": 163,
    "quotactl": 179,
    "syslog": 103,
    "settimeofday": 164,
    "clock_settime": 227,
    "personality": 135,
    "iopl": 172,
    "ioperm": 173,
}
# An engine says that it has no such call where it does not know the name.
NEWER = {"mount_setattr", "statmount", "listmount"}
CALL = """
import ctypes, json, os
libc = ctypes.CDLL(None, use_errno=True)
def call(*numbers):
    ctypes.set_errno(0)
    return ctypes.get_errno() if libc.syscall(*map(ctypes.c_long, numbers)) == -1 else 0
"""


async def answer(sandbox: Sandbox, code: str) -> object:
    """Return the value that `code` gives as JSON from a room."""
    printed, end = await run(sandbox, CALL + code)
    assert end.cause is EndCause.EXITED
    return json.loads(printed)


def test_every_call_tried_here_is_of_the_filter() -> None:
    assert set(NUMBERS) <= {call for calls in REFUSED.values() for call in calls}


async def test_dangerous_calls_are_refused_whatever_their_arguments(each_kind: Sandbox) -> None:
    code = f"print(json.dumps({{n: call(number) for n, number in {NUMBERS!r}.items()}}))"
    answers = await answer(each_kind, code)
    assert isinstance(answers, dict)
    assert {name for name, error in answers.items() if error != errno.EPERM} <= NEWER
    assert {answers[name] for name in NEWER} <= {errno.EPERM, errno.ENOSYS}
    assert answers.keys() == NUMBERS.keys()


async def test_clone_with_a_namespace_is_refused(each_kind: Sandbox) -> None:
    flags = [0x00020000, 0x02000000, 0x04000000, 0x08000000, 0x10000000, 0x20000000, 0x40000000]
    code = f"print(json.dumps([call(56, flag | 17, 0, 0, 0, 0) for flag in {flags!r}]))"
    assert await answer(each_kind, code) == [errno.EPERM] * len(flags)


async def test_clone3_is_unknown_so_that_the_c_library_uses_clone(each_kind: Sandbox) -> None:
    assert await answer(each_kind, "print(json.dumps(call(435, 0, 0)))") == errno.ENOSYS


async def test_processes_and_threads_still_start(each_kind: Sandbox) -> None:
    code = """
import subprocess, threading
said = []
thread = threading.Thread(target=said.append, args=["thread"])
thread.start()
thread.join()
said.append(subprocess.run(["echo", "process"], capture_output=True, text=True).stdout.strip())
print(json.dumps(said))
"""
    assert await answer(each_kind, code) == ["thread", "process"]


async def test_typing_into_a_terminal_is_refused(each_kind: Sandbox) -> None:
    code = """
high_bits = 1 << 32
requests = (0x5412, 0x5412 | high_bits, 0x541C)
print(json.dumps([call(16, 0, request, 0) for request in requests]))
"""
    assert await answer(each_kind, code) == [errno.EPERM] * 3


async def test_a_32_bit_or_x32_call_kills(each_kind: Sandbox) -> None:
    _, end = await run(each_kind, CALL + "call(0x40000000 + 39)")
    assert end.cause is EndCause.SIGNALLED
