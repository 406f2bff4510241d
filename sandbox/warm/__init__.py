"""Rooms that are forked from a template instead of started: the worker's side of it."""

from sandbox.warm.template import ForkingTemplate, TemplateProcess

__all__ = ["ForkingTemplate", "TemplateProcess"]
