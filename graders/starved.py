"""Tell a notebook that ran out of time from one that the machine had no processor for.

A limit on wall time ends what waits for ever; on a machine with too much to do it would end honest
work too. The kernel knows which it was: it counts how long a process was ready to run and did not.
"""

from __future__ import annotations

from graders.protocol import Verdict
from graders.report import Fault, Problem, ProblemCode
from sandbox.room import Room

# Of its time, a room that was kept from the processors has waited this much at least ...
WAITED = 0.5
# ... and has had no more than this of one. More, and its own threads stood in each other's way.
SERVED = 0.5


def ran_out_of_time(verdict: Verdict) -> bool:
    """Return whether a limit on wall time ended the cells, or one of the tests."""
    problems = (verdict.problem, *(test.problem for test in verdict.tests))
    return any(one is not None and one.code is ProblemCode.WALL_TIME for one in problems)


def was_starved(room: Room, *, seconds: float) -> bool:
    """Return whether a room that began so many seconds ago was kept from the processors by others.

    Must be asked before the room ends.
    """
    served = room.cpu_seconds()
    if not seconds or served is None:
        return False
    return room.waited_seconds() >= WAITED * seconds and served <= SERVED * seconds


def machine_busy() -> Verdict:
    """Return the verdict that holds nothing against the student, and is tried again."""
    return Verdict(problem=Problem(code=ProblemCode.MACHINE_BUSY, fault=Fault.OURS))
