"""The exercises that hostile notebooks are graded for, with short limits."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from exercises.exercise import Exercise
from exercises.loader import load_exercise
from tests.graders.samples import exercise, one_test

COURSE = Path(__file__).resolve().parents[2] / "exercises" / "cnn"
QUICK = {"wall_seconds": 10, "test_seconds": 2, "memory_mib": 768}
WEIGHTS = one_test(
    """\
weights = student.tensors("model")["weight"]
expect_close(weights, np.full((2, 3), 0.5))
""",
    points=10,
)
MODEL = one_test(
    """\
from graders.onnx.network import read_network
network = read_network(student.file("model.onnx"))
expect_close(network.run(np.ones((70, 1, 4, 4))), np.full((70, 16), 3.0))
""",
    points=10,
)


def quick(slug: str, **limits_of_its_own: float) -> Exercise:
    """Return an exercise of the course, under the limits of a test."""
    shipped = load_exercise(COURSE / slug)
    limits = shipped.manifest.limits.model_copy(update={**QUICK, **limits_of_its_own})
    return replace(shipped, manifest=shipped.manifest.model_copy(update={"limits": limits}))


EXERCISES: dict[str, Exercise] = {
    "pooling": quick("pooling"),
    # For what never ends by itself.
    "brief": quick("pooling", wall_seconds=3),
    "weights": exercise(WEIGHTS, file="test_hidden.py", wall_seconds=10, memory_mib=768),
    "model": exercise(MODEL, file="test_hidden.py", wall_seconds=10, memory_mib=768),
}
