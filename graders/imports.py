"""Find what a notebook imports and commands that the exercise does not allow.

A rule of the exercise, not a barrier. The cells are only cut into tokens, never parsed: no source,
however strange, can hurt the reader.
"""

from __future__ import annotations

import io
import re
import sys
import tokenize
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

# What every room has: Python's own library, and what draws curves there: see `sandbox/inside`.
ALWAYS = sys.stdlib_module_names | {"noyau", "tensorboardX"}
# Packages that another one brings along.
_ALONG = {"matplotlib": {"mpl_toolkits", "pylab"}}
# Packages of many owners, told apart by their second name.
_SHARED = {"google"}
# Extensions of IPython's own.
_EXTENSIONS = {"autoreload", "deduperreload", "storemagic"}
# Cell magics that run the rest of the cell as Python.
_PYTHON_MAGICS = re.compile(r"%%(time|timeit|capture|prun)\b")
_HELP = re.compile(r"[\w.*]+\?{1,2}")
_EXTENSION = re.compile(r"%load_ext\s+([\w.]+)")
_DOTTED = re.compile(r"[\w.]{1,200}")
_STAND_IN = "pass"
_BREAKS = {tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING}


class Found(NamedTuple):
    """A package or a command, and the code cell and line that it stands in, counted from 1."""

    cell: int
    line: int
    name: str


def forbidden_imports(cells: Sequence[str], *, allowed: Collection[str]) -> list[Found]:
    """Return the imports of packages that are not in `allowed`, the first of each.

    An empty list allows all, and the standard library is always allowed: what it can do, the room
    bounds. An extension that a cell loads counts as an import.
    """
    if not allowed:
        return []
    fine = ALWAYS.union(allowed, *(_ALONG.get(package, ()) for package in allowed))
    found: dict[str, Found] = {}
    for number, source in enumerate(cells, start=1):
        imports = [*_imports(source), *_extensions(source)]
        for line, name in sorted(imports, key=lambda item: item[0]):
            package, _, module = name.partition(".")
            if package not in fine:
                shown = f"{package}.{module.partition('.')[0]}" if package in _SHARED else package
                found.setdefault(shown, Found(number, line, shown))
    return list(found.values())


def commands(cells: Sequence[str]) -> list[Found]:
    """Return the magics and shell commands of the cells that nothing tries."""
    return [
        Found(number, line, command)
        for number, source in enumerate(cells, start=1)
        for line, command in _commands(source)
    ]


def imported_packages(cells: Sequence[str]) -> set[str]:
    """Return the top-level packages that these cells import outside of `try`."""
    return {name.partition(".")[0] for source in cells for _, name in _imports(source)}


def _imports(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and dotted name of each import. Relative imports have no package."""
    starts, expects, from_import = True, False, False
    package: str | None = None
    for token in _outside_try(source):
        if token.type == tokenize.NAME and token.string == "from" and starts:
            expects, from_import = True, True
        elif token.type == tokenize.NAME and token.string == "import" and starts:
            expects = True
        elif token.type == tokenize.NAME and token.string == "import":
            expects = False
        elif expects and token.type == tokenize.NAME:
            package = token.string
            yield token.start[0], _dotted(token)
            expects = False
        elif expects and token.string in (".", "..."):
            expects = False
        elif token.string == "," and package is not None and not from_import:
            expects = True
        starts = _ends_statement(token)
        if starts:
            package, expects, from_import = None, False, False


def _dotted(token: tokenize.TokenInfo) -> str:
    """Return the name that begins with the token, as far as it goes on its line."""
    found = _DOTTED.match(token.line, token.start[1])
    return found[0] if found and found[0].startswith(token.string) else token.string


def _extensions(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and module of each extension that the cell has IPython load."""
    for line, command in _commands(source):
        found = _EXTENSION.match(command)
        if found and found[1] not in _EXTENSIONS:
            yield line, found[1]


def _commands(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and text of the magics and shell commands that nothing tries."""
    lines = source.splitlines()
    if lines and lines[0].startswith("%%") and not _PYTHON_MAGICS.match(lines[0]):
        yield 1, lines[0]
    for token in _outside_try(source):
        if token.string == _STAND_IN and token.type == tokenize.NAME:
            text = lines[token.start[0] - 1].strip()
            if text.startswith(("%", "!")):
                yield token.start[0], text


def _outside_try(source: str) -> Iterator[tokenize.TokenInfo]:
    """Yield the tokens without comments, and without the suites of `try`.

    What is tried there has its own answer to a package that is missing.
    """
    starts, tries = True, False
    suites: list[bool] = []
    for token in _tokens(source):
        if token.type in (tokenize.COMMENT, tokenize.NL):
            continue
        if token.type == tokenize.INDENT:
            suites.append(tries)
        elif token.type == tokenize.DEDENT:
            suites.pop()
        elif token.type == tokenize.NAME and starts:
            tries = token.string == "try"
        starts = _ends_statement(token)
        if not any(suites):
            yield token


def _ends_statement(token: tokenize.TokenInfo) -> bool:
    return token.type in _BREAKS or token.string in (";", ":")


def _tokens(source: str) -> Iterator[tokenize.TokenInfo]:
    """Yield the tokens up to the first that is not Python: running the cell will say so."""
    try:
        yield from tokenize.generate_tokens(io.StringIO(_without_magics(source)).readline)
    except (tokenize.TokenError, SyntaxError):
        return


def _without_magics(source: str) -> str:
    """Return the cell with `pass` for each line that IPython reads and Python does not."""
    lines = source.splitlines()
    if lines and lines[0].startswith("%%"):
        if not _PYTHON_MAGICS.match(lines[0]):
            return ""
        lines[0] = _STAND_IN
    python, goes_on = [], False
    for line in lines:
        code = line.lstrip()
        is_command = _is_command(code) or _HELP.fullmatch(code.rstrip()) is not None
        stand_in = line[: len(line) - len(code)] + _STAND_IN
        # What follows a command's backslash belongs to it, however it is indented.
        python.append("" if goes_on else stand_in if is_command else line)
        goes_on = (goes_on or is_command) and line.endswith("\\")
    return "".join(line + "\n" for line in python)


def _is_command(code: str) -> bool:
    return code.startswith(("%", "!", "?"))
