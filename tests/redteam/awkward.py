"""Right notebooks, however strange: each earns every point."""

from __future__ import annotations

from tests.redteam.case import RIGHT, Case, returning

TORCH = """\
import torch
def pool2d(image, size, stride, edge, summary):
    x = torch.as_tensor(image).double().requires_grad_()
    more = stride if edge == "partial" else 1
    rows, columns = (range(0, side - size + more, stride) for side in x.shape)
    return torch.stack([
        torch.stack([summary(x[i:i + size, j:j + size]) for j in columns]) for i in rows])
def max_pool2d(image, size, stride, edge="drop"):
    return pool2d(image, size, stride, edge, torch.max)
def mean_pool2d(image, size, stride, edge="drop"):
    return pool2d(image, size, stride, edge, torch.mean)
def sum_pool2d(image, size, stride, edge="drop"):
    return pool2d(image, size, stride, edge, torch.sum)
"""
CALLABLES = """
from functools import partial
class Pool:
    def __call__(self, image, size, stride, edge="drop"):
        return pool2d(image, size, stride, edge, np.max)
max_pool2d = Pool()
mean_pool2d = lambda image, size, stride, edge="drop": pool2d(image, size, stride, edge, np.mean)
sum_pool2d = partial(pool2d, summary=np.sum, edge="drop")
"""
MAGICS = (
    "%%time\nx = 1",
    "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()",
    "!false\n!no-such-command",
    "%%capture out\nprint(1)",
    "print?",
    "import asyncio\nawait asyncio.sleep(0)",
    "from __future__ import annotations\ndef typed(x: NotDefined): ...",
    "try:\n    from numba import njit\nexcept ImportError:\n    njit = lambda f: f",
    "text = (\n    '%d'\n    % 3\n)\nfrom numpy import pi as π",
    "",
    "   ",
    "# rien",
    "import sys, warnings\nwarnings.warn('w')\nprint('e', file=sys.stderr)",
)
DISPLAYS = (
    "for i in range(9): print(i, flush=True)\nshown = display('a', display_id=True)",
    "shown.update('b')",
    "from IPython.display import clear_output as c\nfor i in range(3): c(wait=True); display(i)",
)


def right(form: str, expression: str) -> Case:
    """Return a case whose functions return the right numbers in another form."""
    return Case(form, (returning(expression),))


CASES = (
    Case("torch, with gradients", (TORCH,)),
    Case("a class, a lambda, a partial", (RIGHT + CALLABLES,)),
    Case("magics, shell commands, figures, await, warnings", (*MAGICS, RIGHT)),
    Case("displays that are updated from another cell", (*DISPLAYS, RIGHT)),
    Case(
        "lines that end as on Windows, and tabs", (RIGHT.replace("\n", "\r\n"), "if 1:\r\n\tx = 1")
    ),
    Case("three hundred cells", (RIGHT, *(f"x{i} = {i}" for i in range(300)))),
    right("single precision", "right.astype('f4')"),
    right("extended precision", "right.astype('g')"),
    right("the other byte order", "right.astype('>f8')"),
    right("columns first", "np.asfortranarray(right)"),
    right("every second element of a larger array", "np.repeat(right, 2, axis=1)[:, ::2]"),
    right("lists", "right.tolist()"),
    right("tuples of NumPy numbers", "tuple(map(tuple, right))"),
    right("a matrix", "np.matrix(right)"),
    right("a masked array", "np.ma.array(right)"),
    right("the image destroyed", "(right, image.fill(0))[0]"),
    right("prints everywhere", "(right, print(image))[0]"),
)
