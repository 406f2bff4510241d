"""A sandbox that is watched."""

from __future__ import annotations

from sandbox import Sandbox, SandboxSettings
from sandbox.room import Room, RoomSpec, Template, TemplateSpec


class Watched(Sandbox):
    """A sandbox that remembers which rooms were opened."""

    def __init__(self, inner: Sandbox) -> None:
        self.inner = inner
        self.name = inner.name
        self.settings: SandboxSettings = inner.settings
        self.opened: list[str] = []

    def check(self) -> None:
        """Check."""
        self.inner.check()

    def environment(self) -> str:
        """Return the rooms' software."""
        return self.inner.environment()

    async def open(self, spec: RoomSpec) -> Room:
        """Open a room."""
        self.opened.append(spec.label)
        return await self.inner.open(spec)

    async def open_template(self, spec: TemplateSpec) -> Template:
        """Open a template."""
        return await self.inner.open_template(spec)
