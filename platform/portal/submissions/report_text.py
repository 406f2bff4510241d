"""A report as plain text, for those who read it in a terminal: nothing of it is held back."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import indent

from graders.report import GpuUse, Metric, Problem, Report, Sweep, TestResult, TrialResult
from portal.submissions.jobs import literal
from portal.submissions.wording import explain, limit, place

MARGIN = " " * 10
MIB = 1024 * 1024


def report_text(report: Report, language: str) -> str:
    """Return `report` as lines in `language`, which must be the active one."""
    return "\n".join(_lines(report, language))


def _lines(report: Report, language: str) -> Iterator[str]:
    room = f", {report.sandbox}" if report.sandbox else ""
    data = f", {report.data}" if report.data else ""
    yield f"{report.exercise} {report.version[:12]} ({report.kind}{room}{data})"
    if report.problem is not None:
        yield from _problem(report.problem, language)
    for test in report.tests:
        yield from _test(test, language)
    yield from map(_metric, report.metrics)
    if report.sweep is not None:
        yield from (_job(trial, report.sweep) for trial in report.sweep.trials)
    if report.gpu is not None:
        yield _gpu(report.gpu)
    yield from (f"{_metric(metric)} (private share)" for metric in report.private)
    times = report.timings
    yield (
        f"{report.points:g} of {report.max_points:g} points ({report.score:.0%}) in "
        f"{times.total:.2f} s: rooms {times.rooms:.2f}, notebook {times.notebook:.2f}, "
        f"tests {times.tests:.2f}"
    )


def _test(test: TestResult, language: str) -> Iterator[str]:
    earned = f"{test.earned:g}/{test.points:g}"
    title = test.title.in_language(language)
    yield f"{test.outcome:<8}  {earned:>7}  {test.visibility:<6}  {title}"
    if test.mistake is not None:
        yield f"{MARGIN}{test.mistake.slug}: {test.mistake.title.in_language(language)}"
    if test.problem is not None:
        yield from _problem(test.problem, language)
    yield from (f"{MARGIN}{remark.in_language(language)}" for remark in test.remarks)
    if test.message:
        yield indent(test.message, MARGIN)


def _job(trial: TrialResult, sweep: Sweep) -> str:
    signs = {sweep.best: "best", sweep.chosen: "chosen"}
    signs |= {sweep.best: "best, chosen"} if sweep.best == sweep.chosen else {}
    said = [signs.get(trial.number, ""), *map(_metric, trial.metrics)]
    if trial.problem is not None:
        said.append(f"{place(trial.problem)} {explain(trial.problem).cause}".strip())
    return f"job {trial.number} ({literal(trial.parameters)}): {'; '.join(filter(None, said))}"


def _problem(problem: Problem, language: str) -> Iterator[str]:
    explanation = explain(problem)
    where = f"{place(problem)}: " if place(problem) else ""
    yield f"{MARGIN}{where}{explanation.cause} {limit(problem)}".rstrip()
    for lack in problem.lacks:
        at = f" ({place(lack)})" if place(lack) else ""
        yield f"{MARGIN}- {lack.name}{at}: {lack.advice.in_language(language)}"
    yield f"{MARGIN}{explanation.next_step}"
    message = problem.remark.in_language(language) if problem.remark else problem.message
    for text in (message, problem.traceback):
        if text:
            yield indent(text, MARGIN + "| ", lambda _line: True)


def _gpu(use: GpuUse) -> str:
    peak = "?" if use.peak is None else use.peak // MIB
    return f"{use.name} for {use.seconds:.2f} s, {peak} of {use.memory // MIB} MiB"


def _metric(metric: Metric) -> str:
    between = f" [{metric.low:g}, {metric.high:g}]" if metric.low is not None else ""
    return f"{metric.name} {metric.value:g}{metric.unit}{between}"
