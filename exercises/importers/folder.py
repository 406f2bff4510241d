"""Put the parts of an assignment together as the folder of an exercise of kind `code`."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import jupytext
import nbformat

from exercises.importers.imported import Imported, NotImportable, Remark
from exercises.importers.names import Known, known_names
from exercises.importers.parts import Check, Code, Part, Prose
from exercises.importers.reasons import Reason, Untranslatable
from exercises.importers.support import module_text
from exercises.importers.translate import Translated, translate

HEADING = re.compile(r"^#{1,6}[ \t]+(.+)$", re.MULTILINE)
WORDS = {
    "fr": re.compile(r"\b(le|la|les|des|une|est|et|dans|pour|que|qui)\b", re.IGNORECASE),
    "en": re.compile(r"\b(the|of|and|is|are|to|that|which|for|with)\b", re.IGNORECASE),
}
WAITING = {
    "fr": "*Cet énoncé n’existe qu’en anglais pour l’instant.*\n\n",
    "en": "*This statement is in French only for now.*\n\n",
}
LONGEST_TITLE, LONGEST_SLUG = 120, 60
MARKER = re.compile(r"^\s*# (BEGIN SOLUTION|BEGIN STARTER|END SOLUTION)\s*$", re.MULTILINE)


@dataclass(slots=True)
class _Tests:
    """The tests of both modules as they are written, and what was said of them."""

    public: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    parts: list[Translated] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    points: float = 0.0
    names: set[str] = field(default_factory=set)


def assemble(
    parts: Sequence[Part], *, remarks: Iterable[Remark] = (), system: str, title: str = ""
) -> Imported:
    """Return the folder that the parts make, and what could not be taken over.

    Raises NotImportable where there is no code.
    """
    code = [part.source for part in parts if isinstance(part, Code)]
    if not any(source.strip() for source in code):
        raise NotImportable(
            fr="Ce carnet ne contient pas de code, hormis ses tests.",
            en="There is no code in this notebook but its tests.",
        )
    known = known_names(code)
    given = known_names(source for source in code if not MARKER.search(source))
    checks = [part for part in parts if isinstance(part, Check)]
    tests = _tests(checks, known, given)
    is_worthless = bool(tests.parts) and not tests.points
    if is_worthless:
        tests = _tests([replace(check, points=1.0) for check in checks], known, given)
    statement = _statement(parts)
    language = _language(statement)
    found = HEADING.search(statement)
    title = (title or (found[1].rstrip(" \t#") if found else "") or system)[:LONGEST_TITLE]
    other = "en" if language == "fr" else "fr"
    said = [*remarks, *tests.remarks, Reason.ONE_LANGUAGE.remark("", language)]
    if is_worthless:
        said.append(Reason.NO_POINTS.remark(""))
    if not tests.public and not tests.hidden:
        said.append(Reason.NO_TEST.remark(""))
        tests.public.append(_empty())
        tests.points = 1.0
    elif not tests.hidden:
        said.append(Reason.ALL_PUBLIC.remark(""))
    files = {
        "exercise.toml": _manifest(title, tests, known),
        f"statement.{language}.md": statement,
        f"statement.{other}.md": WAITING[other] + statement,
        "notebook.py": _script(parts),
        "tests/test_public.py": module_text(tests.public, tests.parts, hidden=False),
        "tests/test_hidden.py": module_text(tests.hidden, tests.parts, hidden=True),
        "NOTES.md": _notes(system, said),
    }
    return Imported({name: text.encode() for name, text in sorted(files.items())}, tuple(said))


def _tests(checks: Sequence[Check], known: Known, given: Known) -> _Tests:
    tests = _Tests()
    for check in checks:
        try:
            shown = (
                translate(check.public, known, expected=check.expected) if check.public else None
            )
            whole = (
                translate(check.hidden, known, expected=check.expected) if check.hidden else None
            )
        except Untranslatable as failure:
            tests.remarks.append(failure.reason.remark(check.name, failure.name))
            tests.remarks.append(Reason.LOST.remark(check.name, f"{check.points:g}"))
            continue
        made = [one for one in (shown, whole) if one is not None]
        if not made:
            tests.remarks.append(Reason.EMPTY.remark(check.name))
            tests.remarks.append(Reason.LOST.remark(check.name, f"{check.points:g}"))
            continue
        tests.parts += made
        tests.remarks += _doubts(check, made, given)
        if shown is not None:
            points = 0.0 if whole is not None else check.points
            tests.public.append(_test(check, shown, points, tests.names))
        if whole is not None:
            tests.hidden.append(_test(check, whole, check.points, tests.names))
        tests.points += float(f"{check.points:g}")
    return tests


def _doubts(check: Check, made: Sequence[Translated], given: Known) -> list[Remark]:
    """Return the remarks on tests that were taken over, but may not do what they did."""
    packages = {name for one in made for name in one.packages}
    used = {name for one in made for name in one.functions | one.variables}
    authors = used & (given.functions.keys() | given.variables)
    return [
        *(Reason.PACKAGE.remark(check.name, name) for name in sorted(packages)),
        *(Reason.GIVEN.remark(check.name, name) for name in sorted(authors)),
    ]


def _test(check: Check, made: Translated, points: float, names: set[str]) -> str:
    """Return one test function under a name that no other has."""
    plain = re.sub(r"\W+", "_", _ascii(check.name).lower()).strip("_") or "test"
    name = base = f"test_{plain}"
    count = 1
    while name in names:
        count += 1
        name = f"{base}_{count}"
    names.add(name)
    title = json.dumps(f"{check.name}"[:LONGEST_TITLE], ensure_ascii=False)
    body = "\n".join(f"    {line}" if line else "" for line in made.body.splitlines())
    return (
        f"@pytest.mark.points({points:g})\n"
        f"@pytest.mark.title(fr={title}, en={title})\n"
        f"def {name}(student):\n{body}\n"
    )


def _empty() -> str:
    return (
        "@pytest.mark.points(1)\n"
        '@pytest.mark.title(fr="Le carnet tourne", en="The notebook runs")\n'
        "def test_the_notebook_runs(student):\n    pass\n"
    )


def _statement(parts: Sequence[Part]) -> str:
    """Return the Markdown before the first code, of all cells where there is none before."""
    leading: list[str] = []
    for part in parts:
        if not isinstance(part, Prose):
            break
        leading.append(part.text.strip())
    prose = leading or [part.text.strip() for part in parts if isinstance(part, Prose)]
    return "\n\n".join(filter(None, prose)).strip() + "\n" if any(prose) else "…\n"


def _language(text: str) -> str:
    counts = {language: len(words.findall(text)) for language, words in WORDS.items()}
    return "fr" if counts["fr"] > counts["en"] else "en"


def _manifest(title: str, tests: _Tests, known: Known) -> str:
    text = json.dumps(title, ensure_ascii=False)
    slug = re.sub(r"[^a-z0-9]+", "-", _ascii(title).lower()).strip("-")[:LONGEST_SLUG].strip("-")
    lines = [
        f'id = "{slug or "imported"}"',
        'kind = "code"',
        'chapter = "imported"',
        "position = 1",
        f"points = {tests.points:.10g}",
        "",
        "[title]",
        f"fr = {text}",
        f"en = {text}",
    ]
    for name in sorted({name for one in tests.parts for name in one.functions}):
        parameters = json.dumps(list(known.functions[name]))
        lines += ["", "[[functions]]", f'name = "{name}"', f"parameters = {parameters}"]
    return "\n".join(lines) + "\n"


def _script(parts: Sequence[Part]) -> str:
    """Return the notebook as a percent script, without its tests."""
    cells = []
    for part in parts:
        if isinstance(part, Prose):
            cells.append(nbformat.v4.new_markdown_cell(part.text))  # type: ignore[no-untyped-call]
        elif isinstance(part, Code) and part.source.strip():
            cells.append(nbformat.v4.new_code_cell(part.source))  # type: ignore[no-untyped-call]
    notebook = nbformat.v4.new_notebook(cells=cells)  # type: ignore[no-untyped-call]
    notebook.metadata["jupytext"] = {"notebook_metadata_filter": "-all"}
    text: str = jupytext.writes(notebook, fmt="py:percent")  # type: ignore[no-untyped-call]
    return text


def _notes(system: str, remarks: Sequence[Remark]) -> str:
    lines = [f"- {one.place}: {one.en}" if one.place else f"- {one.en}" for one in remarks]
    return "\n".join([f"# Imported from {system}", "", *lines]) + "\n"


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
