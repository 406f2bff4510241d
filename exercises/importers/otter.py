"""Import assignments of Otter-Grader, from the master notebook that their author wrote.

The marks are those of Otter Assign's documentation: raw cells such as `# BEGIN QUESTION` around the
parts of a question, or fenced blocks in older notebooks, and comments such as `# SOLUTION` in the
code.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from exercises.importers.fenced import has_fences, with_marks
from exercises.importers.folder import assemble
from exercises.importers.imported import Imported, NotImportable, Remark
from exercises.importers.parts import Cell, Check, Code, Part, Prose, read_cells
from exercises.importers.reasons import Reason

BLOCK = re.compile(r"^#\s*(BEGIN|END)\s+(QUESTION|SOLUTION|TESTS|PROMPT)\s*$", re.IGNORECASE)
CONFIG = re.compile(r"^#\s*ASSIGNMENT CONFIG", re.IGNORECASE)
HIDDEN = re.compile(r"^\s*#\s*HIDDEN\s*$", re.IGNORECASE)
IGNORED = re.compile(r"^#+\s*Ignore\s*#*$", re.IGNORECASE)
# Lines that Otter takes away, and those that only make Otter itself run.
TAKEN_AWAY = re.compile(
    r"#\s*IGNORE\s*$|^(import|from)\s+otter\b|^grader\s*=\s*otter\.|^grader\.(check|export)\w*\("
)
# A region has no other's beginning inside, or looking for its end would take without end.
TEST_CONFIG = re.compile(
    r'^[ \t]*(?:"""\s*)?#[ \t]*BEGIN TEST CONFIG[ \t]*\n'
    r'((?:(?!BEGIN TEST CONFIG).)*?)\n[ \t]*(?:"""\s*)?#[ \t]*END TEST CONFIG[ \t]*$',
    re.DOTALL | re.MULTILINE | re.IGNORECASE,
)
PROMPT = re.compile(
    r'^[ \t]*"""\s*#\s*BEGIN PROMPT\s*\n((?:(?!BEGIN PROMPT).)*?)'
    r'\n[ \t]*""";?\s*#\s*END PROMPT\s*$',
    re.DOTALL | re.MULTILINE | re.IGNORECASE,
)
LINE = re.compile(r"#\s*SOLUTION(\s+NO\s+PROMPT)?\s*$", re.IGNORECASE)
EDGE = re.compile(r"^(\s*)#\s*(BEGIN|END)\s+SOLUTION(\s+NO\s+PROMPT)?\s*$", re.IGNORECASE)
ASSIGNED = re.compile(r"^([A-Za-z_][\w., \[\]'\"]*=)(?!=)")
MOST_POINTS = 1000.0
LONGEST_SETTING = 500


@dataclass(slots=True)
class _Question:
    """A question as far as it is read, with its tests."""

    name: str
    points: list[float]
    each: float | None
    manual: bool
    tests: list[tuple[Cell, str, bool, float | None]] = field(default_factory=list)


def import_otter(notebook: bytes) -> Imported:
    """Return the assignment as a folder, with remarks on what was not taken over as it was.

    Raises NotImportable for what is no notebook, or has no question of Otter's.
    """
    cells = read_cells(notebook)
    if not any(is_mark(cell) for cell in cells):
        cells = with_marks(cells)
    reader = _Reader()
    for cell in cells:
        reader.read(cell)
    if reader.question is not None:
        name = reader.question.name
        raise NotImportable(
            fr=f"La question {name} n’a pas de fin.", en=f"The question {name} does not end."
        )
    if not reader.names:
        raise NotImportable(
            fr="Ce carnet n’a aucune question d’Otter.",
            en="This notebook has no question of Otter’s.",
        )
    return assemble(reader.parts, remarks=reader.remarks, system="Otter", title=reader.title)


def is_otter(cell: Cell) -> bool:
    """Return whether a mark of any version stands in this cell."""
    return is_mark(cell) or has_fences(cell)


def is_mark(cell: Cell) -> bool:
    """Return whether this is a raw cell with a mark of version 1."""
    first = cell.source.strip("\n").partition("\n")[0].strip()
    marks = BLOCK.match(first) is not None or CONFIG.match(first) is not None
    return cell.cell_type == "raw" and marks


class _Reader:
    """Reads the cells of a master notebook one after another."""

    def __init__(self) -> None:
        self.parts: list[Part] = []
        self.remarks: list[Remark] = []
        self.names: list[str] = []
        self.question: _Question | None = None
        self.inside: list[str] = []
        self.title = ""

    def read(self, cell: Cell) -> None:
        """Take in one cell."""
        source = cell.source.strip("\n")
        first = source.partition("\n")[0].strip()
        if cell.cell_type == "code":
            lines = source.splitlines()
            source = "\n".join(line for line in lines if not TAKEN_AWAY.search(line)).strip("\n")
        if cell.attachments:
            self.remarks.append(Reason.ATTACHMENT.remark(self._place()))
        if cell.cell_type == "raw":
            self._mark(source, first)
        elif "TESTS" in self.inside:
            self._test(cell, source)
        elif cell.cell_type == "markdown":
            # A prompt is what students see where an answer is text; its solution they never see.
            if "SOLUTION" not in self.inside:
                self.parts.append(Prose(source))
        elif not IGNORED.match(first):
            self.parts.append(Code(solution_regions(source, whole="SOLUTION" in self.inside)))

    def _mark(self, source: str, first: str) -> None:
        if CONFIG.match(first):
            self.title = _settings(source).get("name", [""])[0]
            return
        match = BLOCK.match(first)
        if match is None:
            return
        edge, kind = match[1].upper(), match[2].upper()
        if edge == "END":
            if not self.inside or self.inside.pop() != kind:
                raise self._unexpected(f"END {kind}")
            if kind == "QUESTION":
                self._end()
            return
        if (kind == "QUESTION") == bool(self.inside):
            raise self._unexpected(f"BEGIN {kind}")
        self.inside.append(kind)
        if kind == "QUESTION":
            self._begin(_settings(source))

    def _begin(self, settings: dict[str, list[str]]) -> None:
        name = settings.get("name", [""])[0] or f"question {len(self.names) + 1}"
        manual = settings.get("manual", [""])[0].lower() == "true"
        points = [_points(text) for text in settings.get("points", [])]
        self.names.append(name)
        given = [one for one in points if one is not None]
        each = _points(settings.get("points.each", [""])[0])
        self.question = _Question(name, given, each, manual)

    def _test(self, cell: Cell, source: str) -> None:
        if cell.cell_type != "code" or self.question is None:
            return
        settings = {}
        if found := TEST_CONFIG.search(source):
            settings = _settings(found[1])
            source = TEST_CONFIG.sub("", source, count=1)
        lines = source.strip("\n").splitlines()
        is_hidden = bool(lines) and HIDDEN.match(lines[0]) is not None
        kept = "\n".join(lines[1:] if is_hidden else lines)
        is_hidden = is_hidden or settings.get("hidden", [""])[0].lower() == "true"
        points = _points(settings.get("points", [""])[0])
        self.question.tests.append((cell, kept, is_hidden, points))

    def _end(self) -> None:
        question, self.question = self.question, None
        if question is None:
            return
        if question.manual:
            points = sum(question.points) or 1.0
            self.remarks.append(Reason.MANUAL.remark(question.name, f"{points:g}"))
            return
        shares = _shares(question)
        for number, (cell, source, is_hidden, _own) in enumerate(question.tests, start=1):
            name = f"{question.name} {number}" if len(question.tests) > 1 else question.name
            public, hidden = ("", source) if is_hidden else (source, "")
            points = shares[number - 1]
            self.parts.append(Check(name, points, public, hidden, expected=_shown(cell)))

    def _unexpected(self, mark: str) -> NotImportable:
        name = self._place()
        fr, en = (f"{name} : ", f"{name}: ") if name else ("", "")
        return NotImportable(
            fr=f"{fr}{mark} à un endroit où il n’en faut pas.",
            en=f"{en}{mark} where none was expected.",
        )

    def _place(self) -> str:
        return self.question.name if self.question else ""


def solution_regions(source: str, *, whole: bool) -> str:
    """Return code with this format's regions in place of Otter's marks.

    Without any mark, all of a cell that is a solution as a `whole` is one.
    """
    prompts = [match[1] for match in PROMPT.finditer(source)]
    source = PROMPT.sub("", source)
    lines: list[str] = []
    inside = is_marked = is_silent = False
    for line in source.splitlines():
        if edge := EDGE.match(line):
            is_marked = inside = True
            if edge[2].upper() == "END":
                inside = False
                lines += _starter(edge[1], prompts, is_silent=is_silent)
            else:
                is_silent = edge[3] is not None
            lines.append(f"{edge[1]}# {edge[2].upper()} SOLUTION")
        elif not inside and (match := LINE.search(line)) and line[: match.start()].strip():
            is_marked = True
            code, hidden = line[: match.start()].strip(), match[1]
            indent = line[: len(line) - len(line.lstrip())]
            lines += [f"{indent}# BEGIN SOLUTION", f"{indent}{code}"]
            lines += [] if hidden else _line_starter(indent, code)
            lines += [f"{indent}# BEGIN STARTER", f"{indent}#"] if hidden else []
            lines.append(f"{indent}# END SOLUTION")
        else:
            lines.append(line)
    if inside:
        raise NotImportable(
            fr="Un BEGIN SOLUTION sans son END.", en="A BEGIN SOLUTION without its END."
        )
    if whole and not is_marked and source.strip():
        lines = ["# BEGIN SOLUTION", *lines, *_starter("", prompts), "# END SOLUTION"]
    return "\n".join(lines)


def _starter(indent: str, prompts: list[str], *, is_silent: bool = False) -> list[str]:
    """Return what students find instead: the author's prompt, or three dots as Otter has them."""
    shown = prompts.pop(0).splitlines() if prompts else [] if is_silent else ["..."]
    if not shown:
        return [f"{indent}# BEGIN STARTER", f"{indent}#"]
    return [f"{indent}# BEGIN STARTER", *(_commented(indent, line) for line in shown)]


def _commented(indent: str, line: str) -> str:
    text = line.removeprefix(indent)
    # What the starter takes away is one comment sign with the space after it.
    deeper = text[: len(text) - len(text.lstrip())]
    return f"{indent}{deeper}# {text.lstrip()}".rstrip()


def _line_starter(indent: str, code: str) -> list[str]:
    assigned = ASSIGNED.match(code)
    shown = f"{assigned[1].rstrip()} ..." if assigned else "..."
    return [f"{indent}# BEGIN STARTER", f"{indent}# {shown}"]


def _shares(question: _Question) -> list[float]:
    """Return the points of each test: its own, its place's in the list, or an equal part."""
    count = len(question.tests)
    own = [points for *_rest, points in question.tests]
    if question.each is not None:
        given = [question.each] * count
    elif len(question.points) == count and count > 1:
        given = question.points
    else:
        total = sum(question.points) if question.points else 1.0
        left = max(total - sum(points or 0.0 for points in own), 0.0)
        parts = iter(_equal_parts(left, own.count(None)))
        return [next(parts) if points is None else points for points in own]
    return [share if points is None else points for points, share in zip(own, given, strict=True)]


def _equal_parts(total: float, count: int) -> list[float]:
    """Return `count` shares that differ by a hundredth at most and add up to the total's."""
    cents = round(total * 100)
    return [(cents // count + (number < cents % count)) / 100 for number in range(count)]


def _shown(cell: Cell) -> str:
    """Return what a test's cell has shown: what it must show."""
    texts = []
    for output in cell.outputs:
        text = output.get("text") or (output.get("data") or {}).get("text/plain") or ""
        texts.append("".join(text) if isinstance(text, list) else str(text))
    return "".join(texts)


def _points(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 <= value <= MOST_POINTS else None


def _settings(source: str) -> dict[str, list[str]]:
    """Return the plain settings of a block of YAML: one value, or the items of a list."""
    found: dict[str, list[str]] = {}
    key = ""
    for line in source.splitlines():
        if len(line) > LONGEST_SETTING:
            continue
        if match := re.match(r"^(\w+):\s*(.*?)\s*$", line):
            key, value = match[1], match[2].strip("'\"")
            inline = re.match(r"^\[(.*)\]$", value)
            items = inline[1].split(",") if inline else [value] if value else []
            found[key] = [item.strip().strip("'\"") for item in items]
        elif (match := re.match(r"^\s*-\s+(.*?)\s*$", line)) and key:
            found[key].append(match[1].strip("'\""))
        elif (match := re.match(r"^\s+(\w+):\s*(.*?)\s*$", line)) and key:
            found[f"{key}.{match[1]}"] = [match[2].strip("'\"")]
    return {name: values or [""] for name, values in found.items()}
