"""A model trained by a notebook, scored on hidden data."""
