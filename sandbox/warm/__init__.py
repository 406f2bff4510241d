"""Rooms that are forked from a template instead of started: the worker's side of it."""
