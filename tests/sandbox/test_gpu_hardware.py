"""What only a machine with a GPU can show: its rooms' device, share and memory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox import Sandbox, SandboxUnavailable
from sandbox.gpu import GpuShare, find_gpus, hold_share
from sandbox.gpu.checks import (
    finds_nothing_of_the_room_before,
    is_ended_past_the_share,
    other_rooms_see_none,
    quarter,
    sees_its_device_alone,
    torch_keeps_to_the_share,
)

pytestmark = pytest.mark.gpu


@pytest.fixture
def share() -> Iterator[GpuShare]:
    """A quarter of this machine's first GPU."""
    try:
        gpus = find_gpus(["0"], slots=4)
    except SandboxUnavailable as exc:
        pytest.skip(f"{exc.reason} {exc.remedy}")
    with hold_share(gpus) as held:
        yield quarter(held)


async def test_a_room_computes_on_its_device_and_sees_no_other(
    each_kind: Sandbox, share: GpuShare
) -> None:
    finding = await sees_its_device_alone(each_kind, share)
    assert finding.ok, finding.said


async def test_a_room_without_a_share_sees_no_gpu(each_kind: Sandbox, share: GpuShare) -> None:
    assert share.gpu.nodes
    finding = await other_rooms_see_none(each_kind)
    assert finding.ok, finding.said


async def test_torch_raises_its_own_error_below_the_share(
    each_kind: Sandbox, share: GpuShare
) -> None:
    finding = await torch_keeps_to_the_share(each_kind, share)
    assert finding.ok, finding.said


async def test_a_notebook_that_lifts_torchs_limit_is_ended_past_its_share(
    each_kind: Sandbox, share: GpuShare
) -> None:
    finding = await is_ended_past_the_share(each_kind, share)
    assert finding.ok, finding.said


async def test_uninitialised_memory_holds_nothing_of_the_room_before(
    each_kind: Sandbox, share: GpuShare
) -> None:
    finding = await finds_nothing_of_the_room_before(each_kind, share)
    assert finding.ok, finding.said
