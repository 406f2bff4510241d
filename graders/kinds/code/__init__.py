"""Functions in a notebook, tested by hidden tests."""
