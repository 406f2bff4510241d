"""Make one report of the jobs of a sweep."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from exercises.exercise import Exercise
from graders.curves import thinned
from graders.kinds.sweep import texts
from graders.kinds.sweep.options import Options
from graders.kinds.sweep.ranking import Trial, is_as_good, lowest, ranked, without_effect
from graders.report import (
    MAX_TRIAL_CURVES,
    Curve,
    GpuUse,
    Mistake,
    Outcome,
    Problem,
    Report,
    Scalar,
    Sweep,
    TestResult,
    Text,
    Timings,
    TrialResult,
    Visibility,
)

MAX_POINTS = 100
Defaults = Mapping[str, Scalar]


def gather(
    *,
    exercise: Exercise,
    options: Options,
    reports: Sequence[Report],
    defaults: Defaults,
    starter: Defaults,
) -> Report:
    """Return the report on a notebook whose jobs, in the grid's order, have these reports.

    `defaults` are the values that the notebook gives its parameters, `starter` those that it was
    handed out with.
    """
    trials = [
        Trial(number, parameters, report)
        for number, (parameters, report) in enumerate(
            zip(options.trials, reports, strict=True), start=1
        )
    ]
    order = ranked(trials, options)
    best = order[0] if order[0].metric(options.metric) else None
    chosen = next((trial for trial in trials if trial.parameters == defaults), None)
    tests = (
        *_tests(trials),
        _effect(trials, best, options),
        _score(best, options),
        _choice(order, options, chosen=chosen, is_untouched=defaults == starter),
    )
    first = reports[0]
    return Report(
        exercise=exercise.manifest.id,
        version=exercise.digest,
        kind=exercise.manifest.kind,
        sandbox=first.sandbox,
        environment=first.environment,
        data=first.data,
        problem=_problem(reports),
        tests=tests,
        sweep=Sweep(
            metric=options.metric,
            greater_is_better=options.greater_is_better,
            trials=tuple(map(_trial_result, order)),
            best=best and best.number,
            chosen=chosen and chosen.number,
        ),
        timings=_timings(reports),
        gpu=_gpu([report.gpu for report in reports if report.gpu is not None]),
    )


def _tests(trials: Sequence[Trial]) -> Iterator[TestResult]:
    """Yield each test with the mean of its points over the jobs, and its worst outcome."""
    results: dict[str, list[tuple[Trial, TestResult]]] = {}
    for trial in trials:
        for test in trial.report.tests:
            results.setdefault(test.name, []).append((trial, test))
    for found in results.values():
        yield _mean(found, len(trials))


def _mean(found: Sequence[tuple[Trial, TestResult]], jobs: int) -> TestResult:
    """Return one test's result over the jobs; one that has none of it earns nothing."""
    worst = min((test for _, test in found), key=lambda test: test.earned)
    lost = [(trial, test) for trial, test in found if test.outcome is not Outcome.PASSED]
    mistakes = Counter(test.mistake.slug for _, test in lost if test.mistake)
    named = mistakes.most_common(1)[0][0] if mistakes else None
    outcomes = {test.outcome for _, test in found}
    earned = sum(test.earned for _, test in found) / jobs
    return worst.model_copy(
        update={
            "earned": earned,
            "outcome": outcomes.pop() if len(outcomes) == 1 else _outcome(earned, worst.points),
            "mistake": next(
                (test.mistake for _, test in lost if test.mistake and test.mistake.slug == named),
                None,
            ),
            "remarks": _remarks(trial for trial, _ in lost),
            "seconds": sum(test.seconds for _, test in found),
        }
    )


def _remarks(trials: Iterable[Trial]) -> tuple[Text, ...]:
    named = [(trial.number, trial.parameters) for trial in trials]
    return (texts.jobs_remark(named),) if named else ()


def _effect(trials: Sequence[Trial], best: Trial | None, options: Options) -> TestResult:
    """Return what the parameters earn by changing something, once something was learnt."""
    idle = without_effect(trials, options)
    varied = sum(len(values) > 1 for values in options.grid.values())
    share = 0.0 if idle is None else 1 - len(idle) / varied
    result = _result("sweep::effect", texts.EFFECT, texts.EFFECT_HINT, options.effect_points, share)
    if idle is None or (not idle and not _credit(best, options)):
        return _not_run(result)
    if not idle:
        return result
    named = ", ".join(idle)
    remark = Text(fr=f"Sans effet\u00a0: {named}.", en=f"Without effect: {named}.")
    return result.model_copy(update={"mistake": texts.MISTAKES[texts.UNUSED], "remarks": (remark,)})


def _score(best: Trial | None, options: Options) -> TestResult:
    share = _credit(best, options)
    result = _result("sweep::best", texts.SCORE, texts.SCORE_HINT, options.score_points, share)
    return result if best is not None else _not_run(result)


def _choice(
    order: Sequence[Trial], options: Options, *, chosen: Trial | None, is_untouched: bool
) -> TestResult:
    """Return what the defaults earn as the student's choice among jobs that differ."""
    best = order[0]
    is_right = chosen is not None and is_as_good(chosen, best, options)
    result = _result(
        "sweep::choice",
        texts.CHOICE,
        texts.CHOICE_HINT,
        options.choice_points,
        1.0 if is_right else 0.0,
    )
    # Among jobs that learnt nothing, or that are all the same, there is nothing to choose.
    if not _credit(best, options) or without_effect(order, options):
        return _not_run(result)
    if is_right:
        return result
    mistake = _wrong_choice(order, options, chosen=chosen, is_untouched=is_untouched)
    return result.model_copy(update={"mistake": mistake})


def _credit(best: Trial | None, options: Options) -> float:
    metric = best and best.metric(options.metric)
    return options.credit(metric.value) if metric else 0.0


def _wrong_choice(
    order: Sequence[Trial], options: Options, *, chosen: Trial | None, is_untouched: bool
) -> Mistake | None:
    if is_untouched:
        slug = texts.UNTOUCHED
    elif chosen is None:
        slug = texts.OFF_GRID
    elif chosen is lowest(order, options.training_loss):
        slug = texts.BY_TRAINING
    elif chosen is order[-1]:
        slug = texts.WORST
    else:
        return None
    return texts.MISTAKES[slug]


def _result(name: str, title: Text, hint: Text, points: float, share: float) -> TestResult:
    return TestResult(
        name=name,
        title=title,
        hint=hint,
        visibility=Visibility.HIDDEN,
        outcome=_outcome(points * share, points) if points else Outcome.PASSED,
        points=points,
        earned=points * share,
    )


def _not_run(result: TestResult) -> TestResult:
    return result.model_copy(update={"outcome": Outcome.NOT_RUN, "earned": 0.0})


def _outcome(earned: float, points: float) -> Outcome:
    if earned >= points:
        return Outcome.PASSED
    return Outcome.PARTIAL if earned else Outcome.FAILED


def _problem(reports: Sequence[Report]) -> Problem | None:
    """Return what is ours, in any job; else what went wrong in all of them, as in the first."""
    problems = [report.problem for report in reports]
    ours = next((report.problem for report in reports if report.is_ours), None)
    return ours or (problems[0] if all(problems) else None)


def _trial_result(trial: Trial) -> TrialResult:
    report = trial.report
    return TrialResult(
        number=trial.number,
        parameters=dict(trial.parameters),
        points=report.points,
        problem=report.problem,
        metrics=report.metrics,
        curves=tuple(map(_thinned, report.curves[:MAX_TRIAL_CURVES])),
        seconds=report.timings.total,
    )


def _thinned(curve: Curve) -> Curve:
    points = tuple(thinned(curve.points, most=MAX_POINTS))
    return curve.model_copy(update={"points": points})


def _timings(reports: Sequence[Report]) -> Timings:
    """Return the sums over the jobs."""
    timings = [report.timings for report in reports]
    cpu = [one.cpu for one in timings if one.cpu is not None]
    return Timings(
        rooms=sum(one.rooms for one in timings),
        notebook=sum(one.notebook for one in timings),
        tests=sum(one.tests for one in timings),
        total=sum(one.total for one in timings),
        cpu=sum(cpu) if cpu else None,
    )


def _gpu(uses: Sequence[GpuUse]) -> GpuUse | None:
    if not uses:
        return None
    peaks = [use.peak for use in uses if use.peak is not None]
    update = {"seconds": sum(use.seconds for use in uses), "peak": max(peaks, default=None)}
    return uses[0].model_copy(update=update)
