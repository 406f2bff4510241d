"""What the apps above are told."""

from __future__ import annotations

from django.dispatch import Signal

attempt_graded = Signal()
"""A report was stored, inside the transaction that stores it. Sends `attempt`."""
