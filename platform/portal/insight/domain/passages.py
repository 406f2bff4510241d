"""Two pieces of code side by side, with the passages that both have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from portal.insight.domain.tokens import Token, tokens
from portal.insight.domain.winnow import PASSAGE, own_runs, passage_hashes

MOST_CANDIDATES = 8
"""Places in the other text that are tried for one passage."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text. `passage` counts the passages that both texts have, from 1; 0: in none."""

    text: str
    passage: int = 0


@dataclass(frozen=True, slots=True)
class _Match:
    first: int
    second: int
    length: int


def side_by_side(
    first: str, second: str, *, given: frozenset[int]
) -> tuple[tuple[Segment, ...], tuple[Segment, ...]]:
    """Return both texts in segments; passages of the same number are alike.

    A passage has PASSAGE tokens at least, and none of what both authors were given.
    """
    left, right = tokens(first), tokens(second)
    matches = _matches(left, right, given)
    spans = [(match.first, match.length) for match in matches]
    others = [(match.second, match.length) for match in matches]
    return _cut(first, left, spans), _cut(second, right, others)


def _matches(left: Sequence[Token], right: Sequence[Token], given: frozenset[int]) -> list[_Match]:
    """Return the longest passages from left to right, none of which overlap in either text."""
    ours, theirs = _own(left, given), _own(right, given)
    places: dict[int, list[int]] = {}
    for place, value in enumerate(_hashes(right)):
        if None not in theirs[place : place + PASSAGE]:
            places.setdefault(value, []).append(place)
    found: list[_Match] = []
    hashes, index = _hashes(left), 0
    while index < len(hashes):
        candidates = places.get(hashes[index], [])[:MOST_CANDIDATES]
        lengths = [(_length(ours, theirs, index, at), -at) for at in candidates]
        length, place = max(lengths, default=(0, 0))
        if length < PASSAGE:
            index += 1
            continue
        found.append(_Match(index, -place, length))
        theirs[-place : length - place] = [None] * length
        index += length
    return found


def _hashes(found: Sequence[Token]) -> list[int]:
    return passage_hashes([token.value for token in found], PASSAGE)


def _own(found: Sequence[Token], given: frozenset[int]) -> list[str | None]:
    """Return the tokens as they are compared, None for those that the author was given."""
    values = [token.value for token in found]
    own: list[str | None] = [None] * len(values)
    for start, end in own_runs(values, given=given):
        own[start:end] = values[start:end]
    return own


def _length(ours: Sequence[str | None], theirs: Sequence[str | None], start: int, at: int) -> int:
    """Return how many tokens from both places on are alike, own, and in no passage yet."""
    most = min(len(ours) - start, len(theirs) - at)
    steps = range(most)
    return next(
        (n for n in steps if ours[start + n] is None or ours[start + n] != theirs[at + n]), most
    )


def _cut(
    text: str, found: Sequence[Token], spans: Sequence[tuple[int, int]]
) -> tuple[Segment, ...]:
    """Return the text in segments, of which those of `spans`, in tokens, are numbered from 1."""

    def segments() -> Iterator[Segment]:
        done = 0
        numbered = sorted((start, length, n) for n, (start, length) in enumerate(spans, start=1))
        for start, length, number in numbered:
            begin, end = found[start].start, found[start + length - 1].end
            yield Segment(text[done:begin])
            yield Segment(text[begin:end], number)
            done = end
        yield Segment(text[done:])

    return tuple(segment for segment in segments() if segment.text)
