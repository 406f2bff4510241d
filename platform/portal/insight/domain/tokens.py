"""A notebook's code as tokens that renaming, comments and layout leave as they are.

The lexer is one expression without backtracking, so that it takes time in proportion to the
text, whatever that is: what is no Python, or never ends, becomes tokens like anything else.
"""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST_TOKENS = 20_000
"""Of one notebook: more than one writes by hand for an exercise."""

NAME, NUMBER, TEXT, NEWLINE = "name", "number", "text", "newline"
KEPT = frozenset(keyword.kwlist) | frozenset(name for name in dir(builtins) if name.islower())
"""Words that no student can rename."""

OWN = frozenset({"self", "cls"})
"""What follows these and a dot is a name of the student's own."""

_TOKEN = re.compile(
    r"""
    (?P<skip>[ \t\r\f]++|\\\r?\n|\#[^\n]*+)
  | (?P<newline>\n)
  | (?P<text>(?:[rbfuRBFU]{1,2}+)?(?:
        '''(?:[^'\\]|\\.|'(?!''))*+(?:'''|\Z)
      | \"""(?:[^"\\]|\\.|"(?!""))*+(?:\"""|\Z)
      | '(?:[^'\\\n]|\\.)*+'?+
      | "(?:[^"\\\n]|\\.)*+"?+
    ))
  | (?P<number>\.?[0-9][0-9A-Za-z_]*+(?:\.[0-9A-Za-z_]*+)?+(?:(?<=[eE])[+-][0-9]++)?+)
  | (?P<name>\w++)
  | (?P<sign>\*\*=?|//=?|<<=?|>>=?|->|:=|[-+*/%@&|^=<>!]=|.)
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it is compared, and where it stands in the text."""

    value: str
    start: int
    end: int


def tokens(source: str) -> list[Token]:
    """Return the tokens of Python code, at most MOST_TOKENS of them.

    Names become one token, except keywords, built-in functions and attributes, which nobody
    renames; so do numbers, and texts. Comments, layout and docstrings are left out.
    """
    found: list[Token] = []
    for token in _normal(source):
        if len(found) == MOST_TOKENS:
            break
        found.append(token)
    return found


def _normal(source: str) -> Iterator[Token]:
    before, owner = "", ""
    at_start = True
    held: Token | None = None
    for match in _TOKEN.finditer(source):
        kind, text = str(match.lastgroup), match[0]
        if kind == "skip":
            continue
        if kind == NEWLINE:
            # A text that was alone on its lines is a docstring, or does nothing.
            held, at_start = None, True
            continue
        if held is not None:
            yield held
            held = None
        token = Token(_value(kind, text, before, owner), match.start(), match.end())
        if kind == TEXT and at_start:
            held = token
        else:
            yield token
        at_start = False
        before, owner = text, before


def _value(kind: str, text: str, before: str, owner: str) -> str:
    if kind == NAME:
        is_attribute = before == "." and owner not in OWN
        return text if text in KEPT or is_attribute else NAME
    return kind if kind in {NUMBER, TEXT} else text
