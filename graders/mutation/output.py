"""Statements that only print or draw: no test asks for what they do."""

from __future__ import annotations

import ast

PRINTING = frozenset({"ax", "axes", "display", "fig", "figure", "plt", "print"})


def is_output(node: ast.AST) -> bool:
    """Return whether the statement, or every statement inside it, only prints or draws."""
    match node:
        case ast.Expr(value=ast.Call() as call) | ast.Assign(value=ast.Call() as call):
            return _root(call) in PRINTING
        case ast.For() | ast.If() | ast.With() | ast.While():
            return all(map(is_output, [*node.body, *getattr(node, "orelse", ())]))
    return False


def _root(node: ast.expr) -> str:
    """Return the name that a chain of attributes, calls and indices begins with."""
    while not isinstance(node, ast.Name):
        if isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Attribute | ast.Subscript):
            node = node.value
        else:
            return ""
    return node.id
