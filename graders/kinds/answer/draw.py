"""Draw an exercise's questions in a room, and have its solvers answer them.

Its own program: it reads one job as a line of JSON and answers with one. It knows nothing of the
portal but what `exercises.question` says, and needs no other file of this project.
"""

from __future__ import annotations

import dataclasses
import json
import os
import random
import sys
from collections.abc import Mapping
from types import ModuleType
from typing import Any


def main() -> None:
    """Answer the job on standard input."""
    job = json.loads(sys.stdin.buffer.readline())
    answer = os.dup(1)
    # What the exercise's code prints goes to the log, at once, so that an error comes last.
    os.dup2(2, 1)
    sys.stdout = os.fdopen(os.dup(2), "w", buffering=1, encoding="utf-8")
    draw = _module("variant", *job["variant"]).draw
    questions = [draw(random.Random(seed)) for seed in job["seeds"]]  # noqa: S311 - no secret
    answers = {
        name: [_plain(solve(question.given)) for question in questions]
        for name, solve in _solvers(job["solvers"]).items()
    }
    found = {
        # Whoever solves has solved: what was given is not needed any more.
        "questions": [{**dataclasses.asdict(one), "given": {}} for one in questions],
        "answers": answers,
    }
    with os.fdopen(answer, "w", encoding="utf-8") as file:
        json.dump(found, file, allow_nan=False, default=_number)


def _solvers(sources: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    return {name: _module(name, *source).solve for name, source in sources.items()}


def _module(name: str, path: str, source: str) -> ModuleType:
    module = ModuleType(f"exercise_{name}")
    module.__file__ = path
    # Dataclasses look their module up.
    sys.modules[module.__name__] = module
    exec(compile(source, path, "exec"), module.__dict__)  # noqa: S102 - this is what the room is for
    return module


def _plain(answers: Mapping[str, Any]) -> dict[str, list[list[float]]]:
    return {name: [[float(cell) for cell in row] for row in grid] for name, grid in answers.items()}


def _number(value: object) -> float:
    """Return a number of NumPy's as Python's."""
    return float(value)  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
