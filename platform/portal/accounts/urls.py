"""Addresses of sign-in and of a person's own choices."""

from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import path

from portal.accounts import views

urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="sign-in"),
    path("sign-up/", views.sign_up, name="sign-up"),
    path("set-password/<uidb64>/<token>/", views.SetPassword.as_view(), name="set-password"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("preferences/language/", views.choose_language, name="set-language"),
    path("preferences/theme/", views.choose_theme, name="set-theme"),
]
