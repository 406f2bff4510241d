"""The grader of functions."""

from __future__ import annotations

from graders.kinds.notebook import NotebookGrader

GRADER = NotebookGrader(variants=20)
