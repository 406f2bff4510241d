"""The table of a course's checks, as a page of Markdown that keeps the rows not checked anew."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import astuple, dataclass, replace

from exercises.spec import Kind
from graders.check_course import CourseRow
from graders.grader import Role, grader_of

HEADER = (
    "#",
    "exercise",
    "folder",
    "kind",
    "points",
    "reference",
    "starter",
    "mistakes named",
    "mutants caught",
    "equivalent",
    "CPU s",
    "s",
)
PAGE = """\
# What proves the course

{table}

Every row is made by

```sh
make check-course                                            # the whole course
.venv/bin/python manage.py check_course --write pooling relu  # some rows anew
```

- **reference**: the variants, of those graded, on which the reference earns every point.
- **starter**: the hidden points of the untouched starter, or of blank answers, or of the sample.
- **mistakes named**: the wrong solutions that lose points on a test which names their mistake.
- **mutants caught**: reference solutions with one small change (an operator, a constant, a bound,
  an axis, the order of arguments, a statement left out), typed answers with one wrong cell, or
  files with misplaced values that lose points, of those that are not **equivalent**: a person has
  judged the latter to be right, and says why in the exercise's `equivalent.toml`. At least 95 %
  must be caught. A mutant of a training would be one more training, so there are none.
- **CPU s**: processor time of all rooms; **s**: what the row took, on two cores.

Of the rows that train a model, {count} are in this table; together they take {minutes:.1f} minutes.
"""
NONE = "-"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table, as its cells' texts."""

    position: str
    title: str
    slug: str
    kind: str
    points: str
    reference: str
    starter: str
    wrong: str
    mutants: str
    equivalent: str
    cpu: str
    seconds: str


def course_page(rows: Iterable[CourseRow], *, known: Container[str], earlier: str) -> str:
    """Return the page with a line per row, and those that the earlier page has of other exercises.

    Rows with failures leave the page, as do exercises that are not known.
    """
    lines = {line.slug: line for line in _read(earlier) if line.slug in known}
    for row in rows:
        lines.pop(row.exercise.manifest.id, None)
        if not row.failures:
            lines[row.exercise.manifest.id] = _line(row)
    kept = sorted(lines.values(), key=lambda line: int(line.position))
    training = {kind.value for kind in Kind if grader_of(kind).trains}
    trained = [float(line.seconds) for line in kept if line.kind in training]
    table = "\n".join(_write(kept))
    return PAGE.format(table=table, count=len(trained), minutes=sum(trained) / 60)


def _line(row: CourseRow) -> Line:
    manifest, hunt = row.exercise.manifest, row.hunt
    by_role = {role: [one for one in row.table.rows if one.role is role] for role in Role}
    [reference] = by_role[Role.REFERENCE]
    wrong = by_role[Role.WRONG]
    hunted = hunt is not None and bool(hunt.fates)
    return Line(
        position=str(manifest.position),
        title=manifest.title.en,
        slug=manifest.id,
        kind=manifest.kind.value,
        points=f"{manifest.points:g}",
        reference=f"{reference.variants * reference.ok} of {reference.variants}",
        starter="0" if all(one.ok for one in by_role[Role.EMPTY]) else "earns",
        wrong=f"{sum(one.ok for one in wrong)} of {len(wrong)}",
        mutants=f"{hunt.killed} of {hunt.killed + len(hunt.survivors)}"
        if hunt and hunted
        else NONE,
        equivalent=str(hunt.excused) if hunt and hunted else NONE,
        cpu=f"{row.cpu:.0f}" if row.cpu else NONE,
        seconds=f"{row.seconds:.0f}",
    )


def _write(lines: Iterable[Line]) -> Iterator[str]:
    yield f"| {' | '.join(HEADER)} |"
    yield "|---" * len(HEADER) + "|"
    for line in lines:
        yield f"| {' | '.join(astuple(replace(line, slug=f'`{line.slug}`')))} |"


def _read(page: str) -> Iterator[Line]:
    for text in page.splitlines():
        cells = [cell.strip() for cell in text.strip("|").split("|")]
        if len(cells) == len(HEADER) and cells[0].isdigit():
            yield Line(*(cell.strip("`") for cell in cells))
