"""Several calls at once: so many and no more, their results in order, none left behind."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest

from graders.in_order import in_order


class Doors:
    """Calls that wait to be let through, and how many did at most."""

    def __init__(self) -> None:
        self.inside = 0
        self.most = 0
        self.ended: list[int] = []

    async def call(self, number: int, turns: int) -> int:
        self.inside += 1
        self.most = max(self.most, self.inside)
        try:
            for _ in range(turns):
                await asyncio.sleep(0)
            if number == 13:
                raise KeyError(number)
            return number
        finally:
            self.inside -= 1
            self.ended.append(number)


async def test_results_come_in_the_order_of_the_calls() -> None:
    doors = Doors()
    calls = [partial(doors.call, number, turns) for number, turns in enumerate((9, 1, 5, 1, 1))]
    assert [found async for found in in_order(calls, at_once=2)] == [0, 1, 2, 3, 4]
    assert doors.most == 2
    assert doors.ended != [0, 1, 2, 3, 4]


async def test_the_first_that_raises_ends_the_others() -> None:
    doors = Doors()
    calls = [partial(doors.call, number, turns) for number, turns in ((1, 1), (13, 2), (3, 10**6))]
    results = in_order(calls, at_once=3)
    assert await anext(results) == 1
    with pytest.raises(KeyError):
        await anext(results)
    assert doors.inside == 0
