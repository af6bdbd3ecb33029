"""The bell and what it leads to: what was told to somebody, read one by one or all, and their morning's message."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from huiyin.casework.models import Digest, Nudge
from huiyin.core.now import now
from huiyin.core.worker import drain
from tests.cast import Cast
from tests.interfaces.desk.seat import seat
from tests.rooms.casework import spine
from tests.rooms.channels.wire import gateways
from tests.rows import row

__all__ = ["gateways"]  # a fixture
pytestmark = pytest.mark.django_db
PHONE = "16000009911"


@row("R-175", "R-188")
def test_the_bell_counts_what_is_unread_and_the_page_reads_one_or_all(cast: Cast) -> None:
    for hours in (3, 2):
        spine.assigned(cast, now() - timedelta(hours=hours))
    drain(now())
    li = seat(cast.li)
    assert "给您的话：2 条" in li.get("/desk/").content.decode()
    page = li.get("/desk/told/").content.decode()
    assert page.count("交给您办") == 2 and page.count('name="one"') == 2
    one = Nudge.objects.filter(person_id=cast.li.person_id).first()
    assert one is not None
    assert li.post("/desk/told/", {"one": str(one.id)}).status_code == 302
    assert "给您的话：1 条" in li.get("/desk/").content.decode()
    assert li.post("/desk/told/", {"do": "read"}).status_code == 302
    page = li.get("/desk/told/").content.decode()
    assert "给您的话：0 条" in page and 'name="one"' not in page and page.count("交给您办") == 2
    assert "还没有给您的话" in seat(cast.chen).get("/desk/told/").content.decode()


def test_more_than_a_page_is_paged_unread_first_and_nothing_is_shown_twice_or_left_out(cast: Cast) -> None:
    matter = spine.assigned(cast, now() - timedelta(hours=3))
    moments = [now() - timedelta(minutes=number // 3) for number in range(120)]  # some at the very same moment
    rows = [
        Nudge(matter=matter, person_id=cast.li.person_id, kind="overdue", key=f"k{n}", at=when, read_at=read)
        for n, when in enumerate(moments)
        for read in ([None] if n % 2 else [when])
    ]
    QuerySet[Nudge](Nudge).bulk_create(rows)
    li, path = seat(cast.li), "/desk/told/"
    found: list[str] = []
    sizes = []
    while path:
        page = li.get(path).content.decode()
        unread = re.findall(r'name="one" value="([^"]+)"', page)
        sizes.append((page.count("<tr data-row"), len(unread)))
        found += unread
        following = re.search(r'href="([^"]+)" rel="next"', page)
        if sizes == [(50, 50)]:
            assert following
            second = unescape(following[1])
        path = unescape(following[1]) if following else ""
    assert sizes == [(50, 50), (50, 10), (20, 0)]
    wanted = sorted((one for one in rows if one.read_at is None), key=lambda one: (one.at, one.id), reverse=True)
    assert found == [str(one.id) for one in wanted]
    done = li.post(second, {"one": found[-1]})
    assert done.headers["Location"] == second, "whoever reads one on the second page stays there"
    assert li.get(second).content.decode().count('name="one"') == 9
    assert "全部标为看过" in li.get("/desk/told/").content.decode()
    assert li.post(second, {"do": "read"}).headers["Location"] == "/desk/told/"
    assert not Nudge.objects.filter(read_at__isnull=True, person_id=cast.li.person_id).exists()
    assert li.get("/desk/told/?after=nonsense").status_code == 200


@pytest.mark.parametrize(("many", "says"), [(99, "99"), (100, "99+"), (130, "99+")])
def test_the_bell_counts_to_ninety_nine_and_no_page_pays_for_more(cast: Cast, many: int, says: str) -> None:
    matter = spine.assigned(cast, now() - timedelta(hours=3))
    rows = [
        Nudge(matter=matter, person_id=cast.li.person_id, kind="overdue", key=f"k{n}", at=now()) for n in range(many)
    ]
    QuerySet[Nudge](Nudge).bulk_create(rows)
    li = seat(cast.li)
    for path in ("/desk/", "/desk/matters/"):  # one counts with its list, the other by itself
        assert f"给您的话：{says} 条" in li.get(path).content.decode(), path
    with CaptureQueriesContext(connection) as asked:
        li.get("/desk/matters/")
    bells = [one["sql"] for one in asked.captured_queries if "casework_nudge" in one["sql"]]
    assert len(bells) == 1 and "LIMIT 100" in bells[0]


@row("R-188")
@pytest.mark.usefixtures("gateways")
def test_a_morning_message_is_ones_own_to_choose_change_and_end(cast: Cast) -> None:
    li = seat(cast.li)
    assert 'value="sms"' in li.get("/desk/told/").content.decode()
    wrong = li.post("/desk/told/digest/", {"channel": "sms", "address": "12"})
    assert wrong.status_code == 422 and 'value="12"' in wrong.content.decode()
    assert not Digest.objects.exists()
    done = li.post("/desk/told/digest/", {"channel": "sms", "address": "160-0000-9911"}, follow=True).content.decode()
    assert "工作日早上八点发" in done and "9911" in done and PHONE not in done
    assert "不再发" in li.post("/desk/told/digest/", {"channel": "", "address": ""}, follow=True).content.decode()
    assert Digest.objects.get().channel == "" and Digest.objects.get().address is None


def test_without_a_gateway_the_page_offers_none(cast: Cast) -> None:
    page = seat(cast.li).get("/desk/told/").content.decode()
    assert "还没有接通" in page and 'name="channel"' not in page
