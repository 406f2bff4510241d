"""Turn the bytes of a CSV file into lines of cells, whatever spreadsheet wrote them."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from graders.kinds.predictions.complaints import Complaints, quoted

MAX_CELL = 200
DELIMITERS = (";", "\t", ",")
WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class Line:
    """One line's number and cells."""

    number: int
    cells: list[str]


def read_lines(content: bytes, complaints: Complaints) -> Iterator[Line]:
    """Yield the file's lines that are not blank; what can't be read ends them with a complaint.

    Understood: UTF-8 with or without its mark, UTF-16 with its own, and commas, semicolons or
    tabs between the cells, whichever the first line has.
    """
    text = _decoded(content, complaints)
    if text is None:
        return
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        complaints.add(
            line=line,
            fr="un octet nul\u00a0: ce fichier n’est pas du texte.",
            en="a null byte: this file is not text.",
        )
        return
    first = text.partition("\n")[0]
    delimiter = next((one for one in DELIMITERS if one in first), ",")
    csv.field_size_limit(MAX_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            stripped = [cell.strip() for cell in cells]
            if any(stripped):
                yield Line(reader.line_num, stripped)
    except csv.Error as exc:
        complaints.add(
            line=reader.line_num,
            fr=f"cette ligne ne se lit pas ({exc}).",
            en=f"this line can't be read ({exc}).",
        )


def _decoded(content: bytes, complaints: Complaints) -> str | None:
    encoding = "utf-16" if content.startswith(WIDE_MARKS) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as exc:
        line = content[: exc.start].count(b"\n") + 1
        byte = quoted(f"{content[exc.start]:#04x}")
        complaints.add(
            line=line,
            fr=f"l’octet {byte} n’est pas de l’UTF-8. Enregistrez le fichier en « CSV UTF-8 ».",
            en=f"the byte {byte} is not UTF-8. Save the file as “CSV UTF-8”.",
        )
        return None
