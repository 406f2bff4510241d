"""Small changes to Python, each of which makes a right program a wrong one more often than not.

An operator takes one node and yields the nodes that may stand in its place. It knows nothing of
where the node stands, and leaves the node itself as it was.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from typing import TypeAlias, TypeVar

from graders.mutation.names import COUNTERPARTS, MODULES, UNWRAPPED_CALLS, UNWRAPPED_METHODS

Operator: TypeAlias = Callable[[ast.AST], Iterator[ast.AST]]
Node = TypeVar("Node", bound=ast.AST)

ARITHMETIC: Mapping[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.MatMult: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
# The border moved, and the opposite.
COMPARISONS: Mapping[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),  # codespell:ignore notin
    ast.NotIn: (ast.In,),  # codespell:ignore notin
}


def arithmetic(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the operation with another operator, and a sign left out."""
    if isinstance(node, ast.BinOp | ast.AugAssign) and type(node.op) in ARITHMETIC:
        yield _with(node, op=ARITHMETIC[type(node.op)]())
    elif isinstance(node, ast.UnaryOp):
        yield node.operand


def comparison(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the comparison with its border moved, and turned round."""
    if isinstance(node, ast.Compare):
        for place, op in enumerate(node.ops):
            for other in COMPARISONS[type(op)]:
                yield _with(node, ops=[*node.ops[:place], other(), *node.ops[place + 1 :]])


def logic(node: ast.AST) -> Iterator[ast.AST]:
    """Yield `or` for `and`, `and` for `or`, and the whole without one of its parts."""
    if isinstance(node, ast.BoolOp):
        yield _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
        for place in range(len(node.values)):
            kept = _without(node.values, place)
            yield _with(node, values=kept) if len(kept) > 1 else kept[0]


def condition(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the node with its condition negated, or a comprehension without one of its filters.

    Comparisons and negations have operators of their own.
    """
    if isinstance(node, ast.If | ast.While | ast.IfExp):
        if not isinstance(node.test, ast.Compare | ast.UnaryOp):
            yield _with(node, test=ast.UnaryOp(ast.Not(), node.test))
    elif isinstance(node, ast.comprehension):
        for place in range(len(node.ifs)):
            yield _with(node, ifs=_without(node.ifs, place))


def constant(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the other truth value, the numbers one more and one less and 0, another text."""
    if not isinstance(node, ast.Constant):
        return
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node.value, int | float):
        others = (node.value + 1, node.value - 1, type(node.value)(0))
        yield from map(_number, dict.fromkeys(one for one in others if one != node.value))
    elif isinstance(node.value, str):
        yield ast.Constant(f"{node.value}_")


def order(node: ast.AST) -> Iterator[ast.AST]:
    """Yield neighbouring arguments, or elements of a tuple, in each other's place."""
    if isinstance(node, ast.Call):
        yield from (_with(node, args=args) for args in _swapped(node.args))
    elif isinstance(node, ast.Tuple):
        yield from (_with(node, elts=elements) for elements in _swapped(node.elts))


def keyword(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the call without one of its named arguments."""
    if isinstance(node, ast.Call):
        for place in range(len(node.keywords)):
            yield _with(node, keywords=_without(node.keywords, place))


def counterpart(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the name of what is often taken for this: least for most, sum for mean."""
    if isinstance(node, ast.Name) and node.id in COUNTERPARTS:
        yield _with(node, id=COUNTERPARTS[node.id])
    elif isinstance(node, ast.Attribute) and node.attr in COUNTERPARTS:
        yield _with(node, attr=COUNTERPARTS[node.attr])


def bounds(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the slice or the range with a bound off by one, and the slice without its step.

    A bound that is a number has operators of its own.
    """
    if isinstance(node, ast.Slice):
        for lower in _shifted(node.lower, ast.Add) if node.lower else [ast.Constant(1)]:
            yield _with(node, lower=lower)
        for upper in _shifted(node.upper, ast.Sub, ast.Add) if node.upper else [_number(-1)]:
            yield _with(node, upper=upper)
        if node.step is not None:
            yield _with(node, step=None)
    elif isinstance(node, ast.Call) and _name(node.func) == "range" and node.args:
        place = min(len(node.args) - 1, 1)
        for stop in _shifted(node.args[place], ast.Sub, ast.Add):
            yield _with(node, args=[*node.args[:place], stop, *node.args[place + 1 :]])


def statement(node: ast.AST) -> Iterator[ast.AST]:
    """Yield `pass` for a statement whose absence leaves every name defined."""
    if (
        isinstance(node, ast.AugAssign | ast.Break | ast.Continue)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Call))
        or (isinstance(node, ast.If) and not node.orelse)
        or (isinstance(node, ast.Assign) and _changes_what_is(node))
    ):
        yield ast.Pass()


def unwrapping(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what is copied, converted or turned, as it was before."""
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield node.value
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr in UNWRAPPED_METHODS and _name(node.func.value) not in MODULES:
            yield node.func.value
        elif node.func.attr in UNWRAPPED_CALLS and len(node.args) == 1:
            yield node.args[0]
    elif isinstance(node, ast.Call) and _name(node.func) in UNWRAPPED_CALLS and node.args:
        yield node.args[0]


def intermediate(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the return of what the returned value is made from."""
    if isinstance(node, ast.Return) and node.value is not None:
        yield from (_with(node, value=part) for part in _parts(node.value))


OPERATORS: Mapping[str, Operator] = {
    operator.__name__: operator
    for operator in (
        arithmetic,
        comparison,
        logic,
        condition,
        constant,
        order,
        keyword,
        counterpart,
        bounds,
        statement,
        unwrapping,
        intermediate,
    )
}


def _with(node: Node, **fields: object) -> Node:
    changed = copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def _without(items: list[Node], place: int) -> list[Node]:
    return [*items[:place], *items[place + 1 :]]


def _swapped(items: list[ast.expr]) -> Iterator[list[ast.expr]]:
    for place in range(len(items) - 1):
        yield [*items[:place], items[place + 1], items[place], *items[place + 2 :]]


def _shifted(bound: ast.expr, *ops: type[ast.operator]) -> Iterator[ast.expr]:
    """Yield the bound one further, by each operator. `constant` changes those that end in one."""
    last = bound.right if isinstance(bound, ast.BinOp) else _unsigned(bound)
    if not isinstance(last, ast.Constant):
        yield from (ast.BinOp(bound, op(), ast.Constant(1)) for op in ops)


def _unsigned(node: ast.expr) -> ast.expr:
    return node.operand if isinstance(node, ast.UnaryOp) else node


def _number(value: float) -> ast.expr:
    # A negative constant would lose its parentheses before a power.
    return ast.UnaryOp(ast.USub(), ast.Constant(-value)) if value < 0 else ast.Constant(value)


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _changes_what_is(node: ast.Assign) -> bool:
    """Return whether the targets existed before: elements, attributes, names that it reads."""
    read = {part.id for part in ast.walk(node.value) if isinstance(part, ast.Name)}
    targets = [
        part
        for target in node.targets
        for part in (target.elts if isinstance(target, ast.Tuple) else [target])
    ]
    return all(
        isinstance(target, ast.Subscript | ast.Attribute) or _name(target) in read
        for target in targets
    )


def _parts(value: ast.expr) -> Iterator[ast.expr]:
    match value:
        case ast.BinOp():
            yield from (value.left, value.right)
        case ast.IfExp():
            yield from (value.body, value.orelse)
        case ast.Call(func=ast.Attribute(value=owner)) if _name(owner) not in MODULES:
            yield from (owner, *filter(_is_computed, value.args))
        case ast.Call():
            yield from filter(_is_computed, value.args)
        case ast.Subscript():
            yield value.value


def _is_computed(argument: ast.expr) -> bool:
    """Return whether an argument is more than a name or a number: those are no answers."""
    return not isinstance(argument, ast.Name | ast.Attribute | ast.Constant)
