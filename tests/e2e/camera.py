"""Pictures of pages, small enough to be kept beside the text that names them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from tests.e2e.serving import Portal
from tests.e2e.visitor import TALLEST, Visitor

LANGUAGES = {"en": "Student", "fr": "Élève"}
"""What students are called in the pictures of each language."""

ZONE = "Europe/Paris"
WIDTH, HEIGHT = 1200, 860
COLOURS = 128
MARGIN = 16


@dataclass(frozen=True, slots=True)
class Camera:
    """A visitor of one class who takes pictures, in each language into its own folder."""

    visitor: Visitor
    images: Path
    class_page: str
    portal: Portal
    folder: Path

    def go(self, path: str = "") -> None:
        """Open a page of the class; or one whose whole address is given."""
        self.visitor.open(path if path.startswith(("/", "http")) else self.class_page + path)

    def languages(self, *, named: bool = False) -> Iterator[str]:
        """Show the page that is open in one language after the other.

        `named` calls the students as the language does, for pages that name many of them.
        """
        for language, student in LANGUAGES.items():
            if named:
                self.portal.run("-m", "tests.e2e.fill_class", "name", student)
            self.visitor.resize(WIDTH, HEIGHT)
            self.visitor.press(f"button[name=language][value={language}]")
            yield language

    def page(
        self, name: str, path: str, selector: str = "", *, height: int = HEIGHT, named: bool = False
    ) -> None:
        """Take a page, or the first element of it that fits, in every language."""
        self.go(path)
        for language in self.languages(named=named):
            self.take(language, name, selector, height=height)

    def take(self, language: str, name: str, selector: str = "", *, height: int = HEIGHT) -> None:
        """Keep what the window shows from its top, or one element, cut to `height` pixels."""
        visitor = self.visitor
        whole = visitor.run("document.documentElement.scrollHeight")
        visitor.resize(WIDTH, min(whole, TALLEST) if selector else height)
        visitor.driver.execute_script("scrollTo(0, 0)")
        box = (0, 0, WIDTH, height)
        if selector:
            place = visitor.find(selector).rect
            left, top = max(place["x"] - MARGIN, 0), max(place["y"] - MARGIN, 0)
            right, bottom = (place["x"] + place["width"], place["y"] + place["height"])
            box = (left, top, min(right + MARGIN, WIDTH), min(bottom + MARGIN, top + height))
        png = visitor.driver.get_screenshot_as_png()
        visitor.resize(WIDTH, HEIGHT)
        folder = self.images / language
        folder.mkdir(parents=True, exist_ok=True)
        with Image.open(io.BytesIO(png)) as picture:
            shown = picture.convert("RGB").crop(box).quantize(COLOURS)
        shown.save(folder / f"{name}.png", optimize=True)
