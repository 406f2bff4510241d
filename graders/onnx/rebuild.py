"""Read a hostile ONNX file, and build anew what of it is a plain network.

What comes out has nothing of the file but operators from a short list, numbers and short texts in
their attributes, and tensors: no names, no metadata, no functions, no path, no graph in a graph.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import onnx
from google.protobuf.message import DecodeError
from onnx import helper, numpy_helper

from graders.onnx.operators import ALLOWED
from graders.onnx.refusal import FORBIDDEN, NOT_A_MODEL, WRONG_SHAPE, Refused, at_most

MAX_BYTES = 16 * 1024 * 1024
MAX_NODES = 1000
MAX_TENSORS = 2000
MAX_INPUTS = 64
MAX_OUTPUTS = 16
MAX_RANK = 8
MAX_VALUES = 16
MAX_TEXT = 64
LARGEST = 2**20
OPSETS = range(13, 27)
IR_VERSION = 10
DOMAINS = ("", "ai.onnx")
TYPES = frozenset(
    {
        onnx.TensorProto.FLOAT,
        onnx.TensorProto.FLOAT16,
        onnx.TensorProto.DOUBLE,
        onnx.TensorProto.INT32,
        onnx.TensorProto.INT64,
        onnx.TensorProto.BOOL,
    }
)


@dataclass(slots=True)
class Network:
    """A plain network: nodes in the order in which they run, and the tensors they use.

    `shape` is the input's; its first axis is None where any number of images goes in at once.
    """

    opset: int
    input: str
    output: str
    shape: tuple[int | None, ...]
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    tensors: dict[str, np.ndarray] = field(default_factory=dict)

    def model(self, *, batch: int | None = None) -> onnx.ModelProto:
        """Return the network as a model, for `batch` images at once, or for any number."""
        first = batch or self.shape[0] or "n"
        image = helper.make_tensor_value_info(
            self.input, onnx.TensorProto.FLOAT, [first, *self.shape[1:]]
        )
        scores = helper.make_tensor_value_info(self.output, onnx.TensorProto.FLOAT, None)
        tensors = [numpy_helper.from_array(array, name) for name, array in self.tensors.items()]
        graph = helper.make_graph(self.nodes, "network", [image], [scores], tensors)
        opset = helper.make_opsetid("", self.opset)
        return helper.make_model(graph, opset_imports=[opset], ir_version=IR_VERSION)


def read(content: bytes) -> Network:
    """Return the network in the bytes of an ONNX file. Raises Refused."""
    at_most(len(content), MAX_BYTES, "bytes")
    model = onnx.ModelProto()
    try:
        model.ParseFromString(content)
    except DecodeError as exc:
        raise Refused(NOT_A_MODEL, "the file is not in the format of ONNX") from exc
    graph = model.graph
    if not graph.node:
        raise Refused(NOT_A_MODEL, "there is no operator in it")
    if model.functions or model.training_info or graph.sparse_initializer:
        raise Refused(FORBIDDEN, "it has functions, training steps or sparse tensors of its own")
    at_most(len(graph.node), MAX_NODES, "operators")
    at_most(len(graph.initializer), MAX_TENSORS, "tensors")
    return _Builder(most=len(content)).network(model)


class _Builder:
    """One rebuilding: `names` has the new name of each value that is known so far."""

    def __init__(self, *, most: int) -> None:
        self.most = most
        self.names: dict[str, str] = {"": ""}
        self.tensors: dict[str, np.ndarray] = {}

    def network(self, model: onnx.ModelProto) -> Network:
        graph = model.graph
        for tensor in graph.initializer:
            self.tensors[self._new(tensor.name)] = self._array(tensor)
        images = [one for one in graph.input if one.name not in self.names]
        if len(images) != 1 or len(graph.output) != 1:
            raise Refused(WRONG_SHAPE, "it has not one input and one output")
        shape = _image_shape(images[0])
        image = self._new(images[0].name)
        nodes = [node for one in graph.node for node in self._nodes(one)]
        return Network(
            opset=_opset(model),
            input=image,
            output=self._known(graph.output[0].name),
            shape=shape,
            nodes=nodes,
            tensors=self.tensors,
        )

    def _new(self, name: str) -> str:
        if name in self.names:
            raise Refused(NOT_A_MODEL, "a value has no name, or that of another")
        self.names[name] = f"v{len(self.names)}"
        return self.names[name]

    def _known(self, name: str) -> str:
        if name not in self.names:
            raise Refused(NOT_A_MODEL, "an operator takes a value that is not there yet")
        return self.names[name]

    def _nodes(self, node: onnx.NodeProto) -> Iterable[onnx.NodeProto]:
        """Yield the node built anew; a constant becomes a tensor instead."""
        operator = node.op_type
        if node.domain not in DOMAINS or operator not in ALLOWED:
            name = ".".join(filter(None, (node.domain, operator)))
            raise Refused(FORBIDDEN, f"the operator {name[:MAX_TEXT]!r}", name=name[:MAX_TEXT])
        at_most(len(node.input), MAX_INPUTS, "inputs of an operator")
        at_most(len(node.output), MAX_OUTPUTS, "outputs of an operator")
        at_most(len(node.attribute), MAX_VALUES, "attributes of an operator")
        if operator == "Constant":
            if len(node.attribute) != 1 or len(node.output) != 1 or node.input:
                raise Refused(NOT_A_MODEL, "a constant without one value")
            self.tensors[self._new(node.output[0])] = self._constant(node.attribute[0])
            at_most(len(self.tensors), MAX_TENSORS, "tensors")
            return
        inputs = [self._known(name) for name in node.input]
        outputs = [self._new(name) if name else "" for name in node.output]
        attributes = [_attribute(operator, one) for one in node.attribute]
        yield onnx.NodeProto(op_type=operator, input=inputs, output=outputs, attribute=attributes)

    def _constant(self, attribute: onnx.AttributeProto) -> np.ndarray:
        if attribute.name == "value" and attribute.type == onnx.AttributeProto.TENSOR:
            return self._array(attribute.t)
        kept = _attribute("Constant", attribute)
        match kept.name:
            case "value_float" | "value_floats":
                values = list(kept.floats) if kept.name == "value_floats" else kept.f
                return np.array(values, np.float32)
            case "value_int" | "value_ints":
                return np.array(list(kept.ints) if kept.name == "value_ints" else kept.i, np.int64)
        raise Refused(FORBIDDEN, "a constant that holds no numbers", name="Constant")

    def _array(self, tensor: onnx.TensorProto) -> np.ndarray:
        """Return the tensor's numbers. No more are made than the file has bytes."""
        if tensor.data_location == onnx.TensorProto.EXTERNAL or tensor.external_data:
            raise Refused(NOT_A_MODEL, "its weights are not in the file: external_data=False")
        if tensor.data_type not in TYPES or tensor.HasField("segment"):
            raise Refused(NOT_A_MODEL, "a tensor of a type that no network here has")
        at_most(len(tensor.dims), MAX_RANK, "axes of a tensor")
        if any(side < 0 for side in tensor.dims):
            raise Refused(NOT_A_MODEL, "a tensor with an axis of less than nothing")
        at_most(math.prod(tensor.dims), self.most, "numbers of a tensor")
        try:
            return np.array(numpy_helper.to_array(tensor))
        except (ValueError, TypeError) as exc:
            raise Refused(NOT_A_MODEL, "a tensor whose shape does not fit its numbers") from exc


def _attribute(operator: str, attribute: onnx.AttributeProto) -> onnx.AttributeProto:
    """Return an attribute's number, numbers or short text, alone. Raises Refused for any other."""
    kinds = onnx.AttributeProto
    kept = kinds(name=attribute.name, type=attribute.type)
    match attribute.type:
        case kinds.INT:
            kept.i = attribute.i
        case kinds.FLOAT:
            kept.f = attribute.f
        case kinds.INTS:
            kept.ints.extend(attribute.ints[: MAX_VALUES + 1])
        case kinds.FLOATS:
            kept.floats.extend(attribute.floats[: MAX_VALUES + 1])
        case kinds.STRING:
            kept.s = attribute.s[: MAX_TEXT + 1]
        case _:
            raise Refused(FORBIDDEN, f"what {operator} carries is no number", name=operator)
    numbers = [kept.i, kept.f, *kept.ints, *kept.floats]
    at_most(len(kept.ints) + len(kept.floats), MAX_VALUES, "values of an attribute")
    at_most(max(len(kept.s), len(kept.name)), MAX_TEXT, "letters of an attribute")
    if not all(math.isfinite(value) and abs(value) <= LARGEST for value in numbers):
        raise Refused(NOT_A_MODEL, f"an attribute of {operator} beyond {LARGEST}")
    return kept


def _opset(model: onnx.ModelProto) -> int:
    versions = [one.version for one in model.opset_import if one.domain in DOMAINS]
    if len(versions) != 1 or versions[0] not in OPSETS:
        first, last = OPSETS[0], OPSETS[-1]
        raise Refused(NOT_A_MODEL, f"its opset is not one of {first} to {last}")
    return int(versions[0])


def _image_shape(image: onnx.ValueInfoProto) -> tuple[int | None, ...]:
    """Return the input's shape: the first axis is free, or one image; the others are known."""
    tensor = image.type.tensor_type
    if not image.type.HasField("tensor_type") or tensor.elem_type != onnx.TensorProto.FLOAT:
        raise Refused(WRONG_SHAPE, "its input is not a tensor of 32-bit floats")
    at_most(len(tensor.shape.dim), MAX_RANK, "axes of the input")
    if not tensor.shape.dim:
        raise Refused(WRONG_SHAPE, "the shape of its input is not told")
    first, *sides = (int(one.dim_value) for one in tensor.shape.dim)
    if first not in (0, 1):
        message = f"it takes {first} images at once, and no other number: leave that axis free"
        raise Refused(WRONG_SHAPE, message)
    if not sides or not all(0 < side <= LARGEST for side in sides):
        raise Refused(WRONG_SHAPE, "the size of an image is not told")
    return (first or None, *sides)
