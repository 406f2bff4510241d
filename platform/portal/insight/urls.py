"""Addresses of a class at a glance."""

from __future__ import annotations

from django.urls import path

from portal.insight import views

INSIGHT = "classes/<uuid:cohort_id>/insight/"

urlpatterns = [
    path(INSIGHT, views.show_heat, name="insight"),
    path(f"{INSIGHT}<slug:slug>/", views.show_exercise, name="exercise-insight"),
    path(f"{INSIGHT}<slug:slug>/similar/", views.show_similar, name="similar"),
    path(f"{INSIGHT}<slug:slug>/similar/<int:pair_id>/", views.show_pair, name="similar-pair"),
]
