"""Both languages, on every page and in every sentence."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from graders.report import Fault, Problem, ProblemCode
from portal.accounts.models import Language, User
from portal.submissions.wording import explain

PORTAL = Path(settings.PORTAL)
CALLS = frozenset({"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "pgettext"})
TRANSLATE = re.compile(r"{%-?\s*translate\s+(\"[^\"]*\"|'[^']*')")
BLOCK = re.compile(r"{%\s*blocktranslate\b[^%]*%}(.*?){%\s*endblocktranslate\s*%}", re.DOTALL)
PLURAL = re.compile(r"{%\s*plural\s*%}")
VARIABLE = re.compile(r"{{\s*([\w.]+)\s*}}")


def in_template(source: str) -> Iterator[str]:
    """Yield the sentences that a template has translated."""
    for match in TRANSLATE.finditer(source):
        yield match[1][1:-1]
    for match in BLOCK.finditer(source):
        for form in PLURAL.split(match[1]):
            yield VARIABLE.sub(r"%(\1)s", form.replace("%", "%%"))


def in_module(source: str) -> Iterator[str]:
    """Yield the sentences that a module has translated."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", None) in CALLS:
            for argument in node.args:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value


def french() -> list[polib.POEntry]:
    """Return the entries of the apps' French catalogues."""
    catalogues = sorted(PORTAL.rglob("locale/fr/LC_MESSAGES/django.po"))
    return [entry for path in catalogues for entry in polib.pofile(str(path))]  # type: ignore[no-untyped-call]


def sentences() -> set[str]:
    """Return every sentence of the portal."""
    templates = [
        text
        for path in PORTAL.rglob("templates/**/*.html")
        for text in in_template(path.read_text())
    ]
    modules = [text for path in PORTAL.rglob("*.py") if "migrations" not in path.parts
               for text in in_module(path.read_text())]  # fmt: skip
    return {*templates, *modules}


def test_every_sentence_has_a_french_one() -> None:
    catalogue = french()
    known = {
        text
        for entry in catalogue
        if entry.translated()  # type: ignore[no-untyped-call]
        for text in (entry.msgid, entry.msgid_plural)
    }
    found = sentences()
    assert len(found) > 150
    assert sorted(found - known) == []


def test_no_french_sentence_is_left_over_or_doubtful() -> None:
    catalogue = french()
    assert [entry.msgid for entry in catalogue if entry.fuzzy or entry.obsolete] == []
    assert sorted({entry.msgid for entry in catalogue} - sentences()) == []


def test_french_sentences_keep_what_is_filled_in() -> None:
    catalogue = french()
    placeholders = re.compile(r"%\(\w+\)s|%%|%d")
    for entry in catalogue:
        for text in [*entry.msgstr_plural.values()] or [entry.msgstr]:
            assert set(placeholders.findall(text)) == set(placeholders.findall(entry.msgid))


def test_french_sentences_are_set_as_french_is() -> None:
    texts = [text for entry in french() for text in (entry.msgstr, *entry.msgstr_plural.values())]
    assert [text for text in texts if re.search(r"[^\W\d_]'\w| [:;?!»](?!\w)|« ", text)] == []


@pytest.mark.parametrize("code", list(ProblemCode))
def test_every_problem_is_explained_in_both_languages(code: ProblemCode) -> None:
    problem = Problem(code=code, fault=Fault.STUDENT, name="conv2d", exception="ValueError")
    with translation.override("en"):
        english = explain(problem)
    with translation.override("fr"):
        french = explain(problem)
    for one, other in ((english.cause, french.cause), (english.next_step, french.next_step)):
        assert one
        assert other
        assert one != other
        assert "%(" not in one + other


def test_every_page_speaks_both_languages(
    at_teacher: Client, teacher: User, pages: dict[str, str]
) -> None:
    for language, word, other in (
        ("fr", "Se déconnecter", "Sign out"),
        ("en", "Sign out", "Se déconnecter"),
    ):
        User.objects.filter(pk=teacher.pk).update(language=language)
        for name, address in pages.items():
            html = at_teacher.get(address).content.decode()
            if name in {"starter", "attempt-live"}:
                continue
            assert f'<html lang="{language}"' in html
            assert word in html
            assert other not in html


def test_a_person_keeps_the_language_they_chose(at_student: Client, student: User) -> None:
    form = {"language": "fr", "next": "/join/"}
    assert at_student.post(reverse("set-language"), form)["Location"] == "/join/"
    student.refresh_from_db()
    assert student.language == Language.FRENCH
    assert "Mes classes" in at_student.get(reverse("home")).content.decode()


@pytest.mark.django_db
def test_a_visitors_language_is_kept_in_a_cookie(client: Client) -> None:
    client.post(reverse("set-language"), {"language": "en", "next": reverse("sign-in")})
    assert "No account yet?" in client.get(reverse("sign-in")).content.decode()
    client.post(reverse("set-language"), {"language": "fr"})
    assert "Pas encore de compte" in client.get(reverse("sign-in")).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:x", ""]
)
def test_a_choice_never_leads_to_another_site(client: Client, target: str) -> None:
    response = client.post(reverse("set-theme"), {"theme": "dark", "next": target})
    assert response["Location"] == "/"
    assert 'data-theme="dark"' in client.get(reverse("sign-in")).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "form"), [("set-theme", {"theme": "x"}), ("set-language", {"language": "de"})]
)
def test_an_unknown_choice_is_refused(client: Client, name: str, form: dict[str, str]) -> None:
    assert client.post(reverse(name), form).status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "said"), [("fr", "Il n’y a rien ici"), ("en", "There is nothing here")]
)
def test_a_missing_page_says_so_in_the_visitors_language(
    client: Client, language: str, said: str
) -> None:
    client.cookies["django_language"] = language
    response = client.get("/nothing/")
    assert response.status_code == 404
    assert said in response.content.decode()


@pytest.mark.parametrize(
    ("language", "said"),
    [("fr", "s’est cassé de notre côté"), ("en", "Something broke on our side")],
)
def test_a_failure_of_ours_says_so_without_asking_the_database(
    client: Client, language: str, said: str
) -> None:
    client.cookies["django_language"] = language
    client.cookies["sessionid"] = "x" * 32
    client.raise_request_exception = False
    # Without the `db` fixture any query raises: looking for the session does.
    response = client.get(reverse("home"))
    assert response.status_code == 500
    assert said in response.content.decode()
