"""One notebook that tries something, and what must come of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from graders.report import ProblemCode
from tests.graders.samples import notebook

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

Code: TypeAlias = ProblemCode | None


@dataclass(frozen=True, slots=True)
class Case:
    """What is handed in, and what it earns.

    `code` is that of the report's problem, else of the first test that failed; None: none; a
    tuple: one of these. Where that may be none or one, nothing is earned with one. `document`
    replaces keys of the notebook's file, `content` all of it. A cell that gets what it should not
    have prints a word that begins with ESCAPED. `runs` is how many times the notebook is graded,
    and earns the same.
    """

    tries: str
    cells: tuple[str, ...] = ()
    points: float = FULL
    code: Code | tuple[Code, ...] = None
    exercise: str = "pooling"
    runs: int = 1
    document: Mapping[str, object] = field(default_factory=dict)
    content: bytes | None = None

    @property
    def codes(self) -> tuple[Code, ...]:
        """What the first problem may be."""
        return self.code if isinstance(self.code, tuple) else (self.code,)

    def notebook(self, names: Mapping[str, str]) -> bytes:
        """Return the bytes that are handed in, with the words in `names` put into the cells."""
        if self.content is not None:
            return self.content
        cells = list(self.cells)
        for word, text in names.items():
            cells = [cell.replace(word, text) for cell in cells]
        return notebook(*cells, **self.document)


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
