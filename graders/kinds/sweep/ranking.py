"""Which of a sweep's jobs came out best, and whether a choice is as good, as far as can be told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from graders.kinds.sweep.options import Options
from graders.report import Metric, Report, Scalar


@dataclass(frozen=True, slots=True)
class Trial:
    """One job: its number from 1, its parameters, and the report on the notebook with these."""

    number: int
    parameters: Mapping[str, Scalar]
    report: Report

    def metric(self, name: str | None) -> Metric | None:
        """Return the metric of this name, None where it was not measured."""
        return next((one for one in self.report.metrics if one.name == name), None)


def ranked(trials: Iterable[Trial], options: Options) -> list[Trial]:
    """Return the jobs, the best first; among equals, and where nothing was measured, in order."""

    def rank(trial: Trial) -> tuple[bool, float, int]:
        metric = trial.metric(options.metric)
        if metric is None:
            return True, 0.0, trial.number
        value = -metric.value if options.greater_is_better else metric.value
        return False, value, trial.number

    return sorted(trials, key=rank)


def is_as_good(chosen: Trial, best: Trial, options: Options) -> bool:
    """Return whether the chosen job lies within the interval of the best one."""
    found, top = chosen.metric(options.metric), best.metric(options.metric)
    if found is None or top is None:
        return False
    if options.greater_is_better:
        return found.value >= (top.value if top.low is None else top.low)
    return found.value <= (top.value if top.high is None else top.high)


def lowest(trials: Sequence[Trial], name: str | None) -> Trial | None:
    """Return the job with the lowest value of a metric, None where no job has it."""
    values = [(metric.value, trial) for trial in trials if (metric := trial.metric(name))]
    return min(values, key=lambda one: one[0])[1] if values else None


def without_effect(trials: Sequence[Trial], options: Options) -> list[str] | None:
    """Return the parameters that change nothing: jobs that differ in them alone are the same.

    What is compared is the metric and the training loss, to the last digit. None where no two
    jobs can be compared.
    """
    names = [name for name, values in options.grid.items() if len(values) > 1]
    same = {name: _are_same(_pairs(trials, name), options) for name in names}
    if all(answer is None for answer in same.values()):
        return None
    return [name for name in names if same[name]]


def _pairs(trials: Sequence[Trial], name: str) -> Iterable[tuple[Trial, Trial]]:
    """Yield the pairs of jobs that differ in the parameter `name` alone."""
    for first, second in combinations(trials, 2):
        different = [
            key for key, value in first.parameters.items() if value != second.parameters[key]
        ]
        if different == [name]:
            yield first, second


def _are_same(pairs: Iterable[tuple[Trial, Trial]], options: Options) -> bool | None:
    found = [
        [(trial.metric(options.metric), trial.metric(options.training_loss)) for trial in pair]
        for pair in pairs
    ]
    measured = [pair for pair in found if pair[0][0] is not None and pair[1][0] is not None]
    return all(first == second for first, second in measured) if measured else None
