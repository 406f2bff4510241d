"""Metrics by name, as scikit-learn computes them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from sklearn import metrics

from graders.intervals import wilson_interval
from graders.report import Metric

Score = Callable[[np.ndarray, np.ndarray], float]


def _f1(labels: np.ndarray, predicted: np.ndarray) -> float:
    """Return F1 of the class 1 of two, and its mean over the classes where there are more."""
    average = "binary" if labels.max() <= 1 else "macro"
    return float(metrics.f1_score(labels, predicted, average=average, zero_division=0))


METRICS: dict[str, Score] = {
    "accuracy": lambda labels, predicted: float(metrics.accuracy_score(labels, predicted)),
    "f1": _f1,
    "auc": lambda labels, predicted: float(metrics.roc_auc_score(labels, predicted)),
    "log-loss": lambda labels, predicted: float(metrics.log_loss(labels, predicted, labels=[0, 1])),
    "rmse": lambda labels, predicted: float(metrics.root_mean_squared_error(labels, predicted)),
    "mae": lambda labels, predicted: float(metrics.mean_absolute_error(labels, predicted)),
}


def measure(name: str, labels: np.ndarray, predicted: np.ndarray) -> Metric:
    """Return the metric of the predictions, an accuracy with its confidence interval."""
    value = METRICS[name](labels, predicted)
    if name != "accuracy":
        return Metric(name=name, value=value)
    low, high = wilson_interval(round(value * len(labels)), len(labels))
    return Metric(name=name, value=value, low=low, high=high)
