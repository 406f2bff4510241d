"""The guides: in both languages alike, with every picture that they name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
GUIDES = DOCS / "guides"
LARGEST = 150_000


def lines(guide: str, language: str, begin: str) -> list[str]:
    text = (GUIDES / f"{guide}.{language}.md").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line.startswith(begin)]


def pictures(guide: str, language: str) -> list[str]:
    return named_in(lines(guide, language, "!["))


def named_in(lines: list[str]) -> list[str]:
    names = [re.search(r"!\[.*\]\((.+)\)$", line) for line in lines]
    return [found[1] for found in names if found]


@pytest.mark.parametrize("guide", ["student", "teacher"])
def test_a_guide_says_the_same_in_both_languages(guide: str) -> None:
    english, french = lines(guide, "en", "#"), lines(guide, "fr", "#")
    assert len(english) > 10
    assert [line.split()[0] for line in english] == [line.split()[0] for line in french]
    assert pictures(guide, "fr") == [name.replace("/en/", "/fr/") for name in pictures(guide, "en")]


def test_every_picture_is_there_small_and_named_by_a_guide() -> None:
    named = {
        name
        for guide in ("student", "teacher")
        for language in ("en", "fr")
        for name in pictures(guide, language)
    }
    operators = (DOCS / "operators.md").read_text(encoding="utf-8").splitlines()
    named |= {name.removeprefix("guides/") for name in named_in(operators)}
    kept = {str(file.relative_to(GUIDES)): file for file in GUIDES.glob("images/*/*.png")}
    assert named == set(kept)
    assert [name for name, file in kept.items() if file.stat().st_size > LARGEST] == []
