"""Which imports are found in a notebook's cells."""

from __future__ import annotations

import pytest

from graders.imports import forbidden_import
from graders.report import ProblemCode

ALLOWED = ("numpy",)


@pytest.mark.parametrize(
    "source",
    [
        "import numpy as np",
        "from noyau import log\nfrom tensorboardX import SummaryWriter",
        "import numpy.linalg, math",
        "from math import (\n    sqrt,\n    pi,\n)",
        "from . import helper",
        "from .torch import x",
        "from __future__ import annotations",
        "'''\nimport torch\n'''",
        "# import torch",
        "%%bash\nimport torch",
        "%matplotlib inline\nimport numpy",
        "def f():\n    yield from torch()\n    raise E from torch",
        "import numpy?",
        "try:\n    import numba\nexcept ImportError:\n    numba = None",
        'text = (\n    "%d"\n    % 3\n)\nfrom math import pi',
        'def f():\n    """Comment faire ?\n\n    On peut import torch.\n    """',
        "x = (",
    ],
)
def test_allowed_cells_pass(source: str) -> None:
    assert forbidden_import([source], allowed=ALLOWED) is None


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("import torch", 1),
        ("import numpy, torch.nn as nn", 1),
        ("x = 1\nfrom torch.nn import functional as F", 2),
        ("if True: import torch", 1),
        ("def f():\n    import math; import torch", 2),
        ("%%time\nimport torch", 2),
        ("!ls\nimport torch", 2),
        ("try:\n    import numba\nexcept ImportError:\n    import torch", 4),
        ("try: pass\nfinally: pass\nif True:\n    import torch", 4),
        ("import \\\n    torch", 2),
    ],
)
def test_a_forbidden_import_is_named_with_its_place(source: str, line: int) -> None:
    problem = forbidden_import(["x = 1", source], allowed=ALLOWED)
    assert problem is not None
    assert (problem.code, problem.name) == (ProblemCode.FORBIDDEN_IMPORT, "torch")
    assert (problem.cell, problem.line) == (2, line)


def test_no_list_allows_everything() -> None:
    assert forbidden_import(["import torch"], allowed=()) is None


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", ["(", "-", "import ", "a.", "'''", " ", "\t\f", "0_", "f'{", "?"])
def test_no_strange_source_hurts_the_reader(piece: str) -> None:
    source = piece * (200_000 // len(piece))
    problem = forbidden_import([source], allowed=ALLOWED)
    assert problem is None
