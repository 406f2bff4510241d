"""Which imports are found in a notebook's cells."""

from __future__ import annotations

import pytest

from graders.imports import commands, forbidden_imports

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
        "from noyau import log",
        "%load_ext autoreload\n%autoreload 2",
    ],
)
def test_allowed_cells_pass(source: str) -> None:
    assert forbidden_imports([source], allowed=ALLOWED) == []


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
        ("!wget \\\n      -q https://example.org\nimport torch", 3),
        ("%load_ext torch.extension", 1),
    ],
)
def test_a_forbidden_import_is_named_with_its_place(source: str, line: int) -> None:
    assert forbidden_imports(["x = 1", source], allowed=ALLOWED) == [(2, line, "torch")]


def test_every_forbidden_package_is_named_once() -> None:
    cells = [
        "import numpy, tensorflow as tf\nfrom tensorflow.keras import layers",
        "from google.colab import files\nimport google.cloud.storage, cv2\nimport tensorflow",
    ]
    assert forbidden_imports(cells, allowed=ALLOWED) == [
        (1, 1, "tensorflow"),
        (2, 1, "google.colab"),
        (2, 2, "google.cloud"),
        (2, 2, "cv2"),
    ]


def test_what_a_package_brings_along_is_allowed_with_it() -> None:
    cells = ["from mpl_toolkits.mplot3d import Axes3D"]
    assert forbidden_imports(cells, allowed=("matplotlib",)) == []
    assert forbidden_imports(cells, allowed=("numpy",)) == [(1, 1, "mpl_toolkits")]


def test_no_list_allows_everything() -> None:
    assert forbidden_imports(["import torch"], allowed=()) == []


def test_commands_are_found_outside_of_try() -> None:
    cells = [
        "try:\n    %tensorflow_version 2.x\nexcept Exception:\n    pass\n%matplotlib inline",
        "x = 1\nif x:\n    !pip install \\\n        keras\ny = '''\n%d\n'''",
        "%%bash\nls",
        "%%time\npass\n!ls",
    ]
    assert commands(cells) == [
        (1, 5, "%matplotlib inline"),
        (2, 3, "!pip install \\"),
        (3, 1, "%%bash"),
        (4, 1, "%%time"),
        (4, 3, "!ls"),
    ]


@pytest.mark.timeout(20)
@pytest.mark.parametrize("piece", ["(", "-", "import ", "a.", "'''", " ", "\t\f", "0_", "f'{", "?"])
def test_no_strange_source_hurts_the_reader(piece: str) -> None:
    source = piece * (200_000 // len(piece))
    assert forbidden_imports([source], allowed=ALLOWED) == []
    assert commands([source]) == []
