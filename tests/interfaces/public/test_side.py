"""Each side of a dispute has a page of its own, opened with the slip its mediator gave it (R-221)."""

import re
from datetime import datetime
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huiyin.casework.actions import books
from huiyin.casework.actions import mediation as actions
from huiyin.casework.actions.erasing import forget_sides
from huiyin.casework.models import FollowUp, Matter, Mediation, Nudge, Side, SideSaid
from huiyin.casework.queries import sides
from huiyin.casework.queries.mediation import dispute
from huiyin.casework.queries.nudges import unread
from huiyin.core import worker
from huiyin.core.actions import action
from huiyin.core.models import Delivery, Event
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from huiyin.register.queries.days import today
from tests import factories as make
from tests.cast import HUAISHUPING, ZHANG_PHONE, Cast, Member
from tests.interfaces.desk.seat import seat
from tests.interfaces.desk.test_disputes import OTHER, A, B, agreed, mediated, page, registered
from tests.rooms.casework.withdrawn import withdraw
from tests.rows import row

pytestmark = pytest.mark.django_db
AGREED = "树修枝，墙两家各出一半"
OWN = "墙根我自己也垫过两回石头"


@pytest.fixture(autouse=True)
def _county(cast: Cast) -> None:
    make.put_in_force(at=now())


def slip(cast: Cast, matter: Matter, letter: str, key: str = "", by: Member | None = None) -> str:
    """The proof on the slip of a side, as its mediator's browser shows it."""
    sent = {"letter": letter, "key": key or str(uuid4())}
    html = seat(by or cast.luo).post(f"{page(matter)}slip/", sent).content.decode()
    found = re.search(r"((?:[0-9A-Z]{4}[ \u2009-]?){4})</b>", html)
    assert found, html
    return re.sub(r"[^0-9A-Z]", "", found[1])


@action
def held(*, by: Viewer, at: datetime, matter: Matter) -> None:
    """As the actions hold what is found to be about an official."""
    matter.refresh_from_db()
    matter.held = True
    books.note_move(by=by, at=at, matter=matter, step="supervise")


def opened(proof: str) -> str:
    return Client().post("/track/", {"code": "", "key": proof}).content.decode()


def write(proof: str, words: str, where: str = "more", again: str = "") -> tuple[int, str]:
    sent = {"proof": proof, "again": again or str(uuid4()), "words": words}
    answer = Client().post(f"/track/side/{where}/", sent)
    return answer.status_code, answer.content.decode()


@row("R-221")
def test_each_side_opens_its_own_words_and_never_the_others(cast: Cast) -> None:
    matter = mediated(cast)
    first, second = slip(cast, matter, "a"), slip(cast, matter, "b")
    one, other = opened(first), opened(second)
    assert (A in one, B in one, A in other, B in other) == (True, False, False, True)
    for html in (one, other):
        assert (ZHANG_PHONE in html, OTHER in html, "罗大勇" in html, "正在调解" in html) == (False, False, True, True)
    status, html = write(first, OWN)
    assert (status, OWN in html) == (200, True)
    assert (OWN in opened(first), OWN in opened(second)) == (True, False)
    assert OWN in seat(cast.luo).post(page(matter), {"do": "read"}).content.decode()
    told = "".join(str(event.data) for event in Event.objects.all())
    assert (OWN in told, first in told) == (False, False)


@row("R-221")
def test_a_slip_is_the_mediators_to_make_and_a_new_one_ends_the_old(cast: Cast) -> None:
    matter, key = mediated(cast), str(uuid4())
    first = slip(cast, matter, "a", key)
    assert slip(cast, matter, "a", key) == first, "pressed twice it is one slip"
    again = slip(cast, matter, "a")
    assert A in opened(again) and A not in opened(first)
    for member in (cast.chen, cast.ma, cast.li):
        answer = seat(member).post(f"{page(matter)}slip/", {"letter": "a", "key": str(uuid4())})
        assert answer.status_code in (403, 404)
    assert A in opened(again)
    assert first.encode() not in bytes(Side.objects.get(letter="a").proof_key or b"")


@row("R-221")
def test_code_and_last_four_digits_show_where_it_stands_and_no_words(cast: Cast) -> None:
    matter = agreed(cast)
    answer = Client().post("/track/", {"code": matter.code, "key": OTHER[-4:]})
    html = answer.content.decode()
    assert (answer.status_code, "谈拢了" in html) == (200, True)
    for words in (A, B, AGREED, matter.title, "邓石头", "张丽华", "还没有问到您"):
        assert words not in html
    assert Client().post("/track/", {"code": matter.code, "key": "0007"}).status_code == 404


@row("R-221")
def test_the_agreement_is_read_by_both_once_both_agreed_and_an_objection_opens_it_again(cast: Cast) -> None:
    matter = agreed(cast)
    first, second = slip(cast, matter, "a"), slip(cast, matter, "b")
    days = list(FollowUp.objects.order_by("due_on").values_list("due_on", flat=True))
    for proof in (first, second):
        html = opened(proof)
        assert AGREED in html and f"{days[0].month}月{days[0].day}日" in html
    assert write(second, "  ", "objection")[0] == 422
    key = str(uuid4())
    assert [write(second, "我只答应出三成", "objection", key)[0] for _ in range(2)] == [200, 200]
    row_ = Mediation.objects.get()
    assert (row_.state, row_.broken, SideSaid.objects.count()) == ("open", 0, 1)
    assert not FollowUp.objects.filter(ended_at__isnull=True).exists()
    assert AGREED not in opened(first) and "我只答应出三成" not in opened(first)
    assert write(second, "还有", "objection")[0] == 422, "there is nothing to object to now"
    assert dispute(cast.luo.viewer(now()), matter.code, today(cast.luo.viewer(now()), now())).mine


@row("R-221")
def test_the_mediator_finds_at_the_desk_that_a_side_wrote_and_objected_and_not_a_word_of_it(cast: Cast) -> None:
    matter = agreed(cast)
    worker.drain(now())
    desk = seat(cast.luo)
    assert "一方" not in desk.get("/desk/told/").content.decode(), "what one writes down oneself is no news"
    proof = slip(cast, matter, "b")
    assert write(proof, "我只答应出三成", "objection")[0] == 200
    assert write(proof, OWN)[0] == 200
    for _ in range(2):
        worker.drain(now())
        Delivery.objects.filter(consumer__endswith="tell_staff").update(done_at=None, due_at=now())
    html = desk.get("/desk/told/").content.decode()
    assert (html.count("您调解的一方补写了话"), html.count("您调解的一方不同意协议，重新调解")) == (1, 1)
    assert f'href="{page(matter)}"' in html and desk.get(page(matter)).status_code == 200
    for words in ("我只答应出三成", OWN, "邓石头"):
        assert words not in html
    assert set(Nudge.objects.filter(kind__startswith="side_").values_list("person_id", flat=True)) == {
        cast.luo.person_id
    }


@row("R-221", "SG-01")
def test_a_mediator_from_elsewhere_is_told_too_and_not_once_the_dispute_is_held(cast: Cast) -> None:
    matter, at = registered(cast), now()
    actions.name_mediator(by=cast.ma.viewer(at), at=at, matter_id=matter.id, mediator=cast.wu.person_id)
    proof = slip(cast, matter, "a", by=cast.wu)
    assert not Matter.objects.visible_to(cast.wu.viewer(now())).filter(id=matter.id).exists()
    assert write(proof, OWN)[0] == 200
    worker.drain(now())
    desk = seat(cast.wu)
    assert (unread(cast.wu.viewer(now())), "一方补写了话" in desk.get("/desk/told/").content.decode()) == (1, True)
    held(by=cast.zhou.viewer(now()), at=now(), matter=matter)
    assert (unread(cast.wu.viewer(now())), "一方补写了话" in desk.get("/desk/told/").content.decode()) == (0, False)


@row("R-221", "SG-01")
def test_what_a_side_writes_of_an_official_holds_it_and_closes_both_pages(cast: Cast) -> None:
    matter = mediated(cast)
    first, second = slip(cast, matter, "a"), slip(cast, matter, "b")
    assert write(first, "村支书罗大勇收了他家两条烟。")[0] == 404
    matter.refresh_from_db()
    assert matter.held
    for proof in (first, second):
        assert "没有查到" in opened(proof)
    assert Client().post("/track/", {"code": matter.code, "key": OTHER[-4:]}).status_code == 404


@row("R-221", "SG-17")
def test_an_erasure_takes_what_a_side_wrote_and_its_slip_along(cast: Cast) -> None:
    _, person = make.a_household(HUAISHUPING, head="邓石头", phone=OTHER)
    matter = mediated(cast)
    proof = slip(cast, matter, "b")
    write(proof, OWN)
    actions.fail(by=cast.luo.viewer(now()), at=now(), matter_id=matter.id)
    withdraw(by=make.SYSTEM, at=now(), matter_id=matter.id)
    assert forget_sides(by=make.SYSTEM, at=now(), person_id=person) == 0
    side = Side.objects.get(letter="b")
    assert (side.proof_key, side.last_four, side.written.get().words) == (None, None, None)
    assert "没有查到" in opened(proof)


@pytest.mark.once
def test_the_page_of_a_side_asks_as_much_with_one_word_as_with_thirty(cast: Cast) -> None:
    matter = mediated(cast)
    proof, asked = slip(cast, matter, "a"), []
    for many in (1, 29):
        for number in range(many):
            write(proof, f"{OWN}，第{many}批{number}")
        with CaptureQueriesContext(connection) as found:
            assert len(sides.by_proof(Viewer.resident(), proof, now()).written) in (1, 30)
        asked.append(len(found))
    assert asked[0] == asked[1] <= 10, asked
