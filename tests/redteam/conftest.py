"""The real rooms of the graders' tests."""

from __future__ import annotations

from tests.graders.conftest import grade, sandbox

__all__ = ["grade", "sandbox"]
