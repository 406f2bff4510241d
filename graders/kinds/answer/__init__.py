"""Answers typed in the browser."""
