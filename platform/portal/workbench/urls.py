"""Addresses of drafts."""

from __future__ import annotations

from django.urls import path

from portal.submissions.urls import EXERCISE
from portal.workbench import views

urlpatterns = [
    path(f"{EXERCISE}work/", views.show, name="work"),
    path(f"{EXERCISE}work/save/", views.save, name="work-save"),
    path(f"{EXERCISE}work/act/", views.act, name="work-act"),
    path(f"{EXERCISE}work/try/", views.try_out, name="work-try"),
    path(f"{EXERCISE}work/tryout/", views.tryout, name="work-tryout"),
    path(f"{EXERCISE}work/tryout/notebook/", views.tryout_notebook, name="work-tryout-notebook"),
    path(f"{EXERCISE}work/versions/<int:version_id>/", views.restore, name="work-restore"),
    path(f"{EXERCISE}work/notebook/", views.download, name="work-notebook"),
]
