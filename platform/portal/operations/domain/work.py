"""The kinds of work as operators know them: their names, and what a row is about."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import QuerySet

from portal.submissions.domain.kinds import KINDS, Kind
from portal.submissions.models import Attempt, CheckJob, Leased, Regrading, Trial, Tryout

EXERCISE: Mapping[type[Leased], str] = {
    Attempt: "assignment__exercise__slug",
    Trial: "attempt__assignment__exercise__slug",
    Tryout: "assignment__exercise__slug",
    Regrading: "attempt__assignment__exercise__slug",
    CheckJob: "proof__slug",
}
"""The lookup from a row to the name of its exercise."""

NAMED: Mapping[str, Kind] = {kind.rows.__name__.lower(): kind for kind in KINDS}
"""Each kind by its name in addresses and metrics."""


def rows_of(kind: Kind) -> QuerySet[Leased]:
    """Return the rows of a kind that workers claim, in no order."""
    rows: QuerySet[Leased] = QuerySet(kind.rows)
    return rows.order_by().filter(kind.claimable)
