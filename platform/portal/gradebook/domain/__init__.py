"""What is read from and done with standings."""

from __future__ import annotations

from portal.gradebook.domain.boards import BoardRow, board
from portal.gradebook.domain.days import rebuild_days, record_total, record_totals
from portal.gradebook.domain.entries import ranking_of, rebuild_entries, update_entry
from portal.gradebook.domain.history import DayRank, rank_history
from portal.gradebook.domain.leaderboard import LeaderboardRow, leaderboard
from portal.gradebook.domain.listing import Listing, listing
from portal.gradebook.domain.pareto import Candidate, candidates
from portal.gradebook.domain.progress import Chapter, chapters_of, next_up
from portal.gradebook.domain.standing import update_standing
from portal.gradebook.domain.tables import Cell, ClassRow, ClassTable, class_table, progress_of

__all__ = [
    "BoardRow",
    "Candidate",
    "Cell",
    "Chapter",
    "ClassRow",
    "ClassTable",
    "DayRank",
    "LeaderboardRow",
    "Listing",
    "board",
    "candidates",
    "chapters_of",
    "class_table",
    "leaderboard",
    "listing",
    "next_up",
    "progress_of",
    "rank_history",
    "ranking_of",
    "rebuild_days",
    "rebuild_entries",
    "record_total",
    "record_totals",
    "update_entry",
    "update_standing",
]
