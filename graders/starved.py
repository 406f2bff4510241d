"""Tell a notebook that ran out of time from one that the machine had no processor for.

A limit on wall time ends what waits for ever; on a machine with too much to do it would end honest
work too. The kernel knows which it was: it counts how long a process was ready to run and did not.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from graders.protocol import Verdict
from graders.report import Fault, Problem, ProblemCode
from sandbox.room import Room

# Of its time, a room that was kept from the processors has waited this much at least ...
WAITED = 0.75
# ... and has had no more than this of one. More, and its own threads stood in each other's way.
SERVED = 0.25
# For operators, who can do something about it.
BUSY = "too much work at a time for this machine's processors"
# A test's time begins a little after the news of the one before.
SLACK = 0.9


@dataclass(frozen=True, slots=True)
class Moment:
    """What a room had waited and been served until then, in seconds like the time itself."""

    time: float
    waited: float
    served: float


@dataclass(slots=True)
class Queueing:
    """How long a room stood in the processors' queue, from one piece of news to the next."""

    room: Room
    moments: list[Moment] = field(default_factory=list)

    def note(self, *, anew: bool = False) -> None:
        """Remember this moment, as the first one when `anew`. The room must not have ended."""
        if anew:
            self.moments.clear()
        waited, served = self.room.waited_seconds(), self.room.cpu_seconds()
        self.moments.append(Moment(time.monotonic(), waited, served or 0.0))

    def was_starved(self, *, seconds: float) -> bool:
        """Return whether others kept it from the processors for a span of so many seconds.

        Such a span lies between two pieces of news, or is the whole.
        """
        return any(
            after.time - before.time >= SLACK * seconds
            and after.waited - before.waited >= WAITED * (after.time - before.time)
            and after.served - before.served <= SERVED * (after.time - before.time)
            for before, after in self._spans()
        )

    def _spans(self) -> Iterator[tuple[Moment, Moment]]:
        if self.moments:
            yield self.moments[0], self.moments[-1]
        yield from pairwise(self.moments)


def shortest_limit(verdict: Verdict) -> float | None:
    """Return the shortest limit on wall time, in s, that ended the cells or a test, if one did."""
    problems = (verdict.problem, *(test.problem for test in verdict.tests))
    return min(
        (
            one.allowed
            for one in problems
            if one is not None and one.code is ProblemCode.WALL_TIME and one.allowed
        ),
        default=None,
    )


def machine_busy() -> Verdict:
    """Return the verdict that holds nothing against the student, and is tried again."""
    problem = Problem(code=ProblemCode.MACHINE_BUSY, fault=Fault.OURS, message=BUSY)
    return Verdict(problem=problem)
