"""The jobs of a sweep, as the rows of a page's table and as curves over each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from graders.report import (
    MAX_TRIAL_CURVES,
    Curve,
    Metric,
    Problem,
    Scalar,
    Sweep,
    TrialResult,
)
from portal.submissions.curves import MOST_LINES, Drawing, overlaid
from portal.submissions.domain import JobCurves


@dataclass(frozen=True, slots=True)
class Row:
    """One job. `values` are its parameters and `metrics` its measures, in the table's order."""

    number: int
    values: tuple[str, ...]
    metrics: tuple[Metric | None, ...]
    problem: Problem | None
    seconds: float
    is_best: bool
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Jobs:
    """The table of a sweep's jobs, the best first. `columns` has a metric of each measure."""

    parameters: tuple[str, ...]
    columns: tuple[Metric, ...]
    rows: tuple[Row, ...]
    drawings: tuple[Drawing, ...]

    @property
    def span(self) -> int:
        """How many columns there are beside the job's number."""
        return len(self.parameters) + len(self.columns) + 1


def jobs_of(sweep: Sweep) -> Jobs:
    """Return the table and the charts of the jobs, in the active language."""
    columns = _columns(sweep)
    rows = tuple(_row(trial, sweep, columns) for trial in sweep.trials)
    parameters = tuple(sweep.trials[0].parameters) if sweep.trials else ()
    return Jobs(parameters, columns, rows, job_drawings(sweep.trials[:MOST_LINES]))


def literal(parameters: Mapping[str, Scalar]) -> str:
    """Return parameters as a notebook would write them, on one line."""
    return ", ".join(f"{name} = {value!r}" for name, value in parameters.items())


def _columns(sweep: Sweep) -> tuple[Metric, ...]:
    """Return a metric of each name that a job has, the one that ranks them first."""
    found = {metric.name: metric for trial in sweep.trials for metric in trial.metrics}
    return tuple(sorted(found.values(), key=lambda metric: metric.name != sweep.metric))


def _row(trial: TrialResult, sweep: Sweep, columns: tuple[Metric, ...]) -> Row:
    measured = {metric.name: metric for metric in trial.metrics}
    return Row(
        number=trial.number,
        values=tuple(map(repr, trial.parameters.values())),
        metrics=tuple(measured.get(column.name) for column in columns),
        problem=trial.problem,
        seconds=trial.seconds,
        is_best=trial.number == sweep.best,
        is_chosen=trial.number == sweep.chosen,
    )


def job_drawings(jobs: Iterable[JobCurves | TrialResult]) -> tuple[Drawing, ...]:
    """Return a chart for each logged name, with the curves of the jobs over each other."""
    named: dict[str, list[Curve]] = {}
    for job in jobs:
        values = ", ".join(map(repr, job.parameters.values()))
        line = _("No. %(number)s: %(parameters)s") % {"number": job.number, "parameters": values}
        for curve in job.curves[:MAX_TRIAL_CURVES]:
            named.setdefault(curve.name, []).append(curve.model_copy(update={"name": line}))
    return overlaid(named)
