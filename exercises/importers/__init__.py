"""Assignments of other systems as folders of this format. Nothing of them runs on the way."""
