"""`make pictures`: photograph every page of the demo county at 1440 and 390 px into pictures/, for the eye.

python -m tools.album [FOLDER] [--at ADDRESS] [--only PART]

Serves an invented county of its own (or uses the one at ADDRESS, with HUIYIN_HOME of that county set), signs in as each
role, opens every page of tests/routes.py, and says what a browser complained about. Exit code 1 if anything did.
"""

import argparse
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from tests.live import Live, product
from tests.routes import ANYONE, ROUTES, Route
from tools.pictures import Picture, Shot, photograph
from tools.steps import ROOT, environment, say

PREFERRED = ("dispatcher", "handler", "caller", "auditor", "clerk", "admin")
FOUND = {
    "code": ("handler", "/desk/matters/", r'href="/desk/matters/(\d{9})/"'),
    "call": ("caller", "/desk/calls/", r'href="/desk/calls/(\d{9})/"'),
    "held": ("dispatcher", "/desk/held/", r'href="/desk/held/(\d{9})/"'),
    "place": ("", "/wall/", r'href="/wall/(\d{12})/"'),
}


def sign_in(live: Live, role: str) -> httpx.Client:
    """A client that is signed in as the demo's person of a role; the empty role is a resident."""
    client = httpx.Client(base_url=live.url, follow_redirects=True, timeout=30)
    if role:
        link = urlsplit(live.signin(role))
        page = client.get(link.path).text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        sent = {"token": link.fragment, "csrfmiddlewaretoken": token[1] if token else ""}
        client.post(link.path, data=sent).raise_for_status()
    return client


def examples(clients: dict[str, httpx.Client]) -> dict[str, str]:
    """What stands for the braces of an example in this county: the first of each kind that a list shows."""
    found = {}
    for name, (role, page, pattern) in FOUND.items():
        match = re.search(pattern, clients[role].get(page).text)
        if match:
            found[name] = match[1]
    return found


def role_of(route: Route) -> str:
    """Who a page is photographed as."""
    return "" if ANYONE in route.seen_by else next(role for role in PREFERRED if role in route.seen_by)


def shots(live: Live, clients: dict[str, httpx.Client], only: str) -> Iterator[Shot]:
    """Every page with an example that this county can fill."""
    names = examples(clients)
    for route in ROUTES:
        if route.part or route.takes != "GET" or not route.example or only not in route.pattern:
            continue
        if not set(re.findall(r"\{(\w+)\}", route.example)) <= set(names):
            say(f"  no example in this county: {route.pattern}")
            continue
        name = re.sub(r"[^a-z]+", "-", re.sub(r"<[^>]+>", "one", route.pattern)).strip("-") or "home"
        cookies = dict(clients[role_of(route)].cookies) if route.pattern != "account/logout/" else {}
        yield Shot(name, live.url + route.example.format(**names), cookies)


@contextmanager
def served(address: str) -> Iterator[Live]:
    """The county at an address, or one of its own for as long as the pictures take."""
    if address:
        yield Live(address, environment(PORT=str(urlsplit(address).port or 80)), ROOT)
        return
    with tempfile.TemporaryDirectory() as folder:
        say("  an invented county of its own …")
        with product(Path(folder), workers=1) as live:
            yield live


def main(arguments: list[str]) -> int:
    """Serve, sign in, photograph."""
    parser = argparse.ArgumentParser(prog="python -m tools.album", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "pictures")
    parser.add_argument("--at", default="", help="address of a demo county that is served already")
    parser.add_argument("--only", default="", help="pages whose address holds this")
    given = parser.parse_args(arguments)
    with served(given.at.rstrip("/")) as live:
        clients = {role: sign_in(live, role) for role in ("", *PREFERRED)}
        taken = photograph(shots(live, clients, given.only), given.folder)
    wrong = [picture for picture in taken if faults(picture)]
    for picture in wrong:
        say(f"  {picture.path.name}: {'; '.join(faults(picture))}")
    say(f"{len(taken)} pictures in {given.folder}, {len(wrong)} with something to look at")
    return 1 if wrong or not taken else 0


def faults(picture: Picture) -> list[str]:
    """What is wrong with a picture."""
    wide = ["scrolls sideways"] if picture.too_wide else []
    status = [f"answered {picture.status}"] if picture.status >= 400 else []
    return [*status, *wide, *picture.complaints]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
