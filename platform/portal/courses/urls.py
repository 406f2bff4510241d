"""Addresses of a person's classes."""

from __future__ import annotations

from django.urls import path

from portal.courses import views

urlpatterns = [
    path("", views.home, name="home"),
    path("join/", views.join, name="join"),
    path("classes/<uuid:cohort_id>/pseudonym/", views.choose_pseudonym, name="pseudonym"),
]
