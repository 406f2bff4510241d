"""The text of test modules: what imported tests call, and the tests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from exercises.importers.nose import DEFINITIONS
from exercises.importers.translate import Translated

AS_RAISED = '''\
def as_raised(function, *kinds):
    """Return the function, which raises those of `kinds` that the notebook's code has raised."""

    def call(*args, **kwargs):
        try:
            return function(*args, **kwargs)
        except StudentRaised as error:
            kind = getattr(builtins, error.problem.exception or "", None)
            if isinstance(kind, type) and issubclass(kind, kinds):
                raise kind(error.problem.message) from error
            raise

    return call
'''


def module_text(tests: Sequence[str], made: Iterable[Translated], *, hidden: bool) -> str:
    """Return a test module with these tests and all that the tests of both modules call."""
    where = "that never leave the judge's room" if hidden else "that students may read"
    if not tests:
        return f'"""Tests {where}: none yet."""\n'
    parts = list(made)
    imports = {statement for one in parts for statement in one.imports} | {"import pytest"}
    helpers = [
        DEFINITIONS[name].format(name=name)
        for name in sorted({name for one in parts for name in one.nose})
    ]
    if any(one.catches for one in parts):
        imports |= {"import builtins", "from graders.errors import StudentRaised"}
        helpers.insert(0, AS_RAISED)
    head = f'"""Tests {where}."""\n\n' + "\n".join(sorted(imports))
    return "\n\n\n".join([head, *(text.strip("\n") for text in (*helpers, *tests))]) + "\n"
