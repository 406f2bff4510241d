"""A sandbox whose every room is forked from a template, for the tests that all rooms must pass."""

from __future__ import annotations

from sandbox import Room, RoomEnd, RoomSpec, Sandbox
from sandbox.room import Template, TemplateSpec


class ForkingSandbox(Sandbox):
    """Opens a template for each room and forks that one room from it."""

    def __init__(self, inner: Sandbox) -> None:
        self.inner = inner
        self.name = f"{inner.name}, forked"
        self.settings = inner.settings

    def check(self) -> None:
        """Ask the sandbox that opens the templates."""
        self.inner.check()

    def environment(self) -> str:
        """Return what identifies the rooms' software."""
        return self.inner.environment()

    async def open(self, spec: RoomSpec) -> Room:
        """Return a forked room."""
        template = await self.inner.open_template(TemplateSpec(label="test", modules=("json",)))
        try:
            return OnlyRoom(await template.fork(spec), template)
        except BaseException:
            await template.close()
            raise


class OnlyRoom(Room):
    """A room with whose end its template ends too."""

    def __init__(self, room: Room, template: Template) -> None:
        self.stdin, self.stdout = room.stdin, room.stdout
        self._room, self._template = room, template

    def begin(self) -> None:
        """Start the clock."""
        self._room.begin()

    async def wait(self) -> RoomEnd:
        """Return how the room ended."""
        return await self._room.wait()

    async def close(self) -> None:
        """End the room and its template."""
        await self._room.close()
        await self._template.close()

    @property
    def log_tail(self) -> str:
        """The end of what the room wrote to stderr."""
        return self._room.log_tail

    def cpu_seconds(self) -> float | None:
        """Return the CPU time that the room has used."""
        return self._room.cpu_seconds()

    def waited_seconds(self) -> float:
        """Return how long a process of the room has waited for a processor."""
        return self._room.waited_seconds()
