"""Addresses of marking."""

from __future__ import annotations

from django.urls import path

from portal.marking import views
from portal.submissions.urls import ATTEMPT, EXERCISE

WORK = "classes/<uuid:cohort_id>/students/<int:enrolment_id>/<slug:slug>/"

urlpatterns = [
    path(f"{EXERCISE}rubric/", views.rubric, name="rubric"),
    path(f"{WORK}points/", views.override, name="override-points"),
    path(f"{WORK}points/withdraw/", views.take_back, name="withdraw-override"),
    path(f"{WORK}rubric/", views.mark, name="mark-rubric"),
    path(f"{ATTEMPT}comments/", views.say, name="comment"),
    path(f"{ATTEMPT}comments/<int:comment_id>/withdraw/", views.unsay, name="withdraw-comment"),
]
