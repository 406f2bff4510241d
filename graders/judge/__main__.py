"""Start the judge: read one job from the worker, answer with one verdict."""

from __future__ import annotations

import asyncio

from graders.judge.grade import grade
from graders.judge.line import WorkerLine


def main() -> None:
    """Grade the job that comes on standard input."""
    line = WorkerLine.take_over()
    job = line.receive_job()
    with asyncio.Runner() as runner:
        line.send(grade(job, line=line, runner=runner))


if __name__ == "__main__":
    main()
