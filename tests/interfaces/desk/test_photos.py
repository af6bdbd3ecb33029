"""Photos of officials: at the desk, in the public directory, on the board for the square and on contact cards."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from huiyin.core import files
from huiyin.core.now import now
from huiyin.interfaces.common.paper import make as paper
from huiyin.register.actions import duty, links, staff
from huiyin.register.actions import portraits as act
from huiyin.register.models import Portrait
from tests import factories as make
from tests.cast import COUNTY, HUAISHUPING, LIUWAN, Cast
from tests.conftest import Clock
from tests.interfaces.desk.seat import seat
from tests.rooms.register.test_portraits import a_picture
from tests.rows import row

pytestmark = pytest.mark.django_db


def upload(data: bytes, name: str = "IMG_0042.jpg") -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, data, content_type="image/jpeg")


@pytest.fixture
def county(cast: Cast) -> Cast:
    """The cast under the rulebook of today."""
    make.put_in_force(at=now())
    return cast


@row("R-054", "R-337")
def test_a_photo_is_put_up_at_the_desk_and_residents_see_it(client: Client, county: Cast) -> None:
    desk, own = seat(county.xu), f"/desk/staff/people/{county.ma.person_id}/photo/"
    assert "1 位没有照片" not in desk.get("/desk/cards/duty/").content.decode()
    assert "2 位没有照片" in desk.get("/desk/cards/duty/").content.decode()
    assert own in desk.get("/desk/cards/duty/").content.decode()
    assert own in desk.get(f"/desk/staff/people/{county.ma.person_id}/").content.decode()
    answer = desk.post(own, {"what": "put"})
    assert (answer.status_code, "请先选一张照片" in answer.content.decode()) == (422, True)
    answer = desk.post(own, {"what": "put", "photo": upload(b"%PDF-1.4 no photo")})
    assert (answer.status_code, "这里只收照片" in answer.content.decode()) == (422, True)
    assert desk.post(own, {"what": "put", "photo": upload(a_picture())}).status_code == 302
    shown = f"/officials/photos/{Portrait.objects.get().pk}/"
    for page in (f"/officials/{HUAISHUPING}/", f"/officials/{LIUWAN}/board/"):
        found = client.get(page).content.decode()
        assert shown in found
        assert f'alt="{county.ma.name}的照片"' in found
    assert shown not in client.get("/officials/").content.decode()
    assert "1 位没有照片" in desk.get("/desk/cards/duty/").content.decode()
    assert shown in desk.get(own).content.decode()
    for _ in range(2):  # a button pressed twice
        assert desk.post(own, {"what": "down"}).status_code == 302
    assert shown not in desk.get(own).content.decode()


@row("R-054", "SG-11")
def test_whose_photo_somebody_else_puts_up_is_told_on_their_first_page_for_two_weeks(
    county: Cast, clock: Clock
) -> None:
    at, told = now(), "有人放上了您的照片"
    act.put_up(by=county.xu.viewer(at), at=at, person_id=county.ma.person_id, picture=files.portrait(a_picture()))
    page = seat(county.ma).get("/desk/").content.decode()
    assert told in page and 'href="/desk/staff/photo/"' in page
    for other in (county.xu, county.li):
        assert told not in seat(other).get("/desk/").content.decode()
    clock(at + timedelta(days=15))
    assert told not in seat(county.ma).get("/desk/").content.decode()
    clock(at)
    act.take_down(by=county.ma.viewer(at), at=at, person_id=county.ma.person_id)
    act.put_up(by=county.ma.viewer(at), at=at, person_id=county.ma.person_id, picture=files.portrait(a_picture()))
    assert told not in seat(county.ma).get("/desk/").content.decode(), "who does it themselves knows"


@row("R-054", "R-337", "SG-24")
def test_a_photo_is_served_as_nothing_but_a_picture_and_only_while_it_is_shown(client: Client, county: Cast) -> None:
    at = now()
    key = act.put_up(by=county.xu.viewer(at), at=at, person_id=county.ma.person_id, picture=files.portrait(a_picture()))
    answer = client.get(f"/officials/photos/{key}/")
    assert answer.status_code == 200
    assert answer.content[:3] == b"\xff\xd8\xff"
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Cache-Control"] == "private, max-age=300"
    staff.end_post(by=make.SYSTEM, at=at, post_id=county.ma.post_id)
    assert client.get(f"/officials/photos/{key}/").status_code == 404
    assert client.get(f"/officials/photos/{county.ma.person_id}/").status_code == 404


@row("R-054", "SG-24")
def test_an_official_sees_their_own_photo_and_takes_it_back_without_a_reason(client: Client, county: Cast) -> None:
    at = now()
    picture = files.portrait(a_picture())
    key = act.put_up(by=county.xu.viewer(at), at=at, person_id=county.ma.person_id, picture=picture)
    me = seat(county.ma)
    page = me.get("/desk/staff/photo/").content.decode()
    assert f"/officials/photos/{key}/" in page
    assert "不放我的照片" in page
    own = f"/desk/staff/people/{county.ma.person_id}/photo/"
    assert me.post(own, {"what": "withdraw"}).status_code == 302
    assert client.get(f"/officials/photos/{key}/").status_code == 404
    assert "本人说不放照片" in me.get(own).content.decode()
    others = seat(county.xu)
    assert "本人说不放照片" in others.get(own).content.decode()
    assert "放上去" not in others.get(own).content.decode()
    answer = others.post(own, {"what": "put", "photo": upload(a_picture())})
    assert (answer.status_code, "只有本人能再放" in answer.content.decode()) == (422, True)
    assert me.post(own, {"what": "put", "photo": upload(a_picture())}).status_code == 302
    assert "这个岗位不公开" in seat(county.li).get("/desk/staff/photo/").content.decode()


def test_nobody_else_reaches_the_page_of_a_photo(county: Cast) -> None:
    own = f"/desk/staff/people/{county.ma.person_id}/photo/"
    for who in ("chen", "li", "wu", "tang", "zheng"):
        assert seat(getattr(county, who)).get(own).status_code == 404, who
        assert seat(getattr(county, who)).post(own, {"what": "withdraw"}).status_code == 404, who


@row("R-337")
def test_the_board_for_the_square_tells_who_leads_with_telephone_and_work(client: Client, county: Cast) -> None:
    duty.set_hours(
        by=county.xu.viewer(now()), at=now(), official_id=county.tang.official_id, words="分管农业、水利", what="work"
    )
    page = client.get(f"/officials/{COUNTY}/board/?size=a3").content.decode()
    assert county.tang.name in page
    assert "分管农业、水利" in page
    assert county.ma.name not in page  # the town's own board tells the town's
    assert county.ma.name in client.get(f"/officials/{HUAISHUPING}/board/").content.decode()
    assert f"/officials/{COUNTY}/board/" in client.get("/officials/").content.decode()
    assert client.get("/officials/990102101201/board/").status_code == 404
    english = client.get(f"/officials/{COUNTY}/board/", headers={"accept-language": "en"}).content.decode()
    assert "whom to see" in english


@row("R-054", "R-117")
def test_a_card_carries_the_photo_where_the_countys_cards_do(county: Cast) -> None:
    at = now()
    luo = make.an_official(
        county.bodies.village, name="卢书记", title="书记", place_code=HUAISHUPING, listed=True, role="official"
    )
    links.end_link(by=make.SYSTEM, at=at, link_id=county.zhang_link)
    make.a_link(luo.official_id, county.zhang_household, at)
    without = paper.preview(county.xu.viewer(at), "card", HUAISHUPING, at, origin="https://example.org")
    act.put_up(by=county.xu.viewer(at), at=at, person_id=luo.person_id, picture=files.portrait(a_picture("firebrick")))
    carried = paper.preview(county.xu.viewer(at), "card", HUAISHUPING, at, origin="https://example.org")
    assert b"/DCTDecode" not in without
    assert b"/DCTDecode" in carried
    letter = paper.preview(county.xu.viewer(at), "letter", HUAISHUPING, at, origin="https://example.org")
    assert b"/DCTDecode" not in letter


def test_the_pages_are_there_in_english(county: Cast) -> None:
    page = seat(county.ma, language="en").get("/desk/staff/photo/").content.decode()
    assert "My photo" in page
    assert "No photo of me" in page
