"""Addresses of what an exercise hands out, of new classes, and of a class's schedule."""

from __future__ import annotations

from django.urls import path

from portal.catalogue.views import extensions, handouts, log, schedule

COHORT = "classes/<uuid:cohort_id>/"

urlpatterns = [
    path("classes/new/", handouts.new_class, name="new-class"),
    path(f"{COHORT}schedule/", schedule.schedule, name="schedule"),
    path(f"{COHORT}extensions/", extensions.extensions, name="extensions"),
    path(
        f"{COHORT}extensions/<int:extension_id>/withdraw/",
        extensions.withdraw,
        name="withdraw-extension",
    ),
    path(f"{COHORT}log/", log.class_log, name="class-log"),
    path(
        f"{COHORT}exercises/<slug:slug>/starter.ipynb",
        handouts.starter,
        name="starter",
    ),
    path(
        f"{COHORT}exercises/<slug:slug>/data/<str:name>",
        handouts.public_file,
        name="public-file",
    ),
]
