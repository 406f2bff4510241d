"""Tests that ran among the notebook's own names, as tests that reach them through `student`."""

from __future__ import annotations

import ast
import builtins
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

from exercises.importers.names import Known, import_statements, parse, stored
from exercises.importers.nose import DEFINITIONS
from exercises.importers.reasons import Reason, Untranslatable

IN_JUDGE = frozenset({"numpy", "torch", "pytest"}) | sys.stdlib_module_names
NOSE = "nose.tools"
FORBIDDEN = frozenset({"get_ipython", "globals", "locals", "exec", "eval", "input", "vars"})
CAPTURES = frozenset({"redirect_stdout", "redirect_stderr", "capsys", "captured_output", "patch"})
RAISES = frozenset({"raises", "assertRaises", "assert_raises"})
ANY_FAILURE = frozenset({"Exception", "BaseException"})


@dataclass(slots=True)
class Translated:
    """The body of a test function, the imports it needs, and what it uses of the notebook."""

    body: str
    imports: set[str] = field(default_factory=set)
    functions: set[str] = field(default_factory=set)
    variables: set[str] = field(default_factory=set)
    nose: set[str] = field(default_factory=set)
    catches: bool = False
    packages: set[str] = field(default_factory=set)


def translate(source: str, known: Known, *, expected: str | None = None) -> Translated:
    """Return a test that asks `student` for the names that the notebook defines.

    `expected` is what the last line shows, where the test compares that. Raises Untranslatable.
    """
    module = _unwrapped(parse(source))
    made = Translated("")
    try:
        if expected is not None:
            _compare_last(module, expected)
        _check(module, known)
        turned = _Turner(known, made, stored(module)).visit(module)
        ast.fix_missing_locations(turned)
        made.body = "\n".join(ast.unparse(node) for node in turned.body) or "pass"
    except RecursionError as exc:
        raise Untranslatable(Reason.NOT_PYTHON, "nested too deeply") from exc
    return made


def _unwrapped(module: ast.Module) -> ast.Module:
    """Return the body of a lone test function, whose parameters are the notebook's names."""
    match module.body:
        case [ast.FunctionDef(name=name) as test] if name.startswith("test"):
            parameters = [one.arg for one in test.args.args]
            if "env" in parameters:
                raise Untranslatable(Reason.ENVIRONMENT, "env")
            return ast.Module(test.body, [])
        case _:
            return module


def _compare_last(module: ast.Module, expected: str) -> None:
    """Compare the value of the last line, or what it prints, with the text that it should show."""
    last = module.body[-1] if module.body else None
    text = expected.strip()
    match last:
        case ast.Expr(value=ast.Call(func=ast.Name(id="print"), args=[shown])) if text:
            value: ast.expr = ast.Call(ast.Name("str", ast.Load()), [shown], [])
            wanted: ast.expr = ast.Constant(expected.rstrip("\n"))
        case ast.Expr(value=value) if text:
            wanted = _literal(text)
        case ast.Expr(value=ast.Call(func=func)) if ast.unparse(func) != "print":
            return
        case ast.Expr():
            raise Untranslatable(Reason.NO_OUTPUT)
        case _ if not text:
            return
        case _:
            raise Untranslatable(Reason.OUTPUT, text[:60])
    module.body[-1] = ast.Assert(ast.Compare(value, [ast.Eq()], [wanted]))


def _literal(text: str) -> ast.expr:
    """Return the plain value that a cell has shown. Raises Untranslatable for anything else."""
    try:
        value = ast.parse(text, mode="eval").body
        ast.literal_eval(value)
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError) as exc:
        raise Untranslatable(Reason.OUTPUT, text[:60]) from exc
    return value


def _check(module: ast.Module, known: Known) -> None:
    """Raise Untranslatable for what would mean something else outside the notebook."""
    for name in sorted(stored(module) & known.functions.keys()):
        raise Untranslatable(Reason.REBINDS, name)
    sent: set[str] = set()
    for node in ast.walk(module):
        _check_node(node)
        if isinstance(node, ast.Call) and _name(node) in known.functions:
            sent |= _sent(node, known)
    for node in ast.walk(module):
        if isinstance(node, ast.Compare) and not _asks(node, known):
            for side in (node.left, *node.comparators):
                if isinstance(side, ast.Name) and side.id in sent:
                    raise Untranslatable(Reason.ARGUMENT, side.id)


def _check_node(node: ast.AST) -> None:
    match node:
        case ast.Global() | ast.Nonlocal():
            raise Untranslatable(Reason.ENVIRONMENT, ast.unparse(node))
        case ast.Attribute(value=ast.Name(id="sys"), attr="stdout"):
            raise Untranslatable(Reason.OUTPUT, "sys.stdout")
        case ast.Name(id=name) if name in CAPTURES:
            raise Untranslatable(Reason.OUTPUT, name)


def _sent(call: ast.Call, known: Known) -> set[str]:
    """Return the names that a function of the notebook's is given."""
    names = {one.id for one in call.args if isinstance(one, ast.Name)}
    if names & known.functions.keys() or any(isinstance(one, ast.Lambda) for one in call.args):
        raise Untranslatable(Reason.FUNCTION_SENT, _name(call))
    return names


def _asks(tree: ast.AST, known: Known) -> bool:
    names = (node.id for node in ast.walk(tree) if isinstance(node, ast.Name))
    return any(name in known.functions for name in names)


class _Turner(ast.NodeTransformer):
    """Puts `student` between the test and the notebook's names."""

    def __init__(self, known: Known, made: Translated, bound: set[str]) -> None:
        self.known = known
        self.made = made
        self.bound = bound
        self.caught: tuple[str, ...] = ()

    def visit_Module(self, node: ast.Module) -> ast.Module:
        body = self._body(node.body)
        # As in the notebook, a name that the test gives another value to has one before.
        shared = self.bound & self.known.variables
        self.made.variables |= shared
        first = [ast.Assign([ast.Name(name, ast.Store())], _get(name)) for name in sorted(shared)]
        return ast.Module([*first, *body], [])

    def visit_Import(self, node: ast.Import) -> None:
        self._import(node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        self._import(node)

    def visit_Name(self, node: ast.Name) -> ast.expr:
        name = node.id
        if isinstance(node.ctx, ast.Store | ast.Del) or name in self.bound:
            return node
        if name in self.known.functions:
            return self._function(name)
        if name in self.known.classes:
            raise Untranslatable(Reason.CLASS, name)
        if name in self.known.variables:
            self.made.variables.add(name)
            return _get(name)
        if name in self.known.imports:
            self._import(ast.parse(self.known.imports[name]).body[0])
            return node
        if name in FORBIDDEN:
            raise Untranslatable(Reason.ENVIRONMENT, name)
        if name in self.made.nose or hasattr(builtins, name):
            return node
        raise Untranslatable(Reason.UNKNOWN, name)

    def visit_Expr(self, node: ast.Expr) -> ast.stmt:
        match node.value:
            case ast.Call(func=ast.Name(id=name)) if (
                name in self.known.functions and not self.caught
            ):
                raise Untranslatable(Reason.EFFECT, name)
            case _:
                self.generic_visit(node)
                return node

    def visit_Assert(self, node: ast.Assert) -> ast.If:
        # Pytest would look into both sides for its message, and one of them is a student's.
        said = node.msg or ast.Constant(ast.unparse(node.test))
        failure = ast.Raise(ast.Call(ast.Name("AssertionError", ast.Load()), [said], []))
        turned = ast.If(ast.UnaryOp(ast.Not(), node.test), [failure], [])
        self.generic_visit(turned)
        return turned

    def visit_Try(self, node: ast.Try) -> ast.Try:
        kinds = [kind for handler in node.handlers for kind in _kinds(handler.type)]
        node.body = self._catching(kinds, node.body)
        for handler in node.handlers:
            handler.body = self._body(handler.body)
        if node.orelse:
            node.orelse = self._body(node.orelse)
        if node.finalbody:
            node.finalbody = self._body(node.finalbody)
        return node

    def visit_With(self, node: ast.With) -> ast.With:
        kinds = [
            kind
            for item in node.items
            if isinstance(item.context_expr, ast.Call) and _name(item.context_expr) in RAISES
            for kind in _kinds(next(iter(item.context_expr.args), None))
        ]
        for item in node.items:
            item.context_expr = self.visit(item.context_expr)
        node.body = self._catching(kinds, node.body) if kinds else self._body(node.body)
        return node

    def visit_Call(self, node: ast.Call) -> ast.Call:
        if _name(node) in RAISES and node.args:
            before, self.caught = self.caught, tuple(_kinds(node.args[0]))
            self.generic_visit(node)
            self.caught = before
            return node
        self.generic_visit(node)
        return node

    def _body(self, body: Sequence[ast.stmt]) -> list[ast.stmt]:
        turned = (self.visit(statement) for statement in body)
        return [one for one in turned if one is not None] or [ast.Pass()]

    def _catching(self, kinds: Sequence[str], body: Sequence[ast.stmt]) -> list[ast.stmt]:
        before, self.caught = self.caught, tuple(kinds)
        turned = self._body(body)
        self.caught = before
        return turned

    def _function(self, name: str) -> ast.expr:
        self.made.functions.add(name)
        asked = ast.Attribute(ast.Name("student", ast.Load()), name, ast.Load())
        kinds = [kind for kind in self.caught if kind not in ANY_FAILURE]
        if not kinds:
            return asked
        self.made.catches = True
        named: list[ast.expr] = [ast.Name(kind, ast.Load()) for kind in kinds]
        return ast.Call(ast.Name("as_raised", ast.Load()), [asked, *named], [])

    def _nose(self, names: Sequence[str]) -> None:
        for name in names:
            if name not in DEFINITIONS:
                raise Untranslatable(Reason.UNKNOWN, name)
            self.made.nose.add(name)

    def _import(self, node: ast.stmt) -> None:
        if not isinstance(node, ast.Import | ast.ImportFrom):
            return
        if isinstance(node, ast.ImportFrom) and node.module == NOSE:
            self._nose([alias.asname or alias.name for alias in node.names])
            return
        for statement in import_statements(node).values():
            self._keep(statement)

    def _keep(self, statement: str) -> None:
        package = statement.split()[1].partition(".")[0]
        if package not in IN_JUDGE:
            self.made.packages.add(package)
        self.made.imports.add(statement)


def _get(name: str) -> ast.expr:
    student = ast.Attribute(ast.Name("student", ast.Load()), "get", ast.Load())
    return ast.Call(student, [ast.Constant(name)], [])


def _name(call: ast.Call) -> str:
    """Return the last part of what is called."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _kinds(node: ast.expr | None) -> list[str]:
    """Return the names of the exceptions that are waited for. Raises Untranslatable for others."""
    match node:
        case None:
            return ["Exception"]
        case ast.Tuple(elts=parts):
            return [kind for part in parts for kind in _kinds(part)]
        case ast.Name(id=name) if isinstance(getattr(builtins, name, None), type):
            return [name]
        case _:
            raise Untranslatable(Reason.EXCEPTION, ast.unparse(node))
