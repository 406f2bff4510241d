"""Rooms that are ready before they are asked for: opened ahead, used once, gone afterwards."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field

from graders.errors import JudgeFailed
from graders.rooms import Pair, Rooms, RoomsWanted, open_pair
from graders.templates import Templates, judge_template, student_template
from sandbox.errors import SandboxError
from sandbox.room import LONGEST_WAIT, Room, RoomEnd, RoomSpec, Sandbox

logger = logging.getLogger(__name__)

MIB = 1024 * 1024
# Demand counts for as long as this: what was asked for in these seconds is soon asked for again.
BUSY_SECONDS = 20.0
IDLE_SECONDS = 900.0
TEND_SECONDS = 15.0
# What one waiting pair holds beyond what it shares with its templates, forked and not.
FORKED_BYTES = 48 * MIB
OPENED_BYTES = 160 * MIB
MEMORY = 1024 * MIB


@dataclass(slots=True)
class _Waiting:
    """A pair that nobody has asked for yet."""

    pair: Pair
    rooms: AsyncExitStack
    ended: asyncio.Task[RoomEnd]
    since: float = field(default_factory=time.monotonic)

    def is_fit(self) -> bool:
        """Return whether it may still be handed out."""
        return not self.ended.done() and time.monotonic() - self.since < LONGEST_WAIT

    async def close(self) -> None:
        """End its rooms."""
        self.ended.cancel()
        await self.rooms.aclose()


@dataclass(slots=True)
class _Shelf:
    """The waiting pairs for one want, and when pairs were asked for."""

    wanted: RoomsWanted
    waiting: deque[_Waiting] = field(default_factory=deque)
    demand: deque[float] = field(default_factory=deque)

    def ask(self) -> None:
        """Note that a pair was asked for."""
        self.demand.append(time.monotonic())

    def level(self, most: int) -> int:
        """Return how many pairs should wait, by recent demand."""
        now = time.monotonic()
        while self.demand and self.demand[0] < now - IDLE_SECONDS:
            self.demand.popleft()
        busy = sum(moment >= now - BUSY_SECONDS for moment in self.demand)
        return min(max(busy, 1), most) if self.demand else 0


class WarmRooms(Rooms):
    """Keeps pairs ready for what was graded lately.

    `most` pairs wait for any one exercise, and all that waits stays within `memory` bytes.
    Rooms are forked from templates where the sandbox can, and otherwise opened ahead. Belongs to
    one event loop.
    """

    def __init__(self, sandbox: Sandbox, *, most: int, memory: int) -> None:
        self.sandbox = sandbox
        self._most = most
        self._memory = memory
        self._templates = Templates(sandbox)
        self._shelves: dict[RoomsWanted, _Shelf] = {}
        self._asked = asyncio.Event()
        self._tending: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> int:
        """How many pairs are ready. Any thread may ask."""
        return sum(len(shelf.waiting) for shelf in list(self._shelves.values()))

    def take(self, wanted: RoomsWanted) -> AbstractAsyncContextManager[Pair]:
        """Yield a pair that waited, else a fresh one. Nothing waits on a share of a GPU."""
        if wanted.gpu is not None:
            return open_pair(wanted, student=self.sandbox, judge=self.sandbox)
        return self._take(wanted)

    @asynccontextmanager
    async def judge(self, spec: RoomSpec) -> AsyncIterator[Room]:
        """Yield a judge's room, forked where it can be."""
        async with AsyncExitStack() as rooms:
            sandbox = self.sandbox
            if await self._templates.prepare(judge_template()):
                sandbox = await rooms.enter_async_context(self._templates.borrow(judge_template()))
            yield await rooms.enter_async_context(await sandbox.open(spec))

    async def fill(self, wanted: RoomsWanted) -> None:
        """Have a pair ready for this want. Raises RoomFailed, JudgeFailed."""
        shelf = self._shelf(wanted)
        shelf.ask()
        await self.prepare(wanted)
        await self._add(shelf)

    async def prepare(self, wanted: RoomsWanted) -> bool:
        """Open the templates for this want. False: rooms can't be forked now."""
        return await self._templates.prepare(student_template(wanted), judge_template())

    async def clear(self) -> None:
        """End every room that waits, and forget what was asked for."""
        if self._tending is not None:
            self._tending.cancel()
            await asyncio.wait({self._tending})
            self._tending = None
        for shelf in list(self._shelves.values()):
            await self._clear(shelf)
        self._shelves.clear()

    async def close(self) -> None:
        """End every room that waits, and the templates."""
        await self.clear()
        await self._templates.close()

    @asynccontextmanager
    async def _take(self, wanted: RoomsWanted) -> AsyncIterator[Pair]:
        shelf = self._shelf(wanted)
        shelf.ask()
        async with AsyncExitStack() as rooms:
            found = await self._found(shelf)
            if found is not None:
                rooms.push_async_callback(found.close)
                pair = found.pair
            else:
                pair = await rooms.enter_async_context(self._fresh(wanted))
            self._tend_soon()
            yield pair

    async def _found(self, shelf: _Shelf) -> _Waiting | None:
        """Return a waiting pair that is alive."""
        while shelf.waiting:
            waiting = shelf.waiting.popleft()
            if waiting.is_fit():
                return waiting
            await waiting.close()
        return None

    @asynccontextmanager
    async def _fresh(self, wanted: RoomsWanted) -> AsyncIterator[Pair]:
        """Yield a new pair: forked where the templates are there, else opened."""
        async with AsyncExitStack() as rooms:
            student = judge = self.sandbox
            if self._templates.is_ready(student_template(wanted), judge_template()):
                borrow = self._templates.borrow
                student = await rooms.enter_async_context(borrow(student_template(wanted)))
                judge = await rooms.enter_async_context(borrow(judge_template()))
            yield await rooms.enter_async_context(open_pair(wanted, student=student, judge=judge))

    def _shelf(self, wanted: RoomsWanted) -> _Shelf:
        return self._shelves.setdefault(wanted, _Shelf(wanted))

    def _tend_soon(self) -> None:
        self._asked.set()
        if self._tending is None or self._tending.done():
            self._tending = asyncio.create_task(self._tend())

    async def _tend(self) -> None:
        """Fill and empty shelves, whenever a pair was asked for and every now and then."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(TEND_SECONDS):
                    await self._asked.wait()
            self._asked.clear()
            try:
                await self._tidy()
                for shelf in list(self._shelves.values()):
                    await self._refill(shelf)
            except (SandboxError, JudgeFailed):
                logger.exception("A room could not be opened ahead.")
                await asyncio.sleep(1)

    async def _refill(self, shelf: _Shelf) -> None:
        if not shelf.level(self._most) or not await self._has_room(shelf):
            return
        is_forked = await self.prepare(shelf.wanted)
        if not is_forked and self._templates.available:
            # Templates rest after a failure.
            return
        while len(shelf.waiting) < shelf.level(self._most) and await self._has_room(shelf):
            await self._add(shelf)

    async def _add(self, shelf: _Shelf) -> None:
        rooms = AsyncExitStack()
        pair = await rooms.enter_async_context(self._fresh(shelf.wanted))
        ended = asyncio.create_task(_first_end(pair))
        shelf.waiting.append(_Waiting(pair, rooms, ended))

    async def _has_room(self, shelf: _Shelf) -> bool:
        """Return whether one more pair may wait, after giving up those that nobody asks for now.

        What is in demand is kept: to throw it out for something else in demand, and that for it
        again, would cost more than it saves.
        """
        if self._held(1) <= self._memory:
            return True
        latest = time.monotonic() - BUSY_SECONDS
        # While one is cleared, somebody may ask for rooms that have no shelf yet.
        for other in list(self._shelves.values()):
            if other is not shelf and not any(moment >= latest for moment in other.demand):
                await self._clear(other)
        await self._templates.retire(unused_for=BUSY_SECONDS)
        return self._held(1) <= self._memory

    def _held(self, more: int) -> int:
        each = FORKED_BYTES if self._templates.available else OPENED_BYTES
        return self._templates.memory() + each * (self.waiting + more)

    async def _tidy(self) -> None:
        for wanted, shelf in list(self._shelves.items()):
            unfit = [one for one in shelf.waiting if not one.is_fit()]
            # At once: while one is closed, somebody may take or close another.
            for one in unfit:
                shelf.waiting.remove(one)
            for one in unfit:
                await one.close()
            if not shelf.level(self._most):
                await self._clear(shelf)
                # It may have been asked for meanwhile.
                if not shelf.demand:
                    self._shelves.pop(wanted, None)
        await self._templates.retire(unused_for=IDLE_SECONDS)

    async def _clear(self, shelf: _Shelf) -> None:
        while shelf.waiting:
            await shelf.waiting.popleft().close()


@asynccontextmanager
async def warm_rooms(
    sandbox: Sandbox, *, most: int = 2, memory: int = MEMORY
) -> AsyncIterator[WarmRooms]:
    """Yield warm rooms; on leaving, nothing of them is left."""
    rooms = WarmRooms(sandbox, most=most, memory=memory)
    try:
        yield rooms
    finally:
        await rooms.close()


async def _first_end(pair: Pair) -> RoomEnd:
    """Return how the first of a pair's rooms ended."""
    ends = {asyncio.create_task(room.wait()) for room in (pair.kernel.room, pair.judge)}
    try:
        done, _ = await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        return done.pop().result()
    finally:
        for end in ends:
            end.cancel()
