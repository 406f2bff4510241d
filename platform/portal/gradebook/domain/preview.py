"""What a regrade would change, or has: attempts, and what counts of each student."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from graders.report import Report, TestResult
from portal.courses.models import Enrolment
from portal.gradebook.domain.tally import Tally, Work
from portal.submissions.domain import PlannedChange, PlanProgress, plan_changes, plan_progress
from portal.submissions.models import RegradePlan

PRECISION = 1e-9


@dataclass(frozen=True, slots=True)
class StudentChange:
    """One student with an attempt whose score changes. Points are None where there were none."""

    student: Enrolment
    before: float | None
    after: float | None
    attempts: Sequence[PlannedChange]

    @property
    def difference(self) -> float:
        """What the student gains; less than 0 where they lose."""
        gained = (self.after or 0.0) - (self.before or 0.0)
        return 0.0 if abs(gained) < PRECISION else gained


@dataclass(frozen=True, slots=True)
class Preview:
    """How far a plan is, and whom it changes: who loses most comes first.

    `same` counts the students whose attempts are in the plan and whose points stay as they are.
    """

    progress: PlanProgress
    rows: tuple[StudentChange, ...]
    down: int
    up: int
    same: int


def preview_of(plan: RegradePlan) -> Preview:
    """Return what a plan changes, as far as it is graded. As many queries for any class."""
    # By student, whoever shares a name with another.
    changes = sorted(plan_changes(plan), key=lambda one: one.attempt.enrolment_id)
    grouped = groupby(changes, key=lambda one: one.attempt.enrolment_id)
    by_student = {number: tuple(group) for number, group in grouped}
    counting = [one for one in changes if not one.is_stale]
    work = Work.of(assignment=plan.assignment, enrolment_ids=by_student.keys())
    before = work.tallies(instead={one.attempt.pk: one.old_score for one in counting})
    after = work.tallies(instead={one.attempt.pk: one.new_score for one in counting})
    rows = [
        StudentChange(
            student=attempts[0].attempt.enrolment,
            before=_points(before, number),
            after=_points(after, number),
            attempts=attempts,
        )
        for number, attempts in by_student.items()
    ]
    rows.sort(key=lambda row: (row.difference, row.student.user.display_name, row.student.pk))
    down = sum(row.difference < 0 for row in rows)
    up = sum(row.difference > 0 for row in rows)
    people = plan.regradings.values("attempt__enrolment").distinct().count()
    return Preview(plan_progress(plan), tuple(rows), down, up, people - down - up)


def compared(old: Report | None, new: Report) -> Iterator[tuple[TestResult | None, TestResult]]:
    """Yield each test of the new report with the same one of the old, None where it is new."""
    held = {one.name: one for one in old.tests} if old else {}
    for one in new.tests:
        yield held.get(one.name), one


def no_longer(old: Report | None, new: Report) -> list[TestResult]:
    """Return the tests of the old report that the new one hasn't."""
    kept = {one.name for one in new.tests}
    return [one for one in old.tests if one.name not in kept] if old else []


def _points(found: Mapping[int, Tally], number: int) -> float | None:
    return found[number].points if number in found else None
