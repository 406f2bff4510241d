"""Each operator makes the changes that it says, and no other."""

from __future__ import annotations

import ast

import pytest

from graders.mutation.operators import OPERATORS, Operator


def changes(operator: Operator, source: str) -> list[str]:
    """Return what the operator makes of each node of the program, the node alone shown."""
    return [
        ast.unparse(ast.fix_missing_locations(changed))
        for node in ast.walk(ast.parse(source))
        for changed in operator(node)
    ]


CASES = [
    ("arithmetic", "a + b", ["a - b"]),
    ("arithmetic", "a // b", ["a / b"]),
    ("arithmetic", "a @ b", ["a * b"]),
    ("arithmetic", "a & b", ["a | b"]),
    ("arithmetic", "a << b", []),
    ("arithmetic", "a -= b", ["a += b"]),
    ("arithmetic", "-a", ["a"]),
    ("arithmetic", "not a", ["a"]),
    ("comparison", "a < b", ["a <= b", "a >= b"]),
    ("comparison", "a >= b", ["a > b", "a < b"]),
    ("comparison", "a == b", ["a != b"]),
    ("comparison", "a is not b", ["a is b"]),
    ("comparison", "0 <= a < b", ["0 < a < b", "0 > a < b", "0 <= a <= b", "0 <= a >= b"]),
    ("logic", "a and b", ["a or b", "b", "a"]),
    ("logic", "a or b or c", ["a and b and c", "b or c", "a or c", "a or b"]),
    ("condition", "x if a else y", ["x if not a else y"]),
    ("condition", "if a:\n    b", ["if not a:\n    b"]),
    ("condition", "while a():\n    b", ["while not a():\n    b"]),
    ("condition", "x if a < b else y", []),
    ("condition", "[a for a in b if a if c]", [" for a in b if c", " for a in b if a"]),
    ("constant", "True", ["False"]),
    ("constant", "0", ["1", "-1"]),
    ("constant", "1", ["2", "0"]),
    ("constant", "3", ["4", "2", "0"]),
    ("constant", "0.5", ["1.5", "-0.5", "0.0"]),
    ("constant", "'edge'", ["'edge_'"]),
    ("constant", "None", []),
    ("order", "f(a, b, c)", ["f(b, a, c)", "f(a, c, b)"]),
    ("order", "f(a, key=b)", []),
    ("order", "a, b = c", ["(b, a)"]),
    ("keyword", "f(a, axis=0, keepdims=True)", ["f(a, keepdims=True)", "f(a, axis=0)"]),
    ("counterpart", "np.argmax", ["np.argmin"]),
    ("counterpart", "min", ["max"]),
    ("counterpart", "np.median", []),
    ("bounds", "a[i:j]", ["i + 1:j", "i:j - 1", "i:j + 1"]),
    ("bounds", "a[:j]", ["1:j", ":j - 1", ":j + 1"]),
    ("bounds", "a[::2]", ["1::2", ":-1:2", ":"]),
    ("bounds", "a[i + 1 : -1]", []),
    ("bounds", "range(n)", ["range(n - 1)", "range(n + 1)"]),
    ("bounds", "range(a, n, 2)", ["range(a, n - 1, 2)", "range(a, n + 1, 2)"]),
    ("bounds", "range(9)", []),
    ("statement", "a += 1", ["pass"]),
    ("statement", "a.append(1)", ["pass"]),
    ("statement", "a[0] = 1", ["pass"]),
    ("statement", "a = a - b", ["pass"]),
    ("statement", "a, b = (b, a)", ["pass"]),
    ("statement", "a = b", []),
    ("statement", "if a:\n    b = 1", ["pass"]),
    ("statement", "if a:\n    b = 1\nelse:\n    b = 2", []),
    ("unwrapping", "a.T", ["a"]),
    ("unwrapping", "a.copy()", ["a"]),
    ("unwrapping", "a.astype(int)", ["a"]),
    ("unwrapping", "np.array(a)", ["a"]),
    ("unwrapping", "float(a)", ["a"]),
    ("unwrapping", "np.transpose(a, b)", []),
    ("intermediate", "def f():\n    return a * b", ["return a", "return b"]),
    ("intermediate", "def f():\n    return a if b else c", ["return a", "return c"]),
    ("intermediate", "def f():\n    return np.clip(a + b, 0, 1)", ["return a + b"]),
    ("intermediate", "def f():\n    return a.sum()", ["return a"]),
    ("intermediate", "def f():\n    return a[0]", ["return a"]),
    ("intermediate", "def f():\n    return a", []),
]


@pytest.mark.parametrize(("name", "source", "expected"), CASES)
def test_an_operator_makes_these_changes_alone(name: str, source: str, expected: list[str]) -> None:
    assert changes(OPERATORS[name], source) == expected


def test_every_operator_is_tried() -> None:
    assert {name for name, _, _ in CASES} == set(OPERATORS)
