"""The kinds of exercises: in each folder, a `grader` module whose GRADER is the kind's."""
