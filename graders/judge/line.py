"""The judge's line to the worker: jobs and news come in, progress and the verdict go out."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass, field

from graders.protocol import Job, Progress, RoomEnded, Verdict
from graders.report import Problem

CHUNK = 1024 * 1024


@dataclass(slots=True)
class WorkerLine:
    """Two file descriptors that nothing else in this process reads or writes."""

    incoming: int
    outgoing: int
    _buffer: bytearray = field(default_factory=bytearray)

    @classmethod
    def take_over(cls) -> WorkerLine:
        """Return the line on standard input and output, which then are no longer these.

        What is printed later goes to stderr; what reads standard input finds its end.
        """
        line = cls(incoming=os.dup(0), outgoing=os.dup(1))
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.dup2(2, 1)
        return line

    def receive_job(self) -> Job:
        """Return the job, once it has come whole."""
        return Job.model_validate_json(self.receive_line())

    def receive_line(self) -> bytes:
        """Return the next line, once it has come whole."""
        while (line := self._next_line()) is None:
            if not self._fill():
                raise EOFError("the worker hung up before it sent a job")
        return line

    def watch(self, loop: asyncio.AbstractEventLoop) -> asyncio.Future[Problem]:
        """Return what is set, while `loop` runs, when the worker tells that the room ended."""
        ended: asyncio.Future[Problem] = loop.create_future()

        def listen() -> None:
            open_still = self._fill()
            line = self._next_line()
            if line is not None and not ended.done():
                ended.set_result(RoomEnded.model_validate_json(line).problem)
            if not open_still:
                loop.remove_reader(self.incoming)

        loop.add_reader(self.incoming, listen)
        return ended

    def send(self, message: Progress | Verdict) -> None:
        """Write one message, whole."""
        rest = memoryview(message.model_dump_json().encode() + b"\n")
        while rest:
            rest = rest[os.write(self.outgoing, rest) :]

    def _fill(self) -> bool:
        """Read what has come; return whether more may come."""
        chunk = os.read(self.incoming, CHUNK)
        self._buffer += chunk
        return bool(chunk)

    def _next_line(self) -> bytes | None:
        end = self._buffer.find(b"\n")
        if end < 0:
            return None
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line
