"""Run the exercise's tests with pytest, in this process, and nothing but these."""

from __future__ import annotations

import contextlib
import io
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from graders.plugin import GradingPlugin
from graders.report import Fault, Problem, ProblemCode

# Plugins that a run of a few tests in memory has no use for.
UNUSED = (
    "cacheprovider",
    "doctest",
    "faulthandler",
    "junitxml",
    "nose",
    "pastebin",
    "stepwise",
    "unittest",
    "unraisableexception",
    "threadexception",
    "warnings",
)
MAX_MESSAGE = 4000


def run_tests(tests: Mapping[str, str], *, plugin: GradingPlugin) -> Problem | None:
    """Run the tests, in the order of the files, into `plugin`; return what is wrong with them."""
    with tempfile.TemporaryDirectory(prefix="tests-") as folder:
        for name, source in tests.items():
            file = Path(folder, name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(source)
        Path(folder, "pytest.ini").write_text("[pytest]\n")
        printed = io.StringIO()
        sys.dont_write_bytecode = True
        with contextlib.redirect_stdout(printed):
            status = pytest.main(_arguments(folder), plugins=[plugin])
    if status in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED) and not plugin.broken:
        return None
    if status == pytest.ExitCode.NO_TESTS_COLLECTED and plugin.public_only:
        return None
    message = "\n".join(plugin.broken) or printed.getvalue() or f"pytest ended with {status!r}"
    return Problem(code=ProblemCode.BROKEN_TEST, fault=Fault.OURS, message=message[-MAX_MESSAGE:])


def _arguments(folder: str) -> list[str]:
    arguments = [
        folder,
        "--rootdir",
        folder,
        "--strict-markers",
        "--disable-plugin-autoload",
        "-qs",
    ]
    for name in UNUSED:
        arguments += ["-p", f"no:{name}"]
    return arguments
