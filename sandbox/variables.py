"""The environment variables of a room, the same in every kind of sandbox."""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.room import Limits

HOME = "/home/student"
THREAD_COUNTS = (
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
)


def room_variables(*, limits: Limits, path: str, env: Mapping[str, str]) -> dict[str, str]:
    """Return all the variables of a room: those every room has, then `env` over them."""
    return {
        "HOME": HOME,
        "PATH": path,
        "LANG": "C.UTF-8",
        "TMPDIR": "/tmp",  # noqa: S108, the room's own tmpfs
        "PYTHONDONTWRITEBYTECODE": "1",
        # Figures become outputs of the notebook, as in Jupyter.
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "MPLCONFIGDIR": f"{HOME}/.matplotlib",
        "IPYTHONDIR": f"{HOME}/.ipython",
        "JUPYTER_RUNTIME_DIR": f"{HOME}/.jupyter",
        "TORCH_HOME": f"{HOME}/.torch",
        "TORCHINDUCTOR_CACHE_DIR": f"{HOME}/.torchinductor",
        # Without a network to look in, pip says at once what is there and what is not.
        "PIP_NO_INDEX": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        # Threads that wait by spinning take the cores that other rooms need.
        "OMP_WAIT_POLICY": "PASSIVE",
        **dict.fromkeys(THREAD_COUNTS, str(limits.threads)),
        **env,
    }
