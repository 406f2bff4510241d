"""The mutants of a notebook's solution regions, each one small change away from the reference."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from exercises.notebook import solution_lines
from graders.mutation.operators import OPERATORS
from graders.mutation.output import is_output

# Texts with values in them have no place in the source before Python 3.12.
PASSED_OVER = (ast.JoinedStr, ast.Import, ast.ImportFrom)
NOT_WALKED = frozenset({"annotation", "returns", "decorator_list"})
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True, slots=True)
class ScriptMutant:
    """A script with one change: the operator, the line, and the statement before and after.

    `within` names the function that the statement is in, and is empty outside of functions.
    """

    operator: str
    line: int
    within: str
    before: str
    after: str
    script: str


@dataclass(frozen=True, slots=True)
class _Site:
    """A node, and where it stands."""

    node: ast.AST
    parent: ast.AST
    field: str
    index: int | None
    within: str

    @property
    def line(self) -> int:
        """Where the node begins in the script. A `for` of a comprehension has no place itself."""
        node = self.node.target if isinstance(self.node, ast.comprehension) else self.node
        return getattr(node, "lineno", 0)

    def put(self, node: ast.AST) -> None:
        """Put another node there."""
        if self.index is None:
            setattr(self.parent, self.field, node)
        else:
            getattr(self.parent, self.field)[self.index] = node


def script_mutants(script: str) -> Iterator[ScriptMutant]:
    """Yield every mutant of a percent script's solution regions, in the order of the script.

    No two are alike. What only prints or plots is left as it is.
    """
    inside = solution_lines(script)
    tree = ast.parse(script)
    for place, top in enumerate(tree.body):
        original = ast.unparse(top)
        seen = {original}
        sites = [
            site for site in _sites(_Site(top, tree, "body", place, "")) if site.line in inside
        ]
        for site in sites:
            for operator, changed in _changes(site, tree, place):
                if changed not in seen:
                    seen.add(changed)
                    before, after = _difference(original, changed)
                    text = _replaced(script, top, changed)
                    yield ScriptMutant(operator, site.line, site.within, before, after, text)


def _sites(site: _Site) -> Iterator[_Site]:
    """Yield the node and those below it that may be changed, in the order of the source."""
    node, within = site.node, site.within
    if isinstance(node, PASSED_OVER) or is_output(node) or _is_text(node):
        return
    yield site
    if isinstance(node, SCOPES):
        within = f"{within}.{node.name}" if within else node.name
    for field, value in ast.iter_fields(node):
        if field in NOT_WALKED:
            continue
        if isinstance(value, ast.AST):
            yield from _sites(_Site(value, node, field, None, within))
        elif isinstance(value, list):
            for index, child in enumerate(value):
                if isinstance(child, ast.AST):
                    yield from _sites(_Site(child, node, field, index, within))


def _is_text(node: ast.AST) -> bool:
    """Return whether the statement is a text alone, such as a docstring."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _changes(site: _Site, tree: ast.Module, place: int) -> Iterator[tuple[str, str]]:
    """Yield each operator that changes the site, and the whole statement then."""
    for name, operator in OPERATORS.items():
        for node in operator(site.node):
            site.put(node)
            changed = ast.unparse(tree.body[place])
            site.put(site.node)
            yield name, changed


def _difference(original: str, changed: str) -> tuple[str, str]:
    """Return the one line that differs, before and after. Unparsed statements take a line each.

    Where a statement of several lines is gone, it is the first that is told.
    """
    pairs = zip(original.splitlines(), changed.splitlines(), strict=False)
    before, after = next(pair for pair in pairs if pair[0] != pair[1])
    return before.strip(), after.strip()


def _replaced(script: str, statement: ast.stmt, text: str) -> str:
    """Return the script with other source for one of its outermost statements."""
    lines = script.splitlines()
    decorators = getattr(statement, "decorator_list", [])
    first = min(node.lineno for node in (statement, *decorators))
    return "\n".join((*lines[: first - 1], text, *lines[statement.end_lineno :])) + "\n"
