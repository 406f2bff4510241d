"""What a notebook's code defines, read without running it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from exercises.importers.reasons import Reason, Untranslatable

COMMAND = re.compile(r"^\s*[%!]")


@dataclass(frozen=True, slots=True)
class Known:
    """Names that a notebook's cells define. `functions` has the parameters of each.

    `imports` has the statement that makes a name: `import numpy as np` for `np`.
    """

    functions: Mapping[str, tuple[str, ...]]
    classes: frozenset[str]
    variables: frozenset[str]
    imports: Mapping[str, str]


def parse(source: str) -> ast.Module:
    """Return parsed code. Raises Untranslatable for Jupyter's commands and what is not Python."""
    command = next(filter(COMMAND.match, source.splitlines()), None)
    if command is not None:
        raise Untranslatable(Reason.COMMAND, command.strip()[:60])
    try:
        return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as exc:
        raise Untranslatable(Reason.NOT_PYTHON, str(exc)[:100]) from exc


def known_names(sources: Iterable[str]) -> Known:
    """Return what these cells define at their top level. What is not Python defines nothing."""
    functions: dict[str, tuple[str, ...]] = {}
    classes: set[str] = set()
    variables: set[str] = set()
    imports: dict[str, str] = {}
    for source in sources:
        plain = "\n".join(line for line in source.splitlines() if not COMMAND.match(line))
        try:
            module = parse(plain)
        except Untranslatable:
            continue
        for node in module.body:
            match node:
                case ast.FunctionDef():
                    functions[node.name] = _parameters(node)
                case ast.ClassDef():
                    classes.add(node.name)
                case ast.Import() | ast.ImportFrom():
                    imports |= import_statements(node)
                case _:
                    variables |= stored(node)
    return Known(functions, frozenset(classes), frozenset(variables - functions.keys()), imports)


def import_statements(node: ast.Import | ast.ImportFrom) -> dict[str, str]:
    """Return for each name that an import makes the statement that makes it alone."""
    made = {}
    for alias in node.names:
        if isinstance(node, ast.Import):
            alone: ast.stmt = ast.Import([alias])
            name = alias.asname or alias.name.partition(".")[0]
        else:
            alone = ast.ImportFrom(node.module, [alias], node.level)
            name = alias.asname or alias.name
        made[name] = ast.unparse(alone)
    return made


def stored(tree: ast.AST) -> set[str]:
    """Return the names that code gives a value to, wherever in it."""
    found = set()
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()):
                found.add(name)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.arg(arg=name):
                found.add(name)
            case ast.ExceptHandler(name=str(name)):
                found.add(name)
            case ast.Import() | ast.ImportFrom():
                found |= import_statements(node).keys()
    return found


def _parameters(node: ast.FunctionDef) -> tuple[str, ...]:
    given = node.args
    return tuple(one.arg for one in (*given.posonlyargs, *given.args, *given.kwonlyargs))
