"""Addresses of exercises as a student works on them, and of attempts."""

from __future__ import annotations

from django.urls import path

from portal.submissions.views import attempt, exercise, receipts, regrade

EXERCISE = "classes/<uuid:cohort_id>/exercises/<slug:slug>/"
ATTEMPT = "attempts/<uuid:attempt_id>/"

urlpatterns = [
    path("receipts/", receipts.check, name="receipts"),
    path(EXERCISE, exercise.show, name="exercise"),
    path(f"{EXERCISE}hand-in/", exercise.hand_in, name="hand-in"),
    path(f"{EXERCISE}answer/", exercise.answer, name="answer"),
    path(f"{EXERCISE}regrade/", regrade.regrade_exercise, name="regrade-exercise"),
    path(ATTEMPT, attempt.show, name="attempt"),
    path(f"{ATTEMPT}live/", attempt.live, name="attempt-live"),
    path(f"{ATTEMPT}notebook/", attempt.notebook, name="attempt-notebook"),
    path(f"{ATTEMPT}file/", attempt.handed_in, name="attempt-file"),
    path(f"{ATTEMPT}stop/", attempt.stop_own, name="attempt-stop"),
    path(f"{ATTEMPT}receipt/", receipts.keep, name="attempt-receipt"),
    path(f"{ATTEMPT}weights/", attempt.weights, name="attempt-weights"),
    path(f"{ATTEMPT}regrade/", regrade.regrade_attempt, name="regrade-attempt"),
]
