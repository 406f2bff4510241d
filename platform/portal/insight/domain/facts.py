"""Keep the facts of attempts beside their reports, so that a class's pages read no report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from django.db import transaction

from graders.report import Outcome, Report, Text, Visibility
from portal.insight.models import AttemptFacts, Finding
from portal.submissions.models import Attempt, State

Key = tuple[int, str, str]

FOLLOWING = ("assignment", "enrolment", "submitted_at", "score", "cpu", "problem", "failed",
             "mistakes")  # fmt: skip
TOLD = ("title_fr", "title_en", "is_hidden")
BATCH = 500


def keep_facts(*, attempts: Sequence[Attempt]) -> None:
    """Make the facts of graded attempts those of their reports. Must run in a transaction.

    Of what tests and mistakes are called, the last attempt given has the say.
    """
    reports = [(one, Report.model_validate(one.report)) for one in attempts]
    _keep_findings(
        {key: finding for one, report in reports for key, finding in _findings(one, report)}
    )
    AttemptFacts.objects.bulk_create(
        [_facts(one, report) for one, report in reports],
        update_conflicts=True,
        unique_fields=["attempt"],
        update_fields=FOLLOWING,
    )


def rebuild_facts(*, missing: bool = False) -> int:
    """Make the facts of graded attempts anew from their reports; return of how many.

    `missing` takes those alone that have none.
    """
    graded = Attempt.objects.filter(state=State.GRADED, report__isnull=False)
    if missing:
        graded = graded.filter(facts__isnull=True)
    ids = list(graded.order_by("submitted_at").values_list("pk", flat=True))
    for start in range(0, len(ids), BATCH):
        with transaction.atomic():
            # Locked: a report that is replaced meanwhile has its facts after this.
            batch = Attempt.objects.filter(pk__in=ids[start : start + BATCH])
            ordered = batch.select_related("assignment").order_by("submitted_at")
            locked = ordered.select_for_update(of=("self",))
            keep_facts(attempts=list(locked))
    return len(ids)


def _facts(attempt: Attempt, report: Report) -> AttemptFacts:
    failed = (test.name for test in report.tests if test.outcome is not Outcome.PASSED)
    return AttemptFacts(
        attempt=attempt,
        assignment_id=attempt.assignment_id,
        enrolment_id=attempt.enrolment_id,
        submitted_at=attempt.submitted_at,
        score=report.score,
        cpu=report.timings.cpu,
        problem=report.problem.code if report.problem else "",
        failed=_lines(failed),
        mistakes=_lines({test.mistake.slug for test in report.tests if test.mistake}),
    )


def _lines(names: Iterable[str]) -> str:
    return "\n".join(sorted(name.replace("\n", " ") for name in names))


def _findings(attempt: Attempt, report: Report) -> Iterator[tuple[Key, Finding]]:
    for test in report.tests:
        is_hidden = test.visibility is Visibility.HIDDEN
        yield _finding(attempt, Finding.Kind.TEST, test.name, test.title, is_hidden=is_hidden)
        if test.mistake:
            mistake = test.mistake
            yield _finding(attempt, Finding.Kind.MISTAKE, mistake.slug, mistake.title)


def _finding(
    attempt: Attempt, kind: Finding.Kind, name: str, title: Text, *, is_hidden: bool = False
) -> tuple[Key, Finding]:
    exercise = attempt.assignment.exercise_id
    finding = Finding(
        exercise_id=exercise,
        kind=kind,
        name=name,
        title_fr=title.fr,
        title_en=title.en,
        is_hidden=is_hidden,
    )
    return (exercise, kind, name), finding


def _keep_findings(findings: dict[Key, Finding]) -> None:
    """Write what is new or called otherwise: most reports tell nothing new of their tests."""
    exercises = {exercise for exercise, _kind, _name in findings}
    known = {_key(one): one for one in Finding.objects.filter(exercise__in=exercises)}
    # In one order, so that two gradings that end together can't wait for each other.
    changed = [one for key, one in sorted(findings.items()) if not _same(one, known.get(key))]
    if changed:
        Finding.objects.bulk_create(
            changed,
            update_conflicts=True,
            unique_fields=["exercise", "kind", "name"],
            update_fields=TOLD,
        )


def _key(finding: Finding) -> Key:
    return finding.exercise_id, finding.kind, finding.name


def _same(finding: Finding, known: Finding | None) -> bool:
    return known is not None and all(
        getattr(finding, name) == getattr(known, name) for name in TOLD
    )
