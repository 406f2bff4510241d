"""A hostile executed notebook as safe HTML: only what was verified or escaped reaches the page."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from portal.common.rendering.html import clean_table
from portal.common.rendering.markdown import render_markdown
from portal.common.rendering.text import plain

MAX_CELLS = 500
MAX_OUTPUTS = 100
MAX_SOURCE = 100_000
MAX_STREAM = 20_000
MAX_TABLE = 200_000
MAX_IMAGE = 3 * 1024 * 1024
_IMAGES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}

_lexer = PythonLexer()


class UnreadableNotebook(Exception):
    """The bytes are not a notebook that can be shown."""


def _joined(value: object) -> object:
    """Return a multi-line string, which the format may keep as a list of lines, as one."""
    return "".join(map(str, value)) if isinstance(value, list) else value


Lines = Annotated[str, BeforeValidator(_joined)]


class _Loose(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Output(_Loose):
    output_type: str
    text: Lines = ""
    data: dict[str, Any] = {}
    traceback: list[str] = []
    ename: str = ""
    evalue: str = ""


class _Metadata(_Loose):
    noyau_added: bool = False


class _Cell(_Loose):
    cell_type: str
    metadata: _Metadata = _Metadata()
    source: Lines = ""
    outputs: list[_Output] = []


class _Notebook(_Loose):
    cells: Annotated[list[_Cell], Field(max_length=MAX_CELLS)]


@dataclass(frozen=True, slots=True)
class RenderedCell:
    """One cell. `number` counts the student's code cells from 1; `outputs` is safe HTML.

    Code without a number is not the student's: it was added for this run.
    """

    source: SafeString
    is_code: bool = False
    number: int | None = None
    outputs: tuple[SafeString, ...] = field(default=())


def anchor(cell: int, line: int | None = None) -> str:
    """Return the name of a code cell's place on the page of its notebook, or of one line's."""
    return f"cell-{cell}" if line is None else f"cell-{cell}-{line}"


def render_notebook(content: bytes) -> tuple[RenderedCell, ...]:
    """Return the cells of an executed notebook. Raises UnreadableNotebook."""
    try:
        notebook = _Notebook.model_validate_json(content)
    except ValidationError as error:
        raise UnreadableNotebook("not a notebook that can be shown") from error
    return tuple(_render_cells(notebook.cells))


def _render_cells(cells: list[_Cell]) -> Iterator[RenderedCell]:
    number = 0
    for cell in cells:
        if cell.cell_type == "code":
            is_added = cell.metadata.noyau_added
            number += not is_added
            outputs = tuple(_render_outputs(cell.outputs))
            shown = None if is_added else number
            source = _render_code(cell.source, shown)
            yield RenderedCell(source, is_code=True, number=shown, outputs=outputs)
        elif cell.cell_type == "markdown":
            yield RenderedCell(render_markdown(cell.source))


def _render_code(source: str, number: int | None) -> SafeString:
    text = plain(source, limit=MAX_SOURCE)
    html = highlight(text, _lexer, _formatter(number))
    return format_html('<pre class="code">{}</pre>', mark_safe(html))  # noqa: S308 - escaped there


@cache
def _formatter(number: int | None) -> HtmlFormatter[str]:
    """Return what sets the code of this cell, each of its lines with a name."""
    return HtmlFormatter(nowrap=True, linespans=anchor(number) if number else "")


def _render_outputs(outputs: list[_Output]) -> Iterator[SafeString]:
    stream = ""
    for output in outputs[:MAX_OUTPUTS]:
        if output.output_type == "stream":
            stream = (stream + output.text)[-4 * MAX_STREAM :]
            continue
        if stream:
            yield _render_text(stream)
            stream = ""
        yield _render_output(output)
    if stream:
        yield _render_text(stream)
    if len(outputs) > MAX_OUTPUTS:
        yield _render_text("\u2026")


def _render_output(output: _Output) -> SafeString:
    if output.output_type == "error":
        text = "\n".join(output.traceback) or f"{output.ename}: {output.evalue}"
        return _render_text(text, css="error")
    for kind, magic in _IMAGES.items():
        image = _verified_image(output.data.get(kind), magic)
        if image:
            return format_html('<img src="data:{};base64,{}" alt="">', kind, image)
    table = _text_of(output.data.get("text/html"))
    if "<table" in table[:MAX_TABLE]:
        html = clean_table(plain(table, limit=MAX_TABLE))
        return format_html('<div class="table">{}</div>', mark_safe(html))  # noqa: S308 - sanitised
    return _render_text(_text_of(output.data.get("text/plain")))


def _render_text(text: str, *, css: str = "text") -> SafeString:
    return format_html('<pre class="{}">{}</pre>', css, plain(text, limit=MAX_STREAM))


def _verified_image(value: object, magic: bytes) -> str | None:
    """Return the base64 text of an image that is what it says, else None."""
    text = "".join(_text_of(value).split())
    if not text or len(text) > MAX_IMAGE:
        return None
    try:
        content = b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return text if content.startswith(magic) else None


def _text_of(value: object) -> str:
    joined = _joined(value)
    return joined if isinstance(joined, str) else ""
