"""Fingerprints of code, by winnowing the hashes of its passages.

Source: Saul Schleimer, Daniel S. Wilkerson, Alex Aiken, "Winnowing: Local Algorithms for Document
Fingerprinting", SIGMOD 2003. Of every WINDOW hashes in a row the smallest is kept, so that two
texts which share PASSAGE + WINDOW - 1 tokens in a row share a hash, and texts that share fewer than
PASSAGE tokens in a row share none.
"""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Iterable, Iterator, Sequence

PASSAGE, WINDOW = 12, 4
GIVEN = 8
"""Tokens in a row that a starter has are its own, wherever they stand."""

SCHEME = 1
"""To be raised whenever the same code would get another fingerprint."""

BASE = 1_000_003
MODULUS = 2**61 - 1


def passage_hashes(values: Sequence[str], length: int) -> list[int]:
    """Return the hash of the `length` tokens from each place on, in [0, 2^61). Linear.

    Source of the rolling hash: Richard M. Karp, Michael O. Rabin, "Efficient randomized
    pattern-matching algorithms", 1987.
    """
    codes = [zlib.crc32(value.encode()) + 1 for value in values]
    leading = pow(BASE, length, MODULUS)
    hashes, rolling = [], 0
    for index, code in enumerate(codes):
        rolling = (rolling * BASE + code) % MODULUS
        if index >= length:
            rolling = (rolling - codes[index - length] * leading) % MODULUS
        if index >= length - 1:
            hashes.append(rolling)
    return hashes


def fingerprint(values: Sequence[str], *, given: frozenset[int]) -> frozenset[int]:
    """Return the winnowed hashes of what is the author's own in code.

    `given` has the hashes of every GIVEN tokens in a row of what the author started from.
    """
    kept: set[int] = set()
    for start, end in own_runs(values, given=given):
        kept |= _winnow(passage_hashes(values[start:end], PASSAGE))
    return frozenset(kept)


def own_runs(values: Sequence[str], *, given: frozenset[int]) -> Iterator[tuple[int, int]]:
    """Yield start and end of each run of tokens that no given passage covers."""
    covered = 0
    for index, value in enumerate(passage_hashes(values, GIVEN)):
        if value in given:
            if index > covered:
                yield covered, index
            covered = index + GIVEN
    if covered < len(values):
        yield covered, len(values)


def _winnow(hashes: Sequence[int]) -> frozenset[int]:
    """Return the smallest of every WINDOW hashes in a row; of fewer, the smallest of all."""
    last = max(len(hashes) - WINDOW, 0)
    windows = (hashes[start : start + WINDOW] for start in range(last + 1))
    return frozenset(min(window) for window in windows if window)


def pack_hashes(hashes: Iterable[int]) -> bytes:
    """Return hashes as bytes to keep: 8 for each, in rising order."""
    return array("Q", sorted(hashes)).tobytes()


def unpack_hashes(content: bytes) -> frozenset[int]:
    """Return the hashes in what `pack_hashes` made."""
    hashes = array("Q")
    hashes.frombytes(content)
    return frozenset(hashes)
