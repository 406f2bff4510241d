"""The program of the judge room: runs the notebook in the student's kernel, then the tests."""
