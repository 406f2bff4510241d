"""What the apps above are told."""

from __future__ import annotations

from django.dispatch import Signal

deadline_changed = Signal()
"""A deadline or a late policy changed, inside the transaction that changes it.

Sends `assignment`, and `enrolment`: whose deadline it is, None for the whole class's.
"""
