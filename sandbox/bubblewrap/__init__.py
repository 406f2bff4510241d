"""Rooms by bubblewrap."""

from sandbox.bubblewrap.backend import BubblewrapSandbox

__all__ = ["BubblewrapSandbox"]
