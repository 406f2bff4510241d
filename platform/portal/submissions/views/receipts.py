"""Receipts: kept as a file, and checked by anybody who is signed in."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.access import signed_in
from portal.accounts.models import User
from portal.common.templatetags.portal import title
from portal.common.views import too_large
from portal.submissions.access import visible_attempt
from portal.submissions.domain import Receipt, find_receipt, receipt
from portal.submissions.errors import BadReceipt
from portal.submissions.models import Attempt


@dataclass(frozen=True, slots=True)
class Proof:
    """What a receipt proves, and to whom.

    `attempt` is the visitor's own, or of a class whose work they may see; None for any other's.
    `is_same` tells whether a file is the one that was handed in, None where there is none.
    """

    receipt: Receipt
    attempt: Attempt | None
    is_same: bool | None


@require_safe
@login_required
def keep(request: HttpRequest, attempt_id: UUID) -> HttpResponse:
    """Give the receipt of an attempt as a file of text."""
    attempt = visible_attempt(request, attempt_id).attempt
    facts = {
        "exercise": title(attempt.assignment.exercise),
        "number": attempt.number,
        "at": attempt.submitted_at.isoformat(),
        "address": request.build_absolute_uri(reverse("receipts")),
    }
    lines = (
        _("Receipt of attempt no. %(number)s: %(exercise)s") % facts,
        _("Handed in: %(at)s") % facts,
        f"SHA-256: {attempt.blob}",
        _("To be checked at: %(address)s") % facts,
        "",
        receipt(attempt),
        "",
    )
    response = HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
    name = f"{attempt.assignment.exercise.slug}-{attempt.number}-receipt.txt"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def check(request: HttpRequest) -> HttpResponse:
    """Say what a receipt proves: that somebody handed in these bytes, and when."""
    if request.method != "POST":
        return render(request, "submissions/receipts.html")
    upload = request.FILES.get("file")
    if upload is not None and (upload.size is None or upload.size > settings.MAX_UPLOAD_BYTES):
        return too_large(request)
    text = request.POST.get("receipt", "")
    try:
        found = find_receipt(text)
    except BadReceipt:
        error = _("This is no receipt of this portal, or it was altered.")
        return render(request, "submissions/receipts.html", {"error": error, "text": text})
    is_same = None
    if upload is not None:
        digest = hashlib.sha256()
        for chunk in upload.chunks():
            digest.update(chunk)
        is_same = digest.hexdigest() == found.digest
    proof = Proof(found, _attempt_for(signed_in(request), found), is_same)
    return render(request, "submissions/receipts.html", {"proof": proof, "text": text})


def _attempt_for(user: User, found: Receipt) -> Attempt | None:
    """Return the attempt, if it is the visitor's or of a class whose work they may see."""
    attempts = Attempt.objects.select_related("assignment__exercise", "enrolment__user")
    attempt = attempts.filter(pk=found.attempt).first()
    if attempt is None or attempt.enrolment.user_id == user.pk:
        return attempt
    member = user.enrolments.filter(cohort=attempt.enrolment.cohort_id).first()
    return attempt if member is not None and member.is_staff else None
