"""Models whose weights are no weights."""

from __future__ import annotations

from graders.report import ProblemCode
from tests.redteam.case import Case
from tests.redteam.kit import KERNEL

TYPE, MALFORMED, LARGE = (
    ProblemCode.WRONG_TYPE,
    ProblemCode.MALFORMED_REPLY,
    ProblemCode.ANSWER_TOO_LARGE,
)
MODEL = "import numpy as np\nmodel = {'weight': np.full((2, 3), 0.5, 'f4')}"
FILE = """\
import base64

def send(header, body=b"", length=None):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    start = (len(text) if length is None else length).to_bytes(8, "little")
    content = base64.b64encode(start + text + body).decode()
    forge(json.dumps({"status": "ok", "value": content}))

def one(dtype="F32", shape=(2, 3), start=0, end=24):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": [start, end]}

body = np.full((2, 3), 0.5, "f4").tobytes()
"""


def weights(
    tries: str, cell: str, code: ProblemCode | tuple[ProblemCode, ...] | None = None
) -> Case:
    """Return a case whose model comes as the cell says. It earns all points without a code."""
    return Case(tries, (MODEL, cell), 0 if code else 10, code, exercise="weights")


def file(
    tries: str, arguments: str, code: ProblemCode | tuple[ProblemCode, ...] | None = MALFORMED
) -> Case:
    """Return a case whose file of tensors is forged."""
    return weights(tries, f"{KERNEL}{FILE}send({arguments})", code)


CASES = (
    weights("a dict of arrays", "pass"),
    weights(
        "a model of torch, half precision",
        "import torch\nmodel = torch.nn.Linear(3, 2).half()\n"
        "torch.nn.init.constant_(model.weight, 0.5)",
    ),
    weights(
        "a model whose state has no end",
        "import torch\nclass M(torch.nn.Module):\n    def state_dict(self):\n"
        "        endless = {'items': lambda s: iter(lambda: ('w', model_w), 0)}\n"
        "        return type('D', (dict,), endless)()\n"
        "model_w = np.ones(1 << 20, 'f4')\nmodel = M()",
        LARGE,
    ),
    weights(
        "a model that raises when it is asked",
        "import torch\nclass M(torch.nn.Module):\n    def state_dict(self): raise SystemExit\n"
        "model = M()",
        MALFORMED,
    ),
    weights(
        "a million tensors",
        "a = np.zeros(0)\nmodel = {str(i): a for i in range(1_000_001)}",
        (LARGE, ProblemCode.WALL_TIME),
    ),
    weights(
        "tensors that take no memory here",
        "model = {'weight': np.broadcast_to(np.zeros(1), (10**10,))}",
        LARGE,
    ),
    weights(
        "a sparse, a quantised and a meta tensor",
        "import torch\nmodel = {'weight': torch.zeros(2, 3, device='meta')}",
        (MALFORMED, TYPE),
    ),
    weights("names that are no texts", "model = {0: model['weight']}", TYPE),
    weights("arrays of objects", "model = {'weight': np.array([object()])}", TYPE),
    weights(
        "a pickle",
        KERNEL + "import base64, pickle\nforge(json.dumps({'status': 'ok', 'value': "
        "base64.b64encode(pickle.dumps(model)).decode()}))",
        MALFORMED,
    ),
    file("the file as it should be", "{'weight': one()}, body", None),
    file("a header said to have 2**63 bytes", "{'weight': one()}, body, 2**63"),
    file("a header longer than the file", "{'weight': one()}, body, 1000"),
    file("a header of two megabytes", "b'{' + b' ' * (2 << 20) + b'}'"),
    file("a header nested 100,000 deep", "b'[' * 100_000"),
    file("a header that is a list", "[]"),
    file("a header that is not UTF-8", "b'{\"\\xff\": 1}'"),
    file("the same bytes for two tensors", "{'weight': one(), 'other': one()}, body"),
    file("offsets that overlap", "{'weight': one(), 'other': one(start=12, end=36)}, body * 2"),
    file("offsets that run backwards", "{'weight': one(start=24, end=0)}, body"),
    file("offsets past the end", "{'weight': one(end=2**40)}, body"),
    file("offsets below zero", "{'weight': one(start=-24)}, body"),
    file("a gap between tensors", "{'weight': one(start=8, end=32)}, bytes(8) + body"),
    file("bytes that belong to no tensor", "{'weight': one()}, body * 100"),
    file("a shape larger than its bytes", "{'weight': one(shape=(2**31, 2**31))}, body"),
    file(
        "sides of no tensor, which multiply to nothing",
        "{'weight': one(shape=(0, 2**62, 2**62), end=0)}",
        (MALFORMED, TYPE),
    ),
    file(
        "a side that no address holds",
        "{'weight': one(shape=(0, 2**64 - 1), end=0)}",
        (MALFORMED, TYPE),
    ),
    file("a side that is a fraction", "{'weight': one(shape=(2.5, 3))}, body"),
    file(
        "a shape of 1,000 sides",
        "{'weight': one(shape=(1,) * 1000, end=4)}, body[:4]",
        (MALFORMED, TYPE),
    ),
    file("a type that there is not", "{'weight': one(dtype='O')}, body"),
    file("numbers of four bits", "{'weight': one(dtype='F4')}, body[:3]"),
    file("numbers that NumPy lacks", "{'weight': one(dtype='BF16', end=12)}, body[:12]"),
    file(
        "another type than asked for: whole numbers",
        "{'weight': one(dtype='I32')}, body",
        ProblemCode.WRONG_VALUE,
    ),
    file(
        "not a number",
        "{'weight': one()}, np.full((2, 3), np.nan, 'f4').tobytes()",
        ProblemCode.NOT_FINITE,
    ),
    file(
        "a name that stands twice",
        """b'{"weight":%s,"weight":%s}' % ((json.dumps(one()).encode(),) * 2), body""",
        None,
    ),
    file("names that turn around", "{'\\u202eweight\\x1b[31m': one()}, body", TYPE),
    file(
        "metadata without end",
        "{'__metadata__': {str(i): 'x' for i in range(50_000)}, 'weight': one()}, body",
        None,
    ),
)
