"""The templates that warm rooms are forked from: opened once, kept while they are of use."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from graders.preload import JUDGE, KERNEL
from graders.rooms import CODE_ENV, JUDGE_CODE, STUDENT_CODE, RoomsWanted
from sandbox.errors import RoomFailed, SandboxError, TemplatesUnavailable
from sandbox.room import Sandbox, Template, TemplateSpec
from sandbox.warm.sandbox import TemplateSandbox

logger = logging.getLogger(__name__)

# After a template that did not start, before another try.
REST_SECONDS = 30.0


@dataclass(slots=True)
class _Kept:
    """One template, perhaps still on its way, and how many rooms live from it."""

    opening: asyncio.Task[Template]
    rooms: int = 0
    used: float = field(default_factory=time.monotonic)

    @property
    def template(self) -> Template | None:
        """The template, None while it opens or once it is gone."""
        task = self.opening
        is_open = task.done() and not task.cancelled() and task.exception() is None
        return task.result() if is_open and task.result().is_alive() else None


class Templates:
    """One template for each set of imports, and what to do where none can be had."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self._kept: dict[TemplateSpec, _Kept] = {}
        self._leaving: list[_Kept] = []
        self._available = True
        self._rests_until = 0.0

    @property
    def available(self) -> bool:
        """Whether rooms can be forked here at all, as far as it is known."""
        return self._available

    def is_ready(self, *specs: TemplateSpec) -> bool:
        """Return whether a room can be forked from each without waiting."""
        kept = (self._kept.get(spec) for spec in specs)
        return all(item is not None and item.template is not None for item in kept)

    async def prepare(self, *specs: TemplateSpec) -> bool:
        """Open what is not open yet. False: rooms can't be forked now."""
        if not self._available or time.monotonic() < self._rests_until:
            return False
        tasks = [self._keep(spec).opening for spec in specs]
        try:
            await asyncio.gather(*map(asyncio.shield, tasks))
        except TemplatesUnavailable as exc:
            logger.warning("Rooms are opened one by one: %s", exc)
            self._available = False
        except (SandboxError, OSError):
            logger.exception("A template did not start.")
            self._rests_until = time.monotonic() + REST_SECONDS
        else:
            return True
        return False

    @asynccontextmanager
    async def borrow(self, spec: TemplateSpec) -> AsyncIterator[Sandbox]:
        """Yield a sandbox that forks, for rooms that end before the context. Raises RoomFailed."""
        kept = self._kept.get(spec)
        template = kept.template if kept is not None else None
        if kept is None or template is None:
            raise RoomFailed(f"{spec.label}: no template.")
        kept.rooms += 1
        try:
            yield TemplateSandbox(self.sandbox, template)
        finally:
            kept.rooms -= 1
            kept.used = time.monotonic()

    def memory(self) -> int:
        """Return the bytes that all templates hold."""
        return sum(kept.template.memory() for kept in self._kept.values() if kept.template)

    async def retire(self, *, unused_for: float) -> None:
        """Close those that died, and those that no room has lived from for so many seconds."""
        latest = time.monotonic() - unused_for
        for spec, kept in list(self._kept.items()):
            is_dead = kept.opening.done() and kept.template is None
            if is_dead or (kept.rooms == 0 and kept.used < latest and kept.template):
                del self._kept[spec]
                self._leaving.append(kept)
        # With a template every room of its ends, of gradings under way too.
        free = [kept for kept in self._leaving if kept.rooms == 0]
        self._leaving = [kept for kept in self._leaving if kept.rooms]
        for kept in free:
            await _close(kept)

    async def close(self) -> None:
        """Close all."""
        kept, self._kept, self._leaving = [*self._kept.values(), *self._leaving], {}, []
        for item in kept:
            await _close(item)

    def _keep(self, spec: TemplateSpec) -> _Kept:
        kept = self._kept.get(spec)
        if kept is not None and kept.opening.done() and kept.template is None:
            self._leaving.append(kept)
            kept = None
        if kept is None:
            kept = _Kept(asyncio.create_task(self.sandbox.open_template(spec)))
            self._kept[spec] = kept
        return kept


async def _close(kept: _Kept) -> None:
    kept.opening.cancel()
    await asyncio.wait({kept.opening})
    if not kept.opening.cancelled() and kept.opening.exception() is None:
        await kept.opening.result().close()


def student_template(wanted: RoomsWanted) -> TemplateSpec:
    """Return the template of a student's room."""
    return TemplateSpec(
        label="student template",
        modules=(*KERNEL, *wanted.modules),
        mounts=(STUDENT_CODE,),
        env=tuple(CODE_ENV.items()),
        threads=wanted.student.threads,
    )


def judge_template() -> TemplateSpec:
    """Return the template of every judge's room."""
    return TemplateSpec(
        label="judge template",
        modules=JUDGE,
        mounts=(JUDGE_CODE,),
        env=tuple(CODE_ENV.items()),
    )
