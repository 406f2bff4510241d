"""What the audit log says of rubrics and comments."""

from __future__ import annotations

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.courses.models import AuditLine
from portal.courses.wording import values, wording

LONGEST_QUOTE = 120


@wording("rubric-set", label=gettext_lazy("Rubric changed"))
def _rubric_set(line: AuditLine) -> str:
    count = len(line.after) if isinstance(line.after, list) else 0
    said = ngettext(
        "The rubric has %(count)s item now.", "The rubric has %(count)s items now.", count
    )
    return said % {"count": count}


@wording("commented", label=gettext_lazy("Comment"))
def _commented(line: AuditLine) -> str:
    return _about(line.after)


@wording("comment-withdrawn", label=gettext_lazy("Comment withdrawn"))
def _comment_withdrawn(line: AuditLine) -> str:
    return _about(line.before)


def _about(what: object) -> str:
    held = values(what)
    said = {
        "number": held.get("attempt"),
        "cell": held.get("cell"),
        "text": Truncator(str(held.get("text", ""))).chars(LONGEST_QUOTE),
    }
    if held.get("cell") is None:
        return _("On attempt no. %(number)s: “%(text)s”") % said
    return _("On cell %(cell)s of attempt no. %(number)s: “%(text)s”") % said
