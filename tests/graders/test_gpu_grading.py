"""Exercises that are graded on a GPU: who gets the device, and what is told of its memory.

The device is one of tests/sandbox/gpus.py: no memory of it is real, all else is.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace

import pytest

from graders.report import Fault, GpuUse, ProblemCode, Report
from sandbox.errors import SandboxUnavailable
from tests.graders.conftest import Grade
from tests.graders.samples import POOLING, SmallExercise, exercise, notebook
from tests.sandbox.gpus import MIB, a_share, device_files
from tests.sandbox.rooms import processes_with

FULL = """\
import torch
message = "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 8 GiB."
raise torch.cuda.OutOfMemoryError(message)
"""
LISTED = "import os; print([name for name in os.listdir('/dev') if 'noyau' in name])"


def on_gpu(small: SmallExercise | None = None) -> SmallExercise:
    small = small or exercise()
    return replace(small, manifest=small.manifest.model_copy(update={"gpu": True}))


def use_of(report: Report) -> GpuUse:
    assert report.gpu is not None
    return report.gpu


async def test_a_report_tells_what_was_had_of_the_gpu(grade: Grade) -> None:
    report = (await grade(on_gpu(), notebook(POOLING), gpu=a_share())).report
    use = use_of(report)
    assert (report.problem, report.points) == (None, 3)
    assert (use.name, use.memory, use.peak) == ("Test GPU-0", 2048 * MIB, 0)
    assert report.timings.notebook < use.seconds <= report.timings.total + 0.1


async def test_without_a_gpu_nothing_is_graded_that_needs_one(grade: Grade) -> None:
    with pytest.raises(SandboxUnavailable, match="graded on a GPU") as refused:
        await grade(on_gpu(), notebook(POOLING))
    assert "NOYAU_GPUS" in refused.value.remedy


async def test_an_exercise_that_asks_for_no_gpu_gets_none(grade: Grade) -> None:
    with device_files(f"noyau-grading-{os.getpid()}") as nodes:
        share = a_share(nodes=nodes)
        asked = await grade(on_gpu(), notebook(POOLING, LISTED), gpu=share)
        not_asked = await grade(exercise(), notebook(POOLING, LISTED), gpu=share)
    assert asked.executed is not None
    assert nodes[0].name.encode() in asked.executed
    assert not_asked.executed is not None
    assert b"[]" in not_asked.executed
    assert not_asked.report.gpu is None


async def test_out_of_gpu_memory_is_a_verdict_of_its_own(grade: Grade) -> None:
    roomy = on_gpu(exercise(wall_seconds=60, memory_mib=2048))
    report = (await grade(roomy, notebook(POOLING, FULL), gpu=a_share())).report
    problem = report.problem
    assert problem is not None
    assert (problem.code, problem.fault) == (ProblemCode.GPU_MEMORY, Fault.LIMIT)
    assert (problem.cell, problem.line) == (2, 3)
    assert (problem.allowed, problem.used) == (2048 * MIB, 0)
    assert problem.exception == "OutOfMemoryError"


async def test_a_room_past_its_share_is_ended_with_its_peak(grade: Grade) -> None:
    # The kernel's command line is known once its connection file is.
    def processes() -> Mapping[int, int]:
        return dict.fromkeys(processes_with("ipykernel_launcher"), 3000 * MIB)

    grading = await grade(on_gpu(), notebook(POOLING), gpu=a_share(processes=processes))
    problem = grading.report.problem
    assert problem is not None
    assert (problem.code, problem.fault) == (ProblemCode.GPU_MEMORY, Fault.LIMIT)
    assert problem.allowed == 2048 * MIB
    assert problem.used is not None
    assert problem.used >= 3000 * MIB
    assert use_of(grading.report).peak == problem.used


@pytest.mark.parametrize(
    "message",
    [
        "CUDA out of memory. Tried to allocate 20.00 MiB.",
        "CUDA error: out of memory",
        "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
    ],
)
async def test_every_way_of_saying_so_is_understood(grade: Grade, message: str) -> None:
    code = f"raise RuntimeError({message!r})"
    report = (await grade(on_gpu(), notebook(code), gpu=a_share())).report
    assert report.problem is not None
    assert report.problem.code is ProblemCode.GPU_MEMORY


def test_reports_from_before_gpus_are_read() -> None:
    old = Report(exercise="a", version="b", kind="code").model_dump(mode="json")
    del old["gpu"]
    assert Report.model_validate(old).gpu is None
