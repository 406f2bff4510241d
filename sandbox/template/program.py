"""Running a room's program: in the forked process itself where it is Python, else by exec."""

from __future__ import annotations

import builtins
import os
import random
import re
import runpy
import sys
import types
import warnings
from collections.abc import Sequence
from pathlib import Path

PYTHON = "python"
# A shell's status for a program that there is not.
NOT_FOUND = 127
PACKAGE = "sandbox"
FOLDER = str(Path(__file__).parents[2])


def run_program(argv: Sequence[str]) -> None:
    """Run `python -m module ...` or `python -c code ...` here as the interpreter would.

    Anything else replaces this process.
    """
    rest = list(argv[1:])
    while rest[:1] == ["-W"]:
        _filter_warnings(rest[1])
        del rest[:2]
    if argv[0] != PYTHON or rest[:1] not in (["-m"], ["-c"]):
        try:
            os.execvpe(argv[0], list(argv), dict(os.environ))  # noqa: S606, no shell
        except FileNotFoundError:
            print(f"{argv[0]}: not found", file=sys.stderr)  # noqa: T201
            sys.exit(NOT_FOUND)
    _forget_template()
    option, what, *arguments = rest
    if option == "-m":
        sys.path.insert(0, os.getcwd())  # noqa: PTH109, text as the interpreter has it
        sys.argv = [what, *arguments]
        runpy.run_module(what, run_name="__main__", alter_sys=True)
        return
    sys.path.insert(0, "")
    sys.argv = ["-c", *arguments]
    main = types.ModuleType("__main__")
    sys.modules["__main__"] = main
    exec(compile(what, "<string>", "exec"), vars(main))  # noqa: S102, what -c is


def _filter_warnings(option: str) -> None:
    action, message, category = [*option.split(":"), "", ""][:3]
    kind = getattr(builtins, category or "Warning")
    warnings.filterwarnings(action, re.escape(message), kind)  # type: ignore[arg-type]


def set_threads(count: int) -> None:
    """Let the libraries that are imported already use `count` threads."""
    torch = sys.modules.get("torch")
    if torch is not None:
        torch.set_num_threads(count)


def reseed() -> None:
    """Part the global random generators of this room from those of every other."""
    random.seed()
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed()


def _forget_template() -> None:
    sys.path[:] = [path for path in sys.path if path != FOLDER]
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
        del sys.modules[name]
