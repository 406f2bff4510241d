"""A sandbox all of whose rooms are forked from one template."""

from __future__ import annotations

from sandbox.room import Room, RoomSpec, Sandbox, Template


class TemplateSandbox(Sandbox):
    """Opens rooms by forking them, where another sandbox has opened the template."""

    def __init__(self, sandbox: Sandbox, template: Template) -> None:
        self.name = sandbox.name
        self.settings = sandbox.settings
        self._sandbox = sandbox
        self._template = template

    def check(self) -> None:
        """Raise SandboxUnavailable where the sandbox of the template can't hold a room."""
        self._sandbox.check()

    def environment(self) -> str:
        """Return what identifies the rooms' software."""
        return self._sandbox.environment()

    async def open(self, spec: RoomSpec) -> Room:
        """Return a forked room. Raises RoomFailed."""
        return await self._template.fork(spec)
