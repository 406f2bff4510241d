"""What is read from and done with standings."""

from __future__ import annotations

from portal.gradebook.domain.boards import BoardRow, board
from portal.gradebook.domain.leaderboard import LeaderboardRow, leaderboard
from portal.gradebook.domain.standing import update_standing
from portal.gradebook.domain.tables import Cell, ClassRow, ClassTable, class_table, progress_of

__all__ = [
    "BoardRow",
    "Cell",
    "ClassRow",
    "ClassTable",
    "LeaderboardRow",
    "board",
    "class_table",
    "leaderboard",
    "progress_of",
    "update_standing",
]
