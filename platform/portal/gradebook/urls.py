"""Addresses of a class: its exercises, its leaderboards, its table."""

from __future__ import annotations

from django.urls import path

from portal.gradebook.views import boards, export, regrade, student, work
from portal.submissions.urls import EXERCISE

COHORT = "classes/<uuid:cohort_id>/"
PLAN = f"{EXERCISE}regrade/<uuid:plan_id>/"

urlpatterns = [
    path(COHORT, work.show_class, name="class"),
    path(f"{COHORT}leaderboard/", boards.show_leaderboard, name="leaderboard"),
    path(f"{COHORT}leaderboard/<slug:slug>/", boards.show_leaderboard, name="exercise-leaderboard"),
    path(f"{COHORT}table/", work.show_table, name="class-table"),
    path(f"{COHORT}export/", export.show_exports, name="export"),
    path(f"{COHORT}export/<slug:name>/", export.export, name="export-file"),
    path(
        f"{COHORT}students/<int:enrolment_id>/<slug:slug>/",
        student.show_student_work,
        name="student-work",
    ),
    path(PLAN, regrade.show_plan, name="regrade-plan"),
    path(f"{PLAN}live/", regrade.live_plan, name="regrade-plan-live"),
    path(f"{PLAN}attempts/<uuid:attempt_id>/", regrade.compare, name="compare-regrading"),
    path(f"{PLAN}apply/", regrade.apply, name="apply-plan"),
    path(f"{PLAN}drop/", regrade.drop, name="drop-plan"),
]
