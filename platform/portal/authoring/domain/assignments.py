"""Begin a manuscript from an assignment of nbgrader or Otter. Nothing of it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from exercises.importers.imported import Imported, Remark
from exercises.importers.recognise import System, import_assignment, systems_of
from portal.accounts.models import User
from portal.authoring.domain.archives import unpack_zip
from portal.authoring.domain.manifest import MANIFEST, Key, Value, change_keys, read_keys
from portal.authoring.domain.manuscripts import begin_from, next_position
from portal.authoring.errors import UnsafeZip
from portal.authoring.models import Manuscript
from portal.courses.models import Course

ZIP = b"PK"
NOTEBOOK = ".ipynb"
MOST_REMARKS = 200
"""Kept beside the folder, whose NOTES.md has them all."""


def read_assignment(content: bytes, *, system: System | None = None) -> Imported:
    """Return the assignment in a notebook, or in a zip with one such notebook.

    Raises NotImportable, UnsafeZip.
    """
    if not content.startswith(ZIP):
        return import_assignment(content, system=system)
    files = unpack_zip(content)
    name = _notebook_in(files)
    imported = import_assignment(files[name], system=system)
    others = tuple(_left(other) for other in sorted(files) if other != name)
    return replace(imported, remarks=imported.remarks + others)


def begin_assignment(
    *, author: User, course: Course, chapter: str, slug: str, imported: Imported
) -> Manuscript:
    """Begin a manuscript in the chapter; without a `slug`, it is the one that the title makes.

    Raises SlugTaken, FolderTooLarge.
    """
    files = dict(imported.files)
    manifest = files[MANIFEST]
    slug = slug or str(read_keys(manifest, (("id",),))[("id",)])
    named: dict[Key, Value] = {
        ("id",): slug,
        ("chapter",): chapter,
        ("position",): next_position(course, chapter),
    }
    files[MANIFEST] = change_keys(manifest, named)
    remarks = imported.remarks[:MOST_REMARKS]
    return begin_from(author=author, course=course, slug=slug, files=files, remarks=remarks)


def remarks_on(manuscript: Manuscript) -> list[Remark]:
    """Return what is still to be read on what did not come along."""
    return [Remark(**remark) for remark in manuscript.remarks]


def dismiss_remarks(*, manuscript: Manuscript) -> None:
    """Take the report of the import off the manuscript's page. NOTES.md stays."""
    Manuscript.objects.filter(pk=manuscript.pk).update(remarks=[])


def _notebook_in(files: Mapping[str, bytes]) -> str:
    """Return the only notebook, or the only one with marks. Raises UnsafeZip, NotImportable."""
    notebooks = [name for name in sorted(files) if name.lower().endswith(NOTEBOOK)]
    if not notebooks:
        raise UnsafeZip("no-notebook")
    if len(notebooks) > 1:
        notebooks = [name for name in notebooks if systems_of(files[name])]
    if len(notebooks) != 1:
        raise UnsafeZip("notebooks")
    return notebooks[0]


def _left(name: str) -> Remark:
    return Remark(
        name,
        "Ce fichier du zip n’a pas été repris : s’il sert, ajoutez-le au dossier.",
        "This file of the zip was not taken over: add it to the folder if it is of use.",
    )
