"""What is said of errors in writing an exercise."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from exercises.errors import MalformedExercise
from exercises.importers.imported import NotImportable
from exercises.spec import Kind
from portal.authoring.domain import Flaw
from portal.authoring.domain.paths import LARGEST_FILE, MIB, MOST_BYTES, MOST_FILES
from portal.authoring.errors import (
    FolderTooLarge,
    NotProven,
    PublishedMeanwhile,
    UnsafePath,
    UnsafeZip,
)
from portal.catalogue.errors import QuestionsNotDrawn, SlugTaken
from portal.common.errors import BlobError
from portal.submissions.errors import TooManySolutions

SIZES = {
    "files": MOST_FILES,
    "file": LARGEST_FILE // MIB,
    "all": MOST_BYTES // MIB,
}
REFUSED = (
    FolderTooLarge, NotProven, PublishedMeanwhile, UnsafePath, UnsafeZip,
    QuestionsNotDrawn, SlugTaken, BlobError, TooManySolutions, MalformedExercise, NotImportable,
)  # fmt: skip
"""What may come of an author's request; `refusal` has a sentence for each."""


KINDS: dict[str, str | Promise] = {
    Kind.ANSWER: gettext_lazy("typed answers"),
    Kind.CODE: gettext_lazy("functions"),
    Kind.TRAINING: gettext_lazy("trained model"),
    Kind.PREDICTIONS: gettext_lazy("file of predictions"),
    Kind.SWEEP: gettext_lazy("sweep"),
}
SENTENCES: dict[type[Exception], str | Promise] = {
    SlugTaken: gettext_lazy("There is an exercise of this name already. Choose another name."),
    QuestionsNotDrawn: gettext_lazy(
        "The questions of this kind are drawn in a room when it is checked. Check it first."
    ),
    NotProven: gettext_lazy("No check of this very folder was green. Publish it all the same?"),
    PublishedMeanwhile: gettext_lazy(
        "Somebody has published another version meanwhile. Publish yours over it?"
    ),
    TooManySolutions: gettext_lazy("There are more wrong solutions than one check takes."),
}


def refusal(error: Exception) -> str:
    """Return why something was not done, and what helps."""
    match error:
        case UnsafeZip():
            return _flawed(error)
        case UnsafePath():
            return _(
                "“%(path)s” can’t be a file of the folder: plain names of letters, digits, dots, "
                "hyphens and underscores, in at most three folders, and no other file in the way."
            ) % {"path": error.path[:80]}
        case FolderTooLarge():
            return (
                _(
                    "This is more than a folder holds: %(files)s files, %(file)s MiB in one file, "
                    "%(all)s MiB in all."
                )
                % SIZES
            )
        case MalformedExercise():
            return error.expected
        case NotImportable():
            return error.in_language(get_language() or "en")
        case _:
            ours = _("This could not be kept. It is our fault: try again in a moment.")
            return str(SENTENCES.get(type(error), ours))


def flaw_sentence(flaw: Flaw) -> str:
    """Return what keeps a folder from being an exercise, without its place."""
    return _("Expected here: %(what)s.") % {"what": flaw.expected[:500]}


def _flawed(error: UnsafeZip) -> str:
    said = {
        "not-a-zip": _("This is not a zip that can be read."),
        "encrypted": _("This zip is encrypted."),
        "link": _("This zip holds a link, or something else that is no plain file."),
        "path": _("This zip holds a path that can’t be a file of the folder."),
        "twice": _("This zip holds the same name twice."),
        "files": _("This zip holds more than %(files)s files.") % SIZES,
        "file-size": _("This zip holds a file of more than %(file)s MiB.") % SIZES,
        "size": _("This zip unpacks to more than %(all)s MiB.") % SIZES,
        "no-manifest": _("This zip holds no exercise.toml, at its top or in its one folder."),
        "no-notebook": _("This zip holds no notebook."),
        "notebooks": _("This zip holds several notebooks, and not one alone with marks."),
    }[error.flaw]
    return f"{said} ({error.name[:80]})" if error.name else said
