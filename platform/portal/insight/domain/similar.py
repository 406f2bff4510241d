"""Find the pairs of a class whose code for an exercise shares more than it should."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Generic, TypeVar

THRESHOLD = 0.6
"""From this share of the smaller fingerprint on a pair is worth a look."""

FEWEST = 10
"""Of fewer hashes of its own, code is too short to tell who wrote it."""

COMMON, COMMON_SHARE = 5, 0.1
"""What more students have than the larger of these, a number and a share, everybody writes."""

MOST_PAIRS = 200

Who = TypeVar("Who", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Alike(Generic[Who]):
    """Two whose code shares `shared` hashes: `score` of the smaller one's fingerprint."""

    first: Who
    second: Who
    score: float
    shared: int


def alike_pairs(
    prints: Mapping[Who, frozenset[int]], *, threshold: float = THRESHOLD
) -> list[Alike[Who]]:
    """Return the pairs from `threshold` on, the most alike first, at most MOST_PAIRS.

    What many of them have counts for nothing.
    """
    own = own_passages(prints)
    shared = Counter[tuple[Who, Who]]()
    for owners in _owners(own).values():
        shared.update(combinations(owners, 2))
    pairs = (
        Alike(first, second, count / min(len(own[first]), len(own[second])), count)
        for (first, second), count in shared.items()
    )
    found = [pair for pair in pairs if pair.score >= threshold]
    return sorted(found, key=lambda pair: (-pair.score, -pair.shared))[:MOST_PAIRS]


def own_passages(prints: Mapping[Who, frozenset[int]]) -> dict[Who, frozenset[int]]:
    """Return what is one's own of each fingerprint; those that are too short are left out."""
    counts = Counter(value for hashes in prints.values() for value in hashes)
    limit = max(COMMON, COMMON_SHARE * len(prints))
    common = {value for value, count in counts.items() if count > limit}
    left = {who: hashes - common for who, hashes in prints.items()}
    return {who: hashes for who, hashes in left.items() if len(hashes) >= FEWEST}


def _owners(own: Mapping[Who, frozenset[int]]) -> dict[int, list[Who]]:
    owners: dict[int, list[Who]] = {}
    for who, hashes in own.items():
        for value in hashes:
            owners.setdefault(value, []).append(who)
    return owners
