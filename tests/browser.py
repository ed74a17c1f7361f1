"""A browser for tests of pages: Chromium with the network blocked, what a page asked for, and its faults of access.

A test asks for the fixture ``browser`` and opens a file with :func:`open_page`. Nothing leaves the machine: what a
page would fetch is refused, and told in ``requests``.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Dialog, Page, Route

NAMES = ("chromium", "chromium-browser", "google-chrome")

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
"""What axe calls the rules of WCAG 2.2, levels A and AA."""


@dataclass
class OpenPage:
    """A page that is open, and what it has done so far.

    Attributes
    ----------
    page : playwright.sync_api.Page
    requests : list of str
        The addresses that it asked for, but for the file itself and data within it; all but the file were refused.
    console_errors, page_errors, dialogs : list of str
        Errors and warnings on its console, exceptions that nothing caught, and dialogs that it opened.
    """

    page: Page
    requests: list[str] = field(default_factory=list)
    console_errors: list[str] = field(default_factory=list)
    page_errors: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        """All that a sound page does not do."""
        return [*self.requests, *self.console_errors, *self.page_errors, *self.dialogs]

    def scrolls_sideways(self) -> bool:
        """Tell whether the page is wider than the window."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))

    def screenshot(self, path: Path, *, full: bool = True) -> Path:
        """Write what the page looks like, for people to look at."""
        self.page.screenshot(path=path, full_page=full)
        return path


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Launch Chromium once for the tests of a module.

    Not for the session: while it runs, nothing else in this process may run an event loop, as notebooks do.
    """
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip("no Chromium is installed: apt-get install chromium")
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  (half a second)

    with sync_playwright() as play:
        launched = play.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield launched
        launched.close()


@contextmanager
def open_page(browser: Browser, path: Path, *, width: int = 1280, height: int = 900) -> Iterator[OpenPage]:
    """Open a file in a window of a size, with the network blocked and no motion."""
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    address = path.resolve().as_uri()
    opened = OpenPage(context.new_page())

    def refuse(route: Route) -> None:
        asked = route.request.url
        if asked.split("#")[0] == address:
            route.continue_()
            return
        if not asked.startswith(("data:", "blob:")):
            opened.requests.append(asked)
        route.abort()

    context.set_offline(True)
    context.route("**/*", refuse)
    page = opened.page
    page.on("websocket", lambda socket: opened.requests.append(socket.url))
    page.on(
        "console",
        lambda said: opened.console_errors.append(said.text) if said.type in {"error", "warning"} else None,
    )
    page.on("pageerror", lambda error: opened.page_errors.append(str(error)))

    def dismiss(dialog: Dialog) -> None:
        opened.dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismiss)
    try:
        page.goto(address)
        yield opened
    finally:
        context.close()


def axe_faults(page: Page) -> list[str]:
    """List the serious and critical faults that axe finds by the rules of WCAG 2.2 AA, each with where it is."""
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415  (it reads half a megabyte)

    options = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}
    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{fault['id']} ({fault['impact']}): {fault['help']}: {[node['target'] for node in fault['nodes']][:5]}"
        for fault in found
        if fault["impact"] in {"serious", "critical"}
    ]
