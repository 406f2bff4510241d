"""Sign in, sign up, choose a password, a language and a theme."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, PasswordResetConfirmView
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from portal.accounts.backends import address_of
from portal.accounts.domain import doors, set_language, take_try
from portal.accounts.errors import TooManyTries
from portal.accounts.forms import THROTTLED, ChoosePasswordForm, SignInForm, SignUpForm, wait_words
from portal.accounts.models import Language
from portal.common.moments import moment
from portal.common.templatetags.portal import THEME_COOKIE, THEMES
from portal.common.views import back

A_YEAR = timedelta(days=365)
TOO_MANY_REQUESTS = 429


class SignIn(LoginView):
    """Sign a person in, and send them on to where they were going."""

    template_name = "accounts/sign_in.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """Say what is wrong; with another status where the next try must wait."""
        response = super().form_invalid(form)
        if form.has_error(NON_FIELD_ERRORS, THROTTLED):
            response.status_code = TOO_MANY_REQUESTS
        return response

    def get_context_data(self, **kwargs: object) -> dict[str, Any]:
        """Say whether accounts can be made here."""
        return super().get_context_data(**kwargs, sign_up_is_open=sign_up_is_open())


class SetPassword(PasswordResetConfirmView):
    """Let an invited person choose their password, and sign them in."""

    template_name = "accounts/set_password.html"
    form_class = ChoosePasswordForm
    post_reset_login = True
    post_reset_login_backend = settings.AUTHENTICATION_BACKENDS[0]
    success_url = reverse_lazy("home")


def sign_up_is_open() -> bool:
    """Return whether the operator lets people make their own accounts."""
    return bool(settings.NOYAU.sign_up == "open")


def sign_up(request: HttpRequest) -> HttpResponse:
    """Make an account that speaks the visitor's language, and sign in."""
    if not sign_up_is_open():
        raise Http404
    form = SignUpForm(request.POST or None)
    if request.method != "POST":
        return render(request, "accounts/sign_up.html", {"form": form})
    name = request.POST.get("username", "")
    try:
        take_try(doors(action="sign-up", name=name, address=address_of(request)))
    except TooManyTries as error:
        form.add_error(None, wait_words(moment(error.again_at)))
        context = {"form": form}
        return render(request, "accounts/sign_up.html", context, status=TOO_MANY_REQUESTS)
    if not form.is_valid():
        return render(request, "accounts/sign_up.html", {"form": form})
    user = form.save(commit=False)
    user.language = Language(get_language() or Language.FRENCH)
    user.save()
    login(request, user)
    return redirect("home")


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
