"""One notebook that tries something, and what must come of it."""

from __future__ import annotations

from dataclasses import dataclass

from graders.report import ProblemCode

FULL = 10.0
NAMES = ("max_pool2d", "mean_pool2d", "sum_pool2d")
RIGHT = """\
import numpy as np

def pool2d(image, size, stride, edge, summary):
    more = stride if edge == "partial" else 1
    rows, columns = (range(0, side - size + more, stride) for side in image.shape)
    return np.array([[summary(image[i:i + size, j:j + size]) for j in columns] for i in rows])

def max_pool2d(image, size, stride, edge="drop"): return pool2d(image, size, stride, edge, np.max)
def mean_pool2d(image, size, stride, edge="drop"): return pool2d(image, size, stride, edge, np.mean)
def sum_pool2d(image, size, stride, edge="drop"): return pool2d(image, size, stride, edge, np.sum)
"""


@dataclass(frozen=True, slots=True)
class Case:
    """`code` is that of the report's problem, else of the first test that failed; None: none."""

    tries: str
    cells: tuple[str, ...]
    points: float = FULL
    code: ProblemCode | None = None


def returning(expression: str) -> str:
    """Return a cell whose three functions return `expression`, where `right` is what is asked."""
    functions = (
        f"def {name}(image, size, stride, edge='drop', _right={name}):\n"
        f"    right = _right(image, size, stride, edge)\n"
        f"    return {expression}\n"
        for name in NAMES
    )
    return RIGHT + "\n" + "\n".join(functions)


def without_work(line: str) -> str:
    """Return a cell whose three functions run `line` and know nothing of pooling."""
    functions = (f"def {name}(image, size, stride, edge='drop'):\n    {line}\n" for name in NAMES)
    return "import numpy as np\n" + "\n".join(functions)
