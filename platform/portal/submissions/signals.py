"""What the apps above are told."""

from __future__ import annotations

from django.dispatch import Signal

attempt_graded = Signal()
"""A report was stored, inside the transaction that stores it. Sends `attempt` and `is_last`.

`is_last` is False where another report of the same student at the same exercise follows in that
transaction: what is worked out from all of them can wait for the last.
"""
