"""Problems and measures in the reader's words."""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from graders.grader import Order
from graders.report import Metric, Outcome, Problem, Report, TestResult
from portal.common.rendering import notebook
from portal.common.rendering.text import plain
from portal.submissions.feedback import feedback_of
from portal.submissions.wording import duration, explain, limit, place, seconds, size

register = template.Library()
register.filter("explanation", explain)
register.filter("place", place)
register.filter("limit", limit)
register.filter("seconds", seconds)
register.filter("duration", duration)
register.filter("feedback", feedback_of)
register.filter("size", size)

LONGEST = 8_000
PER_CENT = 100
NAMES: dict[str, Promise] = {
    "accuracy": gettext_lazy("Accuracy"),
    "auc": gettext_lazy("AUC"),
    "f1": gettext_lazy("F1 score"),
    "log-loss": gettext_lazy("Log loss"),
    "rmse": gettext_lazy("Root mean squared error"),
    "mae": gettext_lazy("Mean absolute error"),
    "loss": gettext_lazy("Loss"),
    "validation-accuracy": gettext_lazy("Validation accuracy"),
    "training-loss": gettext_lazy("Training loss"),
    "parameters": gettext_lazy("Parameters"),
    "seconds": gettext_lazy("Seconds"),
    "dense-parameters": gettext_lazy("Parameters of the dense network"),
    "cnn-parameters": gettext_lazy("Parameters of the CNN"),
    "dense-in-place": gettext_lazy("Dense network, digits in place"),
    "cnn-in-place": gettext_lazy("CNN, digits in place"),
    "dense-shifted": gettext_lazy("Dense network, shifted digits"),
    "cnn-shifted": gettext_lazy("CNN, shifted digits"),
    "mean-recall": gettext_lazy("Mean recall"),
    "lowest-recall": gettext_lazy("Lowest recall of a class"),
    "night-recall": gettext_lazy("Mean recall by night"),
}
DECIMALS = {"auc": 4, "f1": 4, "log-loss": 4, "seconds": 1}
"""How many digits after the comma tell such metrics apart, where not 3."""

RECALLS = {"mean-recall", "lowest-recall", "night-recall"}
COMPARED = {"dense-in-place", "cnn-in-place", "dense-shifted", "cnn-shifted"}
SHARES = frozenset({"accuracy", "validation-accuracy"} | RECALLS | COMPARED)
"""Metrics that are shares of 1, and told in per cent."""


@register.filter
def readable(text: str | None) -> str:
    """Return text of unknown origin, made harmless and not too long."""
    return plain(text or "", limit=LONGEST)


@register.filter
def anchor(problem: Problem) -> str:
    """Return the name of the place in the executed notebook at which a problem is."""
    return notebook.anchor(problem.cell or 1, problem.line)


@register.filter
def own_message(test: TestResult) -> str:
    """Return what a test says beside what its problem says."""
    known = (test.problem and test.problem.message) or ""
    return (test.message or "").replace(known, "", 1).strip() if known else test.message or ""


@register.filter
def first_place(report: Report | None) -> str:
    """Return the place in the executed notebook at which to begin, empty where there is none."""
    if report is None:
        return ""
    first = feedback_of(report).first
    problem = report.problem or (first and first.problem)
    return anchor(problem) if problem and problem.cell else ""


@register.filter
def says_more(test: TestResult) -> bool:
    """Return whether there is anything to read of a test beside its outcome."""
    said = test.mistake or test.remarks or test.message or test.problem
    return bool(said or (test.hint and test.outcome is not Outcome.NOT_RUN))


@register.filter
def metric_name(metric: Metric | Order) -> str:
    """Return what a metric is called, its own name where the portal knows no other."""
    return str(NAMES.get(metric.name, metric.name))


@register.filter
def measure(value: float, metric: Metric) -> str:
    """Return a value of `metric` with its unit."""
    if metric.name in SHARES:
        return _("%(number)s%%") % {"number": number_format(round(value * PER_CENT, 1), 1)}
    decimals = DECIMALS.get(metric.name, 3)
    places = 0 if value.is_integer() else decimals
    number = number_format(round(value, decimals), places, force_grouping=True)
    return f"{number}\u00a0{metric.unit}".strip()


@dataclass(frozen=True, slots=True)
class Interval:
    """Where a share and its interval lie on a line that is 100 wide."""

    value: str
    low: str
    width: str


@register.filter
def interval(metric: Metric) -> Interval | None:
    """Return how to draw a share with its confidence interval, None for any other metric."""
    if metric.name not in SHARES or metric.low is None or metric.high is None:
        return None
    low, width = PER_CENT * metric.low, PER_CENT * (metric.high - metric.low)
    return Interval(f"{PER_CENT * metric.value:.2f}", f"{low:.2f}", f"{width:.2f}")
