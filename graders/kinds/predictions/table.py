"""Check a file of predictions line by line, and put its values in the order of the ids asked."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from graders.kinds.predictions.arrays import is_npz, read_arrays
from graders.kinds.predictions.complaints import MISSING, TWICE, Complaints, quoted
from graders.kinds.predictions.options import Options
from graders.kinds.predictions.text import Line, read_lines

# Beyond the ids asked for, the lines that are looked at: enough to say what is wrong with them.
SPARE_LINES = 1000
SHOWN_IDS = 3
# The square of a number, and the sum of many, must stay finite.
LARGEST = 1e12

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d{1,3})?", re.ASCII)
_NOT_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity)|n/?a|null|none|", re.IGNORECASE)


@dataclass(slots=True)
class Found:
    """What is known of each id: the line it was first on, and its value."""

    lines: dict[str, int]
    values: dict[str, float]


def read_table(
    content: bytes, ids: Sequence[str], options: Options, complaints: Complaints
) -> np.ndarray | None:
    """Return the predictions (N,) in the order of `ids`; None where there is anything wrong.

    Time and memory are bounded by the number of ids, whatever the file holds.
    """
    names = options.id, options.column
    most = len(ids) + SPARE_LINES
    if is_npz(content):
        lines = read_arrays(content, names, complaints, most=most)
    else:
        lines = read_lines(content, complaints)
    rows = _rows(lines, names, complaints)
    found = _values(rows, set(ids), options, complaints, most=most)
    if not complaints.count:
        _complain_of_missing(found, ids, complaints)
    elif complaints.kinds == {TWICE}:
        # A file with an id twice often lacks another: both are worth knowing.
        _complain_of_missing(found, ids, complaints)
    if complaints.count:
        return None
    return np.array([found.values[name] for name in ids])


def _rows(
    lines: Iterator[Line], names: tuple[str, str], complaints: Complaints
) -> Iterator[tuple[int, str, str]]:
    """Yield each line's number, id and value, once the first line has named the columns."""
    header = next(lines, None)
    if header is None:
        if not complaints.count:
            complaints.add(fr="ce fichier est vide.", en="this file is empty.")
        return
    if sorted(header.cells) != sorted(names):
        _complain_of_header(header, names, complaints)
        return
    first, second = (header.cells.index(name) for name in names)
    for line in lines:
        if len(line.cells) == len(names):
            yield line.number, line.cells[first], line.cells[second]
        else:
            count = len(line.cells)
            complaints.add(
                line=line.number,
                fr=f"{count} cellules au lieu de 2. Écrivez les décimales avec un point, ou "
                "séparez les colonnes par des points-virgules.",
                en=f"{count} cells in place of 2. Write decimals with a point, or put semicolons "
                "between the columns.",
            )


def _complain_of_header(header: Line, names: tuple[str, str], complaints: Complaints) -> None:
    asked = ",".join(names)
    written = quoted(",".join(header.cells))
    is_index = set(names) < set(header.cells)
    fr_more = " Avec pandas, écrivez `to_csv(..., index=False)`." if is_index else ""
    en_more = " With pandas, write `to_csv(..., index=False)`." if is_index else ""
    complaints.add(
        line=max(header.number, 1),
        fr=f"{written} au lieu des noms de colonnes `{asked}`.{fr_more}",
        en=f"{written} in place of the names of the columns `{asked}`.{en_more}",
    )


def _values(
    rows: Iterable[tuple[int, str, str]],
    asked: set[str],
    options: Options,
    complaints: Complaints,
    *,
    most: int,
) -> Found:
    found = Found({}, {})
    for count, (line, name, text) in enumerate(rows, start=1):
        if count > most:
            complaints.add(
                line=line,
                fr=f"trop de lignes\u00a0: il en faut {len(asked)}. La suite n’a pas été lue.",
                en=f"too many lines: there should be {len(asked)}. The rest was not read.",
            )
            break
        if name in found.lines:
            complaints.add(
                line=line,
                kind=TWICE,
                fr=f"l’identifiant {quoted(name)} est déjà à la ligne {found.lines[name]}.",
                en=f"the id {quoted(name)} is on line {found.lines[name]} already.",
            )
        elif name not in asked:
            complaints.add(
                line=line,
                fr=f"l’identifiant {quoted(name)} n’est pas demandé.",
                en=f"the id {quoted(name)} is not asked for.",
            )
        else:
            found.lines[name] = line
            found.values[name] = _number(line, text, options, complaints)
    return found


def _number(line: int, text: str, options: Options, complaints: Complaints) -> float:
    """Return the value of a cell; 0 with a complaint where it is none that is asked for."""
    plain = text.replace(",", ".") if _DECIMAL_COMMA.fullmatch(text) else text
    if _NOT_FINITE.fullmatch(plain):
        complaints.add(
            line=line,
            fr=f"{quoted(text)} au lieu d’un nombre fini.",
            en=f"{quoted(text)} in place of a finite number.",
        )
    elif not _NUMBER.fullmatch(plain) or not math.isfinite(float(plain)):
        complaints.add(
            line=line,
            fr=f"{quoted(text)} n’est pas un nombre.",
            en=f"{quoted(text)} is not a number.",
        )
    elif not _is_in_range(float(plain), options):
        fr, en = _range(options)
        complaints.add(line=line, fr=f"{plain} n’est pas {fr}.", en=f"{plain} is not {en}.")
    else:
        return float(plain)
    return 0.0


def _is_in_range(value: float, options: Options) -> bool:
    if options.values == "probability":
        return 0 <= value <= 1
    if options.values == "number":
        return abs(value) <= LARGEST
    return value.is_integer() and 0 <= value < options.classes


def _range(options: Options) -> tuple[str, str]:
    if options.values == "probability":
        return "une probabilité, entre 0 et 1", "a probability, between 0 and 1"
    if options.values == "number":
        return "un nombre entre -1e12 et 1e12", "a number between -1e12 and 1e12"
    last = options.classes - 1
    return f"une classe, de 0 à {last}", f"a class, from 0 to {last}"


def _complain_of_missing(found: Found, ids: Sequence[str], complaints: Complaints) -> None:
    missing = [name for name in ids if name not in found.values]
    if not missing:
        return
    some = ", ".join(missing[:SHOWN_IDS]) + (", …" if len(missing) > SHOWN_IDS else "")
    count, total = len(missing), len(ids)
    complaints.add(
        kind=MISSING,
        fr=f"il manque {count} des {total} identifiants\u00a0: {some}.",
        en=f"{count} of the {total} ids are missing: {some}.",
    )
