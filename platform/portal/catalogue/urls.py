"""Addresses of what an exercise hands out."""

from __future__ import annotations

from django.urls import path

from portal.catalogue import views

urlpatterns = [
    path(
        "classes/<uuid:cohort_id>/exercises/<slug:slug>/starter.ipynb",
        views.starter,
        name="starter",
    ),
    path(
        "classes/<uuid:cohort_id>/exercises/<slug:slug>/data/<str:name>",
        views.public_file,
        name="public-file",
    ),
]
