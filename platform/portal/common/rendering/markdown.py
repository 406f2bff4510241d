"""Markdown with LaTeX mathematics, as HTML with MathML that needs no script to be read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from html import escape

from django.utils.safestring import SafeString, mark_safe
from latex2mathml import exceptions
from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin

from portal.common.rendering.html import clean_prose
from portal.common.rendering.text import plain

MAX_FORMULA = 2_000
MAX_TEXT = 200_000

_NOT_LATEX: tuple[type[Exception], ...] = (
    *(error for error in vars(exceptions).values() if isinstance(error, type)),
    # What the converter lets through on text that is not LaTeX at all.
    AttributeError,
    IndexError,
    KeyError,
    RecursionError,
    StopIteration,
    TypeError,
    ValueError,
)

_FENCE = r"<mo>&#x000(?:28|29|5B|5D|7B|7C|7D);</mo>"
# In a row of its own a fence grows with its matrix, not with the tallest of the formula.
_FENCED = re.compile(rf"({_FENCE}<mtable[^>]*>(?:(?!<mtable).)*?</mtable>{_FENCE})")


@lru_cache(maxsize=512)
def render_markdown(text: str) -> SafeString:
    """Return sanitised HTML for `text`; a formula that can't be read is shown as it was typed."""
    html = _markdown.render(plain(text, limit=MAX_TEXT))
    return mark_safe(clean_prose(html))  # noqa: S308 - sanitised on this line


@lru_cache(maxsize=512)
def render_inline(text: str) -> SafeString:
    """Return sanitised HTML for one line of `text`, without a paragraph around it."""
    html = _markdown.renderInline(plain(text, limit=MAX_TEXT))
    return mark_safe(clean_prose(html))  # noqa: S308 - sanitised on this line


def render_formula(latex: str, options: Mapping[str, bool]) -> str:
    """Return MathML for `latex`, or the escaped source where it is none."""
    if len(latex) > MAX_FORMULA:
        return f"<code>{escape(latex)}</code>"
    display = "block" if options.get("display_mode") else "inline"
    try:
        return _FENCED.sub(r"<mrow>\1</mrow>", convert(latex, display=display))
    except _NOT_LATEX:
        return f"<code>{escape(latex)}</code>"


_markdown = (
    MarkdownIt("commonmark", {"html": False})
    .enable(["table", "strikethrough"])
    .use(
        dollarmath_plugin,
        allow_labels=False,
        allow_space=True,
        allow_digits=False,
        double_inline=True,
        renderer=render_formula,
    )
)
