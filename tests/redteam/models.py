"""Files that are handed over as models, and are none, or more than one."""

from __future__ import annotations

from graders.report import ProblemCode
from tests.redteam.case import FULL, Case
from tests.redteam.kit import KERNEL

NOT_A_MODEL, FORBIDDEN, TOO_LARGE, TYPE = (
    ProblemCode.NOT_A_MODEL,
    ProblemCode.FORBIDDEN_OPERATOR,
    ProblemCode.MODEL_TOO_LARGE,
    ProblemCode.WRONG_TYPE,
)
BUILD = """\
import numpy as np, onnx, os
from onnx import helper, numpy_helper

def network(*nodes, weights=np.full((1, 1, 1, 1), 3, "f4")):
    nodes = nodes or (helper.make_node("Mul", ["images", "w"], ["x"]),)
    last = helper.make_node("Flatten", ["x"], ["scores"])
    image = helper.make_tensor_value_info("images", 1, ["n", 1, 4, 4])
    scores = helper.make_tensor_value_info("scores", 1, ["n", 16])
    tensors = [numpy_helper.from_array(weights, "w")]
    graph = helper.make_graph([*nodes, last], "g", [image], [scores], tensors)
    opset = helper.make_opsetid("", 18)
    return helper.make_model(graph, opset_imports=[opset], ir_version=9)

def leave(model):
    content = model if isinstance(model, bytes) else model.SerializeToString()
    with open("model.onnx", "wb") as file:
        file.write(content)
"""


def model(tries: str, cell: str, code: ProblemCode | tuple[ProblemCode, ...] | None = None) -> Case:
    """Return a case whose file comes as the cell says. It earns all points without a code."""
    return Case(tries, (BUILD, cell), 0 if code else FULL, code, exercise="model")


CASES = (
    model("the network as it should be", "leave(network())"),
    model("no file at all", "pass", ProblemCode.MISSING_FILE),
    model("a link to the judge's labels", "os.symlink('/run/hidden', 'model.onnx')", TYPE),
    model("a link to an endless device", "os.symlink('/dev/zero', 'model.onnx')", TYPE),
    model("a pipe that nobody writes to", "os.mkfifo('model.onnx')", TYPE),
    model(
        "a file of two gigabytes without a byte on disk",
        "with open('model.onnx', 'wb') as file: file.truncate(2 << 30)",
        (ProblemCode.ANSWER_TOO_LARGE, ProblemCode.DISK),
    ),
    model(
        "a reply that no file gives",
        KERNEL + "leave(network()); forge(json.dumps({'status': 'ok', 'value': ['UEs=']}))",
        ProblemCode.MALFORMED_REPLY,
    ),
    model(
        "weights in a file of the judge's",
        "m = network()\n"
        "w = m.graph.initializer[0]\n"
        "w.ClearField('raw_data')\n"
        "w.data_location = onnx.TensorProto.EXTERNAL\n"
        "w.external_data.add(key='location', value='/run/hidden/mnist_hidden.npz')\n"
        "leave(m)",
        NOT_A_MODEL,
    ),
    model(
        "a shape of 2**62 by 2**62",
        "m = network()\ndel m.graph.initializer[0].dims[:]\n"
        "m.graph.initializer[0].dims.extend([2**62, 2**62])\nleave(m)",
        TOO_LARGE,
    ),
    model(
        "a map that doubles 40 times",
        "leave(network(*(helper.make_node('Concat', [f'd{i}' if i else 'images'] * 2, "
        "[f'd{i + 1}' if i < 39 else 'x'], axis=3) for i in range(40))))",
        (TOO_LARGE, ProblemCode.WRONG_SHAPE),
    ),
    model(
        "a map that doubles until its size turns negative",
        "leave(network(*(helper.make_node('Concat', [f'd{i}' if i else 'images'] * 2, "
        "[f'd{i + 1}' if i < 79 else 'x'], axis=3) for i in range(80))))",
        (TOO_LARGE, ProblemCode.WRONG_SHAPE),
    ),
    model(
        "a million operators of two bytes",
        r"leave(bytes([58]) + bytes([128, 137, 122]) + b'\x0a\x00' * 1_000_000)",
        (TOO_LARGE, NOT_A_MODEL),
    ),
    model(
        "an operator of another domain, with a name that turns around",
        r"leave(network(helper.make_node('\u202eLoop\x1b[31m<b>', ['images'], ['x'], domain='a')))",
        FORBIDDEN,
    ),
    model(
        "a loop without end",
        "body = helper.make_graph([helper.make_node('Identity', ['c'], ['d'])], 'b', "
        "[helper.make_tensor_value_info('c', 9, [])], [helper.make_tensor_value_info('d', 9, [])])"
        "\nleave(network(helper.make_node('Loop', ['', '', 'images'], ['x'], body=body)))",
        FORBIDDEN,
    ),
    model(
        "graphs in graphs, 500 deep",
        "deep = b''\n"
        "def field(number, content):\n"
        "    size, head = len(content), bytes([number << 3 | 2])\n"
        "    while size > 127: head, size = head + bytes([size & 127 | 128]), size >> 7\n"
        "    return head + bytes([size]) + content\n"
        "for _ in range(500):\n"
        "    deep = field(1, field(5, field(6, deep)))\n"
        "leave(field(7, deep))",
        (NOT_A_MODEL, FORBIDDEN),
    ),
    model(
        "a function of its own in the place of an operator",
        "m = network(helper.make_node('Relu', ['images'], ['x']))\n"
        "m.functions.append(helper.make_function('', 'Relu', ['a'], ['b'], "
        "[helper.make_node('Neg', ['a'], ['b'])], [helper.make_opsetid('', 18)]))\nleave(m)",
        FORBIDDEN,
    ),
    model(
        "weights that are no numbers",
        "leave(network(weights=np.full((1, 1, 1, 1), np.nan, 'f4')))",
        ProblemCode.NOT_FINITE,
    ),
    model(
        "answers that are no numbers",
        "leave(network(helper.make_node('Sub', ['images', 'w'], ['y']), "
        "helper.make_node('Log', ['y'], ['x'])))",
        ProblemCode.NOT_FINITE,
    ),
    model(
        "labels and settings for the runtime that reads it",
        "m = network()\nm.metadata_props.add(key='ort_config', value='{\"session_options\": "
        "{\"enable_profiling\": 1}}')\nm.doc_string = 'x' * 100_000\nleave(m)",
    ),
    model("the runtime's own format", "leave(b'\\x24\\0\\0\\0ORTM' + bytes(400))", NOT_A_MODEL),
)
