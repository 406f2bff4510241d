"""The names that mutants of numerical programs know."""

from __future__ import annotations

_PAIRS = (
    ("min", "max"),
    ("minimum", "maximum"),
    ("argmin", "argmax"),
    ("floor", "ceil"),
    ("sum", "mean"),
    ("any", "all"),
    ("zeros", "ones"),
    ("sin", "cos"),
    ("var", "std"),
    ("log10", "log"),
    ("vstack", "hstack"),
)
COUNTERPARTS = {one: other for pair in _PAIRS for one, other in (pair, pair[::-1])}

MODULES = frozenset({"h5py", "nn", "np", "torch"})
UNWRAPPED_METHODS = frozenset(
    {"abs", "astype", "clone", "copy", "detach", "float", "reshape", "sqrt", "transpose"}
)
UNWRAPPED_CALLS = frozenset(
    {"abs", "array", "asarray", "exp", "float", "int", "list", "log10", "round", "sorted", "sqrt"}
)
