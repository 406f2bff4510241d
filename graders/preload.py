"""What a warm room has imported before a submission comes."""

from __future__ import annotations

from functools import lru_cache

from exercises.exercise import Exercise
from graders.imports import imported_packages

# The first optimiser of torch imports its compiler, which takes longer than torch itself.
MODULES = {
    "h5py": ("h5py",),
    "matplotlib": ("matplotlib.pyplot", "matplotlib_inline.backend_inline"),
    "numpy": ("numpy",),
    "pandas": ("pandas",),
    "PIL": ("PIL.Image",),
    "scipy": ("scipy",),
    "sklearn": ("sklearn", "sklearn.metrics"),
    "torch": ("torch", "torch._dynamo"),
}
KERNEL = (
    "ipykernel_launcher",
    "ipykernel.debugger",
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "ipykernel.zmqshell",
)
JUDGE = ("graders.judge.rehearsal",)
_CACHED = 256


def wanted_modules(exercise: Exercise) -> tuple[str, ...]:
    """Return the modules, of those worth importing ahead, that the reference solution uses."""
    return _modules(exercise.files.get("notebook.py", b"").decode())


@lru_cache(maxsize=_CACHED)
def _modules(script: str) -> tuple[str, ...]:
    packages = imported_packages([script])
    return tuple(name for key, names in MODULES.items() if key in packages for name in names)
