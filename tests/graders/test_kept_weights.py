"""The weights that are kept of a trained model: finite numbers of bounded size, or nothing."""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load, save

from exercises.errors import MalformedExercise
from graders.errors import MalformedReply, RoomEnded
from graders.judge.grade import MAX_KEPT, _kept
from graders.judge.weights import MAX_WEIGHTS, fetch_weights
from graders.kinds.training.grader import GRADER
from graders.report import Fault, Problem, ProblemCode
from tests.graders.room import RoomInProcess
from tests.graders.samples import exercise

GONE = Problem(code=ProblemCode.MEMORY, fault=Fault.LIMIT)
MODEL: dict[str, np.ndarray] = {
    "weight": np.arange(6, dtype=np.float32).reshape(2, 3),
    "bias": np.zeros(0),
}


class Forged(RoomInProcess):
    """A room whose student answers in its place."""

    def __init__(self, reply: str | Exception) -> None:
        super().__init__({})
        self.reply = reply

    def ask(self, request: str) -> str:  # noqa: ARG002
        """Return the forged reply."""
        if isinstance(self.reply, Exception):
            raise self.reply
        return self.reply


def test_the_weights_come_back_as_they_were() -> None:
    kept = load(fetch_weights(RoomInProcess({"model": MODEL}), "model"))
    assert kept["weight"].tolist() == MODEL["weight"].tolist()
    assert (kept["weight"].dtype.name, kept["bias"].shape) == ("float32", (0,))


@pytest.mark.parametrize(
    "names",
    [
        {},
        {"model": {}},
        {"model": object()},
        {"model": {"w": np.array([np.nan])}},
        {"model": {"w": np.array([np.inf], dtype=np.float16)}},
        {"model": {"w": np.zeros(MAX_WEIGHTS + 1, dtype=np.uint8)}},
        {"model": {"w": np.array([object()])}},
    ],
)
def test_what_can_not_be_kept_is_not(names: Mapping[str, Any]) -> None:
    assert fetch_weights(RoomInProcess(names), "model") == b""


@pytest.mark.parametrize(
    "reply",
    [
        RoomEnded(GONE),
        MalformedReply(GONE),
        "no JSON",
        '{"status": "missing"}',
        '{"status": "ok", "value": "no base64"}',
        '{"status": "ok", "value": ["a"]}',
    ],
)
def test_a_room_that_does_not_answer_as_it_should_costs_the_weights_alone(
    reply: str | Exception,
) -> None:
    assert fetch_weights(Forged(reply), "model") == b""


def test_nothing_travels_beside_the_numbers() -> None:
    header: dict[str, object] = {
        "__metadata__": {"format": "<script>"},
        "w": {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]},
    }
    text = json.dumps(header).encode()
    content = struct.pack("<Q", len(text)) + text + struct.pack("<f", 1.5)
    value = base64.b64encode(content).decode()
    kept = fetch_weights(Forged(json.dumps({"status": "ok", "value": value})), "model")
    assert kept == save({"w": np.array([1.5], dtype=np.float32)})


def test_the_notebook_is_kept_before_what_would_not_fit_beside_it() -> None:
    large = b"w" * (MAX_KEPT // 2)
    assert _kept("{}", transcript=b"t", weights=large) == {
        "executed": "{}", "transcript": b"t", "weights": large,
    }  # fmt: skip
    half = "x" * (MAX_KEPT // 4)
    assert sorted(_kept(half, transcript=b"t", weights=large)) == ["executed", "transcript"]
    assert sorted(_kept(half * 3, transcript=b"t", weights=large)) == ["transcript", "weights"]


@pytest.mark.parametrize("wrong", [{"weights": "model.fc"}, {"weights": 1}, {"weight": "model"}])
def test_a_manifest_that_names_no_variable_is_refused(wrong: Mapping[str, Any]) -> None:
    small = exercise()
    manifest = small.manifest.model_copy(update={"grading": wrong})
    with pytest.raises(MalformedExercise):
        GRADER.check_folder(replace(small, manifest=manifest))
