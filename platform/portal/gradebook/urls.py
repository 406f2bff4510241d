"""Addresses of a class: its exercises, its leaderboards, its table."""

from __future__ import annotations

from django.urls import path

from portal.gradebook.views import boards, work

COHORT = "classes/<uuid:cohort_id>/"

urlpatterns = [
    path(COHORT, work.show_class, name="class"),
    path(f"{COHORT}leaderboard/", boards.show_leaderboard, name="leaderboard"),
    path(f"{COHORT}leaderboard/<slug:slug>/", boards.show_leaderboard, name="exercise-leaderboard"),
    path(f"{COHORT}table/", work.show_table, name="class-table"),
    path(
        f"{COHORT}students/<int:enrolment_id>/<slug:slug>/",
        work.show_student_work,
        name="student-work",
    ),
]
