"""Rooms by Docker."""

from sandbox.docker.backend import DockerSandbox

__all__ = ["DockerSandbox"]
