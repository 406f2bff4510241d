"""A SummaryWriter for a room without TensorBoard: its scalars become the attempt's curves.

The methods are those of `torch.utils.tensorboard` and of tensorboardX. What is no scalar is taken
and left out, which is said once.
"""  # noqa: INP001 - beside the student's code, which sees this folder alone

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Any, Self

import noyau  # type: ignore[import-not-found]  # where this file is found, it is too

NO_MAGIC = "Here scalars are drawn on the attempt's page: TensorBoard itself does not run."
_told: set[str] = set()
_runs: list[str] = []


class SummaryWriter:
    """Sends scalars to the attempt's page. A second log folder is a second run, named after it."""

    def __init__(
        self,
        log_dir: object = None,
        comment: str = "",
        *_places: object,
        logdir: object = None,
        **_settings: object,
    ) -> None:
        self.log_dir = str(log_dir or logdir or f"runs/{comment or len(_runs) + 1}")
        if self.log_dir not in _runs:
            _runs.append(self.log_dir)
        is_first = _runs[0] == self.log_dir
        self._run = "" if is_first else f" ({PurePath(self.log_dir).name})"

    @property
    def logdir(self) -> str:
        """The log folder, by tensorboardX's name for it. Nothing is written there."""
        return self.log_dir

    def get_logdir(self) -> str:
        """Return the log folder. Nothing is written there."""
        return self.log_dir

    def add_scalar(
        self,
        tag: str,
        scalar_value: Any,  # noqa: ANN401
        global_step: Any = None,  # noqa: ANN401
        *_more: object,
        **_settings: object,
    ) -> None:
        """Add a value to the curve `tag`."""
        noyau.record({f"{tag}{self._run}": scalar_value}, step=global_step)

    def add_scalars(
        self,
        main_tag: str,
        tag_scalar_dict: Mapping[str, Any],
        global_step: Any = None,  # noqa: ANN401
        *_more: object,
        **_settings: object,
    ) -> None:
        """Add a value to each curve `main_tag/tag`."""
        values = {f"{main_tag}/{tag}{self._run}": value for tag, value in tag_scalar_dict.items()}
        noyau.record(values, step=global_step)

    def add_hparams(
        self,
        hparam_dict: Mapping[str, Any],  # noqa: ARG002 - a curve has no place for settings
        metric_dict: Mapping[str, Any],
        *_more: object,
        global_step: Any = None,  # noqa: ANN401
        **_settings: object,
    ) -> None:
        """Add the metrics of a set of hyperparameters, each set as one more step."""
        values = {f"{tag}{self._run}": value for tag, value in metric_dict.items()}
        noyau.record(values, step=global_step)

    def flush(self) -> None:
        """Do nothing: what is logged is sent by itself."""

    def close(self) -> None:
        """Do nothing: no file is open."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def __getattr__(self, name: str) -> Callable[..., None]:
        if not name.startswith("add_"):
            raise AttributeError(f"'SummaryWriter' object has no attribute {name!r}")

        def leave_out(*_arguments: object, **_settings: object) -> None:
            _tell(f"SummaryWriter.{name} is left out here: only scalars are drawn.")

        return leave_out


def load_ipython_extension(shell: Any) -> None:  # noqa: ANN401
    """Give the shell a `%tensorboard` that says where to look instead."""
    shell.register_magic_function(lambda _line: _tell(NO_MAGIC), "line", "tensorboard")


def _tell(sentence: str) -> None:
    if sentence not in _told:
        _told.add(sentence)
        print(sentence)  # noqa: T201 - the student is to know
