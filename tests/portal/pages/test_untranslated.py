"""No page says in one language what it should say in both."""

from __future__ import annotations

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings

PORTAL = Path(settings.PORTAL)
TRANSLATED = re.compile(
    r"{%\s*blocktranslate\b[^%]*%}.*?{%\s*endblocktranslate\s*%}|{%\s*comment.*?endcomment\s*%}",
    re.DOTALL,
)
# A class of the page, which nobody reads.
WIDTH = re.compile(r"{%\s*block width\s*%}.*?{%\s*endblock\s*%}")
TAGS = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
WORD = re.compile(r"[^\W\d_]{2,}")
READ_ALOUD = frozenset({"alt", "aria-description", "aria-label", "placeholder", "title"})
CODE = frozenset({"code", "pre"})
NAMES = frozenset({"Noyau", "Français", "English", "SHA", "CSV", "GPU", "JSON", "Moodle", "Canvas"})


class Words(HTMLParser):
    """Gathers the words of a template that are neither translated, a name, nor code."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._code = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Read the attributes that people hear or see."""
        self._code += tag in CODE
        for name, value in attrs:
            if name in READ_ALOUD and value:
                self.handle_data(value)

    def handle_endtag(self, tag: str) -> None:
        """Leave code."""
        self._code -= tag in CODE

    def handle_data(self, data: str) -> None:
        """Read text."""
        if not self._code:
            self.found += [word for word in WORD.findall(data) if word not in NAMES]


def bare_words(source: str) -> list[str]:
    """Return the words that a template says in one language only."""
    for pattern in (TRANSLATED, WIDTH, TAGS):
        source = pattern.sub("", source)
    words = Words()
    words.feed(source)
    return words.found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('<p title="{% translate "Close" %}">{{ name }} · Noyau</p>', []),
        ("{% blocktranslate with a=b %}It is {{ a }}{% endblocktranslate %}", []),
        ("<code>model.safetensors</code>", []),
        ('<p>Hello {{ name }}</p><img alt="A dog">', ["Hello", "dog"]),
    ],
)
def test_words_of_one_language_are_found(source: str, found: list[str]) -> None:
    assert bare_words(source) == found


def test_no_template_has_text_in_one_language_only() -> None:
    templates = sorted(PORTAL.rglob("templates/**/*.html"))
    bare = {str(path.relative_to(PORTAL)): bare_words(path.read_text()) for path in templates}
    assert len(templates) > 50
    assert {path: words for path, words in bare.items() if words} == {}


def test_no_message_to_a_visitor_is_in_one_language_only() -> None:
    bare = [
        f"{path.relative_to(PORTAL)}:{node.lineno}"
        for path in PORTAL.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and (getattr(node.func.value, "id", None) == "messages" or node.func.attr == "add_error")
        and any(isinstance(one, ast.Constant | ast.JoinedStr) for one in node.args[-1:])
    ]
    assert bare == []
