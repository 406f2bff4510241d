"""Files of predictions that hold what a right one holds, in the wrong places."""

from __future__ import annotations

import random
from collections.abc import Iterator


def misplaced(content: str) -> Iterator[tuple[str, str]]:
    """Yield a name for each way of going wrong, and the right file gone wrong that way.

    The first column is the id's, the last the value's; the first line names them.
    """
    header, *lines = content.splitlines()
    ids, values = zip(*(line.rsplit(",", 1) for line in lines), strict=True)
    shuffled = random.Random(0).sample(values, len(values))  # noqa: S311 - no secret
    columns = {
        "values shuffled": (ids, shuffled),
        "values one line late": (ids, (values[-1], *values[:-1])),
        "values in reverse": (ids, values[::-1]),
        "the same value everywhere": (ids, values[:1] * len(values)),
        "a line left out": (ids[1:], values[1:]),
        "a line twice": ((*ids, ids[0]), (*values, values[0])),
        "an id that is not asked for": ((f"{ids[0]}-", *ids[1:]), values),
    }
    for name, (some_ids, some_values) in columns.items():
        rows = (f"{one},{value}" for one, value in zip(some_ids, some_values, strict=True))
        yield name, "\n".join((header, *rows)) + "\n"
