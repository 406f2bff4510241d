"""Courses, the classes (cohorts) that follow them, and who is in a class."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.common.models import Identified, Timestamped

JOIN_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without the letters and digits that are mistaken for one another."""


def new_join_code() -> str:
    """Return a code of 8 characters (40 bits) that lets a student join a class."""
    return "".join(secrets.choice(JOIN_ALPHABET) for _position in range(8))


def new_seed() -> int:
    """Return the secret from which a student's variants are drawn."""
    return secrets.randbits(62)


class Course(Timestamped):
    """A sequence of exercises, as one folder of the exercises tree."""

    slug = models.SlugField(unique=True, max_length=60)
    title_fr = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120)
    chapters = models.JSONField(
        default=list, blank=True, help_text="each one's id and titles, in the course's order"
    )

    def __str__(self) -> str:
        return self.slug


class Cohort(Identified):
    """A class: one group of students that follows one course."""

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="cohorts")
    name = models.CharField(_("name"), max_length=120)
    join_code = models.CharField(max_length=16, unique=True, default=new_join_code)
    is_open = models.BooleanField(_("open"), default=True)

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a person is in a class.

    Who is removed from it becomes a former member: they find nothing of it any more and are in
    none of its lists, but all of their work is kept, and any other role brings it back.
    """

    STUDENT = "student", _("student")
    ASSISTANT = "assistant", _("assistant")
    TEACHER = "teacher", _("teacher")
    FORMER = "former", _("removed")


class Enrolment(Timestamped):
    """One person in one class."""

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="enrolments")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="enrolments"
    )
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.STUDENT)
    pseudonym = models.CharField(_("pseudonym"), max_length=40, blank=True)
    seed = models.BigIntegerField(default=new_seed, editable=False)
    brought_account = models.BooleanField(
        default=False,
        help_text="this class's invitation made the account: it may hand out the way into it",
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["cohort", "user"], name="one_enrolment_per_class"),
        )

    def __str__(self) -> str:
        return f"{self.user} in {self.cohort}"

    @property
    def is_teacher(self) -> bool:
        """Whether this person may change the class: its people, its deadlines, its grades."""
        return self.role == Role.TEACHER

    @property
    def is_staff(self) -> bool:
        """Whether this person may see the class's work."""
        return self.role in (Role.TEACHER, Role.ASSISTANT)

    @property
    def public_name(self) -> str:
        """The name on the leaderboard: the pseudonym where one was chosen."""
        return self.pseudonym or self.user.display_name


class AuditLine(models.Model):
    """Something that was changed about a class or a grade in it, kept for ever.

    `before` and `after` hold what it was and what it became, as the action has it.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.CASCADE, related_name="audit")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)
    action = models.CharField(max_length=40)
    student = models.ForeignKey(
        Enrolment, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    subject = models.CharField(max_length=200, blank=True, help_text="an exercise's slug, mostly")
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ("-at", "-pk")
        indexes = (models.Index(fields=["cohort", "-at"]),)

    def __str__(self) -> str:
        return f"{self.at} {self.action} {self.subject}"
