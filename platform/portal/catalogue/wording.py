"""What the audit log says of schedules and extensions."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.common.moments import short_moment
from portal.courses.models import AuditLine
from portal.courses.wording import values, wording


@wording("exercise-set", label=gettext_lazy("Exercise set"))
def _set(line: AuditLine) -> str:
    terms = _terms({name: one for name, one in values(line.after).items() if one})
    if not terms:
        return _("The exercise was set to the class.")
    return _("The exercise was set to the class: %(terms)s.") % {"terms": terms}


@wording("exercise-unset", label=gettext_lazy("Exercise taken away"))
def _unset(_line: AuditLine) -> str:
    return _("The exercise was taken from the class, which had not worked on it.")


@wording("schedule-changed", label=gettext_lazy("Schedule changed"))
def _changed(line: AuditLine) -> str:
    terms = {"before": _terms(values(line.before)), "after": _terms(values(line.after))}
    return _("Now: %(after)s. Before: %(before)s.") % terms


@wording("extension-granted", label=gettext_lazy("Extension granted"))
def _granted(line: AuditLine) -> str:
    dates = {"before": _moment(line.before), "after": _moment(line.after)}
    if line.before:
        return _("Extended until %(after)s, no longer until %(before)s.") % dates
    return _("Extended until %(after)s.") % dates


@wording("extension-withdrawn", label=gettext_lazy("Extension withdrawn"))
def _withdrawn(line: AuditLine) -> str:
    return _("The extension until %(before)s was withdrawn.") % {"before": _moment(line.before)}


def _terms(terms: Mapping[str, object]) -> str:
    return ", ".join(_term(name, value) for name, value in terms.items())


def _term(name: str, value: object) -> str:
    match name:
        case "opens_at":
            return _("opens %(date)s") % {"date": _moment(value)} if value else _("open at once")
        case "due_at":
            return _("due %(date)s") % {"date": _moment(value)} if value else _("no deadline")
        case "late_days":
            return _("days for late work: %(number)s") % {"number": value}
        case "late_percent":
            return _("%(number)s %% lost a day") % {"number": value}
        case "max_attempts":
            number = _("as the exercise has it") if value is None else value
            return _("attempts: %(number)s") % {"number": number}
    return f"{name}: {value}"


def _moment(value: object) -> str:
    when = parse_datetime(value) if isinstance(value, str) else None
    return short_moment(when)
