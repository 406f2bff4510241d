"""Take the pictures of the guides in a real browser, and put them into docs/guides/images.

    python -m tests.e2e.pictures [--data FOLDER]

A portal, its worker and a class full of work are made for it. What a picture shows was handed in,
graded and clicked as people would.
"""

from __future__ import annotations

import argparse
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.e2e.camera import ZONE, Camera
from tests.e2e.pictures_operator import photograph_operator
from tests.e2e.pictures_student import photograph_student
from tests.e2e.pictures_teacher import photograph_teacher
from tests.e2e.serving import PASSWORD, ROOT, Portal, open_browser, serve_portal

IMAGES = ROOT / "docs/guides/images"
READER = "crowd-6"
FILL = ("-m", "tests.e2e.fill_class")


def main() -> None:
    """Serve a portal, fill its class, and take every picture anew."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT / "var/data", help="prepared data sets")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pictures-") as name:
        folder = Path(name)
        with serve_portal(folder / "var", data_dir=options.data) as portal:
            take_pictures(portal, folder)


def take_pictures(portal: Portal, folder: Path) -> None:
    """Take all pictures of a portal that runs; `folder` is for what is handed in."""
    cohort = portal.run(*FILL, "make", READER, PASSWORD)
    with ExitStack() as windows:
        for who, photograph in (
            (READER, photograph_student),
            ("teacher", photograph_teacher),
            ("operator", photograph_operator),
        ):
            window = open_browser(portal, folder / who, screenshots=IMAGES)
            visitor = windows.enter_context(window)
            visitor.driver.execute_cdp_cmd("Emulation.setTimezoneOverride", {"timezoneId": ZONE})
            visitor.sign_in(who, PASSWORD)
            visitor.press("button[name=theme][value=light]")
            camera = Camera(visitor, IMAGES, f"/classes/{cohort}/", portal, folder)
            photograph(camera)


if __name__ == "__main__":
    main()
