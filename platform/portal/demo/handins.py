"""Hand the samples in through the portal and follow their grading."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from portal.catalogue.domain import current_version, open_version
from portal.courses.models import Cohort
from portal.demo.people import PASSWORD
from portal.demo.samples import Sample
from portal.demo.visitor import Visitor
from portal.submissions.models import Attempt, State

POLL_SECONDS = 0.2
"""Between two looks at the rows: databases without notifications offer nothing to wait on."""


@dataclass(frozen=True, slots=True)
class HandIn:
    """A sample and the attempt that it became."""

    sample: Sample
    attempt: UUID


@dataclass(frozen=True, slots=True)
class Result:
    """A settled hand-in. `score` is None where there is none."""

    sample: Sample
    state: str
    score: float | None

    @property
    def as_expected(self) -> bool:
        """Whether the sample got a score that it must get."""
        return self.score is not None and self.sample.low <= self.score <= self.sample.high


def hand_in_missing(
    *, cohort: Cohort, samples: Sequence[Sample], address: str, log: Callable[[str], None]
) -> list[HandIn]:
    """Hand in each sample whose exercise has no such attempt at its current version yet."""
    earlier = {sample: find(cohort, sample) for sample in samples}
    missing = [sample for sample, attempt in earlier.items() if attempt is None]
    visitors = {
        username: Visitor(address, username=username, password=PASSWORD)
        for username in sorted({sample.student for sample in missing})
    }
    for sample in missing:
        log(f"{sample.student} hands in {filename(sample)}")
        earlier[sample] = hand_in(visitors[sample.student], cohort=cohort, sample=sample)
    return [HandIn(sample, attempt) for sample, attempt in earlier.items() if attempt]


def hand_in(visitor: Visitor, *, cohort: Cohort, sample: Sample) -> UUID:
    """Upload the sample as `visitor` and return the attempt that the portal made of it."""
    exercise = cohort.assignments.select_related("exercise").get(exercise__slug=sample.exercise)
    notebook = sample.notebook(open_version(current_version(exercise.exercise)))
    address = {"cohort_id": cohort.pk, "slug": sample.exercise}
    page = visitor.hand_in(
        reverse("exercise", kwargs=address),
        to=reverse("hand-in", kwargs=address),
        filename=filename(sample),
        content=notebook,
    )
    return UUID(page.strip("/").rpartition("/")[2])


def find(cohort: Cohort, sample: Sample) -> UUID | None:
    """Return the attempt that this sample became at its exercise's current version, if any."""
    attempts = Attempt.objects.filter(
        enrolment__cohort=cohort,
        enrolment__user__username=sample.student,
        assignment__exercise__slug=sample.exercise,
        filename=filename(sample),
    )
    current = attempts.select_related("version", "assignment__exercise").order_by("-number")
    for attempt in current:
        if attempt.version_id == attempt.assignment.exercise.current_id:
            return attempt.pk
    return None


def filename(sample: Sample) -> str:
    """Return the name under which the sample is uploaded."""
    return f"{sample.exercise}-{sample.work}.ipynb"


def follow(attempts: Sequence[UUID], *, stopped: threading.Event) -> Iterator[Attempt]:
    """Yield each attempt that changed, until all are settled or the follower is `stopped`."""
    seen: dict[UUID, tuple[object, ...]] = {}
    waiting = set(attempts)
    while waiting and not stopped.is_set():
        for attempt in Attempt.objects.filter(pk__in=waiting).order_by("submitted_at"):
            mark = (attempt.state, tuple(sorted(attempt.progress.items())))
            if seen.get(attempt.pk) != mark:
                seen[attempt.pk] = mark
                yield attempt
            if attempt.is_settled:
                waiting.discard(attempt.pk)
        if waiting:
            stopped.wait(POLL_SECONDS)


def results(handed_in: Sequence[HandIn]) -> list[Result]:
    """Return how each settled hand-in ended."""
    rows = Attempt.objects.in_bulk([one.attempt for one in handed_in])
    return [
        Result(one.sample, rows[one.attempt].state, rows[one.attempt].score) for one in handed_in
    ]


def describe(attempt: Attempt) -> str:
    """Return how far an attempt is, in a few words."""
    if attempt.state == State.RUNNING and attempt.progress:
        phase, done, total = (attempt.progress.get(key) for key in ("phase", "done", "total"))
        return {
            "starting": "opening rooms",
            "cells": f"cell {done} of {total}",
            "tests": f"test {done} of {total}",
        }.get(str(phase), str(phase))
    if attempt.score is not None and attempt.state == State.GRADED:
        return f"graded: {attempt.score:.0%}"
    return str(State(attempt.state).value)
