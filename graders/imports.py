"""Find imports that the exercise does not allow: a rule of the exercise, not a barrier.

The cells are only cut into tokens, never parsed: no source, however strange, can hurt the reader.
"""

from __future__ import annotations

import io
import re
import sys
import tokenize
from collections.abc import Collection, Iterator, Sequence

from graders.report import Fault, Problem, ProblemCode

STANDARD_LIBRARY = sys.stdlib_module_names
# What the room itself brings, to draw curves with: see `sandbox/inside`.
ROOMS_OWN = ("noyau", "tensorboardX")
# Cell magics that run the rest of the cell as Python.
_PYTHON_MAGICS = re.compile(r"%%(time|timeit|capture|prun)\b")
_HELP = re.compile(r"[\w.*]+\?{1,2}")
_BREAKS = {tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING}


def forbidden_import(cells: Sequence[str], *, allowed: Collection[str]) -> Problem | None:
    """Return the first import of a package that is not in `allowed`; an empty list allows all.

    The standard library is always allowed: what it can do, the room bounds. So is what logs curves.
    """
    if not allowed:
        return None
    fine = STANDARD_LIBRARY.union(ROOMS_OWN, allowed)
    for number, source in enumerate(cells, start=1):
        for line, package in _imports(source):
            if package not in fine:
                return Problem(
                    code=ProblemCode.FORBIDDEN_IMPORT,
                    fault=Fault.STUDENT,
                    cell=number,
                    line=line,
                    name=package[:500],
                )
    return None


def imported_packages(cells: Sequence[str]) -> set[str]:
    """Return the top-level packages that these cells import outside of `try`."""
    return {package for source in cells for _, package in _imports(source)}


def _imports(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and top-level package of each import. Relative imports have no package."""
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
            yield token.start[0], package
            expects = False
        elif expects and token.string in (".", "..."):
            expects = False
        elif token.string == "," and package is not None and not from_import:
            expects = True
        starts = _ends_statement(token)
        if starts:
            package, expects, from_import = None, False, False


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
    lines = source.splitlines()
    if lines and lines[0].startswith("%%") and not _PYTHON_MAGICS.match(lines[0]):
        return ""
    return "".join(_without_line_magic(line) + "\n" for line in lines)


def _without_line_magic(line: str) -> str:
    """Return `pass` at the same depth for a line magic, a shell command or a call for help."""
    code = line.lstrip()
    if code.startswith(("%", "!", "?")) or _HELP.fullmatch(code.rstrip()):
        return line[: len(line) - len(code)] + "pass"
    return line
