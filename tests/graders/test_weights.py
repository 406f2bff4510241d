"""A trained model's weights reach a test as numbers and names, from a real room."""

from __future__ import annotations

from tests.graders.conftest import Grade
from tests.graders.samples import exercise, notebook, one_test

MODEL = """\
import torch

model = torch.nn.Linear(3, 2).bfloat16()
torch.nn.init.constant_(model.weight, 0.5)
"""

WEIGHTS = one_test(
    """\
tensors = student.tensors("model")
assert sorted(tensors) == ["bias", "weight"]
expect_close(tensors["weight"], np.full((2, 3), 0.5))
assert student.get("model_is_called") == "model"
"""
)


async def test_a_models_weights_come_as_arrays(grade: Grade) -> None:
    small = exercise(WEIGHTS, wall_seconds=60, memory_mib=2048)
    report = (await grade(small, notebook(MODEL, "model_is_called = 'model'"))).report
    assert (report.problem, report.points) == (None, 1)


async def test_what_holds_no_weights_earns_nothing(grade: Grade) -> None:
    report = (await grade(exercise(WEIGHTS), notebook("model = {'weight': object()}"))).report
    (test,) = report.tests
    assert test.problem is not None
    assert (test.problem.code, report.points) == ("wrong-type", 0)
