"""Let a student's imports of TensorBoard find the room's own writer, as the interpreter starts.

Nothing is imported until a notebook asks for one of these names.
"""  # noqa: INP001 - the name and the place by which the interpreter finds it

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

WRITERS = ("torch.utils.tensorboard", "tensorboardX")
NAMES = {*WRITERS, *(f"{name}.writer" for name in WRITERS), "tensorboard"}


class WriterFinder:
    """Finds the names under which a SummaryWriter is known, before torch's own is looked for."""

    @staticmethod
    def find_spec(
        name: str,
        _path: Sequence[str] | None = None,
        _target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """Return how to make the module, None for any other name."""
        if name not in NAMES:
            return None
        loader = WriterLoader()
        return ModuleSpec(name, loader, is_package=name in WRITERS)  # type: ignore[arg-type]


class WriterLoader:
    """Makes such a module, with the room's SummaryWriter in it."""

    @staticmethod
    def create_module(_spec: ModuleSpec) -> None:
        """Leave the making to the interpreter."""

    @staticmethod
    def exec_module(module: ModuleType) -> None:
        """Fill the module."""
        ours = importlib.import_module("noyau_writer")
        shown = "load_ipython_extension" if module.__name__ == "tensorboard" else "SummaryWriter"
        setattr(module, shown, getattr(ours, shown))


sys.meta_path.insert(0, WriterFinder)
