"""What notebooks log in real rooms: by the helper, by a SummaryWriter, in earnest and in malice."""

from __future__ import annotations

import asyncio
import json

import pytest

from graders.curves import LONGEST_NAME
from graders.grading import Grading
from graders.judge.messages import MEASURED
from graders.protocol import Measured, News
from graders.report import MAX_CURVES, MAX_POINTS, ProblemCode
from tests.graders.conftest import Grade
from tests.graders.samples import POOLING, exercise, notebook

SMALL = exercise(wall_seconds=60, allowed_imports=("numpy", "torch"), memory_mib=2048)
LOG = "from noyau import log\n"
SHOW = (
    f"def show(bundle): display({{{MEASURED!r}: bundle, 'text/html': '<b>shown</b>'}}, raw=True)\n"
)
WRITER = """\
import torch
from torch import nn
from torch.utils.tensorboard import SummaryWriter

writer = SummaryWriter("runs/first")
model = nn.Linear(2, 1)
inputs = torch.ones(8, 2)
writer.add_graph(model, inputs)
for epoch in range(3):
    loss = nn.functional.mse_loss(model(inputs), torch.zeros(8, 1))
    loss.backward()
    with torch.no_grad():
        for weights in model.parameters():
            weights -= 0.1 * weights.grad
            weights.grad = None
    writer.add_scalar("training loss", loss.item(), epoch)
    writer.add_scalars("loss", {"train": loss, "val": torch.tensor(1.0)}, epoch + 1)
    writer.add_histogram("weights", model.weight, epoch)
writer.add_hparams({"lr": 0.1}, {"hparam/accuracy": 0.5})
writer.flush()
writer.close()
with SummaryWriter("runs/second") as second:
    second.add_scalar("training loss", 2, 0)
print(writer.get_logdir(), writer.log_dir)
"""
FORGED = """\
for bundle in (
    None, 3, "text", [], {"points": 3}, {"points": {"loss": "x" * 1000}}, {"not_finite": {"a": -1}},
    {"points": {"loss": [[1, 1e308], [-1e308, 1], [1, None], [[], {}], [True, 2]]}},
    {"points": {"\\u202e<b>\\x1b[31m" + "n" * 5000: [[1, 1]]}},
    {"points": {f"curve {n}": [[1, n]] for n in range(500)}, "not_finite": {"curve 1": 10**40}},
):
    show(bundle)
"""


def printed(grading: Grading) -> str:
    """Return all that the cells put out."""
    assert grading.executed is not None
    cells = json.loads(grading.executed)["cells"]
    assert all(out["output_type"] == "stream" for cell in cells for out in cell["outputs"])
    return "".join(out["text"] for cell in cells for out in cell["outputs"])


def points(grading: Grading) -> dict[str, list[tuple[float, float]]]:
    return {curve.name: list(curve.points) for curve in grading.report.curves}


async def test_what_is_logged_is_in_the_report_and_not_among_the_outputs(grade: Grade) -> None:
    first = "import numpy as np\nlog(loss=0.5, accuracy=np.float32(0.25))\nlog(loss=np.array([2]))"
    second = "log(step=10, loss=3)\nlog(**{'loss': 4, 'a name': 1})"
    news: list[News] = []
    grading = await grade(SMALL, notebook(POOLING, LOG + first, second), on_news=news.append)
    assert grading.report.points == 3
    assert points(grading) == {
        "loss": [(1, 0.5), (2, 2), (10, 3), (11, 4)],
        "accuracy": [(1, 0.25)],
        "a name": [(1, 1)],
    }
    assert printed(grading) == ""
    told = [
        (one.name, one.step) for each in news if isinstance(each, Measured) for one in each.points
    ]
    assert sorted(told) == [
        ("a name", 1), ("accuracy", 1), ("loss", 1), ("loss", 2), ("loss", 10), ("loss", 11),
    ]  # fmt: skip


async def test_curves_are_told_of_while_the_cell_still_runs(grade: Grade) -> None:
    heard = asyncio.Event()

    def hear(news: News) -> None:
        if isinstance(news, Measured):
            heard.set()

    endless = notebook(LOG + "while True: log(loss=1)")
    grading = asyncio.create_task(grade(exercise(wall_seconds=300), endless, on_news=hear))
    await heard.wait()
    assert not grading.done()
    grading.cancel()
    await asyncio.wait({grading})


async def test_a_summary_writer_works_as_it_is_written(grade: Grade) -> None:
    patient = exercise(wall_seconds=300, cpu_seconds=300, memory_mib=2048)
    grading = await grade(patient, notebook(POOLING, WRITER))
    assert (grading.report.problem, grading.report.points) == (None, 3)
    curves = points(grading)
    assert [step for step, _ in curves["training loss"]] == [0, 1, 2]
    assert [step for step, _ in curves["loss/train"]] == [1, 2, 3]
    assert curves["loss/train"][0][1] == pytest.approx(curves["training loss"][0][1], rel=1e-5)
    assert curves["loss/val"] == [(1, 1), (2, 1), (3, 1)]
    assert curves["hparam/accuracy"] == [(1, 0.5)]
    assert curves["training loss (second)"] == [(0, 2)]
    said = printed(grading).splitlines()
    assert [line.partition(" is left out")[0] for line in said[:-1]] == [
        "SummaryWriter.add_graph", "SummaryWriter.add_histogram",
    ]  # fmt: skip
    assert said[-1] == "runs/first runs/first"


async def test_neither_helper_imports_torch(grade: Grade) -> None:
    imports = "from noyau import log\nfrom tensorboardX import SummaryWriter\nimport sys\n"
    log = "SummaryWriter(logdir='x').add_scalar('loss', 1, global_step=0)\n"
    grading = await grade(SMALL, notebook(imports + log + "print('torch' in sys.modules)"))
    assert (printed(grading), points(grading)) == ("False\n", {"loss": [(0, 1)]})


async def test_many_values_cost_few_bytes_and_keep_their_extremes(grade: Grade) -> None:
    cell = "for step in range(50_000): log(step=step, loss=9 if step == 33_333 else step % 2)"
    little = exercise(wall_seconds=60, output_kib=256)
    grading = await grade(little, notebook(POOLING, LOG + cell))
    assert grading.report.problem is None
    [curve] = points(grading).values()
    assert len(curve) <= MAX_POINTS
    assert (curve[0][0], curve[-1]) == (0, (49_999, 1))
    assert (33_333, 9) in curve


async def test_values_that_are_not_finite_are_counted(grade: Grade) -> None:
    cell = "for value in (1, float('nan'), float('inf'), 2, 1e308): log(loss=value)"
    grading = await grade(SMALL, notebook(LOG + cell))
    [loss] = grading.report.curves
    assert (loss.points, loss.not_finite) == (((1, 1), (4, 2)), 3)


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("log(loss='high')", "could not convert string to float: 'high'"),
        ("log(loss=None)", "float() argument must be a string or a real number, not 'NoneType'"),
    ],
)
async def test_what_is_no_number_is_an_error_of_the_cell(
    grade: Grade, cell: str, message: str
) -> None:
    problem = (await grade(SMALL, notebook(LOG + cell))).report.problem
    assert problem is not None
    assert (problem.code, problem.cell, problem.message) == (ProblemCode.CELL_RAISED, 1, message)


async def test_names_beyond_the_limit_are_left_out_and_said(grade: Grade) -> None:
    cell = "for n in range(90): log(**{f'{n} ' + 'x' * 900: n})"
    grading = await grade(SMALL, notebook(LOG + cell))
    assert len(grading.report.curves) == MAX_CURVES
    assert {len(curve.name) for curve in grading.report.curves} == {LONGEST_NAME}
    assert printed(grading).startswith(f"noyau: {MAX_CURVES} curves are drawn;")


async def test_a_forked_process_logs_nothing_and_hurts_nothing(grade: Grade) -> None:
    fork = "import os\nlog(loss=1)\nif os.fork() == 0:\n    log(loss=2)\n    os._exit(0)\nos.wait()"
    grading = await grade(SMALL, notebook(POOLING, LOG + fork))
    assert (grading.report.points, points(grading)) == (3, {"loss": [(1, 1)]})


async def test_forged_measurements_are_bounded_and_earn_nothing(grade: Grade) -> None:
    grading = await grade(SMALL, notebook(SHOW + FORGED))
    report = grading.report
    assert (report.points, report.problem) == (0, None)
    assert printed(grading) == ""
    curves = {curve.name: curve for curve in report.curves}
    assert len(curves) == MAX_CURVES
    assert (curves["loss"].points, curves["loss"].not_finite) == (((1, 2),), 2)
    assert f"<b>[31m{'n' * 53}" in curves
    assert curves["curve 1"].not_finite == 10**9


@pytest.mark.parametrize(
    "flood",
    [
        "while True: show({'points': {'loss': [[1, 1]] * 1000}})",
        "while True: show({})",
        "while True: show({'points': {'n' * 100_000: []}})",
    ],
)
async def test_a_flood_of_measurements_is_too_much_output(grade: Grade, flood: str) -> None:
    report = (await grade(SMALL, notebook(SHOW + flood))).report
    assert report.problem is not None
    assert report.problem.code == ProblemCode.OUTPUT
    assert all(len(curve.points) <= MAX_POINTS for curve in report.curves)
