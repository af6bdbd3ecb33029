"""`huiyin bench bulk`: five hundred matters given to one unit from the desk's list, as a dispatcher's browser does it.

Choose, see what would become of each, do it: slice by slice, each a request, beside web and worker as they run in a
county. To hold: all slices together within five seconds (issue 4, Numbers). The matters are assigned for good; use a
database of its own.
"""

import argparse
import random
import re
import time
import urllib.request
from collections.abc import Callable, Iterable
from html import unescape
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from huiyin.config.bench import common, pages, table
from huiyin.config.bench.servers import Running, running

Say = Callable[[str], None]
HOLD = 5_000.0
HEAD = ("what", "matters", "requests", "ms", "to hold ms")
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
SELECT = re.compile(r'<select[^>]*name="(\w+)".*?</select>', re.DOTALL)
OPTION = re.compile(r'<option value="([^"]+)"')


def run(options: argparse.Namespace, say: Say, show: Say) -> bool:
    """Measure; True if it held. Raises RuntimeError where a page says something else than expected."""
    codes = _accepted(options.matters)
    with running() as served:
        desk = _Desk(served, pages.sessions()["dispatcher"][0])
        say(f"bulk: {len(codes)} matters")
        desk.ask([("step", "assign"), ("back", ""), ("picked", codes[0])])  # warm
        chosen = desk.ask([("step", "assign"), ("back", ""), ("picked", " ".join(codes))])
        given = _hidden(desk.page) | _first(desk.page) | {"step": "assign"}
        looked = desk.ask([*given.items(), ("do", "look")])
        ready = len(_hidden(desk.page).get("picked", "").split())
        if not ready:
            raise RuntimeError("the preview says that none of these matters can be assigned")
        done, requests = 0.0, 0
        while "picked" in (form := _hidden(desk.page)) and form["picked"]:
            done += desk.ask([*(given | form).items(), ("do", "assign")])
            requests += 1
    assigned = common.table("casework.Matter")._base_manager.filter(code__in=codes, state="assigned").count()
    show(table.settings() + f"; {common.table('casework.Matter')._base_manager.count():,} matters\n")
    rows: list[list[Any]] = [
        ["choose", len(codes), 1, chosen, ""],
        ["see what would become of each", len(codes), 1, looked, ""],
        ["do it", assigned, requests, done, HOLD],
    ]
    show(table.markdown(HEAD, rows))
    return done <= HOLD and assigned == ready


class _Desk:
    """A signed-in browser without a window: the last page it was answered, and how long each answer took."""

    def __init__(self, served: Running, session: str) -> None:
        self.address, self.page = f"{served.address}/desk/matters/bulk/", ""
        self.crumbs = f"{settings.SESSION_COOKIE_NAME}={session}; csrftoken={pages.TOKEN}"

    def ask(self, fields: Iterable[tuple[str, str]]) -> float:
        """Send a form; milliseconds until the last byte."""
        head = {"Cookie": self.crumbs, "X-CSRFToken": pages.TOKEN, "X-Page": "bulk", "X-Forwarded-For": "10.0.0.1"}
        asked = urllib.request.Request(self.address, urlencode(list(fields)).encode(), head)  # noqa: S310 - our own server
        begun = time.monotonic()
        with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310 - our own server
            self.page = answer.read().decode()
        return (time.monotonic() - begun) * 1000


def _accepted(many: int) -> list[str]:
    """Codes of ordinary matters that wait for somebody to be given to, drawn at random but the same each time."""
    rows = common.table("casework.Matter")._base_manager.filter(**pages.ORDINARY, state="accepted")
    found = list(rows.order_by("code").values_list("code", flat=True))
    return random.Random(1).sample(found, min(many, len(found)))  # noqa: S311 - a measurement


def _hidden(page: str) -> dict[str, str]:
    """The fields a page carries on."""
    return {name: unescape(value) for name, value in HIDDEN.findall(page)}


def _first(page: str) -> dict[str, str]:
    """The first choice of each list."""
    found: dict[str, str] = {}
    for one in SELECT.finditer(page):
        if choices := OPTION.findall(one[0]):
            found[one[1]] = unescape(choices[0])
    return found
