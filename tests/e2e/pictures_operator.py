"""The picture of the operators' guide, which is in English alone."""

from __future__ import annotations

from tests.e2e.camera import WIDTH, Camera


def photograph_operator(camera: Camera) -> None:
    """Look at what waits, runs and fails."""
    visitor = camera.visitor
    camera.go("/operations/")
    visitor.resize(WIDTH)
    visitor.press("button[name=language][value=en]")
    camera.take("en", "operations", height=1000)
