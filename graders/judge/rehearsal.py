"""Do once, before any grading, what every grading does: imports, a run of pytest.

A judge that is forked from a process which has imported this starts with all of it in memory.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import safetensors.numpy

from graders.judge import __main__ as judge
from graders.judge.calls import GoneCaller
from graders.judge.tests import run_tests
from graders.plugin import GradingPlugin
from graders.protocol import SENT_TOO_MUCH, Verdict

TESTS = {
    "test_public.py": (
        "import pytest\n"
        "@pytest.mark.points(1)\n"
        "@pytest.mark.title(fr='Essai', en='Trial')\n"
        "def test_public(student):\n"
        "    assert student is not None\n"
    ),
    "test_hidden.py": (
        "import numpy as np\n"
        "import pytest\n"
        "from graders.expect import expect_close\n"
        "@pytest.mark.points(1)\n"
        "@pytest.mark.title(fr='Essai', en='Trial')\n"
        "def test_hidden(student, rng):\n"
        "    expect_close(student.answer(rng.normal(size=2)), np.zeros(2))\n"
    ),
}
NEEDED = (judge.main, safetensors.numpy.load)


def rehearse() -> Verdict:
    """Return the verdict on tests that call a kernel which is gone."""
    plugin = GradingPlugin(
        caller=GoneCaller(SENT_TOO_MUCH),
        seed=0,
        hidden_folder=None,
        public_only=False,
        on_progress=lambda _done, _total: None,
    )
    run_tests(TESTS, plugin=plugin)
    for name in TESTS:
        # An exercise's tests have the same names.
        del sys.modules[Path(name).stem]
    with asyncio.Runner() as runner:
        runner.get_loop()
    return Verdict(tests=tuple(plugin.results))


rehearse().model_dump_json()
