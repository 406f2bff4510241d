"""What the class's audit log says of decisions on alike work."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.courses.models import AuditLine
from portal.courses.wording import values, wording
from portal.insight.models import Decision


@wording("similar-work", label=gettext_lazy("Similar work decided on"))
def _decided(line: AuditLine) -> str:
    decision = values(line.after).get("decision")
    label = Decision(decision).label if decision in Decision.values else decision
    who = values(line.after).get("students")
    return _("Similar work of %(who)s: %(decision)s.") % {
        "who": " · ".join(map(str, who)) if isinstance(who, list) else "?",
        "decision": label,
    }
