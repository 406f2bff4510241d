"""What is done with attempts. What only workers do is in `run` and `rooms`."""

from __future__ import annotations

from portal.submissions.domain.accept import accept_answers, accept_file, read_answers
from portal.submissions.domain.announce import announce_waiting, announce_work
from portal.submissions.domain.applying import apply_plan
from portal.submissions.domain.budget import gpu_budget
from portal.submissions.domain.checks import check_jobs, is_proven, start_check
from portal.submissions.domain.claim import claim_next, extend_lease, record_progress
from portal.submissions.domain.finish import finish, requeue_expired
from portal.submissions.domain.limits import attempts_left, next_attempt_at
from portal.submissions.domain.live import (
    JobCurves,
    live_curves,
    live_job_curves,
    live_log,
    record_curves,
    record_log,
)
from portal.submissions.domain.outlook import (
    Outlook,
    outlook,
    queue_position,
    usual_seconds,
)
from portal.submissions.domain.plans import (
    PlannedChange,
    PlanProgress,
    drop_plan,
    open_plans,
    plan_changes,
    plan_progress,
    plan_regrade,
)
from portal.submissions.domain.receipt import Receipt, find_receipt, receipt, verify_receipt
from portal.submissions.domain.regrade import past_reports, regrade
from portal.submissions.domain.seeds import question_for, variant_seed
from portal.submissions.domain.stop import may_be_stopped, stop
from portal.submissions.domain.trials import trials_progress
from portal.submissions.domain.tryouts import start_tryout
from portal.submissions.domain.workers import is_served, waits_in_vain

__all__ = [
    "JobCurves",
    "Outlook",
    "PlanProgress",
    "PlannedChange",
    "Receipt",
    "accept_answers",
    "accept_file",
    "announce_waiting",
    "announce_work",
    "apply_plan",
    "attempts_left",
    "check_jobs",
    "claim_next",
    "drop_plan",
    "extend_lease",
    "find_receipt",
    "finish",
    "gpu_budget",
    "is_proven",
    "is_served",
    "live_curves",
    "live_job_curves",
    "live_log",
    "may_be_stopped",
    "next_attempt_at",
    "open_plans",
    "outlook",
    "past_reports",
    "plan_changes",
    "plan_progress",
    "plan_regrade",
    "question_for",
    "queue_position",
    "read_answers",
    "receipt",
    "record_curves",
    "record_log",
    "record_progress",
    "regrade",
    "requeue_expired",
    "start_check",
    "start_tryout",
    "stop",
    "trials_progress",
    "usual_seconds",
    "variant_seed",
    "verify_receipt",
    "waits_in_vain",
]
