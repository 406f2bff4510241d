"""Notebooks that tamper with the kernel, the judge's module, replies and sockets."""

from __future__ import annotations

from graders.report import ProblemCode
from tests.redteam.case import RIGHT, Case, without_work
from tests.redteam.kit import KERNEL

MALFORMED = ProblemCode.MALFORMED_REPLY
NPY = """\
import base64
def npy(descr, shape, body=b""):
    header = f"{{'descr': {descr}, 'fortran_order': False, 'shape': {shape}, }}".encode()
    start = b"\\x93NUMPY\\x01\\x00" + len(header + b"\\n").to_bytes(2, "little")
    text = base64.b64encode(start + header + b"\\n" + body).decode()
    return json.dumps({"status": "ok", "value": {"a": text}})
"""
SEEKER = """\
import gc, sys
    frame, found = sys._getframe(), []
    while frame:
        found += [v for v in frame.f_locals.values() if isinstance(v, np.ndarray)]
        frame = frame.f_back
    found += [o for o in gc.get_objects() if isinstance(o, np.ndarray) and o is not image]
    fit = [a for a in found if a.ndim == 2 and a.shape != image.shape]
    return fit[0] if fit else image
"""


def forged(text: str) -> tuple[str, str]:
    """Return cells whose every reply is the text that the expression `text` gives."""
    return RIGHT, f"{KERNEL}{NPY}forge({text})"


def malformed(tries: str, text: str) -> Case:
    """Return a case whose every reply is no reply."""
    return Case(tries, forged(text), 0, MALFORMED)


CASES = (
    malformed("a reply that is null", "'null'"),
    malformed("a reply nested 200,000 deep", "'[' * 200_000"),
    malformed("a verdict in place of a reply", """'{"event": "verdict", "tests": []}'"""),
    malformed("a status that is a list", """'{"status": [], "value": 1}'"""),
    malformed("a number that is infinite", """'{"status": "ok", "value": 1e999}'"""),
    malformed("an integer of 5,000 digits", """'{"status": "ok", "value": %s}' % ("9" * 5000)"""),
    malformed("an array whose type is an empty tuple", """npy("()", "(1,)", bytes(8))"""),
    malformed("an array of Python objects", """npy("'|O'", "(1,)", bytes(8))"""),
    malformed(
        "an empty array of impossible sides",
        """npy("'<f8'", "(0, 140737488355328, 140737488355328)")""",
    ),
    Case(
        "a reply that takes thirty times its bytes in memory",
        forged("""'{"status": "ok", "value": [%s{}]}' % ("{}," * 25_000_000)"""),
        0,
        ProblemCode.WALL_TIME,
    ),
    Case(
        "a name of an exception that turns the text around",
        (RIGHT, without_work("raise type('\\u202eX\\x1b[31m', (Exception,), {})('\\ud800')")),
        0,
        ProblemCode.FUNCTION_RAISED,
    ),
    Case(
        "another module in place of the judge's",
        (without_work("return image"), "import sys, types\nsys.modules['noyau_room'] = types"),
        0,
        MALFORMED,
    ),
    Case(
        "comparisons that always hold",
        (
            without_work("return image"),
            "np.allclose = np.isclose = np.array_equal = lambda *_, **__: True",
        ),
        0,
        ProblemCode.WRONG_SHAPE,
    ),
    Case(
        "a search of every frame and object for what is expected",
        (without_work(SEEKER),),
        0,
        ProblemCode.WRONG_SHAPE,
    ),
    Case(
        "an early end of the cell, then an error",
        (RIGHT, KERNEL + "broadcast('status', {'execution_state': 'idle'})\nraise ValueError"),
        code=ProblemCode.CELL_RAISED,
    ),
    Case(
        "pipes in place of the sockets",
        (
            RIGHT,
            KERNEL + "for name in os.listdir(folder):\n"
            "    path = os.path.join(folder, name)\n"
            "    os.unlink(path)\n"
            "    os.mkfifo(path)",
        ),
    ),
    Case(
        "a child that outlives its cell",
        (RIGHT, KERNEL + "if os.fork() == 0:\n    time.sleep(60)\n    os._exit(0)"),
    ),
    Case("an exit status of its own", (RIGHT, "import atexit, os\natexit.register(os._exit, 7)")),
    Case("output that is closed", (RIGHT, "import os\nfor fd in range(3): os.close(fd)")),
    Case("a count of cells that is wrong", (RIGHT, "get_ipython().execution_count = 900", "1")),
    Case(
        "a kernel that stops itself",
        (
            RIGHT + "\ndef max_pool2d(image, size, stride, edge='drop'):\n"
            "    __import__('os').kill(0, 19)",
        ),
        0,
        ProblemCode.WALL_TIME,
    ),
)
