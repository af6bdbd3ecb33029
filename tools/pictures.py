"""Photograph pages at 1440 and 390 px: for the eye, for the manual, for tests that look at them.

`python -m tools.pictures OUT NAME=URL …` photographs addresses that need no sign-in; others call `photograph`.
"""

import argparse
import os
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Error, Playwright, sync_playwright

WIDTHS = (1440, 390)
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@dataclass(frozen=True)
class Shot:
    """A page to photograph: its name, its address and the cookies (name -> value) of who looks at it."""

    name: str
    url: str
    cookies: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Picture:
    """A photograph taken, with what the browser complained about and whether the page scrolls sideways."""

    path: Path
    status: int
    complaints: tuple[str, ...]
    too_wide: bool


def chromium() -> str:
    """The browser on this machine. Raises FileNotFoundError when there is none."""
    for name in (os.environ.get("HUIYIN_CHROMIUM"), "chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name) if name else None
        if found:
            return found
    raise FileNotFoundError("There is no Chromium: install it (Debian: apt-get install chromium).")


def launch(playwright: Playwright) -> Browser:
    """The machine's Chromium without a window and without traffic of its own."""
    return playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)


def photograph(
    shots: Iterable[Shot], folder: Path, widths: Sequence[int] = WIDTHS, language: str = "zh-CN"
) -> list[Picture]:
    """Take every shot at every width into `folder/NAME-WIDTH.png` (whole page, phones at twice the density)."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        taken = [_take(browser, shot, folder, width, language) for shot in shots for width in widths]
        browser.close()
    return taken


def _take(browser: Browser, shot: Shot, folder: Path, width: int, language: str) -> Picture:
    context = browser.new_context(
        viewport={"width": width, "height": 900 if width > 700 else 844},
        device_scale_factor=1 if width > 700 else 2,
        has_touch=width <= 700,
        is_mobile=width <= 700,
        locale=language,
        reduced_motion="reduce",
    )
    context.add_cookies([{"name": name, "value": value, "url": shot.url} for name, value in shot.cookies.items()])
    page = context.new_page()
    complaints: list[str] = []
    page.on(
        "console", lambda message: complaints.append(message.text) if message.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    answer = page.goto(shot.url, wait_until="networkidle")
    too_wide = bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
    # As tall as the page, so that what sticks to the edge of a window stands where it belongs.
    height = int(page.evaluate("document.documentElement.scrollHeight"))
    page.set_viewport_size({"width": width, "height": max(height, 844)})
    path = folder / f"{shot.name}-{width}.png"
    page.screenshot(path=str(path), full_page=True)
    context.close()
    return Picture(path, answer.status if answer else 0, tuple(complaints), too_wide)


def main(arguments: Sequence[str]) -> int:
    """0 taken, 1 with a sentence when there is no browser or no page."""
    parser = argparse.ArgumentParser(prog="python -m tools.pictures", description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("page", nargs="+", help="NAME=URL")
    given = parser.parse_args(arguments)
    shots = [Shot(*page.split("=", 1)) for page in given.page if "=" in page]
    if len(shots) != len(given.page):
        parser.error("a page is written NAME=URL")
    try:
        for picture in photograph(shots, given.out):
            notes = [*picture.complaints, *(["scrolls sideways"] if picture.too_wide else [])]
            print(f"{picture.status} {picture.path} {'; '.join(notes)}".rstrip(), flush=True)
    except (FileNotFoundError, Error) as problem:
        sys.stderr.write(f"{str(problem).splitlines()[0]}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
