"""Compare the work of a class at an exercise, and keep what a teacher makes of what is found."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from exercises.exercise import Exercise
from portal.accounts.models import User
from portal.catalogue.domain import current_version, open_version
from portal.catalogue.models import Assignment
from portal.celery_app import app
from portal.courses.domain import record_change
from portal.courses.models import Role
from portal.gradebook.models import Standing
from portal.insight.domain.code import given_code, given_passages, handed_in_code, values_of
from portal.insight.domain.similar import Alike, alike_pairs
from portal.insight.domain.winnow import SCHEME, fingerprint, pack_hashes, unpack_hashes
from portal.insight.models import Comparison, Decision, Fingerprint, SimilarPair

logger = logging.getLogger(__name__)

TASK = "portal.insight.tasks.compare"
PATIENCE = timedelta(minutes=10)
"""After so long without a result it may be asked for again: the worker may have died."""

BATCH = 200


def is_under_way(comparison: Comparison | None) -> bool:
    """Return whether a worker has been told to compare, and may still be at it."""
    if comparison is None or comparison.done_at is not None:
        return False
    return timezone.now() - comparison.asked_at < PATIENCE


@transaction.atomic
def ask_for_comparison(*, assignment: Assignment) -> Comparison:
    """Have a worker compare the work at an exercise, unless one is at it already."""
    known = Comparison.objects.select_for_update().filter(assignment=assignment).first()
    if known is not None and is_under_way(known):
        return known
    comparison, _created = Comparison.objects.update_or_create(
        assignment=assignment, defaults={"asked_at": timezone.now(), "done_at": None}
    )
    transaction.on_commit(partial(_announce, assignment.pk))
    return comparison


def compare_work(*, assignment: Assignment) -> None:
    """Find the alike pairs of the work that counts. What a teacher has decided stays decided."""
    exercise = open_version(current_version(assignment.exercise))
    blobs = _counting(assignment)
    prints = _fingerprints(blobs.values(), exercise)
    pairs = alike_pairs({attempt: prints[blob] for attempt, blob in blobs.items()})
    with transaction.atomic():
        _keep_pairs(assignment, pairs)
        done = {"done_at": timezone.now(), "compared": len(blobs)}
        Comparison.objects.filter(assignment=assignment).update(**done)


@transaction.atomic
def decide_pair(*, pair: SimilarPair, by: User, decision: Decision, reason: str) -> SimilarPair:
    """Keep what a teacher makes of a pair, with a line in the class's audit log."""
    locked = SimilarPair.objects.select_for_update().get(pk=pair.pk)
    before = {"decision": locked.decision, "reason": locked.reason}
    locked.decision, locked.reason = decision, reason
    locked.decided_by, locked.decided_at = by, timezone.now()
    locked.save(update_fields=["decision", "reason", "decided_by", "decided_at"])
    assignment = pair.assignment
    students = [one.enrolment.user.display_name for one in (pair.first, pair.second)]
    record_change(
        cohort=assignment.cohort,
        by=by,
        action="similar-work",
        subject=assignment.exercise.slug,
        before=before,
        after={"decision": decision, "students": students},
        reason=reason,
    )
    return locked


def _announce(assignment_id: int) -> None:
    try:
        app.send_task(TASK, args=[assignment_id])  # type: ignore[no-untyped-call]
    except (OperationalError, OSError):
        # Nothing is lost: the teacher may ask again.
        logger.exception("no broker to ask for a comparison at %s", assignment_id)


def _counting(assignment: Assignment) -> dict[UUID, str]:
    """Return the blob of each student's attempt that counts, by the attempt, in a fixed order."""
    counting = Standing.objects.filter(
        assignment=assignment, best__isnull=False, enrolment__role=Role.STUDENT
    )
    return dict(counting.order_by("enrolment_id").values_list("best_id", "best__blob"))


def _fingerprints(blobs: Iterable[str], exercise: Exercise) -> Mapping[str, frozenset[int]]:
    """Return the fingerprint of each notebook; those that are not known are made and kept."""
    wanted = sorted(set(blobs))
    given = hashlib.sha256(given_code(exercise).encode()).hexdigest()
    kept = Fingerprint.objects.filter(blob__in=wanted, given=given, scheme=SCHEME)
    known = {
        blob: unpack_hashes(bytes(hashes)) for blob, hashes in kept.values_list("blob", "hashes")
    }
    passages, limits = given_passages(exercise), exercise.manifest.limits
    fresh = {
        blob: fingerprint(values_of(handed_in_code(blob, limits)), given=passages)
        for blob in wanted
        if blob not in known
    }
    Fingerprint.objects.bulk_create(
        (
            Fingerprint(blob=blob, given=given, scheme=SCHEME, hashes=pack_hashes(hashes))
            for blob, hashes in fresh.items()
        ),
        ignore_conflicts=True,
        batch_size=BATCH,
    )
    return {**known, **fresh}


def _keep_pairs(assignment: Assignment, pairs: Iterable[Alike[UUID]]) -> None:
    """Make these pairs the current ones; forget others that nobody has decided on."""
    earlier = SimilarPair.objects.filter(assignment=assignment)
    earlier.filter(decision=Decision.OPEN).delete()
    earlier.update(is_current=False)
    SimilarPair.objects.bulk_create(
        (
            SimilarPair(
                assignment=assignment,
                first_id=pair.first,
                second_id=pair.second,
                score=pair.score,
                shared=pair.shared,
            )
            for pair in pairs
        ),
        update_conflicts=True,
        unique_fields=["first", "second"],
        update_fields=["score", "shared", "is_current"],
    )
