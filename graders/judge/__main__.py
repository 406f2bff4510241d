"""Start the judge: meet the kernel, read one job from the worker, answer with one verdict."""

from __future__ import annotations

import asyncio

from graders.judge.grade import grade
from graders.judge.line import WorkerLine
from graders.protocol import SENT_TOO_MUCH, Verdict


def main() -> None:
    """Grade the job that comes on standard input."""
    line = WorkerLine.take_over()
    with asyncio.Runner() as runner:
        try:
            line.send(grade(line, runner=runner))
        except MemoryError:
            line.send(Verdict(problem=SENT_TOO_MUCH))


if __name__ == "__main__":
    main()
