"""Reading page after page ends for the day; what is sealed carries who looks at it."""

import re
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from huiyin.casework.models import Matter
from huiyin.core import rulebook, throttle
from huiyin.core.caches import forget_all
from huiyin.core.models import Look, Throttle
from huiyin.core.now import now
from huiyin.interfaces.common import middleware
from tests import factories as make
from tests.cast import HUAISHUPING, Cast
from tests.interfaces.api.machine import bearer
from tests.interfaces.desk.made import a_matter
from tests.interfaces.desk.seat import seat
from tests.invariants.test_abuse_sealed import complaint, handled
from tests.rows import row

pytestmark = pytest.mark.django_db
MOST = 3


@pytest.fixture(autouse=True)
def _few(cast: Cast) -> None:
    """A county where three matters a day are as many as one may open of others."""
    book = make.county_book("wangchuan")
    county = book.county.model_copy(update={"pages_a_day": MOST})
    make.put_in_force(at=now() - timedelta(days=10))
    changed = book.model_copy(update={"county": county})
    rulebook.activate(by=make.SYSTEM, at=now(), rulebook=changed, in_force_from=now())


def opened(client: Client, some: list[Matter], end: str = "") -> list[int]:
    """What the page of each says."""
    return [client.get(f"/desk/matters/{one.code}/{end}").status_code for one in some]


@row("SG-49")
def test_a_crawl_stops_at_the_days_number_and_the_auditor_is_told_once(cast: Cast) -> None:
    some = [a_matter(cast, now() - timedelta(minutes=5), "take") for _ in range(MOST + 2)]
    client = seat(cast.tang)
    assert opened(client, some[:MOST]) == [200] * MOST
    assert opened(client, some[:MOST], "print/") == [200] * MOST, "the same matter is one"
    assert opened(client, some[MOST:]) == [403, 403]
    assert "今天打开的事项到数了" in client.get(f"/desk/matters/{some[MOST].code}/").content.decode()
    assert opened(client, some[MOST:], "print/") + opened(client, some[MOST:], "file/") == [403] * 4
    for what in ("file", "proof"):  # nor is one taken away as a file whose page was never opened
        taken = client.post(f"/desk/matters/{some[MOST].code}/file/take/", {"what": what, "reason": "要存档"})
        assert taken.status_code == 403, what
    machine = Client(headers=bearer(cast.tang))
    assert machine.get(f"/api/staff/matters/{some[MOST].code}").status_code == 403
    assert machine.get(f"/api/staff/matters/{some[0].code}").status_code == 200
    assert Look.objects.filter(kind="matter.pages_spent").count() == 1
    assert opened(seat(cast.ma), some[MOST:]) == [200, 200], "everybody has a number of their own"


@row("SG-49")
def test_forms_and_other_pages_of_a_matter_count_as_opening_it(cast: Cast) -> None:
    """Whoever never opens a page, but asks for the form of a step of each, reads no more of a county."""
    some = [a_matter(cast, now() - timedelta(minutes=5)) for _ in range(MOST + 1)]
    for end in ("step/accept/", "step/call_back/", "twins/", "reveal/"):
        Throttle.objects.all().delete()
        forget_all()
        client = seat(cast.tang)
        assert opened(client, some[:MOST]) == [200] * MOST
        said = client.post(f"/desk/matters/{some[MOST].code}/{end}") if end == "reveal/" else None
        said = said or client.get(f"/desk/matters/{some[MOST].code}/{end}")
        assert said.status_code == 403, end
        assert "今天打开的事项到数了" in said.content.decode(), end


@row("SG-49")
def test_pages_of_a_call_count_too(cast: Cast) -> None:
    some = [a_matter(cast, now() - timedelta(minutes=5), "deliver") for _ in range(MOST + 1)]
    client = seat(cast.he)
    assert [client.get(f"/desk/calls/{one.code}/").status_code for one in some] == [200] * MOST + [403]
    assert client.post(f"/desk/calls/{some[MOST].code}/ring/").status_code == 403
    assert not Look.objects.filter(subject__contains=str(some[MOST].id)).exists(), "no number was told"


@row("SG-49")
def test_the_day_turns_at_the_countys_midnight(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight hours before UTC's: what was read at 23:50 is yesterday's at 0:10; nothing turns at 8 in the morning."""
    county = ZoneInfo("Asia/Shanghai")
    tomorrow = now().astimezone(county).date() + timedelta(days=1)
    midnight = datetime.combine(tomorrow, time(), county).astimezone(UTC)
    some = [a_matter(cast, now() - timedelta(minutes=5), "take") for _ in range(MOST * 2 + 1)]

    def at(moment: datetime, chosen: list[Matter]) -> list[int]:
        monkeypatch.setattr(middleware, "now", lambda: moment)
        return opened(seat(cast.tang), chosen)

    assert at(midnight - timedelta(minutes=10), some[: MOST + 1]) == [200] * MOST + [403]
    assert at(midnight + timedelta(minutes=10), some[MOST : MOST + 2]) == [200, 200]
    throttle.purge(at=midnight + timedelta(hours=1), zone=county)
    assert at(midnight + timedelta(hours=7, minutes=50), some[MOST + 2 : MOST + 4]) == [200, 403]
    assert at(midnight + timedelta(hours=8, minutes=10), some[MOST + 3 : MOST + 4]) == [403], "UTC's midnight is none"


@row("SG-49")
def test_ones_own_and_ones_bodys_matters_open_however_many_and_no_counter_names_anybody(cast: Cast) -> None:
    some = [a_matter(cast, now() - timedelta(minutes=5), "take") for _ in range(MOST + 2)]
    for member in (cast.li, cast.zhao, cast.ma, cast.chen):
        assert opened(seat(member), some) == [200] * len(some), member.name
    assert not Throttle.objects.filter(bucket__contains=some[0].code).exists()
    assert not Throttle.objects.filter(bucket__contains=str(some[0].id)).exists()


@row("SG-01", "SG-49")
def test_a_page_of_a_held_or_sealed_matter_carries_who_looks_at_it_and_when(cast: Cast) -> None:
    held = a_matter(cast, now(), text="李卫东收了我家的烟才给办事。")
    for address in (f"/desk/held/{held.code}/", f"/desk/matters/{held.code}/"):
        page = seat(cast.zhou).get(address).content.decode()
        mark = re.search(r'(?s)class="hy-seen-by" aria-hidden="true">(.*?)</div>', page)
        assert mark is not None, address
        told = re.findall(r'data-who="([^"]*)"', mark[1])
        assert len(told) == 12, address
        assert all(cast.zhou.name in one and re.search(r"\d{1,2}:\d{2}", one) for one in told), address
    ordinary = a_matter(cast, now() - timedelta(minutes=5), "take")
    assert "hy-seen-by" not in seat(cast.zhou).get(f"/desk/matters/{ordinary.code}/").content.decode()


@row("SG-17", "SG-49")
def test_files_of_households_count_with_matters_at_each_of_their_addresses_and_ones_own_do_not(cast: Cast) -> None:
    """Names, relations, categories and notes of a county are read one after another by nobody either."""
    homes = [make.a_household(HUAISHUPING)[0] for _ in range(MOST)]
    client = seat(cast.chen)
    read = client.get
    assert read(f"/desk/matters/{a_matter(cast, now(), 'take', first_asked=None).code}/").status_code == 200
    first, second, third = (f"/desk/households/{one}/" for one in homes)
    assert [read(one).status_code for one in (first, second, first)] == [200] * 3
    for end in ("", "print/", "history/", "phones/", "change/?what=people_stated"):
        answer = read(f"{third}{end}")
        assert answer.status_code == 403 and "到数了（户档也算" in answer.content.decode(), end
    assert client.post(f"{third}key/").status_code == 403
    assert Look.objects.get(kind="matter.pages_spent").account_id == cast.chen.account_id
    for home in homes:
        make.a_link(cast.chen.official_id, home)
    forget_all()
    assert read(third).status_code == 200


@row("SG-01", "SG-49")
def test_the_form_of_a_step_of_a_sealed_matter_leaves_a_look_like_its_page(cast: Cast) -> None:
    at = now() - timedelta(minutes=30)
    worked = handled(cast, at, complaint(cast, at))
    client = seat(cast.bai)
    for number, end in enumerate(("", "step/answer/", "step/transfer/"), start=1):
        assert client.get(f"/desk/matters/{worked.code}/{end}").status_code == 200
        seen = Look.objects.filter(kind="matter.sealed", subject=str(worked.id), person_id=cast.bai.person_id)
        assert seen.count() == number, end
