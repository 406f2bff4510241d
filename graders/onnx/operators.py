"""The operators of ONNX that a model may be made of.

They are the layers of networks and what exporters put between them. None has a graph within it,
draws random numbers outside Dropout, reads a file, or makes a tensor whose shape depends on the
values of an image.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

LAYERS = """
    Conv ConvTranspose BatchNormalization InstanceNormalization LayerNormalization
    GroupNormalization LRN Gemm MatMul MaxPool AveragePool GlobalAveragePool GlobalMaxPool Dropout
"""
ACTIVATIONS = """
    Relu LeakyRelu PRelu Elu Selu Celu Gelu Sigmoid HardSigmoid HardSwish Mish Softplus Softsign
    Swish Tanh ThresholdedRelu Softmax LogSoftmax
"""
ARITHMETIC = """
    Add Sub Mul Div Neg Abs Pow Sqrt Exp Log Erf Reciprocal Max Min Sum Mean Clip
    ReduceMean ReduceSum ReduceMax ReduceMin
"""
SHAPES = """
    Reshape Flatten Squeeze Unsqueeze Transpose Concat Split Slice Gather Shape Cast Pad Identity
    Constant
"""
ALLOWED = frozenset((LAYERS + ACTIVATIONS + ARITHMETIC + SHAPES).split())

# Operators that say nothing of a network's structure.
PLUMBING = frozenset(SHAPES.split()) - {"Flatten", "Pad"}

# Inputs that say a shape, whether they are constants or computed from the shape of an image.
SHAPE_INPUTS: dict[str, frozenset[int]] = {
    "Pad": frozenset({1, 3}),
    "ReduceMax": frozenset({1}),
    "ReduceMean": frozenset({1}),
    "ReduceMin": frozenset({1}),
    "ReduceSum": frozenset({1}),
    "Reshape": frozenset({1}),
    "Slice": frozenset({1, 2, 3, 4}),
    "Split": frozenset({1}),
    "Squeeze": frozenset({1}),
    "Unsqueeze": frozenset({1}),
}
# Constants that no gradient changes: bounds, rates, and the statistics of a batch norm. A value
# that is computed for such an input may be anything a network can compute.
SETTINGS: dict[str, frozenset[int]] = {
    "BatchNormalization": frozenset({3, 4}),
    "Clip": frozenset({1, 2}),
    "Dropout": frozenset({1, 2}),
    "Pad": frozenset({2}),
}

Shape = Sequence[int]


def multiply_adds(
    operator: str, inputs: Sequence[Shape], output: Shape, *, transposed: bool = False
) -> int:
    """Return the multiplications that a layer with weights takes, 0 for any other operator.

    `transposed` is Gemm's transA. Bias and activation are not counted.
    """
    if operator == "Conv":
        return prod(output) * prod(inputs[1][1:])
    if operator == "ConvTranspose":
        return prod(inputs[0]) * prod(inputs[1][1:])
    if operator == "MatMul":
        return prod(output) * inputs[0][-1]
    if operator == "Gemm":
        return prod(output) * inputs[0][0 if transposed else 1]
    return 0
