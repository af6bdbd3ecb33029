"""Accessibility by axe-core: no page may violate WCAG 2.2 A or AA."""

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from tools.steps import ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def assert_axe_clean(page: "Page", *, without: tuple[str, ...] = ()) -> None:
    """Fail with rule, place and reason of every violation on the page as it stands.

    `without` leaves out named rules; say beside the call why.
    """
    found = violations(page, without)
    assert not found, f"{page.url}\n" + "\n".join(found)


def violations(page: "Page", without: tuple[str, ...] = (), only: tuple[str, ...] = ()) -> list[str]:
    """One line for each element that breaks a rule; of `only` these, where the others were asked of the same page."""
    # The policy of the page forbids inline scripts; the debugging protocol stands above it.
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(f"() => {{ {source()}\n }}")
    # Only an experimental rule, which is not among ours, needs the style sheets fetched again; what passes is not told.
    options = {
        "runOnly": {"type": "rule", "values": only} if only else {"type": "tag", "values": TAGS},
        "preload": False,
        "resultTypes": ["violations"],
        "rules": {name: {"enabled": False} for name in without},
    }
    result: dict[str, Any] = page.evaluate(
        f"() => window.axe.run(document, {json.dumps(options)}).then(({{violations}}) => ({{violations}}))"
    )
    return [
        f"{violation['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary']}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


def bring(page: "Page") -> None:
    """Have every page opened from now on bring axe-core along: to hand half a million letters to each takes as long as
    to look at it."""
    page.add_init_script(source())


@cache
def source() -> str:
    """axe-core as it was installed with the front end."""
    return (ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
