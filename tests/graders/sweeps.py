"""Small sweeps: an exercise whose jobs take no time, and reports of jobs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from exercises.exercise import Exercise
from graders.report import (
    Metric,
    Mistake,
    Outcome,
    Problem,
    Report,
    TestResult,
    Text,
    Timings,
    Visibility,
)
from tests.graders.samples import exercise, notebook

GRADING: Mapping[str, Any] = {
    "grid": {"rate": [0.1, 0.2, 0.4], "bias": [0, 1]},
    "metric": "score",
    "floor": 0.1,
    "target": 0.4,
    "training_loss": "loss",
    "effect_points": 1,
    "score_points": 2,
    "choice_points": 3,
}
TESTS = """\
import pytest


@pytest.mark.points(4)
@pytest.mark.title(fr="Les paramètres comptent", en="The parameters are used")
@pytest.mark.mistake(
    "overwritten", fr="Redonné", en="Given again", hint_fr="Plus bas", hint_en="Further down"
)
def test_parameters(student, parameters, measure):
    score = student.score()
    measure("score", score, low=score - 0.05, high=score + 0.05)
    measure("loss", student.loss())
    assert student.get("rate") == parameters["rate"]
"""
STARTER = ("rate = 0.1", "bias = 0")
SCRIPT = """\
# %% tags=["parameters"]
# BEGIN SOLUTION
rate = 0.4
bias = 1
# BEGIN STARTER
# rate = 0.1
# bias = 0
# END SOLUTION

# %%
def score():
    # BEGIN SOLUTION
    return rate + bias / 20
    # END SOLUTION


def loss():
    # BEGIN SOLUTION
    return 1 - rate + bias
    # END SOLUTION
"""


def sweep(**grading: Any) -> Exercise:
    """Return a sweep of six jobs, whose score is best with the last and loss with the fifth."""
    small = exercise(TESTS, file="test_hidden.py")
    manifest = small.manifest.model_validate(
        {
            **small.manifest.model_dump(),
            "kind": "sweep",
            "points": 10,
            "grading": {**GRADING, **grading},
        }
    )
    toml = b'id = "small"\n[grading]\n'
    files = {**small.files, "notebook.py": SCRIPT.encode(), "exercise.toml": toml}
    return replace(small, manifest=manifest, files=files)


def with_parameters(*sources: str, defaults: tuple[str, ...] = ("rate = 0.4", "bias = 1")) -> bytes:
    """Return a notebook that starts with a cell of parameters."""
    document = json.loads(notebook("\n".join(defaults), *sources))
    document["cells"][0]["metadata"] = {"tags": ["parameters"]}
    return json.dumps(document).encode()


def job(
    score: float | None = None,
    loss: float | None = None,
    *,
    earned: float = 4,
    mistake: str = "",
    problem: Problem | None = None,
    **more: Any,
) -> Report:
    """Return the report of one job, whose score is certain to 0.05."""
    named = Text(fr=mistake, en=mistake)
    test = TestResult(
        name="test_parameters",
        title=Text(fr="Essai", en="Trial"),
        visibility=Visibility.HIDDEN,
        outcome=Outcome.PASSED if earned == 4 else Outcome.PARTIAL if earned else Outcome.FAILED,
        points=4,
        earned=earned,
        mistake=Mistake(slug=mistake, title=named, hint=named) if mistake else None,
    )
    measured = []
    if score is not None:
        measured.append(Metric(name="score", value=score, low=score - 0.05, high=score + 0.05))
    if loss is not None:
        measured.append(Metric(name="loss", value=loss))
    return Report(
        exercise="small",
        version="0",
        kind="sweep",
        problem=problem,
        tests=(test,),
        metrics=tuple(measured),
        timings=Timings(notebook=1, total=2, cpu=0.5),
        **more,
    )
