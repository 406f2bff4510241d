"""What is done with classes."""

from __future__ import annotations

from portal.courses.domain.audit import record_change
from portal.courses.domain.cohorts import create_cohort
from portal.courses.domain.join import join_cohort

__all__ = ["create_cohort", "join_cohort", "record_change"]
