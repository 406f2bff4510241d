"""Turn the end of the student's room into the problem that the student reads."""

from __future__ import annotations

import signal

from graders.protocol import SENT_TOO_MUCH
from graders.report import Fault, Problem, ProblemCode
from sandbox.room import EndCause, RoomEnd

_LIMITS = {
    EndCause.WALL: ProblemCode.WALL_TIME,
    EndCause.CPU: ProblemCode.CPU_TIME,
    EndCause.MEMORY: ProblemCode.MEMORY,
    EndCause.PROCESSES: ProblemCode.PROCESSES,
    EndCause.DISK: ProblemCode.DISK,
    EndCause.GPU_MEMORY: ProblemCode.GPU_MEMORY,
}


def problem_of_judge_end(end: RoomEnd) -> Problem | None:
    """Return the student's problem that ended the judge, None where it is none of theirs.

    With the reference's answers, which every exercise is checked with, the judge has memory
    enough: one that runs out was sent too much. ZeroMQ, which receives it, aborts then.
    """
    aborted = end.cause is EndCause.SIGNALLED and end.code == -signal.SIGABRT
    return SENT_TOO_MUCH if aborted or end.cause is EndCause.MEMORY else None


def problem_of_end(end: RoomEnd) -> Problem:
    """Return the problem that explains why the student's room ended.

    A room that we closed ourselves is no fault of the student's.
    """
    if end.cause in _LIMITS:
        return Problem(
            code=_LIMITS[end.cause],
            fault=Fault.LIMIT,
            allowed=end.allowed,
            used=end.used,
        )
    if end.cause is EndCause.CLOSED:
        return Problem(code=ProblemCode.SANDBOX_FAILED, fault=Fault.OURS)
    killed = end.cause is EndCause.SIGNALLED
    code = ProblemCode.KERNEL_KILLED if killed else ProblemCode.KERNEL_EXITED
    message = f"signal {abs(end.code)}" if killed else f"exit status {end.code}"
    return Problem(code=code, fault=Fault.STUDENT, message=message)
