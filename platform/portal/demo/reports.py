"""Reports such as graders write, drawn for exercises that nobody ran."""

from __future__ import annotations

import math
import random

from exercises.exercise import Exercise
from graders.grader import grader_of
from graders.report import (
    Curve,
    Metric,
    Mistake,
    Outcome,
    Report,
    TestResult,
    Text,
    Timings,
    Visibility,
)

TESTS = 12
STEPS = 200


def drawn_report(exercise: Exercise, share: float, rng: random.Random) -> Report:
    """Return the report of a notebook that earned about `share` of the points."""
    ranking = grader_of(exercise.manifest.kind).ranking(exercise)
    names = [order.name for order in ranking.orders] if ranking else []
    trains = grader_of(exercise.manifest.kind).trains
    return Report(
        exercise=exercise.manifest.id,
        version=exercise.digest,
        kind=exercise.manifest.kind.value,
        sandbox="bubblewrap",
        tests=tuple(_test(number, share) for number in range(TESTS)),
        metrics=tuple(_metric(name, share, rng) for name in names),
        private=tuple(
            _metric(name, share, rng) for name in names if ranking and ranking.has_private
        ),
        curves=tuple(_curve(name, rng) for name in ("loss", "val_loss") if trains),
        timings=Timings(rooms=0.1, notebook=2.0, tests=0.8, total=2.9, cpu=2.5, cells_cpu=2.0),
    )


def _test(number: int, share: float) -> TestResult:
    is_passed = number < round(share * TESTS)
    title = f"Test {number + 1} computes what it should on inputs of every shape"
    mistake = Mistake(
        slug=f"mistake-{number}",
        title=Text(fr="La fenêtre dépasse du bord", en="The window leaves the edge"),
        hint=Text(
            fr="Comptez les positions où la fenêtre tient en entier dans l’image.",
            en="Count the places where the whole window fits into the image.",
        ),
    )
    return TestResult(
        name=f"test_{number}",
        title=Text(fr=title, en=title),
        visibility=Visibility.PUBLIC if number < TESTS // 3 else Visibility.HIDDEN,
        outcome=Outcome.PASSED if is_passed else Outcome.FAILED,
        points=1,
        earned=1 if is_passed else 0,
        message=None if is_passed else "expected 3.5 at (0, 1), got 2.5\n" * 4,
        mistake=None if is_passed else mistake,
        seconds=0.05,
    )


def _metric(name: str, share: float, rng: random.Random) -> Metric:
    drawn = rng.random()
    known = {
        "parameters": float(round(1500 * 20**drawn)),
        "seconds": round(4 * 25**drawn, 2),
    }
    value = known.get(name, round(0.9 + 0.08 * share + 0.015 * drawn, 4))
    return Metric(name=name, value=value)


def _curve(name: str, rng: random.Random) -> Curve:
    points = tuple(
        (float(step), round(2.3 * math.exp(-step / 60) + 0.2 * rng.random(), 6))
        for step in range(STEPS)
    )
    return Curve(name=name, points=points)
