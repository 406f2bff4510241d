"""Read the pytest marks of an exercise's tests from their source, without running any of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from exercises.errors import MalformedExercise


@dataclass(frozen=True, slots=True)
class TestMarks:
    """What one test function's marks say. `line` is where it is defined."""

    __test__ = False

    name: str
    line: int
    points: float
    mistakes: tuple[str, ...]


def read_marks(source: str, path: Path) -> tuple[TestMarks, ...]:
    """Return the marks of each test of a module.

    Raises MalformedExercise for a test without points or without a title in both languages, for
    a mistake without its texts, and for parametrized tests, whose points would multiply.
    """
    module = parse_python(source, path)
    named = dict(_named_calls(module))
    return tuple(
        _marks_of(node, named, path)
        for node in module.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    )


def parse_python(source: str, path: Path) -> ast.Module:
    """Return the parsed module. Raises MalformedExercise where it is not Python."""
    try:
        return ast.parse(source, filename=str(path))
    except SyntaxError as exc:
        raise MalformedExercise(path, exc.lineno or 1, f"Python ({exc.msg})") from exc
    except (ValueError, RecursionError, MemoryError) as exc:
        # A NUL, or brackets in brackets without end.
        raise MalformedExercise(path, 1, "Python that can be read") from exc


def _named_calls(module: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Yield the marks that the module keeps under a name, to use on several tests."""
    for node in module.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    yield target.id, node.value


def _marks_of(test: ast.FunctionDef, named: Mapping[str, ast.Call], path: Path) -> TestMarks:
    points: float | None = None
    mistakes: list[str] = []
    titled = False
    for name, mark in _marks(test, named):
        if name == "points":
            points = _points(mark, path)
        elif name == "title":
            _require_texts(mark, ("fr", "en"), path)
            titled = True
        elif name == "hint":
            _require_texts(mark, ("fr", "en"), path)
        elif name == "mistake":
            _require_texts(mark, ("fr", "en", "hint_fr", "hint_en"), path)
            mistakes.append(_slug(mark, path))
        elif name == "parametrize":
            raise MalformedExercise(path, mark.lineno, "a loop in the test, not parametrize")
    if points is None:
        raise MalformedExercise(path, test.lineno, f"@pytest.mark.points on {test.name}")
    if not titled:
        raise MalformedExercise(path, test.lineno, f"@pytest.mark.title on {test.name}")
    return TestMarks(test.name, test.lineno, points, tuple(mistakes))


def _marks(test: ast.FunctionDef, named: Mapping[str, ast.Call]) -> Iterator[tuple[str, ast.Call]]:
    for decorator in test.decorator_list:
        mark = named.get(decorator.id) if isinstance(decorator, ast.Name) else decorator
        if isinstance(mark, ast.Call) and isinstance(mark.func, ast.Attribute):
            yield mark.func.attr, mark


def _points(mark: ast.Call, path: Path) -> float:
    value = mark.args[0].value if mark.args and isinstance(mark.args[0], ast.Constant) else None
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise MalformedExercise(path, mark.lineno, "points as a plain number, 0 or more")
    return float(value)


def _slug(mark: ast.Call, path: Path) -> str:
    value = mark.args[0].value if mark.args and isinstance(mark.args[0], ast.Constant) else None
    if not isinstance(value, str):
        raise MalformedExercise(path, mark.lineno, "a mistake's slug as its first argument")
    return value


def _require_texts(mark: ast.Call, names: tuple[str, ...], path: Path) -> None:
    given = {keyword.arg for keyword in mark.keywords}
    for name in names:
        if name not in given:
            raise MalformedExercise(path, mark.lineno, f"{name}=... in this mark")
