"""Follow a judge room to its verdict, and tell it when the student's room ends."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from pydantic import ValidationError

from graders.endings import problem_of_end
from graders.errors import JudgeFailed
from graders.protocol import MESSAGE, Introduction, Job, News, RoomEnded, Verdict
from sandbox.room import Room, RoomEnd

MIB = 1024 * 1024
MAX_LINE = 48 * MIB
MAX_TOTAL = 64 * MIB
CHUNK = 256 * 1024


async def follow_judge(
    judge: Room,
    *,
    job: Job,
    ended: asyncio.Task[RoomEnd],
    on_news: Callable[[News], None],
) -> Verdict:
    """Send the job to a judge that was introduced, pass on progress, return the verdict.

    `ended` is done when the student's room is. Raises JudgeFailed for a judge that dies, writes
    too much, or writes what is not of the protocol.
    """
    await send_line(judge, job.model_dump_json())
    reading = asyncio.create_task(read_verdict(judge, on_news))
    try:
        await asyncio.wait({reading, ended}, return_when=asyncio.FIRST_COMPLETED)
        if not reading.done():
            news = RoomEnded(problem=problem_of_end(ended.result()))
            await send_line(judge, news.model_dump_json())
        return await reading
    finally:
        reading.cancel()


async def introduce(judge: Room, introduction: Introduction) -> None:
    """Let the judge meet the kernel; it then waits for a job. Raises JudgeFailed."""
    await send_line(judge, introduction.model_dump_json())


async def send_line(judge: Room, line: str) -> None:
    """Write one line to the judge. Raises JudgeFailed where it no longer listens."""
    judge.stdin.write(line.encode() + b"\n")
    try:
        await judge.stdin.drain()
    except ConnectionError as exc:
        raise JudgeFailed("the judge does not listen") from exc


async def read_verdict(judge: Room, on_news: Callable[[News], None]) -> Verdict:
    """Pass on progress and return the verdict. Raises JudgeFailed as `follow_judge` does."""
    async for line in _lines(judge.stdout):
        try:
            message = MESSAGE.validate_json(line)
        except ValidationError as exc:
            raise JudgeFailed(f"the judge wrote what is not a message: {line[:200]!r}") from exc
        if isinstance(message, Verdict):
            return message
        on_news(message)
    raise JudgeFailed("the judge ended without a verdict")


async def _lines(stream: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """Yield the stream's lines. Raises JudgeFailed past the limits on size."""
    buffer, total = bytearray(), 0
    while chunk := await stream.read(CHUNK):
        total += len(chunk)
        searched = len(buffer)
        buffer += chunk
        while (end := buffer.find(b"\n", searched)) >= 0:
            yield bytes(buffer[:end])
            del buffer[: end + 1]
            searched = 0
        if len(buffer) > MAX_LINE or total > MAX_TOTAL:
            raise JudgeFailed("the judge wrote more than it may")
