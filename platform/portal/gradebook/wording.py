"""What the audit log says of points that changed."""

from __future__ import annotations

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from portal.common.templatetags.portal import points
from portal.courses.models import AuditLine
from portal.courses.wording import values, wording


@wording("points-overridden", label=gettext_lazy("Points given by hand"))
def _overridden(line: AuditLine) -> str:
    return _("Points given by hand: %(after)s, were %(before)s.") % _points(line)


@wording("override-withdrawn", label=gettext_lazy("Points by hand withdrawn"))
def _withdrawn(line: AuditLine) -> str:
    return _("Points by hand withdrawn: %(after)s, were %(before)s.") % _points(line)


@wording("rubric-marked", label=gettext_lazy("Marked by the rubric"))
def _marked(line: AuditLine) -> str:
    items = values(line.after).get("items")
    titles = [_spoken(one) for one in items] if isinstance(items, list) else []
    said = _points(line) | {"items": ", ".join(titles) or "–"}
    return _("Marked by the rubric (%(items)s): %(after)s, were %(before)s.") % said


@wording("points-after-rubric", label=gettext_lazy("Points after a change of the rubric"))
def _after_rubric(line: AuditLine) -> str:
    return _("The rubric was changed: %(after)s points, were %(before)s.") % _points(line)


@wording("points-after-deadline", label=gettext_lazy("Points after a change of a deadline"))
def _after_deadline(line: AuditLine) -> str:
    return _("A deadline was changed: %(after)s points, were %(before)s.") % _points(line)


@wording("points-after-regrade", label=gettext_lazy("Points after a regrade"))
def _after_regrade(line: AuditLine) -> str:
    return _("Graded again: %(after)s points, were %(before)s.") % _points(line)


@wording("points-after-worth", label=gettext_lazy("Points after a change of the exercise"))
def _after_worth(line: AuditLine) -> str:
    return _("The exercise is worth something else: %(after)s points, were %(before)s.") % _points(
        line
    )


def _spoken(item: object) -> str:
    language = "fr" if (get_language() or "").startswith("fr") else "en"
    return str(values(item).get(language, ""))


def _points(line: AuditLine) -> dict[str, str]:
    held = {"before": values(line.before).get("points"), "after": values(line.after).get("points")}
    return {
        name: points(one) if isinstance(one, int | float) else _("none")
        for name, one in held.items()
    }
