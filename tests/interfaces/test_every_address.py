"""Every address of `tests/routes.py`, for every role, for those it is not meant for, and for nobody at all.

Who may see a page gets it; who may not is refused and learns nothing, not even that the matter exists. Each matter
carries a canary, a word found nowhere else, so that a leak shows itself on whatever page it comes out.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huiyin.casework.actions import aside
from huiyin.casework.models import Matter
from huiyin.core.now import now
from tests import factories as make
from tests.cast import HUAISHUPING, Cast
from tests.conftest import on_postgres
from tests.flows import work_as
from tests.interfaces.desk.made import a_matter
from tests.interfaces.desk.seat import appointed, seat
from tests.routes import ANYONE, ROUTES, Route
from tests.rows import row

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

OPEN, HELD = "青蓝水车", "紫铜铃铛"  # canaries
NAME, PHONE = "欧阳翠兰", "16000009876"  # of the resident whose matter is being handled; found nowhere else
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
PAGES = [route for route in ROUTES if route.example and route.takes == "GET" and not route.pattern.startswith("api/")]
OF_ONE_MATTER = [route for route in PAGES if re.search(r"\{(code|call|held)\}", route.example)]
LISTS = ("desk/", "desk/matters/", "desk/calls/", "desk/held/", "wall/")
MARKED = re.compile(rb"<title>[^<]*<(?!/title>)")
INLINE = re.compile(rb"<script(?![^>]*\bsrc=)[^>]*>|<style\b|\sstyle=|\son[a-z]+=", re.IGNORECASE)


@dataclass(frozen=True)
class County:
    """The cast, with a matter being handled, one that waits for its call-back, and a held complaint."""

    cast: Cast
    names: dict[str, str]

    def address(self, route: Route) -> str:
        """An example with its braces filled."""
        return route.example.format(**self.names)

    def client(self, who: str) -> Client:
        """A member of the cast at their desk."""
        return seat(getattr(self.cast, who))


@pytest.fixture
def county(cast: Cast) -> County:
    """The county as most pages want it, a moment ago."""
    at = now() - timedelta(minutes=5)
    make.put_in_force(at=now())  # a migrated database has the general method in force since a moment ago
    text, whose = f"村口的{OPEN}坏了三天，没人来修。", {"reporter_name": NAME, "reporter_phone": PHONE}
    handled = a_matter(cast, at, "take", subject=f"{OPEN}坏了", text=text, **whose)
    waits = a_matter(cast, at, "deliver", subject=f"{OPEN}漏水", text=f"渠边的{OPEN}漏水，请来看看。")
    complaint = a_matter(
        cast, at, subject=f"投诉李卫东{HELD}", text=f"李卫东收了红包，还拿走了{HELD}。", nature="complaint"
    )
    names = {"code": handled.code, "call": waits.code, "held": complaint.code, "place": HUAISHUPING}
    return County(cast, names)


def leaks(answer: "Answer", *canaries: str) -> list[str]:
    """The canaries that an answer gives away, in its page or its headers."""
    text = answer.content.decode("utf-8", "replace") + str(answer.headers)
    return [canary for canary in canaries if canary in text]


def told(answer: "Answer", route: Route, role: str) -> list[str]:
    """What a page says of a resident that it may not: a number on any, a name where the matter is not."""
    page = answer.content.decode("utf-8", "replace")
    own = route.pattern == "desk/ledgers/lines/" and role == "handler"  # their own ledger
    wrong = [f"{route.pattern}: the number for {role}"] if PHONE in re.sub(r"[\s-]", "", page) else []
    if NAME in page and "{code}" not in route.example and not own:
        wrong.append(f"{route.pattern}: the name for {role}")
    return wrong


@row("R-157", "SG-01", "SG-17", "SG-21")
@pytest.mark.parametrize("role", ROLES)
def test_a_role_sees_its_pages_and_no_others_and_no_residents_number(role: str, county: County) -> None:
    client, wrong = county.client(ROLES[role]), []
    for route in PAGES:
        answer = client.get(county.address(route))
        wrong += told(answer, route, role)
        allowed = {ANYONE, role} & route.seen_by
        if allowed and route not in OF_ONE_MATTER and answer.status_code not in (200, 302):
            wrong.append(f"{route.pattern}: {answer.status_code} for {role}, who may see it")
        if not allowed and answer.status_code not in (403, 404):
            wrong.append(f"{route.pattern}: {answer.status_code} for {role}, who may not see it")
        if not allowed and (gone := leaks(answer, OPEN, HELD)):
            wrong.append(f"{route.pattern}: a refusal gives away {gone}")
        if role != "dispatcher" and leaks(answer, HELD):
            wrong.append(f"{route.pattern}: {role} reads a held complaint")
    assert wrong == []


@row("R-001")
@pytest.mark.parametrize(("role", "pages"), [("dispatcher", PAGES), ("handler", OF_ONE_MATTER), ("admin", PAGES)])
def test_every_page_opens_when_another_method_is_in_force_than_its_matters_came_in_under(
    role: str, pages: list[Route], county: County
) -> None:
    work_as("yongxing-2014", now())
    client = county.client(ROLES[role])
    answers = {route.pattern: client.get(county.address(route)).status_code for route in pages}
    assert {pattern: status for pattern, status in answers.items() if status >= 500} == {}
    assert 200 in answers.values()


def test_those_who_handle_a_matter_open_its_pages(county: County) -> None:
    opened = {
        ("li", "desk/matters/<str:code>/"),
        ("zhao", "desk/matters/<str:code>/"),
        ("chen", "desk/matters/<str:code>/print/"),
        ("he", "desk/calls/<str:code>/"),
        ("zhou", "desk/held/<str:code>/"),
    }
    addresses = {route.pattern: county.address(route) for route in PAGES}
    answers = {(who, page): county.client(who).get(addresses[page]).status_code for who, page in opened}
    assert answers == dict.fromkeys(opened, 200)


def test_nobody_gets_past_the_door_without_signing_in(county: County) -> None:
    wrong = []
    for route in PAGES:
        answer = Client().get(county.address(route))
        if ANYONE in route.seen_by:
            if answer.status_code not in (200, 302):
                wrong.append(f"{route.pattern}: {answer.status_code}")
        elif answer.status_code != 302 or not answer.headers["Location"].startswith("/account/login/"):
            wrong.append(f"{route.pattern}: {answer.status_code} without signing in")
        if leaks(answer, OPEN, HELD):
            wrong.append(f"{route.pattern}: gives away a matter")
    assert wrong == []


@row("SG-01", "SG-49")
@pytest.mark.parametrize("who", ["wu", "zheng"])
def test_a_matter_of_another_town_or_county_is_answered_as_one_that_is_not_there(who: str, county: County) -> None:
    client = county.client(who)
    absent = client.get("/desk/matters/999999999/")
    foreign = client.get(f"/desk/matters/{county.names['code']}/")
    assert (foreign.status_code, absent.status_code) == (404, 404)
    assert plain(foreign).replace(county.names["code"], "") == plain(absent).replace("999999999", "")


@row("SG-01")
def test_who_stood_back_does_not_see_it_on_the_next_request(county: County) -> None:
    client, address = county.client("li"), f"/desk/matters/{county.names['code']}/"
    assert client.get(address).status_code == 200
    moment = now()
    viewer = county.cast.li.viewer(moment)
    code = county.names["code"]
    aside.recuse(by=viewer, at=moment, matter_id=matter_id(code), person=county.cast.li.person_id)
    assert client.get(address).status_code == 404


@row("SG-01", "SG-49")
@pytest.mark.parametrize("role", ("clerk", "handler", "auditor") if on_postgres() else ROLES)
def test_no_role_learns_of_a_matter_from_another_town_another_county_or_set_apart_from_it(
    role: str, county: County
) -> None:
    """With the test of each role at its own desk and the one of nobody: ten roles in five standings at every page."""
    bodies, own, wrong = county.cast.bodies, getattr(county.cast, ROLES[role]), []
    codes = [county.names[name] for name in ("code", "call", "held")]
    for code in codes:
        aside.recuse(by=make.SYSTEM, at=now(), matter_id=matter_id(code), person=own.person_id)
    standings = {
        "another town": appointed("外镇人", bodies.other_town, role, "干部"),
        "another county": appointed("外县人", bodies.foreign, role, "干部"),
        "set apart": own,
    }
    for standing, member in standings.items():
        client = seat(member)
        for route in PAGES:
            answer = client.get(county.address(route))
            others = [code for code in codes if code not in county.address(route)]
            known = [*others, *map(shown, others)]
            if gone := leaks(answer, OPEN, HELD, NAME, *known) + told(answer, route, role):
                wrong.append(f"{route.pattern}, {standing}: {gone}")
    assert wrong == []


def test_every_page_is_strict_about_scripts_and_keeps_nothing_behind(county: County) -> None:
    wrong = []
    for client in (Client(), county.client("zhou"), county.client("he")):
        for route in PAGES:
            answer = client.get(county.address(route))
            policy = answer.headers.get("Content-Security-Policy", "")
            if "default-src 'none'" not in policy or "unsafe" in policy:
                wrong.append(f"{route.pattern}: {policy or 'no policy'}")
            if found := INLINE.search(answer.content):
                wrong.append(f"{route.pattern}: {found[0].decode()} inline")
            if MARKED.search(answer.content):
                wrong.append(f"{route.pattern}: markup in the title of its tab")
            if ANYONE not in route.seen_by and "no-store" not in answer.headers.get("Cache-Control", ""):
                wrong.append(f"{route.pattern}: may be kept by a browser")
    assert wrong == []


def test_a_list_asks_as_often_for_fifty_rows_as_for_one(county: County) -> None:
    readers = {ANYONE: "", "dispatcher": "zhou", "caller": "he"}
    pages = [
        (readers[role], route) for route in PAGES if route.pattern in LISTS for role in readers.keys() & route.seen_by
    ]
    a_matter(county.cast, now() - timedelta(minutes=4), "accept", subject="等着交办", text="这一件等着交办。")
    few = {(who, route.pattern): asked(county, who, route) for who, route in pages}
    at = now() - timedelta(minutes=4)
    for number in range(50):
        a_matter(
            county.cast,
            at,
            ("take", "deliver", "open")[number % 3],
            subject=f"第{number}件",
            text=f"事情{number}的经过",
        )
    many = {(who, route.pattern): asked(county, who, route) for who, route in pages}
    assert {page: (few[page], many[page]) for page in few if many[page] > few[page]} == {}
    most = {"wall/": 18}  # two lists, figures, the places below and the witnessed root on one page
    assert {page: count for page, count in many.items() if count > most.get(page[1], 12)} == {}


def test_one_matter_asks_no_more_than_fifteen_questions(county: County) -> None:
    """A held complaint asks more: who is kept away from it, who is left, who read it; and reading leaves a trace."""
    most = {("li", "desk/matters/<str:code>/"): 15, ("he", "desk/calls/<str:code>/"): 15}
    most[("zhou", "desk/held/<str:code>/")] = 24
    routes = {route.pattern: route for route in PAGES}
    counts = {(who, page): asked(county, who, routes[page]) for who, page in most}
    assert {page: count for page, count in counts.items() if count > most[page]} == {}


def asked(county: County, who: str, route: Route) -> int:
    """How many questions the database is asked for a page, warm; `who` is empty for a resident.

    The fewer of two: what is kept for some seconds may run out just then. Telling PostgreSQL who looks is no question.
    """
    client, address = county.client(who) if who else Client(), county.address(route)
    client.get(address)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        asked_for = [query["sql"] for query in captured.captured_queries if "set_config" not in query["sql"]]
        counts.append(sum(sql.startswith(("SELECT", "INSERT", "UPDATE", "DELETE")) for sql in asked_for))
    return min(counts)


def plain(answer: "Answer") -> str:
    """A page without what is new on every request (tokens, request ids)."""
    text = answer.content.decode("utf-8")
    return re.sub(r'value="[A-Za-z0-9]{64}"|content="[A-Za-z0-9]{64}"|[0-9a-f]{8}-[0-9a-f-]{27}', "", text)


def shown(code: str) -> str:
    """A code as people read it: 4730-1168-5."""
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"


def matter_id(code: str) -> UUID:
    """The id behind a code."""
    return Matter.objects.get(code=code).id
