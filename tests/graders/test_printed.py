"""The end of what a notebook prints: told while it runs, and small whatever it prints."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import pytest

from graders.judge.printed import MOST_LINES, PrintedTail
from graders.protocol import MESSAGE, MOST_TAIL, News, Printed
from graders.report import ProblemCode
from tests.graders.conftest import Grade
from tests.graders.samples import POOLING, exercise, notebook

MIB = 1024 * 1024


async def tail_of(pieces: Iterable[str]) -> str:
    """Return what is told in the end of text that comes in these pieces."""
    told: list[Printed] = []
    printed = PrintedTail(told.append)
    for piece in pieces:
        printed.take(piece)
    printed.end()
    return told[-1].tail


@pytest.mark.parametrize(
    ("pieces", "tail"),
    [
        (["one\n", "two"], "one\ntwo"),
        (["10%\r20%", "\r30%\r", "40%"], "40%"),
        (["10%\r", "\ndone\r\n"], "10%\ndone\n"),
        (["a\rb\nc\rd\r"], "b\nd"),
        (["\x1b[31mred\x1b[0m\x07\u202e \tend\x00"], "red \tend"),
        ([f"{n}\n" for n in range(100)], "".join(f"{n}\n" for n in range(60, 100))),
        (["\n".join(map(str, range(100)))], "\n".join(map(str, range(60, 100)))),
        (["x" * 10_000_000 + "end"], "x" * (MOST_TAIL - 3) + "end"),
        (["keep\n", "bar\r" * 1_000_000], "keep\nbar"),
    ],
)
async def test_the_last_lines_are_as_a_terminal_shows_them(pieces: list[str], tail: str) -> None:
    assert await tail_of(pieces) == tail


async def test_what_comes_at_once_is_told_once_and_its_end_is_not_lost() -> None:
    told: list[Printed] = []
    printed = PrintedTail(told.append)
    printed.take("first\n")
    await asyncio.sleep(0.01)
    assert [one.tail for one in told] == ["first\n"]
    for number in range(500):
        printed.take(f"{number}\n")
    await asyncio.sleep(0.01)
    assert len(told) == 1
    printed.end()
    assert told[1].tail.endswith("\n499\n")
    assert len(told[1].tail.splitlines()) == MOST_LINES
    printed.end()
    assert len(told) == 2


async def test_an_hour_of_printing_is_some_megabytes_of_news() -> None:
    told: list[Printed] = []
    printed = PrintedTail(told.append)
    seconds = 0.0
    while seconds < 3600:
        printed.take("\U0001f98a" * MOST_TAIL)
        printed.end()
        seconds += printed.pause
    assert len(told) > 300
    assert sum(len(one.model_dump_json().encode()) for one in told) < 8 * MIB


async def test_a_cell_that_still_runs_is_heard(grade: Grade) -> None:
    heard = asyncio.Event()
    told: list[str] = []

    def hear(news: News) -> None:
        if isinstance(news, Printed):
            told.append(news.tail)
            if "epoch 2" in news.tail:
                heard.set()

    cell = "for n in range(3): print(f'epoch {n}', flush=True)\nwhile True: pass"
    running = exercise(wall_seconds=300)
    grading = asyncio.create_task(grade(running, notebook(cell), on_news=hear))
    await heard.wait()
    assert not grading.done()
    assert told[-1] == "epoch 0\nepoch 1\nepoch 2\n"
    grading.cancel()
    await asyncio.wait({grading})


async def test_a_flood_is_told_in_little(grade: Grade) -> None:
    news: list[News] = []
    flood = "while True: print('\\u202e\\x1b[2J' + 'x' * 1000)"
    work = notebook("print('start')", flood)
    grading = await grade(exercise(wall_seconds=60), work, on_news=news.append)
    problem = grading.report.problem
    assert problem is not None
    assert problem.code is ProblemCode.OUTPUT
    told = [one for one in news if isinstance(one, Printed)]
    assert 0 < len(told) < 60
    assert [MESSAGE.validate_json(one.model_dump_json()) for one in told] == told
    assert all(set(one.tail) <= set("startx\n[2J") for one in told)


async def test_what_functions_print_during_the_tests_is_not_told(grade: Grade) -> None:
    news: list[News] = []
    loud = POOLING.replace("    rows,", "    print('quoted', image)\n    rows,")
    await grade(exercise(), notebook(loud, "print('done')"), on_news=news.append)
    assert [one.tail for one in news if isinstance(one, Printed)] == ["done\n"]
