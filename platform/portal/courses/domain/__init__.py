"""What is done with classes."""

from __future__ import annotations

from portal.courses.domain.audit import record_change
from portal.courses.domain.cohorts import (
    create_cohort,
    open_cohort,
    rename_cohort,
    renew_join_code,
)
from portal.courses.domain.invite import Fate, Invited, invite, plan_invitations
from portal.courses.domain.join import join_cohort
from portal.courses.domain.log import LogFilter, log_of, told_about
from portal.courses.domain.members import change_role, waiting_for_password
from portal.courses.domain.roster import MOST_BYTES, MOST_ROWS, decode_roster, read_roster

__all__ = [
    "MOST_BYTES",
    "MOST_ROWS",
    "Fate",
    "Invited",
    "LogFilter",
    "change_role",
    "create_cohort",
    "decode_roster",
    "invite",
    "join_cohort",
    "log_of",
    "open_cohort",
    "plan_invitations",
    "read_roster",
    "record_change",
    "rename_cohort",
    "renew_join_code",
    "told_about",
    "waiting_for_password",
]
