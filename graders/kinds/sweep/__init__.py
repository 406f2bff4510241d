"""One notebook run over a grid of parameters, and a report of these jobs."""
