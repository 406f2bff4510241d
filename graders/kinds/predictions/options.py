"""What the exercise's `[grading]` table says of the file to hand in and of its score."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from graders.report import Frozen

Metric = Literal["accuracy", "f1", "auc", "log-loss", "rmse", "mae"]
Values = Literal["class", "probability", "number"]
Name = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=60)]

LOWER_IS_BETTER = frozenset({"log-loss", "rmse", "mae"})
# Metrics by what is predicted.
SCORED: dict[str, frozenset[str]] = {
    "class": frozenset({"accuracy", "f1"}),
    "probability": frozenset({"auc", "log-loss"}),
    "number": frozenset({"rmse", "mae"}),
}


class Options(Frozen):
    """The columns of the file, what its values are, and how they are scored.

    A probability is that of the class 1 of two. Points grow from none at `floor` to all at
    `target` of the metric on the public share. A well-formed file is worth `form_points` of them,
    and probabilities that are not mere classes `probability_points`.
    """

    id: Name = "id"
    column: Name
    values: Values
    classes: Annotated[int, Field(ge=2, le=1000)] = 2
    metric: Metric
    floor: float
    target: float
    form_points: Annotated[float, Field(ge=0)] = 1
    probability_points: Annotated[float, Field(ge=0)] = 1
    daily_limit: Annotated[int, Field(ge=1, le=100)] = 5
    max_kib: Annotated[int, Field(ge=1, le=16 * 1024)] = 1024

    @property
    def greater_is_better(self) -> bool:
        """Whether a larger value of the metric is the better one."""
        return self.metric not in LOWER_IS_BETTER

    @model_validator(mode="after")
    def _is_sound(self) -> Options:
        if self.metric not in SCORED[self.values]:
            allowed = ", ".join(sorted(SCORED[self.values]))
            raise ValueError(f"values of kind {self.values!r} are scored by {allowed}")
        if self.values == "probability" and self.classes != 2:  # noqa: PLR2004
            raise ValueError("probabilities are of one class of two")
        if self.floor == self.target or (self.floor < self.target) != self.greater_is_better:
            raise ValueError(f"the target of {self.metric} must be better than its floor")
        return self

    def credit(self, value: float) -> float:
        """Return the share of the points that a value of the metric earns, from 0 to 1."""
        return min(max((value - self.floor) / (self.target - self.floor), 0.0), 1.0)
