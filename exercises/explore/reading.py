"""Find the pieces in a statement's Markdown and read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from exercises.errors import MalformedExercise
from exercises.explore.blocks import Convolution, Piece, Pooling
from exercises.explore.windows import output_shape
from exercises.manifest import key_lines, read_toml

KINDS: Mapping[str, type[Convolution | Pooling]] = {
    "convolution": Convolution,
    "pooling": Pooling,
}
"""The word after a fence's back-ticks, and what the block is read as."""

MAX_BLOCK = 4_000
MAX_PIECES = 12
_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


def read_blocks(statement: str, path: Path) -> tuple[Piece, ...]:
    """Return the pieces of a statement. Raises MalformedExercise with the line in its file."""
    pieces = []
    for number, fence in enumerate(_fences(_markdown.parse(statement)), start=1):
        first = (fence.map or [0])[0] + 1
        if fence.level:
            raise MalformedExercise(path, first, "this block outside of lists and quotations")
        if number > MAX_PIECES:
            raise MalformedExercise(path, first, f"{MAX_PIECES} blocks to explore at most")
        try:
            pieces.append(read_block(fence.info.strip(), fence.content))
        except MalformedExercise as exc:
            raise MalformedExercise(path, first + exc.line, exc.expected) from exc
    return tuple(pieces)


def read_block(kind: str, text: str) -> Piece:
    """Return the piece that a block of a known kind describes.

    Raises MalformedExercise, whose line counts from the block's first.
    """
    path = Path(kind)
    if len(text) > MAX_BLOCK:
        raise MalformedExercise(path, 1, f"a block of {MAX_BLOCK} characters at most")
    piece = read_toml(text.encode(errors="surrogatepass"), KINDS[kind], path)
    height, width = output_shape(piece)
    if not height:
        raise MalformedExercise(path, 1, "a window that fits into the input at least once")
    if piece.cell[0] >= height or piece.cell[1] >= width:
        line = key_lines(text).get(("cell",), 1)
        raise MalformedExercise(path, line, f"'cell' inside the output of {height} × {width}")
    return piece


def _fences(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        if token.type == "fence" and token.info.strip() in KINDS:
            yield token
