"""Read a TOML file into its model, and say the line of whatever is not as expected."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel, ValidationError

from exercises.errors import MalformedExercise

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

Model = TypeVar("Model", bound=BaseModel)
Place = tuple[int | str, ...]

_TABLE = re.compile(r"^\s*\[(?P<name>[^\[\],]+)\]\s*(#.*)?$")
_ARRAY_TABLE = re.compile(r"^\s*\[\[(?P<name>[^\[\]]+)\]\]\s*(#.*)?$")
_KEY = re.compile(r"""^\s*(?P<name>["']?[A-Za-z0-9_.-]+["']?)\s*=""")
_TOML_LINE = re.compile(r"\(at line (\d+), column \d+\)$")


def read_toml(content: bytes, model: type[Model], path: Path) -> Model:
    """Return the file's model. Raises MalformedExercise at the first line that is not right."""
    try:
        text = content.decode()
        return model.model_validate(tomllib.loads(text))
    except UnicodeDecodeError as exc:
        line = content[: exc.start].count(b"\n") + 1
        raise MalformedExercise(path, line, "text in UTF-8") from exc
    except tomllib.TOMLDecodeError as exc:
        match = _TOML_LINE.search(str(exc))
        line = int(match[1]) if match else max(1, len(text.splitlines()))
        reason = _TOML_LINE.sub("", str(exc)).strip()
        raise MalformedExercise(path, line, f"TOML ({reason})") from exc
    except ValidationError as exc:
        raise _malformed(exc, text, path) from exc
    except (ValueError, RecursionError) as exc:
        # A whole number of thousands of digits, arrays in arrays without end.
        raise MalformedExercise(path, 1, "TOML of plain values") from exc


def read_table(
    values: Mapping[str, object], model: type[Model], *, name: str, content: bytes, path: Path
) -> Model:
    """Return the model of the table `name`, whose `values` were read from the file's content.

    Raises MalformedExercise at the first line that is not right.
    """
    try:
        return model.model_validate(values)
    except ValidationError as exc:
        raise _malformed(exc, content.decode(), path, table=(name,)) from exc


def _malformed(
    exc: ValidationError, text: str, path: Path, *, table: Place = ()
) -> MalformedExercise:
    lines = key_lines(text)
    line, expected = min(
        (_line_of(place, lines), _said(error, place))
        for error in exc.errors()
        for place in [(*table, *error["loc"])]
    )
    return MalformedExercise(path, line, expected)


def key_lines(text: str) -> dict[Place, int]:
    """Return the line of each table and each key of a TOML text, by their place in the document."""
    lines: dict[Place, int] = {(): 1}
    table: Place = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if match := _ARRAY_TABLE.match(line):
            base = _parts(match["name"])
            count = sum(1 for place in lines if place[:-1] == base and isinstance(place[-1], int))
            table = (*base, count)
            lines.setdefault(base, number)
        elif match := _TABLE.match(line):
            table = _parts(match["name"])
        elif match := _KEY.match(line):
            lines.setdefault((*table, *_parts(match["name"])), number)
            continue
        else:
            continue
        lines.setdefault(table, number)
    return lines


def _parts(dotted: str) -> Place:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))


def _line_of(place: Place, lines: Mapping[Place, int]) -> int:
    """Return the line of the place, or else of the nearest table or key around it."""
    while place not in lines:
        place = place[:-1]
    return lines[place]


def _said(error: ErrorDetails, place: Place) -> str:
    *around, name = place or ("",)
    where = f" in [{'.'.join(map(str, around))}]" if around else ""
    if error["type"] == "missing":
        return f"the key {name!r}{where}"
    if error["type"] == "extra_forbidden":
        return f"no key {name!r}{where}"
    said = error["msg"].removeprefix("Value error, ")
    _, should, rest = said.partition(" should ")
    return f"{name!r}{where} to {rest}" if should else f"a right {name!r}{where} ({said})"
