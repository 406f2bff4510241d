"""The check of a machine's GPU, on a machine that has none."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from portal.catalogue.domain import find_exercise
from portal.submissions.management.commands.gpu_check import EXERCISE, on_gpu
from tests.portal.shelf import EXERCISES


@pytest.mark.skipif(Path("/dev/nvidiactl").exists(), reason="This machine has NVIDIA's driver.")
def test_a_machine_without_a_gpu_says_what_is_missing() -> None:
    out, err = StringIO(), StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("gpu_check", stdout=out, stderr=err)
    assert (ended.value.code, out.getvalue()) == (3, "")
    assert "There is no NVIDIA driver here" in err.getvalue()
    assert "Install NVIDIA's driver" in err.getvalue()


def test_what_is_trained_asks_for_a_gpu_and_uses_one_where_it_is() -> None:
    exercise = find_exercise(root=EXERCISES, slug=EXERCISE)
    assert not exercise.manifest.gpu
    assert on_gpu(exercise).manifest.gpu
    assert b".to(device)" in exercise.reference()


@pytest.mark.gpu
@pytest.mark.bwrap
def test_a_machine_with_a_gpu_passes_every_check() -> None:
    if not Path("/dev/nvidiactl").exists():
        pytest.skip("There is no NVIDIA driver here.")
    out = StringIO()
    call_command("gpu_check", stdout=out)
    assert "NO " not in out.getvalue()
