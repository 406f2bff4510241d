"""Alike code is found whatever it is called and however it is set; alike tasks are no likeness."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path

import pytest

from exercises.loader import load_exercise
from portal.insight.domain.code import code_of, given_passages, values_of
from portal.insight.domain.passages import Segment, side_by_side
from portal.insight.domain.similar import THRESHOLD, alike_pairs
from portal.insight.domain.tokens import MOST_TOKENS, tokens
from portal.insight.domain.winnow import (
    PASSAGE,
    WINDOW,
    fingerprint,
    pack_hashes,
    passage_hashes,
    unpack_hashes,
)

POOLING = load_exercise(Path(__file__).parents[3] / "exercises" / "cnn" / "pooling")

LOOPS = """
def pool(image, size, stride, edge, op):
    rows = (image.shape[0] - size) // stride + 1
    cols = (image.shape[1] - size) // stride + 1
    if edge == "partial":
        if (image.shape[0] - size) % stride:
            rows += 1
        if (image.shape[1] - size) % stride:
            cols += 1
    result = np.zeros((rows, cols))
    for r in range(rows):
        for c in range(cols):
            result[r, c] = op(image[r*stride:r*stride+size, c*stride:c*stride+size])
    return result

def max_pool2d(image, size, stride, edge="drop"):
    return pool(image, size, stride, edge, np.max)

def mean_pool2d(image, size, stride, edge="drop"):
    return pool(image, size, stride, edge, np.mean)

def sum_pool2d(image, size, stride, edge="drop"):
    return pool(image, size, stride, edge, np.sum)
"""
COPY = '''
def mean_pool2d(image, size, stride, edge="drop"):
    """The mean."""
    return summarise(image, size, stride, edge, np.mean)

def sum_pool2d(image, size, stride, edge="drop"):
    return summarise(image, size, stride, edge, np.sum)  # the sum

def max_pool2d(image, size, stride, edge="drop"):
    return summarise(image, size, stride, edge, np.max)

def summarise(img, k, s, mode, fn):
    """Summarise the windows
    of an image."""
    # how many rows
    nr = (img.shape[0] - k) // s + 1
    # how many columns
    nc = (img.shape[1] - k) // s + 1
    if mode == 'partial':
        if (img.shape[0] - k) % s: nr += 1
        if (img.shape[1] - k) % s: nc += 1
    tmp = np.zeros((nr, nc))
    for a in range(nr):
        for b in range(nc):
            tmp[a, b] = fn(
                img[a * s : a * s + k, b * s : b * s + k]
            )
    return tmp
'''
BREAKS = """
def windowed(image, size, stride, edge, f):
    height, width = image.shape
    rows = []
    i = 0
    while i < height:
        if edge == "drop" and i + size > height:
            break
        row = []
        j = 0
        while j < width:
            if edge == "drop" and j + size > width:
                break
            row.append(f(image[i:i + size, j:j + size]))
            j += stride
        rows.append(row)
        i += stride
    return np.array(rows)

def max_pool2d(image, size, stride, edge="drop"):
    return windowed(image, size, stride, edge, np.max)

def mean_pool2d(image, size, stride, edge="drop"):
    return windowed(image, size, stride, edge, np.mean)

def sum_pool2d(image, size, stride, edge="drop"):
    return windowed(image, size, stride, edge, np.sum)
"""
THRICE = "\n".join(
    f"""
def {name}_pool2d(image, size, stride, edge="drop"):
    h = out_size(image.shape[0], size, stride, edge)
    w = out_size(image.shape[1], size, stride, edge)
    out = np.zeros((h, w))
    for i in range(h):
        for j in range(w):
            window = image[i * stride : i * stride + size, j * stride : j * stride + size]
            out[i, j] = window.{name}()
    return out
"""
    for name in ("max", "mean", "sum")
)
CEILING = f"""
import math

def out_size(n, size, stride, edge):
    if edge == "drop":
        return (n - size) // stride + 1
    return math.ceil((n - size) / stride) + 1
{THRICE}
"""


def notebook(solution: str) -> bytes:
    """Return the starter with `solution` in place of its code cells beyond the imports."""
    document = json.loads(POOLING.starter("en"))
    code = [cell for cell in document["cells"] if cell["cell_type"] == "code"]
    code[1]["source"], code[2]["source"] = solution, ""
    return json.dumps(document).encode()


def print_of(content: bytes) -> frozenset[int]:
    code = code_of(content, POOLING.manifest.limits)
    return fingerprint(values_of(code), given=given_passages(POOLING))


def test_a_copy_is_found_though_names_comments_layout_and_order_are_others() -> None:
    prints = {"loops": print_of(notebook(LOOPS)), "copy": print_of(notebook(COPY))}
    [pair] = alike_pairs(prints)
    assert (pair.first, pair.second, pair.score) == ("loops", "copy", 1.0)


def test_right_solutions_that_were_written_apart_are_not_alike() -> None:
    works = [notebook(LOOPS), notebook(BREAKS), notebook(CEILING), POOLING.reference("en")]
    prints = dict(enumerate(map(print_of, works)))
    assert min(map(len, prints.values())) >= 10
    pairs = {(pair.first, pair.second): pair.score for pair in alike_pairs(prints, threshold=0.01)}
    assert {pair: score for pair, score in pairs.items() if score >= THRESHOLD} == {}
    assert set(pairs) < set(combinations(prints, 2))


def test_the_starter_is_nobodys_work() -> None:
    assert print_of(POOLING.starter("en")) == frozenset()
    assert print_of(POOLING.starter("fr")) == frozenset()


def test_what_many_students_write_is_no_likeness() -> None:
    work = print_of(notebook(LOOPS))
    assert len(alike_pairs(dict.fromkeys(range(5), work))) == 10
    assert alike_pairs(dict.fromkeys(range(6), work)) == []


def test_shared_runs_of_the_guaranteed_length_share_a_hash() -> None:
    shared = [f"s{n}" for n in range(PASSAGE + WINDOW - 1)]
    first = fingerprint([f"a{n}" for n in range(40)] + shared, given=frozenset())
    second = fingerprint(shared + [f"b{n}" for n in range(40)], given=frozenset())
    assert first & second
    short = shared[: PASSAGE - 1]
    third = fingerprint([*short, *(f"c{n}" for n in range(40))], given=frozenset())
    assert not first & third


def test_fingerprints_are_kept_as_they_are() -> None:
    hashes = frozenset(passage_hashes(values_of(LOOPS), PASSAGE))
    assert len(hashes) > 100
    assert unpack_hashes(pack_hashes(hashes)) == hashes


@pytest.mark.parametrize(
    "source",
    ["'\\" * 100_000, "'" * 200_000, '"""' + "a" * 200_000, "\\" * 200_000, "(\n" * 100_000,
     "\x00" * 200_000, "1." * 100_000, "f'{" * 60_000, "'a\n" * 60_000],
)  # fmt: skip
def test_hostile_text_is_cut_into_bounded_tokens(source: str) -> None:
    found = tokens(source)
    assert len(found) <= MOST_TOKENS
    assert all(source[one.start : one.end] for one in found)


def test_names_texts_and_numbers_are_kinds_and_what_nobody_renames_stays() -> None:
    source = '%matplotlib inline\nself.weight = np.zeros(len(x), 1.5e-3) + f"{x}"  # a comment\n'
    assert [one.value for one in tokens(source)] == [
        "%", "name", "name", "name", ".", "name", "=", "name", ".", "zeros", "(", "len", "(",
        "name", ")", ",", "number", ")", "+", "text",
    ]  # fmt: skip


def test_passages_are_marked_on_both_sides_under_the_same_number() -> None:
    left, right = side_by_side(LOOPS, COPY, given=given_passages(POOLING))
    assert "".join(one.text for one in left) == LOOPS
    assert "".join(one.text for one in right) == COPY
    marked = [{one.passage: one.text for one in side if one.passage} for side in (left, right)]
    assert marked[0].keys() == marked[1].keys() != set()
    for number, text in marked[0].items():
        assert values_of(text) == values_of(marked[1][number])


def test_work_that_shares_nothing_has_no_passage_marked() -> None:
    sides = side_by_side(LOOPS, BREAKS, given=given_passages(POOLING))
    assert sides == ((Segment(LOOPS),), (Segment(BREAKS),))
