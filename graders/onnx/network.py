"""A model that a notebook left as an ONNX file: its facts, and its answers to images.

The file is hostile. Two processes of their own read it, one to check and count, one to run it; what
they say is believed no more than what a student's room says.
"""

from __future__ import annotations

import base64
import binascii
import io
import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Annotated, Literal

import numpy as np
from numpy.lib import format as npy
from pydantic import Field, ValidationError

from graders import wire
from graders.errors import CallTimeout, NotFinite, StudentError, UnfitModel, WrongShape
from graders.expect import expect_array
from graders.report import Fault, Frozen, Problem, ProblemCode, ShortText

SECONDS = 60.0
DEFAULT_NAME = "model.onnx"
MAX_LAYERS = 2000
Count = Annotated[int, Field(ge=0, lt=2**53)]
Side = Annotated[int, Field(ge=1, lt=2**31)]
Sides = Annotated[tuple[Side | None, ...], Field(max_length=16)]


class Layer(Frozen):
    """One operator, the parameters that are its own, and the shape of what it gives."""

    operator: ShortText
    parameters: Count
    output: Sides


class Facts(Frozen):
    """What is in a model. A first axis of None is the number of images.

    `parameters` is the count of all numbers that decide the answer, whether they are called weights
    or constants; a tensor that two layers share counts once. Shapes, single numbers in formulas and
    the mean and variance of a batch normalisation do not count. A batch normalisation that the
    exporter folded into a convolution is that convolution's weights and bias. `multiply_adds` are
    one image's. `training` names the operators that were exported as they work in training.
    """

    input: Sides
    output: Sides
    parameters: Count
    multiply_adds: Count
    layers: Annotated[tuple[Layer, ...], Field(max_length=MAX_LAYERS)]
    training: tuple[Literal["BatchNormalization", "Dropout"], ...] = ()
    batch: Annotated[int, Field(ge=1, le=1024)]


class _Refusal(Frozen):
    code: ProblemCode
    message: ShortText
    name: ShortText = ""


class _Reply(Frozen):
    refused: _Refusal | None = None
    facts: Facts | None = None
    model: str = ""
    scores: str = ""


@dataclass(frozen=True, slots=True)
class Network:
    """A model that was checked, and may be run."""

    name: str
    facts: Facts
    model: bytes

    def run(
        self, images: np.ndarray, *, batch: int | None = None, seconds: float = SECONDS
    ) -> np.ndarray:
        """Return the model's answers to images (N, ...), finite, one row each.

        `batch` images are given at once, no more than the model's own number. Raises WrongShape,
        NotFinite, CallTimeout, UnfitModel.
        """
        sides = self.facts.input[1:]
        if images.shape[1:] != sides:
            message = f"it takes images of shape {sides}, and is given {images.shape[1:]}"
            raise WrongShape(_problem(ProblemCode.WRONG_SHAPE, self.name, message))
        content = io.BytesIO()
        npy.write_array(content, np.ascontiguousarray(images, np.float32), allow_pickle=False)
        asked = {
            "model": len(self.model),
            "images": len(content.getvalue()),
            "batch": min(batch or self.facts.batch, self.facts.batch),
        }
        sent = b"".join([json.dumps(asked).encode(), b"\n", self.model, content.getvalue()])
        reply = _ask("score", sent, name=self.name, seconds=seconds)
        try:
            answers = wire.decode({"a": reply.scores})
        except wire.WireError as exc:
            raise _unread(self.name) from exc
        shape = (len(images), *self.facts.output[1:])
        return expect_array(answers, shape=shape, kinds="f", name=self.name)


def read_network(content: bytes, *, name: str = DEFAULT_NAME, seconds: float = SECONDS) -> Network:
    """Return the model in the bytes of an ONNX file. Raises UnfitModel, WrongShape, NotFinite.

    It must have one input, of 32-bit floats whose first axis is the number of images, one output
    with a row for each, and the operators of `graders.onnx.operators` alone. Nothing of it runs.
    """
    reply = _ask("describe", content, name=name, seconds=seconds)
    try:
        model = base64.b64decode(reply.model, validate=True)
    except (binascii.Error, ValueError) as exc:
        raise _unread(name) from exc
    if reply.facts is None or not reply.facts.input or not reply.facts.output:
        raise _unread(name)
    return Network(name=name, facts=reply.facts, model=model)


def _ask(program: str, sent: bytes, *, name: str, seconds: float) -> _Reply:
    """Return what one of the two programs answers. Raises StudentError."""
    command = [sys.executable, "-P", "-m", f"graders.onnx.{program}"]
    try:
        done = subprocess.run(
            command, input=sent, capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired as exc:
        problem = Problem(code=ProblemCode.WALL_TIME, fault=Fault.LIMIT, name=name, allowed=seconds)
        raise CallTimeout(problem) from exc
    try:
        reply = _Reply.model_validate(wire.parse(done.stdout))
    except (ValidationError, ValueError, RecursionError) as exc:
        raise _unread(name) from exc
    if reply.refused is not None:
        raise _refused(reply.refused, name)
    return reply


ERRORS: dict[ProblemCode, type[StudentError]] = {
    ProblemCode.WRONG_SHAPE: WrongShape,
    ProblemCode.NOT_FINITE: NotFinite,
}


def _refused(refusal: _Refusal, name: str) -> StudentError:
    kind = ERRORS.get(refusal.code, UnfitModel)
    return kind(_problem(refusal.code, refusal.name or name, f"{name}: {refusal.message}"))


def _unread(name: str) -> UnfitModel:
    """Return the error of a model that ended the program which read it, or took it over."""
    message = f"{name}: the program that reads it ended without an answer"
    return UnfitModel(_problem(ProblemCode.NOT_A_MODEL, name, message))


def _problem(code: ProblemCode, name: str, message: str) -> Problem:
    return Problem(code=code, fault=Fault.STUDENT, name=name, message=message)
