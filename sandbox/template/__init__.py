"""The program of a template: a process that has imported what rooms need, and forks them.

It runs with the rooms' own Python in a world that is made like a room's, has no secret and never
runs a student's code; needs root's power over namespaces and mounts, which a room gives up before
its program starts. Only the standard library is used.
"""
