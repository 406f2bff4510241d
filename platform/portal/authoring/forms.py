"""Forms about manuscripts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.validators import RegexValidator
from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from exercises.importers.recognise import System
from exercises.spec import Kind, LimitsTable
from portal.authoring.domain.archives import LARGEST_ZIP
from portal.authoring.domain.manifest import Key, Value
from portal.authoring.domain.paths import LARGEST_FILE, LONGEST_PATH
from portal.common.templatetags.portal import title
from portal.courses.models import Course

KINDS = (
    (Kind.ANSWER, _("typed answers: each student has numbers of their own")),
    (Kind.CODE, _("functions: a notebook, tested at once")),
    (Kind.TRAINING, _("a trained model: a notebook that may take minutes")),
    (Kind.PREDICTIONS, _("a file of predictions: trained anywhere, scored here")),
    (Kind.SWEEP, _("a sweep: one notebook over a grid of parameters")),
)
TOO_LARGE = _("This file is too large.")
plain_name = RegexValidator(
    r"^[a-z0-9]+(-[a-z0-9]+)*$", _("Small letters, digits and single hyphens between them.")
)


class CourseField(forms.ModelChoiceField[Course]):
    """A choice among the courses, by their titles."""

    def label_from_instance(self, obj: Course) -> str:
        """Return the course's title in the reader's language."""
        return title(obj)


def course_field() -> CourseField:
    """Return a choice among all courses."""
    return CourseField(
        label=_("Course"), queryset=Course.objects.order_by("slug"), empty_label=None
    )


def chapters_of(course: Course) -> list[tuple[str, str]]:
    """Return the course's chapters and their titles in the reader's language."""
    language = "fr" if (get_language() or "").startswith("fr") else "en"
    return [(one["id"], one["title"][language]) for one in course.chapters]


def name_field() -> forms.CharField:
    """Return the name of an exercise, which is that of its folder."""
    return forms.CharField(
        label=_("Name of the folder"),
        help_text=_("As in addresses, for instance max-pooling. It stays for good."),
        max_length=60,
        validators=[plain_name],
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class NewForm(forms.Form):
    """A new exercise, from the template of its kind."""

    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS)
    title_fr = forms.CharField(label=_("Title in French"), max_length=120)
    title_en = forms.CharField(label=_("Title in English"), max_length=120)
    slug = name_field()
    course = course_field()


class CopyForm(forms.Form):
    """A new exercise, from the files of another."""

    slug = name_field()
    course = course_field()


class ImportForm(forms.Form):
    """A new exercise, from the zip of a folder."""

    file = forms.FileField(
        label=_("Zip of the folder"), widget=forms.FileInput(attrs={"accept": ".zip"})
    )
    course = course_field()

    def clean_file(self) -> bytes:
        """Return the bytes."""
        return read_upload(self.cleaned_data["file"], LARGEST_ZIP)


class AssignmentForm(forms.Form):
    """A new exercise, from an assignment of another system."""

    file = forms.FileField(
        label=_("Notebook, or zip with one"),
        help_text=_("The teacher’s notebook, with its solutions and tests."),
        widget=forms.FileInput(attrs={"accept": ".ipynb,.zip"}),
    )
    system = forms.ChoiceField(
        label=_("System"),
        choices=(
            ("", _("as its marks say")),
            (System.NBGRADER.value, "nbgrader"),
            (System.OTTER.value, "Otter"),
        ),
        required=False,
    )
    chapter = forms.ChoiceField(label=_("Chapter"))
    slug = forms.CharField(
        label=_("Name of the folder (optional)"),
        help_text=_("Left empty, what the title makes."),
        max_length=60,
        required=False,
        validators=[plain_name],
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, data: QueryDict | None = None, files: Any = None) -> None:  # noqa: ANN401
        super().__init__(data, files, auto_id="assignment_%s")
        self.courses = {str(course.pk): course for course in Course.objects.order_by("slug")}
        chapter = self.fields["chapter"]
        assert isinstance(chapter, forms.ChoiceField)  # noqa: S101 - for the type alone
        groups = [
            (title(course), [(f"{key}/{value}", name) for value, name in chapters_of(course)])
            for key, course in self.courses.items()
        ]
        chapter.choices = (
            groups if len(groups) > 1 else [one for _name, own in groups for one in own]
        )

    def clean_file(self) -> bytes:
        """Return the bytes."""
        return read_upload(self.cleaned_data["file"], LARGEST_ZIP)

    def clean_system(self) -> System | None:
        """Return the system, None where the marks are to say it."""
        value = self.cleaned_data["system"]
        return System(value) if value else None

    def clean(self) -> dict[str, Any]:
        """Part the chapter from its course."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        key, _slash, chapter = cleaned.get("chapter", "").partition("/")
        cleaned["course"], cleaned["chapter"] = self.courses.get(key), chapter
        return cleaned


class ReplaceForm(forms.Form):
    """The zip of a folder that is to stand in a manuscript's place."""

    file = forms.FileField(
        label=_("Zip of the folder"), widget=forms.FileInput(attrs={"accept": ".zip"})
    )

    def clean_file(self) -> bytes:
        """Return the bytes."""
        return read_upload(self.cleaned_data["file"], LARGEST_ZIP)


class PathForm(forms.Form):
    """The path of a file in the folder."""

    path = forms.CharField(
        label=_("Path in the folder"),
        max_length=LONGEST_PATH,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class AddForm(PathForm):
    """A file to add: one that is uploaded, else an empty one."""

    file = forms.FileField(label=_("File (optional)"), required=False, allow_empty_file=True)
    path = forms.CharField(
        label=_("Path in the folder"),
        help_text=_("For instance wrong/axes-swapped.py. Left empty, the file’s own name."),
        max_length=LONGEST_PATH,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        """Take the file's name where no path was given, and read what was uploaded."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        upload = cleaned.get("file")
        cleaned["path"] = cleaned.get("path") or (upload.name if upload else "")
        if not cleaned["path"]:
            self.add_error("path", _("Give the file a path, or choose one from your disk."))
        cleaned["content"] = read_upload(upload, LARGEST_FILE) if upload else b""
        return cleaned


class SettingsForm(forms.Form):
    """The common fields of a manifest. Those left empty are not written into it."""

    title_fr = forms.CharField(label=_("Title in French"), max_length=120)
    title_en = forms.CharField(label=_("Title in English"), max_length=120)
    summary_fr = forms.CharField(
        label=_("In one sentence, in French"), max_length=120, required=False
    )
    summary_en = forms.CharField(
        label=_("In one sentence, in English"), max_length=120, required=False
    )
    chapter = forms.ChoiceField(label=_("Chapter"))
    position = forms.IntegerField(label=_("Place in the chapter"), min_value=1, max_value=999)
    points = forms.FloatField(
        label=_("Points"),
        help_text=_("The sum of the points that the tests, or the fields, are worth."),
        min_value=0,
        max_value=1000,
        widget=forms.NumberInput(attrs={"step": "any"}),
    )
    max_attempts = forms.IntegerField(
        label=_("Attempts"),
        help_text=_("Empty for no limit. A class may have a rule of its own."),
        min_value=1,
        max_value=10_000,
        required=False,
    )
    wall_seconds = forms.FloatField(
        label=_("Seconds in all"), min_value=1, max_value=3600, required=False
    )
    cpu_seconds = forms.FloatField(
        label=_("Seconds of processor time"), min_value=1, max_value=7200, required=False
    )
    test_seconds = forms.FloatField(
        label=_("Seconds per test"), min_value=1, max_value=600, required=False
    )
    memory_mib = forms.IntegerField(
        label=_("Memory in MiB"), min_value=128, max_value=65536, required=False
    )

    keys: ClassVar[dict[str, Key]] = {
        **{f"title_{code}": ("title", code) for code in ("fr", "en")},
        **{f"summary_{code}": ("summary", code) for code in ("fr", "en")},
        **{name: (name,) for name in ("chapter", "position", "points", "max_attempts")},
        **{
            name: ("limits", name)
            for name in ("wall_seconds", "cpu_seconds", "test_seconds", "memory_mib")
        },
    }
    limits: ClassVar = ("wall_seconds", "cpu_seconds", "test_seconds", "memory_mib")

    def __init__(
        self, data: QueryDict | None, *, initial: Mapping[str, object], course: Course
    ) -> None:
        super().__init__(data, initial=dict(initial))
        chapter = self.fields["chapter"]
        assert isinstance(chapter, forms.ChoiceField)  # noqa: S101 - for the type alone
        chapter.choices = chapters_of(course)
        for name in self.limits:
            default = LimitsTable.model_fields[name].default
            self.fields[name].widget.attrs["placeholder"] = f"{default:g}"

    @property
    def values(self) -> dict[Key, Value]:
        """What a valid form says of each key, None where it says nothing."""
        return {key: _plain(self.cleaned_data[name]) for name, key in self.keys.items()}


class PublishForm(forms.Form):
    """What to say of a version, and that it is meant although something is not proven."""

    note = forms.CharField(
        label=_("What has changed (optional)"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    is_confirmed = forms.BooleanField(required=False)


def read_upload(upload: Any, largest: int) -> bytes:  # noqa: ANN401 - Django's own types differ
    """Return the bytes of an upload. Raises ValidationError for too many."""
    if upload.size > largest:
        raise forms.ValidationError(TOO_LARGE)
    content: bytes = upload.read(largest + 1)
    return content


def _plain(value: Value) -> Value:
    """Return a number without needless decimals, None for nothing."""
    if value in ("", None):
        return None
    return int(value) if isinstance(value, float) and value.is_integer() else value
