"""Take the README's picture: parts of the report that ``placespend report "Greater Manchester"`` makes.

It needs Chromium. Run it with ``uv run docs/readme_picture.py``.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import sync_playwright

import placespend as ps

NAMES = ("chromium", "chromium-browser", "google-chrome")
WIDTH = 1000
SHOWN = ("key-figures", "inside")
"""The sections that are shown below the head of the report."""

# What the picture leaves out is only hidden: what it shows is as the report has it.
HIDE = f"""
nav, footer, main > section, details, .meanings {{ display: none !important; }}
{", ".join(f"main > section#{name}" for name in SHOWN)} {{ display: block !important; }}
"""


def take(path: Path) -> None:
    """Make the report, and photograph its head, its key figures and the map in it."""
    found = next((name for name in map(shutil.which, NAMES) if name), None)
    with TemporaryDirectory() as folder, sync_playwright() as driver:
        (report, *_) = ps.report("Greater Manchester", out=Path(folder) / "report.html")
        browser = driver.chromium.launch(executable_path=found, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": WIDTH, "height": 800})
        page.goto(report.as_uri())
        page.add_style_tag(content=HIDE)
        page.screenshot(path=path, full_page=True)
        browser.close()


if __name__ == "__main__":
    take(Path(__file__).with_name("report.png"))
