"""Turn the bytes of an .npz file into the same lines that a CSV file has."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator

import numpy as np

from graders.kinds.predictions.complaints import Complaints, quoted
from graders.kinds.predictions.text import Line

ZIP = b"PK\x03\x04"
MAX_BYTES = 32 * 1024 * 1024
MAX_ARRAYS = 16
UNREADABLE = (
    ValueError,
    OSError,
    EOFError,
    KeyError,
    MemoryError,
    NotImplementedError,
    RuntimeError,
    SyntaxError,
    zipfile.BadZipFile,
    zlib.error,
)


def is_npz(content: bytes) -> bool:
    """Return whether the bytes begin as a zip does."""
    return content.startswith(ZIP)


def read_arrays(
    content: bytes, names: tuple[str, str], complaints: Complaints, *, most: int
) -> Iterator[Line]:
    """Yield the two arrays' values as lines, after a line of their names.

    The numbers of the lines count the values from 1. No pickle is read, and nothing larger than
    it says it is.
    """
    arrays = _arrays(content, names, complaints)
    if arrays is None:
        return
    ids, values = arrays
    if ids.ndim != 1 or ids.shape != values.shape or len(ids) > most:
        complaints.add(
            fr=f"`{names[0]}` et `{names[1]}` sont de forme {ids.shape} et {values.shape}\u00a0: "
            f"il faut la même, à une dimension, et {most} valeurs au plus.",
            en=f"`{names[0]}` and `{names[1]}` have the shapes {ids.shape} and {values.shape}: "
            f"they need the same one, of one dimension, and {most} values at most.",
        )
        return
    if ids.dtype.kind not in "USiu" or values.dtype.kind not in "biuf":
        complaints.add(
            fr=f"`{names[0]}` doit contenir du texte et `{names[1]}` des nombres, et non "
            f"{quoted(str(ids.dtype))} et {quoted(str(values.dtype))}.",
            en=f"`{names[0]}` must hold text and `{names[1]}` numbers, not "
            f"{quoted(str(ids.dtype))} and {quoted(str(values.dtype))}.",
        )
        return
    if ids.dtype.kind == "S":
        ids = np.char.decode(ids, "utf-8", "replace")
    yield Line(0, list(names))
    for number, (name, value) in enumerate(zip(ids.tolist(), values.tolist(), strict=True), 1):
        yield Line(number, [str(name), repr(int(value) if isinstance(value, bool) else value)])


def _arrays(
    content: bytes, names: tuple[str, str], complaints: Complaints
) -> tuple[np.ndarray, np.ndarray] | None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            sizes = sum(member.file_size for member in members)
        if len(members) > MAX_ARRAYS or sizes > MAX_BYTES:
            complaints.add(
                fr="cette archive contient bien plus que les deux tableaux demandés.",
                en="this archive holds far more than the two arrays asked for.",
            )
            return None
        with np.load(io.BytesIO(content), allow_pickle=False) as found:
            missing = [name for name in names if name not in found.files]
            if not missing:
                return found[names[0]], found[names[1]]
    except UNREADABLE as exc:
        complaints.add(
            fr=f"ce fichier .npz ne se lit pas ({type(exc).__name__}).",
            en=f"this .npz file can't be read ({type(exc).__name__}).",
        )
        return None
    complaints.add(
        fr=f"il manque le tableau `{missing[0]}` dans ce fichier .npz.",
        en=f"the array `{missing[0]}` is missing from this .npz file.",
    )
    return None
