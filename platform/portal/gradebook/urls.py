"""Addresses of a class: its exercises, its leaderboards, its table."""

from __future__ import annotations

from django.urls import path

from portal.gradebook import views

COHORT = "classes/<uuid:cohort_id>/"

urlpatterns = [
    path(COHORT, views.show_class, name="class"),
    path(f"{COHORT}leaderboard/", views.show_leaderboard, name="leaderboard"),
    path(f"{COHORT}leaderboard/<slug:slug>/", views.show_leaderboard, name="exercise-leaderboard"),
    path(f"{COHORT}table/", views.show_table, name="class-table"),
    path(
        f"{COHORT}students/<int:enrolment_id>/<slug:slug>/",
        views.show_student_work,
        name="student-work",
    ),
]
