"""The judge's line to the worker: jobs and news come in, progress and the verdict go out."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass, field

from graders.protocol import Introduction, Job, News, RoomEnded, Verdict
from graders.report import Problem

CHUNK = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Incoming:
    """What comes after the introduction: the job, and the news that the student's room ended."""

    job: asyncio.Future[Job]
    ended: asyncio.Future[Problem]

    def take(self, line: bytes) -> None:
        """Set what this line brings."""
        if not self.job.done():
            self.job.set_result(Job.model_validate_json(line))
        elif not self.ended.done():
            self.ended.set_result(RoomEnded.model_validate_json(line).problem)

    def hang_up(self) -> None:
        """Let whoever waits for a job know that none will come."""
        if not self.job.done():
            self.job.set_exception(EOFError("the worker hung up before it sent a job"))


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

    def receive_introduction(self) -> Introduction:
        """Return how to reach the kernel. Raises EOFError where the worker hangs up first."""
        return Introduction.model_validate_json(self.receive_line())

    def receive_line(self) -> bytes:
        """Return the next line, once it has come whole. Raises EOFError."""
        while (line := self._next_line()) is None:
            if not self._fill():
                raise EOFError("the worker hung up")
        return line

    def listen(self, loop: asyncio.AbstractEventLoop) -> Incoming:
        """Return what is set, while `loop` runs, when the job and then the news come."""
        incoming = Incoming(job=loop.create_future(), ended=loop.create_future())

        def take() -> None:
            while (line := self._next_line()) is not None:
                incoming.take(line)

        def read() -> None:
            open_still = self._fill()
            take()
            if not open_still:
                loop.remove_reader(self.incoming)
                incoming.hang_up()

        take()
        loop.add_reader(self.incoming, read)
        return incoming

    def send(self, message: News | Verdict) -> None:
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
