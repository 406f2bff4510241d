"""Carry a test's requests to the student's kernel, within the time that a test may take."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graders.errors import CallTimeout, MalformedReply, RoomEnded
from graders.judge.kernel import Kernel
from graders.protocol import JudgeLimits
from graders.report import Fault, Problem, ProblemCode

GRACE_SECONDS = 2.0
MAX_PRINTED = 2000


@dataclass(slots=True)
class GoneCaller:
    """Stands for a kernel that can't be asked anything, for the reason in `lost`."""

    lost: Problem
    cells: Mapping[int, int] = field(default_factory=dict)
    printed: str = ""

    def begin_test(self, *, listen: bool = False) -> None:
        """Do nothing: there is nothing to time."""

    def ask(self, request: str) -> str:  # noqa: ARG002
        """Raise RoomEnded."""
        raise RoomEnded(self.lost)


class KernelCaller:
    """Asks the kernel from outside its event loop, one request at a time.

    `lost` holds the reason why no further request can be answered, once there is one.
    """

    def __init__(
        self,
        *,
        runner: asyncio.Runner,
        kernel: Kernel,
        cells: Mapping[int, int],
        limits: JudgeLimits,
    ) -> None:
        self.cells = cells
        self.lost: Problem | None = None
        self.printed = ""
        self._runner = runner
        self._kernel = kernel
        self._limits = limits
        self._phase_end = time.monotonic() + limits.wall
        self._deadline = self._phase_end
        self._listen = False

    def begin_test(self, *, listen: bool = False) -> None:
        """Start the clock of one test, and keep what is printed if `listen`."""
        self.printed = ""
        self._listen = listen
        self._deadline = min(time.monotonic() + self._limits.test, self._phase_end)

    def ask(self, request: str) -> str:
        """Return the text of the reply. Raises RoomEnded, CallTimeout or MalformedReply."""
        if self.lost is not None:
            raise RoomEnded(self.lost)
        return self._runner.run(self._ask(f"__import__('noyau_room').answer({request!r})"))

    async def _ask(self, expression: str) -> str:
        request = await self._kernel.evaluate(expression)
        reply = asyncio.create_task(self._kernel.reply_to(request))
        try:
            await self._wait(reply, self._deadline - time.monotonic())
            if not reply.done() and not self._kernel.ended.done():
                await self._give_up(reply)
        finally:
            reply.cancel()
        if not reply.done() or reply.cancelled():
            self.lost = self._kernel.ended.result()
            raise RoomEnded(self.lost)
        if self._listen:
            room = MAX_PRINTED - len(self.printed)
            self.printed += await self._kernel.printed_during(request, at_most=room)
        text = _answer(reply.result())
        if text is None:
            raise MalformedReply(Problem(code=ProblemCode.MALFORMED_REPLY, fault=Fault.STUDENT))
        return text

    async def _give_up(self, reply: asyncio.Task[dict[str, Any]]) -> None:
        """Interrupt the call and raise CallTimeout, unless the room ends meanwhile."""
        await self._kernel.interrupt()
        await self._wait(reply, GRACE_SECONDS)
        if self._kernel.ended.done():
            return
        problem = Problem(code=ProblemCode.WALL_TIME, fault=Fault.LIMIT, allowed=self._limits.test)
        if not reply.done() or time.monotonic() > self._phase_end:
            self.lost = problem
        raise CallTimeout(problem, reply=_answer(reply.result()) if reply.done() else None)

    async def _wait(self, reply: asyncio.Task[dict[str, Any]], seconds: float) -> None:
        waiting: set[asyncio.Future[Any]] = {reply, self._kernel.ended}
        await asyncio.wait(waiting, timeout=max(seconds, 0), return_when=asyncio.FIRST_COMPLETED)


def _answer(reply: dict[str, Any]) -> str | None:
    match reply["user_expressions"].get("answer"):
        case {"status": "ok", "data": {"application/vnd.noyau+json": str(text)}}:
            return text
    return None
