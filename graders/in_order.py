"""Several calls at once, their results in the order in which they were asked for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from typing import TypeVar

Result = TypeVar("Result")


async def in_order(
    calls: Iterable[Callable[[], Awaitable[Result]]], *, at_once: int
) -> AsyncGenerator[Result, None]:
    """Yield what each call comes to; `at_once` of them run at a time.

    The first that raises does so in its turn, and ends the others.
    """
    gate = asyncio.Semaphore(at_once)

    async def run(call: Callable[[], Awaitable[Result]]) -> Result:
        async with gate:
            return await call()

    tasks = [asyncio.create_task(run(call)) for call in calls]
    try:
        for task in tasks:
            yield await task
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
