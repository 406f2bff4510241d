"""Blocks to explore in a statement: what they hold, what they are refused for, what comes out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.lib.stride_tricks import sliding_window_view

from exercises.errors import MalformedExercise
from exercises.explore import (
    KINDS,
    Convolution,
    Piece,
    Pooling,
    output_shape,
    read_block,
    read_blocks,
    window,
)
from exercises.loader import load_course

COURSE = Path(__file__).parents[2] / "exercises" / "cnn"
DOCS = Path(__file__).parents[2] / "docs" / "exercises.md"
STATEMENT = Path("statement.en.md")
KEYS = ("input", "kernel", "stride", "padding", "dilation", "size", "mode", "cell", "kernels.a")
VALUES = (
    "1", "-1", "9", "1e400", "nan", "inf", "1.5", '"1/3"', '"1/0"', '"x"', "true", "[]", "[[]]",
    "[[1, 2], [3]]", "[[1, 2], [3, 4]]", "[1, 2]", "[0, 0]", '"max"', "{}", "[[[1]]]", '[["1/9"]]',
    "[" * 2000, "1" * 3900, "[[" + "1, " * 900 + "1]]", "1979-05-27",
)  # fmt: skip


REDUCED: Mapping[str, Callable[[Any], Any]] = {
    "max": lambda windows: np.nanmax(windows, axis=(2, 3)),
    "mean": lambda windows: np.nanmean(windows, axis=(2, 3)),
    "sum": lambda windows: np.nansum(windows, axis=(2, 3)),
}


def block(kind: str, *lines: str) -> str:
    """Return a statement with this block from line 3 on."""
    return "\n".join(["Look.", "", f"```{kind}", *lines, "```", ""])


def values(piece: Piece) -> list[list[Fraction]]:
    height, width = output_shape(piece)
    return [[window(piece, i, j).value for j in range(width)] for i in range(height)]


def test_both_languages_explore_the_same_numbers() -> None:
    pieces = {}
    for exercise in load_course(COURSE).exercises:
        french, english = (
            [piece.model_copy(update={"title": ""}) for piece in read_blocks(text, STATEMENT)]
            for text in (exercise.statement("fr"), exercise.statement("en"))
        )
        assert french == english
        pieces[exercise.manifest.id] = english
    assert sorted(slug for slug, found in pieces.items() if found) == [
        "conv2d", "convolution-by-hand", "image-filters", "other-convolutions", "output-size",
        "pooling", "pooling-by-hand", "stride-and-padding",
    ]  # fmt: skip


def test_the_documented_block_is_a_piece() -> None:
    fence = re.search(r"````markdown\n(.*?)````", DOCS.read_text(), re.DOTALL)
    assert fence is not None
    (piece,) = read_blocks(fence[1], DOCS)
    assert output_shape(piece) == (3, 4)
    assert piece.title == "An edge, found"


@pytest.mark.parametrize(
    ("lines", "refusal"),
    [
        (["input = [[1]]", "stride = 0", "kernel = [[1]]"], r"5: expected 'stride' to be greater"),
        (["input = [[1]]"], r"4: expected the key 'kernel'"),
        (["input = [[1]]", "kernel = [[1]]", "size = 2"], r"6: expected no key 'size'"),
        (["kernel = [[1]]", "input = [[1, 2],", "  [3]", "]"], r"5: .*rows of one length"),
        (["input = [[1]]", "kernel = [[0.00001]]"], r"5: .*numbers such as 2"),
        (["input = [[1]]", "kernel = [[1, 2]]"], r"4: expected a window that fits"),
        (["input = [[1]]", "kernel = [[1]]", "cell = [0, 1]"], r"6: expected 'cell' inside"),
        (["input = [[1]]", "kernel = [[1]", "stride = 1"], r"6: expected TOML"),
        (
            ["input = [[1]]", "kernel = [[1]]", 'change = ["mode"]'],
            r"6: expected 0 in \[change\] to be",
        ),
        (["#" * 5000], r"4: expected a block of 4000 characters"),
    ],
)
def test_a_malformed_block_is_refused_with_its_line(lines: list[str], refusal: str) -> None:
    with pytest.raises(MalformedExercise) as caught:
        read_blocks(block("convolution", *lines), STATEMENT)
    assert re.match(rf"statement\.en\.md:{refusal}", str(caught.value))


def test_a_block_in_a_list_is_refused_and_other_code_is_left_alone() -> None:
    nested = "1. One\n\n   ```pooling\n   input = [[1]]\n   ```\n"
    with pytest.raises(MalformedExercise, match=r"\.md:3: expected this block outside of lists"):
        read_blocks(nested, STATEMENT)
    assert read_blocks(block("python", "stride = 0"), STATEMENT) == ()


@given(
    st.sampled_from(sorted(KINDS)),
    st.one_of(
        st.text(max_size=200),
        st.lists(
            st.tuples(st.sampled_from(KEYS), st.sampled_from(VALUES)), max_size=6
        ).map(lambda pairs: "\n".join(f"{key} = {value}" for key, value in pairs)),
    ),
)  # fmt: skip
def test_any_text_is_a_piece_or_malformed(kind: str, text: str) -> None:
    with suppress(MalformedExercise):
        piece = read_block(kind, text)
        assert window(piece, *piece.cell).reads


@pytest.mark.parametrize("seed", range(40))
def test_a_convolution_is_numpys(seed: int) -> None:
    rng = np.random.default_rng(seed)
    image = rng.integers(-9, 9, rng.integers(3, 9, 2))
    kernel = rng.integers(-9, 9, rng.integers(1, 4, 2))
    padding, stride, dilation = (int(rng.integers(*ends)) for ends in ((0, 3), (1, 5), (1, 4)))
    border = str(rng.choice(["constant", "edge"]))
    piece = Convolution.model_validate({
        "input": image.tolist(), "kernel": kernel.tolist(), "padding": padding, "stride": stride,
        "dilation": dilation, "border": "edge" if border == "edge" else "zero",
    })  # fmt: skip
    padded = np.pad(image, padding, mode=border)  # type: ignore[call-overload]
    spread = np.zeros([dilation * (side - 1) + 1 for side in kernel.shape], dtype=int)
    spread[::dilation, ::dilation] = kernel
    if any(side > room for side, room in zip(spread.shape, padded.shape, strict=True)):
        assert values(piece) == []
        return
    windows = sliding_window_view(padded, spread.shape)
    assert values(piece) == (windows * spread).sum((2, 3))[::stride, ::stride].tolist()


@pytest.mark.parametrize("seed", range(40))
def test_a_pooling_is_numpys_and_leaves_out_what_is_missing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    image = rng.integers(-9, 9, rng.integers(4, 9, 2))
    size = int(rng.integers(1, 5))
    padding, stride = int(rng.integers(0, size // 2 + 1)), int(rng.integers(1, 5))
    mode, edge = str(rng.choice(["max", "mean", "sum"])), str(rng.choice(["drop", "partial"]))
    piece = Pooling.model_validate({
        "input": image.tolist(), "size": size, "padding": padding, "stride": stride, "mode": mode,
        "edge": edge,
    })  # fmt: skip
    places = [list(starts(side, size, padding, stride, edge)) for side in image.shape]
    missing = np.pad(image.astype(float), ((padding, size + 3),) * 2, constant_values=np.nan)
    windows = sliding_window_view(missing, (size, size))[np.ix_(*places)]
    kept = REDUCED[mode](windows)
    assert output_shape(piece) == kept.shape
    np.testing.assert_allclose(np.array(values(piece), dtype=float), kept)


def starts(side: int, size: int, padding: int, stride: int, edge: str) -> Iterator[int]:
    """Yield where windows start on a line of pixels that begins with its padding."""
    end = side + 2 * padding
    for start in range(0, padding + side, stride):
        if start + size <= end:
            yield start
        elif edge == "partial" and start - stride + size < end:
            # The first that goes beyond the edge is the last: the one before it had not reached it.
            yield start


def test_a_padding_of_more_than_half_of_a_pooling_window_gives_no_output() -> None:
    shape = {"input": [[1, 2], [3, 4]], "size": 2, "stride": 2}
    assert output_shape(Pooling.model_validate({**shape, "padding": 1})) == (2, 2)
    assert output_shape(Pooling.model_validate({**shape, "padding": 2})) == (0, 0)
