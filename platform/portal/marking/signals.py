"""What the apps above are told."""

from __future__ import annotations

from django.dispatch import Signal

marks_changed = Signal()
"""What a person adds to a grade has changed, inside the transaction that changes it.

Sends `assignment`, `enrolment` (None: everybody's at the exercise), and `change`: a
`marking.domain.marks.Change`. Who follows it knows the points before and after, and leaves the line
in the audit log.
"""
