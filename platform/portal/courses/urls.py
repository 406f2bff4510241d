"""Addresses of a person's classes, and of the pages on which teachers look after theirs."""

from __future__ import annotations

from django.urls import path

from portal.courses.views import invitations, mine, people, settings

COHORT = "classes/<uuid:cohort_id>/"

urlpatterns = [
    path("", mine.home, name="home"),
    path("join/", mine.join, name="join"),
    path(f"{COHORT}pseudonym/", mine.choose_pseudonym, name="pseudonym"),
    path(f"{COHORT}settings/", settings.class_settings, name="class-settings"),
    path(f"{COHORT}people/", people.people, name="people"),
    path(f"{COHORT}people/<int:enrolment_id>/", people.member, name="member"),
    path(f"{COHORT}people/invite/", invitations.invite_people, name="invite"),
    path(f"{COHORT}invitations/", invitations.invitations, name="invitations"),
    path(
        f"{COHORT}invitations/invitations.csv",
        invitations.invitations_file,
        name="invitations-file",
    ),
]
