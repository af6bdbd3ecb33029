"""What the forms of every address do for whom, and what of a resident comes out where: drawn from `tests/routes.py`.

`test_every_address.py` looks at the pages; this looks at what changes things, at the interface, and at the resident.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from huiyin.casework.models import Matter
from huiyin.core.models import Event
from huiyin.core.now import now
from tests import factories as make
from tests.cast import HUAISHUPING, Cast, Member
from tests.conftest import on_postgres
from tests.interfaces.api.machine import bearer
from tests.interfaces.desk.made import a_matter
from tests.interfaces.desk.seat import seat
from tests.routes import ANYONE, ROUTES, Route
from tests.rows import row

ROLES = {
    "clerk": "chen",
    "dispatcher": "zhou",
    "handler": "li",
    "supervisor": "zhao",
    "caller": "he",
    "head": "ma",
    "leader": "tang",
    "auditor": "qian",
    "admin": "xu",
    "official": "luo",
}
ELSEWHERE = ("wu", "zheng")
NAME, PHONE = "欧阳翠兰", "16000009876"
SILENT = ("/", "/wall/", "/about/kept/", "/about/rules/", "/about/help/", "/about/accessibility/", "/api/places")


def posts() -> Iterator[tuple[Route, str]]:
    """The addresses of the desk that take a form about one matter, with its code left open."""
    for route in ROUTES:
        if route.pattern.startswith("desk/matters/<str:code>") or route.pattern.startswith("desk/calls/<str:code>"):
            plain = route.pattern.replace("<str:name>", "{step}").replace("<uuid:extension_id>", "{id}")
            yield route, "/" + plain.replace("<str:code>", "{code}")


@pytest.fixture
def matter(cast: Cast) -> Matter:
    """A matter in Li's hands, from a resident whose name and number are found nowhere else."""
    make.put_in_force(at=now())
    at = now() - timedelta(minutes=5)
    return a_matter(cast, at, "take", reporter_name=NAME, reporter_phone=PHONE)


def filled(address: str, matter: Matter, step: str = "answer") -> str:
    """An address with its braces filled."""
    return address.format(code=matter.code, id=matter.id, step=step)


FORM = {"reply": "办好了", "what": "phone", "reason": "要问清楚", "reasonable": "yes", "note": "好", "do": "grant"}


@row("SG-01", "R-174")
@pytest.mark.parametrize("who", ELSEWHERE)
def test_whoever_is_elsewhere_changes_nothing_and_learns_nothing_by_any_form(
    cast: Cast, matter: Matter, who: str
) -> None:
    client, before, wrong = seat(getattr(cast, who)), Event.objects.count(), []
    for route, address in posts():
        for step in ("answer", "accept", "extend", "close", "no-such"):
            here = client.post(filled(address, matter, step), FORM)
            if here.status_code not in (403, 404, 405):
                wrong.append(f"{route.pattern} {step}: {here.status_code}")
            if NAME in here.content.decode() or matter.title in here.content.decode():
                wrong.append(f"{route.pattern}: gives it away")
    assert wrong == []
    assert Event.objects.count() == before


@pytest.mark.parametrize("role", ROLES)
def test_a_form_whose_verb_a_role_lacks_is_refused_and_changes_nothing(cast: Cast, matter: Matter, role: str) -> None:
    member: Member = getattr(cast, ROLES[role])
    client, before, wrong = seat(member), Event.objects.count(), []
    for route, address in posts():
        if {ANYONE, role} & route.seen_by:
            continue
        answer = client.post(filled(address, matter), FORM)
        # A form on a page that may be seen says no in its place (422).
        if answer.status_code not in (403, 404, 405, 422):
            wrong.append(f"{route.pattern}: {answer.status_code}")
    assert wrong == []
    assert Event.objects.count() == before


@pytest.mark.parametrize("role", ("dispatcher", "handler", "admin") if on_postgres() else ROLES)
def test_no_form_breaks_for_anybody_however_empty(cast: Cast, matter: Matter, role: str) -> None:
    client, wrong = seat(getattr(cast, ROLES[role])), []
    for route in ROUTES:
        if not route.pattern.startswith(("desk/", "track/", "language/", "big/", "ask/")):
            continue
        plain = re.sub(r"<uuid:\w+>", str(matter.id), re.sub(r"<int:\w+>", "1", route.pattern))
        address = "/" + plain.replace("<str:name>", "answer").replace("<str:code>", matter.code)
        wild = {"do": "\x00", "seen": "９" * 40, "code": "\x00", "view": "x", "q": "\x00"}
        # Whoever lacks the verb is refused before any form is read: one is enough for them.
        for form in ({}, wild) if {ANYONE, role} & route.seen_by else (wild,):
            status = client.post(address, form).status_code
            if status >= 500:
                wrong.append(f"{route.pattern}: {status}")
    assert wrong == []


@row("SG-20")
def test_a_form_from_elsewhere_is_turned_away_at_every_address(cast: Cast, matter: Matter) -> None:
    client = Client(enforce_csrf_checks=True)
    client.cookies = seat(cast.li).cookies
    before, wrong = Event.objects.count(), []
    for route in ROUTES:
        if route.pattern.startswith("api/") or route.pattern == "pattern/":
            continue
        plain = re.sub(r"<uuid:\w+>", str(matter.id), re.sub(r"<int:\w+>", "1", route.pattern))
        address = "/" + plain.replace("<str:name>", "answer").replace("<str:code>", matter.code)
        status = client.post(address, FORM).status_code
        if status not in (403, 404, 405):
            wrong.append(f"{route.pattern}: {status}")
    assert wrong == []
    assert Event.objects.count() == before


@row("SG-17", "SG-21")
def test_a_residents_number_comes_from_no_door_of_the_interface_and_the_name_only_with_the_matter(
    cast: Cast, matter: Matter
) -> None:
    """Pages are read so in `test_every_address.py`, as each role; here what machines are answered."""
    wrong = []
    for who in (*ROLES.values(), *ELSEWHERE, "bai", "sun"):
        machine = Client(headers=bearer(getattr(cast, who)))
        for route in ROUTES:
            if not route.example or route.takes != "GET" or not route.pattern.startswith("api/"):
                continue
            names = {"code": matter.code, "held": matter.code, "call": matter.code, "place": HUAISHUPING}
            answer = machine.get(route.example.format(**names)).content.decode("utf-8", "replace")
            if PHONE in re.sub(r"[\s-]", "", answer):
                wrong.append(f"{who} {route.pattern}: the number")
            if NAME in answer and "{code}" not in route.example:
                wrong.append(f"{who} {route.pattern}: the name")
    assert wrong == []


def test_a_search_by_number_finds_nothing_outside_ones_own_sight(cast: Cast, matter: Matter) -> None:
    for who in ELSEWHERE:
        for query in (PHONE, PHONE[-4:], NAME, matter.title, matter.code):
            page = seat(getattr(cast, who)).get(f"/desk/search/?q={query}", follow=True).content.decode()
            assert matter.code not in page.replace("-", "").replace(query, ""), (who, query)


def test_nothing_public_sets_a_cookie_without_need(cast: Cast) -> None:
    make.put_in_force(at=now())
    for address in SILENT:
        answer = Client().get(address)
        assert answer.status_code == 200 and not answer.cookies, address


@pytest.mark.parametrize("who", [*ROLES.values(), *ELSEWHERE])
def test_the_interface_shows_each_what_the_desk_shows_them(cast: Cast, matter: Matter, who: str) -> None:
    member: Member = getattr(cast, who)
    client, machine = seat(member), Client(headers=bearer(member))
    desk = client.get(f"/desk/matters/{matter.code}/").status_code
    assert machine.get(f"/api/staff/matters/{matter.code}").status_code == (200 if desk == 200 else 404)
    listed: Any = machine.get("/api/staff/matters").json()["items"]
    on_the_desk = matter.code in client.get("/desk/matters/").content.decode().replace("-", "")
    assert (matter.code in {one["code"] for one in listed}) == on_the_desk
