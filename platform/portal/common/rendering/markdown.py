"""Markdown with LaTeX mathematics, as HTML with MathML that needs no script to be read."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence
from functools import lru_cache
from html import escape
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict
from mdit_py_plugins.dollarmath import dollarmath_plugin

from exercises.errors import MalformedExercise
from exercises.explore import KINDS, read_block
from portal.common.rendering.explore import render_piece
from portal.common.rendering.formula import render_formula
from portal.common.rendering.html import clean_prose
from portal.common.rendering.text import plain

MAX_TEXT = 200_000


def render_markdown(text: str, *, table: str = "") -> SafeString:
    """Return sanitised HTML for `text`, its tables named `table` and numbered.

    Texts that share a page name theirs apart, for who goes from region to region by ear. A formula
    that can't be read is shown as it was typed.
    """
    return _render(text, table or gettext("Table"))


@lru_cache(maxsize=512)
def _render(text: str, table: str) -> SafeString:
    html = _markdown.render(plain(text, limit=MAX_TEXT), {"table": table, "tables": 0})
    return mark_safe(clean_prose(html))  # noqa: S308 - sanitised on this line


def render_statement(text: str) -> SafeString:
    """Return sanitised HTML for an author's `text`, its pieces to explore as figures.

    A block that describes no piece is shown as it was typed.
    """
    return _render_statement(text, get_language() or "en")


@lru_cache(maxsize=256)
def _render_statement(text: str, _language: str) -> SafeString:
    env = {"table": gettext("Table"), "tables": 0}
    tokens = _markdown.parse(plain(text, limit=MAX_TEXT), env)
    html, start = "", 0
    for end, token in enumerate(tokens):
        figure = _figure(token)
        if figure:
            html += _clean(tokens[start:end], env) + figure
            start = end + 1
    return mark_safe(html + _clean(tokens[start:], env))  # noqa: S308 - each part is sanitised


def _figure(token: Token) -> SafeString | None:
    """Return the figure of a block that describes a piece; None for everything else."""
    kind = token.info.strip()
    if token.type != "fence" or token.level or kind not in KINDS:
        return None
    try:
        return render_piece(read_block(kind, token.content))
    except MalformedExercise:
        return None


def _clean(tokens: Sequence[Token], env: MutableMapping[str, Any]) -> str:
    return clean_prose(_markdown.renderer.render(tokens, _markdown.options, env))


@lru_cache(maxsize=512)
def render_inline(text: str) -> SafeString:
    """Return sanitised HTML for one line of `text`, without a paragraph around it."""
    html = _markdown.renderInline(plain(text, limit=MAX_TEXT))
    return mark_safe(clean_prose(html))  # noqa: S308 - sanitised on this line


def _formula(latex: str, options: Mapping[str, bool]) -> str:
    return render_formula(latex, display=bool(options.get("display_mode")))


def _open_table(
    _renderer: RendererHTML,
    _tokens: Sequence[Token],
    _index: int,
    _options: OptionsDict,
    env: MutableMapping[str, Any],
) -> str:
    """Open a table in a box that scrolls by itself, for the keyboard too."""
    env["tables"] += 1
    name = escape(f"{env['table']} {env['tables']}")
    return f'<div class="scroll" role="region" tabindex="0" aria-label="{name}"><table>\n'


def _close_table(*_: object) -> str:
    return "</table></div>\n"


_markdown = (
    MarkdownIt("commonmark", {"html": False})
    .enable(["table", "strikethrough"])
    .use(
        dollarmath_plugin,
        allow_labels=False,
        allow_space=True,
        allow_digits=False,
        double_inline=True,
        renderer=_formula,
    )
)
_markdown.add_render_rule("table_open", _open_table)
_markdown.add_render_rule("table_close", _close_table)
