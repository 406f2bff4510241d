"""What the lines of a class's audit log say, in the reader's language.

Each app registers the words of its own actions when it is ready; an action without any is told by
its name and its values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from portal.courses.models import AuditLine, Role

LONGEST_VALUE = 80

Says = Callable[[AuditLine], str]


@dataclass(frozen=True, slots=True)
class Wording:
    """The name of an action, and what a line of it says beside its student and subject."""

    label: StrOrPromise
    says: Says


_wordings: dict[str, Wording] = {}


def wording(action: str, *, label: StrOrPromise) -> Callable[[Says], Says]:
    """Register the decorated function as what lines of `action` say, and `label` as its name."""

    def register(says: Says) -> Says:
        _wordings[action] = Wording(label, says)
        return says

    return register


def label_of(action: str) -> str:
    """Return the name of an action."""
    known = _wordings.get(action)
    return str(known.label) if known else action.replace("-", " ").capitalize()


def sentence(line: AuditLine) -> str:
    """Return what a line says was done; its student, subject and reason stand beside it."""
    known = _wordings.get(line.action)
    if known is None:
        change = " → ".join(_value(one) for one in (line.before, line.after) if one is not None)
        return f"{label_of(line.action)}: {change}" if change else label_of(line.action)
    return known.says(line)


def values(of: object) -> Mapping[str, object]:
    """Return what a line keeps of the state before or after, empty where it is no object."""
    return of if isinstance(of, dict) else {}


def _value(of: object) -> str:
    pairs = values(of)
    said = ", ".join(f"{name}: {one}" for name, one in pairs.items()) if pairs else str(of)
    return Truncator(said).chars(LONGEST_VALUE)


def _change(line: AuditLine) -> dict[str, object]:
    return {"before": line.before, "after": line.after}


def _role(value: object) -> str:
    return str(Role(value).label) if value in Role.values else str(value)


@wording("class-opened", label=gettext_lazy("Class opened or closed"))
def _opened(line: AuditLine) -> str:
    if line.after:
        return _("The class was opened to newcomers.")
    return _("The class was closed to newcomers.")


@wording("class-renamed", label=gettext_lazy("Class renamed"))
def _renamed(line: AuditLine) -> str:
    return _("The class was renamed from “%(before)s” to “%(after)s”.") % _change(line)


@wording("code-renewed", label=gettext_lazy("New class code"))
def _code_renewed(line: AuditLine) -> str:
    return _("The class code %(before)s was replaced by %(after)s.") % _change(line)


@wording("role-changed", label=gettext_lazy("Role changed"))
def _role_changed(line: AuditLine) -> str:
    roles = {"before": _role(line.before), "after": _role(line.after)}
    return _("The role changed from %(before)s to %(after)s.") % roles


@wording("member-removed", label=gettext_lazy("Member removed"))
def _member_removed(line: AuditLine) -> str:
    return _("Removed from the class (was %(before)s). Their work is kept.") % {
        "before": _role(line.before)
    }


@wording("member-brought-back", label=gettext_lazy("Member brought back"))
def _member_brought_back(line: AuditLine) -> str:
    return _("Brought back into the class as %(after)s.") % {"after": _role(line.after)}


@wording("member-invited", label=gettext_lazy("Member invited"))
def _member_invited(line: AuditLine) -> str:
    if line.after == "account":
        return _("Invited by list: an account was made.")
    return _("Invited by list: their account was enrolled.")
