"""Slightly wrong solutions, made from right ones, to see whether the tests notice."""
