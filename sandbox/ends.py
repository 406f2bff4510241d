"""Telling why a room ended, from its exit status, its limits and what it used."""

from __future__ import annotations

import signal

from sandbox.room import EndCause, Limits, RoomEnd
from sandbox.usage import Usage
from sandbox.watch import Breach

SIGNAL_CODES = range(129, 129 + 64)


def exit_code(status: int | None) -> int:
    """Return `status` with a signal as a negative number; that of a kill where there is none."""
    if status is None:
        return -signal.SIGKILL
    return SIGNAL_CODES.start - 1 - status if status in SIGNAL_CODES else status


def stopped_end(code: int, breach: Breach | None) -> RoomEnd:
    """Return the end of a room that was stopped from outside: for a breach, else closed."""
    if breach is None:
        return RoomEnd(EndCause.CLOSED, code)
    return RoomEnd(breach.cause, code, allowed=breach.allowed, used=breach.used)


def own_end(code: int, limits: Limits, usage: Usage) -> RoomEnd:
    """Return the end of a room whose program ended, by itself or by the kernel's limits."""
    if usage.killed:
        return RoomEnd(EndCause.MEMORY, code, allowed=limits.memory, used=usage.memory)
    cpu_is_spent = code == -signal.SIGKILL and usage.cpu >= limits.cpu
    if code == -signal.SIGXCPU or cpu_is_spent:
        return RoomEnd(EndCause.CPU, code, allowed=limits.cpu, used=max(usage.cpu, limits.cpu))
    if code == -signal.SIGXFSZ:
        return RoomEnd(EndCause.DISK, code, allowed=limits.disk, used=limits.disk)
    return RoomEnd(EndCause.SIGNALLED if code < 0 else EndCause.EXITED, code)
