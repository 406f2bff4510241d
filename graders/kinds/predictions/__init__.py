"""A file of predictions, scored against hidden labels: a public share at once, the rest later."""
