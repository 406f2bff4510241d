"""What the audit log says of previews of regrades."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from portal.courses.models import AuditLine
from portal.courses.wording import values, wording


@wording("regrade-planned", label=gettext_lazy("Regrade previewed"))
def _planned(line: AuditLine) -> str:
    count = _count(line)
    said = ngettext(
        "%(count)s attempt is graded again for a preview.",
        "%(count)s attempts are graded again for a preview.",
        count,
    )
    return said % {"count": count}


@wording("regrade-applied", label=gettext_lazy("Regrade applied"))
def _applied(line: AuditLine) -> str:
    count = _count(line)
    said = ngettext(
        "%(count)s attempt has its new report.", "%(count)s attempts have their new reports.", count
    )
    return said % {"count": count}


@wording("regrade-dropped", label=gettext_lazy("Regrade dropped"))
def _dropped(_line: AuditLine) -> str:
    return _("The preview of a regrade was dropped.")


def _count(line: AuditLine) -> int:
    count = values(line.after).get("attempts")
    return count if isinstance(count, int) else 0
