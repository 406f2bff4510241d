"""Markdown with LaTeX mathematics, as HTML with MathML that needs no script to be read."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from html import escape

from django.utils.safestring import SafeString, mark_safe
from latex2mathml import exceptions
from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
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
        return str(convert(latex, display=display))
    except _NOT_LATEX:
        return f"<code>{escape(latex)}</code>"


def _lower_headings(state: StateCore) -> None:
    """Make room for the page's own title: a text's first level is the page's second."""
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1:]) + 1, 6)}"


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
_markdown.core.ruler.push("lower_headings", _lower_headings)
