"""`huiyin bench pages`: how fast pages are in the proportions of a clerk's day, beside intake and the worker.

Open loop: pages leave at even distances whether or not earlier ones are answered. The server's time is from a request
read to its answer written, as its access log has it; the client's from the moment a request is sent to its last byte.
Staff are signed in by sessions made here; each page of theirs is asked for by
somebody whose page it is.
"""

import argparse
import json
import random
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huiyin.config.bench import common, table
from huiyin.config.bench.load import Found
from huiyin.config.bench.page import SAMPLE, Page, register
from huiyin.config.bench.servers import running
from huiyin.core import rowlevel
from huiyin.core.models import Account, Throttle
from huiyin.interfaces.desk.signin import BACKEND, SECOND

Say = Callable[[str], None]
P95, P50 = 100.0, 40.0
LIST_QUERIES, ONE_QUERIES = 12, 15
WARM = 10
TOKEN = "h" * 32
"""Any secret does where cookie and header agree; it is ours on both sides."""
ONE = ("{code}", "{place}", "{household}", "{official}", "POST /track/")
HEAD = ("page", "answers", "server p50 ms", "server p95 ms", "client p50 ms", "client p95 ms", "queries")
OPEN = {"closed_at__isnull": True}
ORDINARY = {"held": False, "sealed": False}


def run(options: argparse.Namespace, say: Say, show: Say) -> bool:
    """Press pages and intakes; True if every route held."""
    cookies = sessions()
    Throttle.objects.all().delete()  # an earlier run has used up what its people may open in a day
    with running(web=options.web) as served:
        pages = list(register() if options.of == "register" else day(proofs(served.port)))
        shots = [shot for page in pages for shot in shots_of(page, cookies)]
        beside = {"port": served.port, "shots": common.intake_shot(common.villages()), "clients": 8}
        plan: dict[str, Any] = {"port": served.port, "shots": shots, "clients": 24}
        say(f"pages: warming for {WARM} s, then {options.rate:g} a second for {options.seconds:.0f} s")
        common.press(plan | {"seconds": WARM, "rate": options.rate})
        intakes = common.start(beside | {"seconds": options.seconds, "rate": options.intakes})
        since = served.logged()
        found = common.press(plan | {"seconds": options.seconds, "rate": options.rate, "seed": 2})
        taken = common.reap(intakes)
        inside = served.server_times(since)
    asked = {page.name: queries(page, cookies) for page in pages}
    show(table.settings() + f"; {common.table('casework.Matter')._base_manager.count()} matters")
    show(f"{served.told()}; {options.rate:g} pages/s beside {options.intakes:g} intakes/s\n")
    show(table.markdown(HEAD, list(_rows(pages, found, inside, asked))))
    times = [took for rows in taken.answers.values() for took, status in rows if status == 201]
    show(f"\n{len(times)} matters taken in beside, p95 {table.quantile(times, 0.95):.1f} ms")
    return sum(not _held(page, found, inside, asked[page.name], show) for page in pages) == 0


Times = dict[str, list[float]]


def _rows(pages: Iterable[Page], found: Found, inside: Times, asked: dict[str, int]) -> Iterator[list[Any]]:
    names = [page.name for page in sorted(pages, key=lambda one: one.name)]
    for name in names:
        yield [name, *_line(inside.get(name, []), [took for took, _ in found.answers.get(name, [])]), asked[name]]
    everything = [took for rows in found.answers.values() for took, _ in rows]
    yield ["all", *_line([took for name in names for took in inside.get(name, [])], everything), ""]


def _line(server: list[float], client: list[float]) -> list[Any]:
    return [len(client), *(table.quantile(times, part) for times in (server, client) for part in (0.5, 0.95))]


def _held(page: Page, found: Found, inside: Times, asked: int, show: Say) -> bool:
    """Whether a route holds, by the server's time; what does not is said."""
    rows = found.answers.get(page.name, [])
    wrong = {status for _, status in rows if status != page.good}
    times = inside.get(page.name, [])
    slow = table.quantile(times, 0.95) > P95 or table.quantile(times, 0.5) > P50
    most = ONE_QUERIES if any(mark in page.name for mark in ONE) else LIST_QUERIES
    if wrong or slow or asked > most:
        show(f"does not hold: {page.name}" + (f", answers {sorted(wrong)}" if wrong else ""))
    return not (wrong or slow or asked > most)


def day(known: list[str]) -> Iterator[Page]:
    """The pages of a day. Weights are shares of a clerk's and a resident's day; they need not add up to a hundred."""
    said = common.words()["searches"]
    towns = sorted({f"{code[:9]}000" for code in common.villages()})
    matters = [f"/desk/matters/{code}/" for code in codes()]
    assign = [f"/desk/matters/{code}/step/assign/" for code in codes(state="accepted")]
    yield Page("/desk/", 12, "clerk", ("/desk/",))
    yield Page("/desk/ (handler)", 8, "handler", ("/desk/",))
    yield Page("/desk/matters/", 8, "dispatcher", ("/desk/matters/",))
    yield Page("/desk/matters/?q", 6, "clerk", _list({"q": word} for word in said))
    yield Page("/desk/matters/?open=all&q", 3, "clerk", _list({"open": "all", "q": word} for word in said))
    yield Page("/desk/matters/?place", 4, "dispatcher", _list({"place": town} for town in towns))
    yield Page("/desk/matters/?topic&sort=new", 3, "clerk", _list([{"topic": "water", "sort": "new"}]))
    yield Page("/desk/matters/?due=late", 3, "supervisor", _list([{"due": "late"}]))
    yield Page("/desk/matters/?open=all&sort=new", 3, "dispatcher", _list([{"open": "all", "sort": "new"}]))
    yield Page("/desk/matters/ (handler)", 4, "handler", ("/desk/matters/",))
    yield Page("/desk/matters/{code}/", 22, "dispatcher", tuple(matters))
    yield Page("/desk/matters/{code}/step/assign/", 3, "dispatcher", tuple(assign))
    yield Page(
        "/desk/search/?q", 2, "clerk", tuple(f"/desk/search/?{urlencode({'q': word})}" for word in said), "", 302
    )
    yield Page("/desk/intake/", 6, "clerk", ("/desk/intake/",))
    yield Page("/desk/calls/", 2, "caller", ("/desk/calls/",))
    yield Page("/desk/calls/{code}/", 2, "caller", tuple(f"/desk/calls/{code}/" for code in codes(state="answered")))
    yield Page("/desk/held/", 1, "dispatcher", ("/desk/held/",))
    yield Page("/desk/notices/", 1, "dispatcher", ("/desk/notices/",))
    yield Page("/desk/programme/", 0.5, "leader", ("/desk/programme/",))
    yield Page("/", 4, "", ("/",))
    yield Page("/ask/", 4, "", ("/ask/",))
    yield Page("/track/", 2, "", ("/track/",))
    yield Page("POST /track/", 3, "", ("/track/",), "|".join(known))
    yield Page("/wall/", 3, "", ("/wall/",))
    yield Page("/wall/{place}/", 4, "", tuple(f"/wall/{code}/" for code in [*towns, *common.villages()[:80]]))
    yield Page("/wall/{place}/board/", 1, "", tuple(f"/wall/{code}/board/" for code in common.villages()[:80]))
    yield Page("/about/help/", 1, "", ("/about/help/",))


def _list(many: Iterable[dict[str, str]]) -> tuple[str, ...]:
    return tuple(f"/desk/matters/?{urlencode(one)}" for one in many)


def codes(**state: str) -> list[str]:
    """Codes of ordinary matters drawn at random: mostly open ones, as a clerk's are."""
    rows = common.table("casework.Matter")._base_manager.filter(**ORDINARY, **state)
    chance = random.Random(1)  # noqa: S311 - the same pages each time
    some = list(rows.filter(**OPEN).values_list("code", flat=True)[: SAMPLE * 10])
    if not state:
        some += list(rows.exclude(**OPEN).order_by("code").values_list("code", flat=True)[: SAMPLE * 2])
    return chance.sample(some, min(SAMPLE, len(some)))


def proofs(port: int) -> list[str]:
    """Some matters opened through the interface, for their proofs."""
    found = common.press(
        {"port": port, "seconds": 2, "rate": 10, "clients": 2, "keep": True, "shots": common.intake_shot([])}
    )
    return [json.loads(body)["proof"] for body in found.kept]


def sessions() -> dict[str, list[str]]:
    """Session cookies by role: up to a dozen people of each."""
    rows = common.table("register.Post")._base_manager.filter(until__isnull=True)
    by_role: dict[str, list[str]] = {}
    for role, person in rows.order_by("pk").values_list("role", "official__person_id"):
        account = Account.objects.filter(person_id=person, is_active=True).first()
        known = by_role.setdefault(role, [])
        if account is not None and len(known) < 12:
            known.append(_session(account))
    return by_role


def _session(account: Account) -> str:
    store = SessionStore()
    store[SESSION_KEY] = str(account.pk)
    store[BACKEND_SESSION_KEY] = BACKEND
    store[HASH_SESSION_KEY] = account.get_session_auth_hash()
    store[SECOND] = "enrolled"
    store.create()
    return str(store.session_key)


def shots_of(page: Page, cookies: dict[str, list[str]]) -> Iterator[dict[str, Any]]:
    """Requests for a page: each address by somebody of its role, the weight shared among them."""
    people = cookies.get(page.role, []) if page.role else [""]
    chance = random.Random(3)  # noqa: S311 - the same pages each time
    bodies = [urlencode({"proof": one}) for one in page.body.split("|")] if page.body else [""]
    pairs = [(address, body) for address in page.addresses for body in bodies]
    many = max(len(pairs), len(people))
    for number in range(many):
        address, body = pairs[number % len(pairs)]
        person = people[number % len(people)] if len(pairs) == 1 else chance.choice(people)
        head = [f"{'POST' if body else 'GET'} {address} HTTP/1.1", "Host: 127.0.0.1", "X-Forwarded-For: {address}"]
        head += [f"X-Page: {page.name}".replace("{", "[").replace("}", "]")]  # braces are filled in by the clients
        crumbs = ([f"{settings.SESSION_COOKIE_NAME}={person}"] if person else []) + [f"csrftoken={TOKEN}"]
        head += [f"Cookie: {'; '.join(crumbs)}", f"X-CSRFToken: {TOKEN}"]
        head += ["Content-Type: application/x-www-form-urlencoded"] if body else []
        yield {"name": page.name, "head": "\r\n".join(head) + "\r\n", "body": body, "weight": page.weight / many}


def queries(page: Page, cookies: dict[str, list[str]]) -> int:
    """How many questions the page asks the database, the process being warm and, as the web server's, closed.

    Opening and closing what lies aside is no question; tests count so too.
    """
    client = Client(SERVER_NAME="127.0.0.1", headers={"x-forwarded-for": str(uuid4())[:8]})
    if page.role:
        client.cookies[settings.SESSION_COOKIE_NAME] = cookies[page.role][0]
    given = {"proof": page.body.split("|")[0]}
    with rowlevel.as_the_web():
        for _ in range(2):
            with CaptureQueriesContext(connection) as seen:
                address = page.addresses[0]
                client.post(address, given) if page.body else client.get(address)
    return sum("set_config" not in query["sql"] for query in seen.captured_queries)
