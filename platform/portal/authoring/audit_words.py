"""What a class's audit log says of versions that became current."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.courses.models import AuditLine
from portal.courses.wording import wording

SHOWN = 12


@wording("exercise-published", label=gettext_lazy("Exercise published"))
def _published(line: AuditLine) -> str:
    version = str(line.after)[:SHOWN]
    if not line.before:
        return _("The class sees version %(version)s.") % {"version": version}
    return _("The class sees version %(version)s, and %(before)s no more.") % {
        "version": version,
        "before": str(line.before)[:SHOWN],
    }
