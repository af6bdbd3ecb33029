"""Where the built styles, scripts and icons are. They are made by `make setup` and are never committed."""

import json
from functools import lru_cache
from pathlib import Path
from time import monotonic

from django.templatetags.static import static

BUILT = Path(__file__).resolve().parent / "static" / "built"

SOURCES = {
    "desk.css": "src/styles/desk.scss",
    "public.css": "src/styles/public.scss",
    "print.css": "src/styles/print.scss",
    "pattern.css": "src/styles/pattern.scss",
    "desk.js": "src/desk.ts",
    "public.js": "src/public.ts",
}
"""Short name in templates -> source file of the front end."""


class NotBuilt(LookupError):
    """A built file or an icon is missing; the message says which command makes it."""


def built_url(name: str) -> str:
    """The address of a built file, with its hash. Raises NotBuilt when it is unknown or not made yet."""
    try:
        return static(f"built/{_manifest()[SOURCES[name]]['file']}")
    except KeyError as missing:
        raise NotBuilt(f"{name} is not a built file; run `make setup`.") from missing


def icon_body(name: str) -> str:
    """The inside of an icon's SVG (24 × 24). Raises NotBuilt when nobody named it at the last build."""
    try:
        return _icons(icons_made())[name]
    except (KeyError, FileNotFoundError) as missing:
        raise NotBuilt(f"The icon “{name}” is not in the built set; run `python -m tools.build_front`.") from missing


def icons_made() -> int:
    """When the icons were built: part of the key of what is kept of them, so that a new build needs no restart.

    Raises FileNotFoundError where they are not built.
    """
    return _icons_made_as_of(int(monotonic()))


@lru_cache(maxsize=1)
def _icons_made_as_of(second: int) -> int:
    """The file is asked once a second: a page asks some hundred times."""
    return (BUILT / "icons.json").stat().st_mtime_ns


@lru_cache(maxsize=2)
def _manifest_at(stamp: int) -> dict[str, dict[str, str]]:
    content: dict[str, dict[str, str]] = json.loads((BUILT / "manifest.json").read_text(encoding="utf-8"))
    return content


def _manifest() -> dict[str, dict[str, str]]:
    try:
        # The time of the file is part of the key: a new build is seen without a restart.
        return _manifest_at((BUILT / "manifest.json").stat().st_mtime_ns)
    except FileNotFoundError as missing:
        raise NotBuilt("The styles and scripts are not built yet; run `make setup`.") from missing


@lru_cache(maxsize=2)
def _icons(stamp: int) -> dict[str, str]:
    content: dict[str, str] = json.loads((BUILT / "icons.json").read_text(encoding="utf-8"))
    return content
