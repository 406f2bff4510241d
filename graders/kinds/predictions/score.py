"""Score a file of predictions: its form, then the metric on each share of the hidden labels."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from graders.kinds.predictions import texts
from graders.kinds.predictions.complaints import Complaints
from graders.kinds.predictions.metrics import measure
from graders.kinds.predictions.options import Options
from graders.kinds.predictions.table import read_table
from graders.protocol import Verdict
from graders.report import Mistake, Outcome, TestResult, Text, Visibility


def score(
    content: bytes, hidden: Mapping[str, np.ndarray], *, options: Options, points: float
) -> Verdict:
    """Return the verdict on a file. `hidden` has `ids`, `labels` and `shown`, of one length."""
    complaints = Complaints()
    ids: list[str] = hidden["ids"].tolist()
    predicted = read_table(content, ids, options, complaints)
    if predicted is None:
        return Verdict(tests=_unread(options, points, complaints))
    shown, labels = hidden["shown"], hidden["labels"]
    public = measure(options.metric, labels[shown], predicted[shown])
    private = measure(options.metric, labels[~shown], predicted[~shown])
    tests = [_test("form", texts.FORM, options.form_points, 1.0)]
    if options.values == "probability":
        tests.append(_probabilities(predicted, options))
    tests.append(
        _test("score", texts.SCORE, _score_points(options, points), options.credit(public.value))
    )
    return Verdict(tests=tuple(tests), metrics=(public,), private=(private,))


def _probabilities(predicted: np.ndarray, options: Options) -> TestResult:
    """Return the result on whether the values are more than the two classes."""
    are_classes = bool(np.isin(predicted, (0.0, 1.0)).all())
    return _test(
        "probabilities",
        texts.PROBABILITIES,
        options.probability_points,
        0.0 if are_classes else 1.0,
        mistake=texts.MISTAKES["classes-for-probabilities"] if are_classes else None,
    )


def _unread(options: Options, points: float, complaints: Complaints) -> tuple[TestResult, ...]:
    named = [texts.MISTAKES[kind] for kind in sorted(complaints.kinds) if kind in texts.MISTAKES]
    form = _test(
        "form", texts.FORM, options.form_points, 0.0, mistake=named[0] if named else None
    ).model_copy(update={"remarks": complaints.remarks})
    rest = [("score", texts.SCORE, _score_points(options, points))]
    if options.values == "probability":
        rest.insert(0, ("probabilities", texts.PROBABILITIES, options.probability_points))
    not_run = {"outcome": Outcome.NOT_RUN}
    return form, *(_test(*one, 0.0).model_copy(update=not_run) for one in rest)


def _score_points(options: Options, points: float) -> float:
    return points - options.form_points - _probability_points(options)


def _probability_points(options: Options) -> float:
    return options.probability_points if options.values == "probability" else 0.0


def _test(
    name: str, title: Text, points: float, fraction: float, *, mistake: Mistake | None = None
) -> TestResult:
    outcome = Outcome.PARTIAL if fraction else Outcome.FAILED
    return TestResult(
        name=name,
        title=title,
        visibility=Visibility.HIDDEN if name == "score" else Visibility.PUBLIC,
        outcome=Outcome.PASSED if fraction == 1 else outcome,
        points=points,
        earned=points * fraction,
        mistake=mistake,
    )
