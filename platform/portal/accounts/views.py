"""Sign in, sign up, choose a language and a theme."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.views import LoginView
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from portal.accounts.domain import set_language
from portal.accounts.forms import SignUpForm
from portal.accounts.models import Language
from portal.common.templatetags.portal import THEME_COOKIE, THEMES
from portal.common.views import back

A_YEAR = timedelta(days=365)


class SignIn(LoginView):
    """Sign a person in, and send them on to where they were going."""

    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: object) -> dict[str, Any]:
        """Say whether accounts can be made here."""
        return super().get_context_data(**kwargs, sign_up_is_open=sign_up_is_open())


def sign_up_is_open() -> bool:
    """Return whether the operator lets people make their own accounts."""
    return bool(settings.NOYAU.sign_up == "open")


def sign_up(request: HttpRequest) -> HttpResponse:
    """Make an account that speaks the visitor's language, and sign in."""
    if not sign_up_is_open():
        raise Http404
    form = SignUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = form.save(commit=False)
        user.language = Language(get_language() or Language.FRENCH)
        user.save()
        login(request, user)
        return redirect("home")
    return render(request, "accounts/sign_up.html", {"form": form})


@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """Speak the chosen language from now on, on this browser and to this user."""
    chosen = request.POST.get("language")
    if chosen not in Language.values:
        return HttpResponseBadRequest()
    if request.user.is_authenticated:
        set_language(user=request.user, language=Language(chosen))
    response = back(request)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=A_YEAR,
        secure=request.is_secure(),
        samesite="Lax",
    )
    return response


@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Show the chosen theme on this browser from now on."""
    chosen = request.POST.get("theme")
    if chosen not in THEMES:
        return HttpResponseBadRequest()
    response = back(request)
    response.set_cookie(
        THEME_COOKIE, chosen, max_age=A_YEAR, secure=request.is_secure(), samesite="Lax"
    )
    return response
