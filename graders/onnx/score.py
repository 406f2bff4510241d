"""Run a model that `describe` has built anew on images, and write its answers as JSON.

Standard input: one line of JSON with the sizes, then the model, then the images as an .npy file.
Runs in a process of its own, as `describe` does.
"""

from __future__ import annotations

import base64
import io
import json
import sys

import numpy as np
import onnxruntime as ort
from onnxruntime.capi import onnxruntime_pybind11_state as state

from graders.onnx.confine import confine
from graders.onnx.refusal import NOT_A_MODEL, TOO_LARGE, WRONG_SHAPE, Refused

# Those of onnxruntime's errors that a model can bring about. They share no base of their own.
ERRORS = (
    state.EPFail,
    state.Fail,
    state.InvalidArgument,
    state.InvalidGraph,
    state.InvalidProtobuf,
    state.NotImplemented,
    state.RuntimeException,
)


def session(model: bytes) -> ort.InferenceSession:
    """Return the model ready to run: on one thread, as it is written, nothing fused."""
    options = ort.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.enable_mem_pattern = False
    options.log_severity_level = 4
    options.use_deterministic_compute = True
    return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def scores(model: bytes, images: np.ndarray, *, batch: int) -> np.ndarray:
    """Return what the model answers to the images, `batch` of them at once. Raises Refused."""
    try:
        run = session(model)
        [image] = run.get_inputs()
        answers = [
            run.run(None, {image.name: images[start : start + batch]})[0]
            for start in range(0, len(images), batch)
        ]
    except MemoryError as exc:
        raise Refused(TOO_LARGE, "it takes more memory than is allowed") from exc
    except ERRORS as exc:
        raise Refused(NOT_A_MODEL, f"it can't be run: {exc}") from exc
    if any(len(answer) != len(images[:batch]) for answer in answers[:-1]):
        raise Refused(WRONG_SHAPE, "it does not answer each image once")
    return np.concatenate(answers)


def main() -> None:
    """Answer about one set of images."""
    confine()
    source = sys.stdin.buffer
    asked = json.loads(source.readline())
    model = source.read(asked["model"])
    images = np.lib.format.read_array(io.BytesIO(source.read(asked["images"])), allow_pickle=False)
    try:
        found = scores(model, images, batch=asked["batch"])
    except Refused as refused:
        print(json.dumps(refused.as_json()))  # noqa: T201
        return
    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.ascontiguousarray(found), version=(1, 0))
    print(json.dumps({"scores": base64.b64encode(buffer.getvalue()).decode("ascii")}))  # noqa: T201


if __name__ == "__main__":
    main()
