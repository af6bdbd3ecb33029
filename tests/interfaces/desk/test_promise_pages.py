"""Promises at the desk and at the public door: written with an answer, asked about, told by the resident."""

import re
from datetime import datetime, time, timedelta

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huiyin.casework.actions import promises
from huiyin.casework.actions.feedback import call_back
from huiyin.casework.models import CallBack, Matter, Promise
from huiyin.casework.queries import track
from huiyin.core.models import Look
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from tests import factories as make
from tests.cast import ZHANG_PHONE, Cast
from tests.conftest import Clock
from tests.interfaces.desk.made import a_matter
from tests.interfaces.desk.seat import seat
from tests.rows import row

pytestmark = pytest.mark.django_db
SLIP = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def promised(cast: Cast) -> Promise:
    """A promise whose day was over yesterday, in a matter that its resident called solved."""
    make.notices_from(now())
    make.put_in_force(at=now() - timedelta(days=30))
    at = now() - timedelta(days=12)
    matter = a_matter(cast, at, "take", slip=SLIP)
    give(seat(cast.li), matter)
    make_due(cast, matter)
    return Promise.objects.get()


def give(client: Client, matter: Matter) -> None:
    """Li answers at the page with a promise for the day after tomorrow."""
    typed = {
        "seen": matter.version,
        "reply": "旧泵修好了，再装一台。",
        "promise": "再装一台泵",
        "promise_by": "水利站王师傅",
    }
    day = (now() + timedelta(days=2)).date().isoformat()
    answer = client.post(f"/desk/matters/{matter.code}/step/answer/", {**typed, "promised_on": day})
    assert answer.status_code == 302, answer.content.decode()


def make_due(cast: Cast, matter: Matter) -> None:
    at = now()
    call_back(by=cast.he.viewer(at), at=at, matter_id=matter.id, outcome="reached", solved="yes", grade=5)
    assert promises.fall_due(by=Viewer.system("clock"), at=at + timedelta(days=4)) == 1


def test_a_promise_without_its_day_is_told_at_its_field_and_nothing_is_lost(cast: Cast) -> None:
    make.put_in_force(at=now() - timedelta(days=10))
    matter = a_matter(cast, now(), "take")
    typed = {"seen": matter.version, "reply": "修好了，再装一台。", "promise": "再装一台泵"}
    answer = seat(cast.li).post(f"/desk/matters/{matter.code}/step/answer/", typed)
    page = answer.content.decode()
    assert answer.status_code == 422 and "请写答应哪天办到" in page and "再装一台泵" in page
    assert not Promise.objects.exists()


@row("R-178", "R-210", "R-214")
def test_a_caller_finds_it_rings_and_a_no_takes_the_matter_up_again(cast: Cast, promised: Promise) -> None:
    client = seat(cast.he)
    queue = client.get("/desk/calls/").content.decode()
    address = f"/desk/promises/{promised.id}/"
    assert address in queue and "再装一台泵" in queue
    page = client.get(address).content.decode()
    assert "再装一台泵" in page and ZHANG_PHONE not in page
    assert "李卫东" not in page, "who handled it is not the caller's to know"
    rung = client.post(address, {"do": "ring"}).content.decode()
    assert "160" in rung and Look.objects.filter(kind="matter.phone").exists()
    empty = client.post(address, {"outcome": "reached", "said": "没人来"})
    assert empty.status_code == 422 and "没人来" in empty.content.decode()
    sent = {"outcome": "reached", "kept": "no", "said": "没人来装"}
    assert client.post(address, sent).status_code == 302
    assert client.post(address, sent).status_code == 302, "a second press is no error"
    promised.refresh_from_db()
    assert (promised.state, Matter.objects.get().state) == ("broken", "reopened")
    assert CallBack.objects.filter(promise=promised).count() == 1
    told = seat(cast.ma).get("/desk/promises/?state=broken").content.decode()
    assert "没人来装" in told and "水利站王师傅" in told and "1 件里 0 件" in told


@row("R-178")
def test_at_night_the_page_says_until_when_nobody_is_rung(cast: Cast, promised: Promise, clock: Clock) -> None:
    zone = make.county_book().county.tz
    evening = datetime.combine(now().astimezone(zone).date() + timedelta(days=5), time(20, 59), zone)
    client, address = seat(cast.he), f"/desk/promises/{promised.id}/"
    clock(evening)
    assert "这会儿不打电话" not in client.get(address).content.decode()
    clock(evening + timedelta(minutes=1))
    page = re.sub("<[^>]+>|\u2060", "", client.get(address).content.decode())
    assert "这会儿不打电话" in page and "8:00 以后再打" in page and "居民自己打来的照样记" in page


def test_nobody_without_calls_to_make_asks(cast: Cast, promised: Promise) -> None:
    for member in (cast.li, cast.zhao, cast.zhou, cast.wu):
        assert seat(member).get(f"/desk/promises/{promised.id}/").status_code == 404
        assert seat(member).post(f"/desk/promises/{promised.id}/", {"do": "ring"}).status_code == 404
    assert "再装一台泵" not in seat(cast.wu).get("/desk/promises/?state=due").content.decode(), "another town"


@row("R-214")
def test_the_resident_says_it_themselves_with_the_slip(cast: Cast, promised: Promise, client: Client) -> None:
    proof = track.proof_of(Viewer.resident(), SLIP)
    page = client.post("/track/", {"code": "", "key": proof}).content.decode()
    assert "再装一台泵" in page and "做到了吗" in page
    again = re.search(r'name="again" value="([^"]+)"', page)
    assert again
    typed = {"proof": proof, "again": again[1], "promise": str(promised.id)}
    assert client.post("/track/promise/", typed).status_code == 422
    told = client.post("/track/promise/", {**typed, "kept": "no", "words": "没装"})
    assert told.status_code == 200 and "没做到的，这件事重新办" in told.content.decode()
    client.post("/track/promise/", {**typed, "kept": "no", "words": "没装"})
    promised.refresh_from_db()
    assert (promised.state, promised.source, Matter.objects.get().reopened) == ("broken", "web", 1)


@row("R-214", "R-419")
def test_a_bodys_number_of_promises_opens_to_them(cast: Cast, promised: Promise) -> None:
    client = seat(cast.zhou)
    page = client.get("/desk/promises/").content.decode()
    found = re.findall(r'<a href="(\?state=(\w+)&amp;body=[0-9a-f-]+)">(\d+)</a>', page)
    assert [(state, many) for _, state, many in found] == [("due", "1")]
    shown = client.get("/desk/promises/" + found[0][0].replace("&amp;", "&")).content.decode()
    assert shown.count("<tr data-row") == 1 and promised.what in shown


@pytest.mark.once
def test_the_register_and_the_list_of_calls_ask_as_much_for_one_promise_as_for_twenty(
    cast: Cast, promised: Promise
) -> None:
    pages = [(seat(cast.zhou), "/desk/promises/?state=due"), (seat(cast.he), "/desk/calls/")]

    def asked() -> list[int]:
        found = []
        for client, page in pages:
            client.get(page)
            with CaptureQueriesContext(connection) as queries:
                assert "再装一台泵" in client.get(page).content.decode()
            found.append(sum("set_config" not in query["sql"] for query in queries.captured_queries))
        return found

    def more(numbers: range) -> None:
        for number in numbers:
            matter = a_matter(cast, now(), "deliver", subject=f"第{number}件")
            reply = matter.replies.get()
            row_ = Promise(matter=matter, reply=reply, what="再装一台泵", due_on=promised.due_on, at=now(), state="due")
            row_.person_id, row_.body_id, row_.by_id = promised.person_id, promised.body_id, promised.by_id
            QuerySet[Promise](Promise).bulk_create([row_])

    more(range(1))  # that one more matter waits for a call is asked about, as for any number of them
    few = asked()
    more(range(1, 20))
    assert asked() == few
    assert max(few) <= 12
