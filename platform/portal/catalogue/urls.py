"""Addresses of what an exercise hands out, and of new classes with all exercises."""

from __future__ import annotations

from django.urls import path

from portal.catalogue import views

urlpatterns = [
    path("classes/new/", views.new_class, name="new-class"),
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
