"""SG-01 at the doors: whoever a complaint is about reads it on no address of the product. Never to be weakened.

Five hundred complaints, each with a canary in its text; then every address of `tests/routes.py` is asked for, as each
person who is shut out, for each way of asking (list, search, filter, file, print, interface, wall), and no canary and
no code of a complaint may come back.
"""

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from huiyin.casework.actions.aside import name_subjects
from huiyin.casework.actions.intake import Words, open_matters
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import Matter
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from tests import factories as make
from tests.cast import HUAISHUPING, LIUWAN, Cast, Member
from tests.interfaces.api.machine import bearer
from tests.interfaces.desk.seat import seat
from tests.invariants.test_sg01_complaints import complaints, near
from tests.routes import ROUTES
from tests.rows import row

CANARY = "赤玉鹦鹉"
MANY = 500
SOUGHT = "赤玉"  # finds it where search would; a page that repeats what was sought gives nothing away
QUERIES = (
    "",
    f"?q={SOUGHT}",
    "?q=举报&open=all",
    "?open=all&sort=new",
    f"?place={HUAISHUPING}&open=all",
    "?nature=complaint",
)
EVERY_LIST = ("/desk/matters/", "/desk/matters/print/", "/desk/matters/bodies/", "/desk/search/", "/api/staff/matters")


@pytest.fixture
def filed(cast: Cast) -> list[Matter]:
    """The complaints, as they come in at the public door."""
    at = now() - timedelta(minutes=10)
    make.put_in_force(at=at)
    words = [
        Words(text=f"{text}{CANARY}{number}", channel="web", place_code=HUAISHUPING)
        for number, (text, _) in enumerate(complaints(cast, MANY))
    ]
    batches = [words[start : start + 100] for start in range(0, MANY, 100)]
    opened = [one.matter for batch in batches for one in open_matters(by=Viewer.resident(), at=at, batch=batch)]
    assert all(matter.held for matter in opened)
    return opened


def addresses(matter: Matter) -> Iterator[str]:
    """Every address that can be asked for, with a complaint where it wants a matter, and with every way to ask."""
    names = {"code": matter.code, "held": matter.code, "call": matter.code, "place": HUAISHUPING}
    for route in ROUTES:
        example = route.example or _made_up(route.pattern, matter)
        yield example.format(**names)
    for path in EVERY_LIST:
        yield from (path + query for query in QUERIES)
    yield from (f"/wall/{LIUWAN}/", "/wall/?q=" + SOUGHT, f"/desk/search/?q={matter.code}")


def _made_up(pattern: str, matter: Matter) -> str:
    """An address for a route that only takes forms: it is asked for all the same."""
    plain = pattern.replace("<str:name>", "accept").replace("<step>", "accept")
    plain = re.sub(r"<uuid:\w+>", str(matter.id), re.sub(r"<int:\w+>", "1", plain))
    return "/" + re.sub(r"<(?:str:)?\w+>", "{code}", plain)


def given_away(answer: Any, codes: set[str]) -> list[str]:
    """Canaries and codes in an answer, page and headers; a file is looked at as bytes too."""
    text = answer.content.decode("utf-8", "replace") + str(answer.headers)
    digits = re.sub(r"(?<=\d)-(?=\d)", "", text)
    return [word for word in (CANARY, *codes) if word in text or word in digits]


def asked(client: Client, member: Member, address: str, method: str) -> Any:
    """One request; the interface is asked with a token, the desk with a session."""
    headers = bearer(member) if address.startswith("/api/") else {}
    if method == "GET":
        return client.get(address, headers=headers)
    if address.startswith("/api/"):
        return client.post(address, "{}", content_type="application/json", headers=headers)
    return client.post(address, {"reply": "x", "note": "x", "format": "csv", "do": "accept", "back": "open=all"})


@pytest.mark.slow
@row("SG-01", "SG-49")
def test_of_five_hundred_complaints_none_is_read_at_any_address_by_whom_it_may_not(
    cast: Cast, filed: list[Matter]
) -> None:
    codes, wrong = {matter.code for matter in filed}, []
    shut_out = near(cast)
    assert set(shut_out) == {cast.luo, cast.li, cast.ma}
    for member in shut_out:
        client = seat(member)
        for address in addresses(filed[0]):
            own = {filed[0].code} if filed[0].code in address else set()
            for method in ("GET", "POST"):
                answer = asked(client, member, address, method)
                if answer.status_code >= 500:
                    wrong.append(f"{member.name} {method} {address}: {answer.status_code}")
                if gone := given_away(answer, codes - own):
                    wrong.append(f"{member.name} {method} {address}: {gone[:3]}")
    for member in (cast.chen, cast.zhao, cast.he, cast.bai, cast.wu, cast.tang, cast.xu, cast.qian, cast.zheng):
        client = seat(member)
        for address in (
            "/desk/",
            "/desk/held/",
            "/desk/matters/?open=all",
            *(path + QUERIES[1] for path in EVERY_LIST),
        ):
            if gone := given_away(asked(client, member, address, "GET"), codes):
                wrong.append(f"{member.name} {address}: {gone[:3]}")
        answer = client.post("/desk/matters/export/?open=all", {"format": "csv"})
        if gone := given_away(answer, codes):
            wrong.append(f"{member.name} file: {gone[:3]}")
    assert wrong == []


@row("SG-01")
def test_complaints_move_no_number_that_others_see(cast: Cast) -> None:
    """Counts of today, of the tabs and of the navigation are the same with and without five hundred complaints."""
    make.put_in_force(at=now() - timedelta(minutes=10))
    before = {who: _numbers(getattr(cast, who)) for who in ("luo", "li", "ma", "chen", "zhao", "tang")}
    at = now() - timedelta(minutes=5)
    words = [Words(text=text, channel="web", place_code=HUAISHUPING) for text, _ in complaints(cast, 100)]
    open_matters(by=Viewer.resident(), at=at, batch=words)
    assert {who: _numbers(getattr(cast, who)) for who in before} == before


def _numbers(member: Member) -> list[list[str]]:
    """The numbers on the pages somebody sees first, the clock's left out."""
    found = []
    for address in ("/desk/", "/desk/matters/", "/desk/matters/?open=all", "/wall/", f"/wall/{HUAISHUPING}/"):
        page = seat(member).get(address).content.decode()
        page = re.sub(
            r"\d{1,2}:\d{2}|value=\"[^\"]*\"|/language/\S+|\d{4}年|\d{1,2}月\d{1,2}日|\d{4}-\d{2}-\d{2}", "", page
        )
        text = re.sub(r"<[^>]+>", " ", page)
        found.append(re.findall(r"\d+", text))
    return found


@row("SG-01")
def test_a_subject_named_while_the_page_is_open_gets_404_at_the_next_request(cast: Cast) -> None:
    at = now() - timedelta(minutes=10)
    make.put_in_force(at=at)
    matter = _handled(cast, at)
    client, headers = seat(cast.bai), bearer(cast.bai)
    address, machine = f"/desk/matters/{matter.code}/", f"/api/staff/matters/{matter.code}"
    assert client.get(address).status_code == 200
    assert Client().get(machine, headers=headers).status_code == 200
    name_subjects(by=cast.zhou.viewer(now()), at=now(), matter_id=matter.id, persons=[cast.bai.person_id])
    absent = client.get("/desk/matters/471100005/")
    for rest in ("", "print/", "step/answer/", "recuse/"):
        answer = client.get(address + rest)
        assert answer.status_code == 404, rest
        assert matter.title not in answer.content.decode()
    posted = client.post(f"{address}step/answer/", {"reply": "办好了", "seen": matter.version})
    assert posted.status_code == absent.status_code == 404
    assert Client().get(machine, headers=headers).status_code == 404
    taken = Client().post(
        f"{machine}/steps/answer", json.dumps({"reply": "办好了"}), content_type="application/json", headers=headers
    )
    assert taken.status_code == 404
    assert not Matter.objects.get(id=matter.id).replies.exists()


def _handled(cast: Cast, at: datetime) -> Matter:
    """A sealed complaint about Li in the hands of Bai of a county department."""
    words = Words(text="李卫东办事拖拉，我要举报。", channel="web", place_code=HUAISHUPING)
    matter = open_matters(by=Viewer.resident(), at=at, batch=[words])[0].matter
    zhou = cast.zhou.viewer(at)
    name_subjects(by=zhou, at=at, matter_id=matter.id, persons=[cast.li.person_id])
    parts = {"owner": cast.bodies.farming, "handler": cast.bai.person_id, "supervisor": cast.zhao.person_id}
    steps: tuple[tuple[str, dict[str, Any]], ...] = (
        ("accept", {}),
        ("classify", {"topic": "conduct", "nature": "complaint", "way": "discipline"}),
        ("assign", parts),
    )
    for name, given in steps:
        matter = take_step(by=zhou, at=at, matter_id=matter.id, step=name, given=given)
    return take_step(by=cast.bai.viewer(at), at=at, matter_id=matter.id, step="take", given={})
