"""The grader of trained models. Each variant is a training, so there are few."""

from __future__ import annotations

from graders.kinds.notebook import NotebookGrader

GRADER = NotebookGrader(variants=3)
