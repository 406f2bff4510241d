"""Turn the end of the student's room into the problem that the student reads."""

from __future__ import annotations

from graders.report import Fault, Problem, ProblemCode
from sandbox.room import EndCause, RoomEnd

_LIMITS = {
    EndCause.WALL: ProblemCode.WALL_TIME,
    EndCause.CPU: ProblemCode.CPU_TIME,
    EndCause.MEMORY: ProblemCode.MEMORY,
    EndCause.PROCESSES: ProblemCode.PROCESSES,
    EndCause.DISK: ProblemCode.DISK,
}


def problem_of_end(end: RoomEnd, *, cell: int | None = None) -> Problem:
    """Return the problem that explains why the student's room ended while `cell` ran.

    A room that we closed ourselves is no fault of the student's.
    """
    if end.cause in _LIMITS:
        return Problem(
            code=_LIMITS[end.cause],
            fault=Fault.LIMIT,
            cell=cell,
            allowed=end.allowed,
            used=end.used,
        )
    if end.cause is EndCause.CLOSED:
        return Problem(code=ProblemCode.SANDBOX_FAILED, fault=Fault.OURS, cell=cell)
    killed = end.cause is EndCause.SIGNALLED
    code = ProblemCode.KERNEL_KILLED if killed else ProblemCode.KERNEL_EXITED
    message = f"signal {abs(end.code)}" if killed else f"exit status {end.code}"
    return Problem(code=code, fault=Fault.STUDENT, cell=cell, message=message)


def problem_of_exception(
    exception: str, message: str, *, otherwise: ProblemCode
) -> tuple[ProblemCode, Fault]:
    """Return what an exception of the student's code amounts to: a limit felt, or its own fault."""
    if exception in ("MemoryError", "_ArrayMemoryError") or "can't allocate memory" in message:
        return ProblemCode.MEMORY, Fault.LIMIT
    if "No space left on device" in message:
        return ProblemCode.DISK, Fault.LIMIT
    if exception == "RuntimeError" and "can't start new thread" in message:
        return ProblemCode.PROCESSES, Fault.LIMIT
    if exception == "BlockingIOError" and "Resource temporarily unavailable" in message:
        return ProblemCode.PROCESSES, Fault.LIMIT
    if exception == "StdinNotImplementedError":
        return ProblemCode.ASKED_FOR_INPUT, Fault.STUDENT
    if exception == "SystemExit":
        return ProblemCode.KERNEL_EXITED, Fault.STUDENT
    return otherwise, Fault.STUDENT
