"""Models that are handed over as ONNX files: what they hold, and what is not taken."""

from __future__ import annotations

import contextlib
import subprocess
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graders.errors import CallTimeout, StudentError
from graders.onnx.network import Layer, Network, read_network
from graders.report import ProblemCode
from tests.graders.conftest import ROOM_PYTHON
from tests.graders.onnx_file import data, kernel, model, node, number, small, tensor, whole, wholes

REPOSITORY = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.bwrap


@pytest.fixture(autouse=True)
def room_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read models with the Python of the rooms, which has the libraries."""
    if not ROOM_PYTHON.exists():
        pytest.skip("the room environment is not here: make setup")
    monkeypatch.setenv("PYTHONPATH", str(REPOSITORY))
    monkeypatch.setattr("graders.onnx.network.sys", SimpleNamespace(executable=str(ROOM_PYTHON)))


def refusal(content: bytes) -> tuple[str, str | None]:
    """Return the code of the problem with a file, and what it names."""
    with pytest.raises(StudentError) as refused:
        read_network(content)
    assert refused.value.problem.fault == "student"
    return refused.value.problem.code.value, refused.value.problem.name


def test_a_networks_layers_and_parameters_are_read_from_the_file() -> None:
    facts = read_network(small()).facts
    assert (facts.input, facts.output, facts.batch) == ((None, 1, 6, 6), (None, 3), 64)
    assert facts.layers == (
        Layer(operator="Conv", parameters=20, output=(None, 2, 4, 4)),
        Layer(operator="Flatten", parameters=0, output=(None, 32)),
        Layer(operator="Gemm", parameters=99, output=(None, 3)),
    )
    assert (facts.parameters, facts.multiply_adds, facts.training) == (119, 32 * 9 + 96, ())


def test_a_network_answers_as_the_formulas_say() -> None:
    images = np.random.default_rng(0).random((70, 1, 6, 6), dtype=np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(images[:, 0], (3, 3), axis=(1, 2))
    maps = np.einsum("nijab,kab->nkij", windows, kernel(2, 1, 3, 3)[:, 0])
    maps = maps + kernel(2)[:, None, None]
    expected = maps.reshape(70, 32) @ kernel(32, 3) + kernel(3)
    network = read_network(small())
    assert np.allclose(network.run(images), expected, atol=1e-5)
    assert np.array_equal(network.run(images, batch=1), network.run(images, batch=7))


def test_a_tensor_counts_once_and_numbers_of_the_formula_do_not() -> None:
    tied = model(
        [
            node("Div", ["images", "full"], ["x"]),
            node("Flatten", ["x"], ["f"]),
            node("MatMul", ["f", "w"], ["a"]),
            node("MatMul", ["a", "w"], ["b"]),
            node("Reshape", ["b", "shape"], ["scores"]),
        ],
        [
            tensor("full", np.array(255, "f4")),
            tensor("w", kernel(36, 36)),
            tensor("shape", np.array([-1, 36], "i8")),
            tensor("unused", kernel(50)),
        ],
    )
    assert read_network(tied).facts.parameters == 36 * 36


@pytest.mark.parametrize("attribute", ["initialiser", "constant"])
def test_weights_count_wherever_they_are_kept(attribute: str) -> None:
    array = tensor("w", kernel(36, 4))
    constant = node("Constant", [], ["w"], data(1, "value") + data(5, array) + number(20, 4))
    kept = attribute == "initialiser"
    nodes = [node("Flatten", ["images"], ["f"]), node("MatMul", ["f", "w"], ["scores"])]
    content = model(nodes if kept else [constant, *nodes], [array] if kept else [])
    assert read_network(content).facts.parameters == 144


def test_a_shape_that_is_long_enough_to_hold_weights_counts() -> None:
    index = np.arange(36, dtype="i8")
    content = model(
        [
            node("Flatten", ["images"], ["f"]),
            node("Gather", ["f", "index"], ["scores"], whole("axis", 1)),
        ],
        [tensor("index", index)],
    )
    assert read_network(content).facts.parameters == 36


def test_batch_normalisation_counts_its_scale_and_shift() -> None:
    statistics = ["scale", "shift", "mean", "variance"]
    normalised = small(
        *(
            node("Constant", [], [name], data(1, "value_floats") + FLOATS + number(20, 6))
            for name in statistics
        ),
        node("BatchNormalization", ["c", *statistics], ["n"]),
        last="n",
    )
    assert read_network(normalised).facts.parameters == 119 + 4


FLOATS = b"".join(b"\x3d" + np.array(value, "f4").tobytes() for value in (1, 2))


def test_what_was_exported_as_in_training_is_named() -> None:
    dropout = small(
        node("Constant", [], ["r"], data(1, "value_float") + b"\x15\0\0\0\x3f" + number(20, 1)),
        node(
            "Constant", [], ["t"],
            data(1, "value") + data(5, tensor("", np.array(True))) + number(20, 4),  # noqa: FBT003
        ),
        node("Dropout", ["c", "r", "t"], ["n"]),
        last="n",
    )  # fmt: skip
    facts = read_network(dropout).facts
    assert (facts.training, facts.parameters) == (("Dropout",), 119)


REFUSED = {
    "no file of ONNX": (b"PK\x03\x04", "not-a-model", "model.onnx"),
    "an empty file": (b"", "not-a-model", "model.onnx"),
    "weights in another file": (
        model(
            [node("Add", ["images", "w"], ["scores"])],
            [
                number(1, 6) + number(2, 1) + data(8, "w") + number(14, 1)
                + data(13, data(1, "location") + data(2, "/run/hidden/labels.npz"))
            ],
        ),
        "not-a-model",
        "model.onnx",
    ),
    "an operator of another domain": (
        small(node("Inverse", ["c"], ["n"], domain="com.microsoft"), last="n"),
        "forbidden-operator",
        "com.microsoft.Inverse",
    ),
    "a loop": (
        small(node("Loop", ["c"], ["n"], data(1, "body") + data(6, b"") + number(20, 5)), last="n"),
        "forbidden-operator",
        "Loop",
    ),
    "a graph within a layer": (
        small(node("Relu", ["c"], ["n"], data(1, "body") + data(6, b"") + number(20, 5)), last="n"),
        "forbidden-operator",
        "Relu",
    ),
    "functions of its own": (
        model([node("Relu", ["images"], ["scores"])], more=data(25, data(1, "f"))),
        "forbidden-operator",
        "model.onnx",
    ),
    "a shape far larger than its numbers": (
        model(
            [node("Add", ["images", "w"], ["scores"])],
            [tensor("w", kernel(6), shape=(2**20, 2**20))],
        ),
        "model-too-large",
        "model.onnx",
    ),
    "a shape beyond all integers": (
        model(
            [node("Add", ["images", "w"], ["scores"])],
            [tensor("w", kernel(6), shape=(2**62, 2**62, 6))],
        ),
        "model-too-large",
        "model.onnx",
    ),
    "a shape below nothing": (
        model([node("Add", ["images", "w"], ["scores"])], [tensor("w", kernel(6), shape=(-6,))]),
        "not-a-model",
        "model.onnx",
    ),
    "more operators than a network has": (
        small(*(node("Relu", ["c"], [f"r{i}"]) for i in range(1000))),
        "model-too-large",
        "model.onnx",
    ),
    "padding without end": (
        model(
            [
                node("Conv", ["images", "w"], ["c"], wholes("pads", [99999] * 4)),
                node("Flatten", ["c"], ["scores"]),
            ],
            [tensor("w", kernel(2, 1, 3, 3))],
        ),
        "model-too-large",
        "model.onnx",
    ),
    "a value used before it is there": (
        small(node("Relu", ["later"], ["n"]), last="n"), "not-a-model", "model.onnx",
    ),
    "a value made twice": (small(node("Relu", ["c"], ["c"])), "not-a-model", "model.onnx"),
    "weights of NaN": (
        model(
            [node("Add", ["images", "w"], ["scores"])],
            [tensor("w", np.full(6, np.nan, "f4"))],
        ),
        "not-finite",
        "model.onnx",
    ),
    "seven images at once and no other number": (
        model([node("Flatten", ["images"], ["scores"])], image=(7, 1, 6, 6)),
        "wrong-shape",
        "model.onnx",
    ),
    "a sum over the images": (
        model(
            [node("ReduceSum", ["images", "axes"], ["s"]), node("Flatten", ["s"], ["scores"])],
            [tensor("axes", np.array([0], "i8"))],
        ),
        "wrong-shape",
        "model.onnx",
    ),
    "an opset of another age": (
        model([node("Flatten", ["images"], ["scores"])], opset=6), "not-a-model", "model.onnx",
    ),
    "a billion multiplications": (
        model(
            [
                node("Conv", ["images", "w"], ["c"], wholes("kernel_shape", [3, 3]),
                     wholes("pads", [60, 60, 60, 60])),
                node("Conv", ["c", "v"], ["d"], wholes("kernel_shape", [3, 3])),
                node("Flatten", ["d"], ["scores"]),
            ],
            [tensor("w", kernel(100, 1, 3, 3)), tensor("v", kernel(90, 100, 3, 3))],
        ),
        "model-too-large",
        "model.onnx",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_taken(case: str) -> None:
    content, code, name = REFUSED[case]
    assert refusal(content) == (code, name)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_a_damaged_file_is_a_model_or_the_students_mistake(drawn: st.DataObject) -> None:
    content = bytearray(small())
    places = st.integers(0, len(content) - 1)
    for place in drawn.draw(st.lists(places, min_size=1, max_size=6)):
        content[place] = drawn.draw(st.integers(0, 255))
    with contextlib.suppress(StudentError):
        network = read_network(bytes(content))
        sides = [side or 1 for side in network.facts.input[1:]]
        assert len(network.run(np.ones((3, *sides), "f4"))) == 3


def test_a_file_that_unfolds_to_more_than_its_size_is_not_taken() -> None:
    assert refusal(model([b""] * 4_000_000)) == ("model-too-large", "model.onnx")


def test_a_file_of_more_bytes_than_are_read_is_not_taken() -> None:
    assert refusal(bytes(17 * 2**20)) == ("model-too-large", "model.onnx")


def test_a_network_that_takes_too_long_is_a_limit() -> None:
    network = read_network(small())
    with pytest.raises(CallTimeout) as late:
        network.run(np.ones((10, 1, 6, 6), "f4"), seconds=0.01)
    assert (late.value.problem.code, late.value.problem.allowed) == (ProblemCode.WALL_TIME, 0.01)


@pytest.mark.parametrize(
    ("shape", "code"), [((4, 1, 6, 5), "wrong-shape"), ((4, 36), "wrong-shape")]
)
def test_images_of_another_shape_are_not_given_to_it(shape: tuple[int, ...], code: str) -> None:
    with pytest.raises(StudentError) as refused:
        read_network(small()).run(np.ones(shape, "f4"))
    assert refused.value.problem.code == code


def test_answers_that_are_no_numbers_are_not_finite() -> None:
    content = model([node("Flatten", ["images"], ["f"]), node("Log", ["f"], ["scores"])])
    with pytest.raises(StudentError) as refused:
        read_network(content).run(-np.ones((2, 1, 6, 6), "f4"))
    assert refused.value.problem.code is ProblemCode.NOT_FINITE


def test_what_can_not_be_run_is_the_students(monkeypatch: pytest.MonkeyPatch) -> None:
    network = read_network(small())
    broken = Network(name="model.onnx", facts=network.facts, model=network.model[:-9])
    with pytest.raises(StudentError) as refused:
        broken.run(np.ones((2, 1, 6, 6), "f4"))
    assert refused.value.problem.code is ProblemCode.NOT_A_MODEL
    # A program that ends without a word, as one does that crashes.
    silent = SimpleNamespace(executable="/bin/false")
    monkeypatch.setattr("graders.onnx.network.sys", silent)
    assert refusal(small()) == ("not-a-model", "model.onnx")


def test_the_judge_reads_models_without_their_libraries() -> None:
    code = "import sys, graders.onnx.network; print({'onnx', 'onnxruntime'} & set(sys.modules))"
    told = subprocess.run([ROOM_PYTHON, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout == "set()\n"
