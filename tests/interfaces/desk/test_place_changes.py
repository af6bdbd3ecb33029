"""Joining, dividing and renaming places at the desk: looked at first, done once, taken back."""

import re
from dataclasses import replace

import pytest
from django.test import Client

from huiyin.core.now import now
from huiyin.register.models import Household, Place, PlaceChange
from tests import factories as make
from tests.cast import COUNTY, GROUP_THREE, HUAISHUPING, LIUWAN, SHANGHE, SHIQIAO, Cast
from tests.interfaces.desk.seat import seat
from tests.rows import row

pytestmark = pytest.mark.django_db
PAGE = "/desk/places/change/"
WHY = {"why": "县政府批复", "source": "望政复〔2026〕7号"}


@pytest.fixture
def desk(cast: Cast) -> Client:
    make.put_in_force(at=now())
    make.an_official(cast.bodies.village, name="石桥支书", title="支书", role="official", place_code=SHIQIAO)
    for _ in range(3):
        make.a_household(SHIQIAO)
    return seat(cast.xu)


def text(desk: Client, path: str) -> str:
    return desk.get(path).content.decode()


def fields(page: str) -> dict[str, list[str]]:
    """The hidden fields of the form on a page that shows what would happen."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page):
        found.setdefault(name, []).append(value)
    return found


@row("R-024")
def test_a_village_is_joined_to_another_after_a_look_at_what_it_touches(desk: Client, cast: Cast) -> None:
    assert f"{PAGE}?under={SHIQIAO}" in text(desk, f"/desk/places/?under={SHIQIAO}")
    sent = {"key": "7a1f3c52-6f1d-4a55-9a53-0d4b1c1e9f21", "under": SHIQIAO, "kind": "merged", "do": "look"}
    bare = desk.post(PAGE, sent)
    assert (bare.status_code, "这一项还没有填" in bare.content.decode()) == (422, True)
    look = desk.post(PAGE, sent | WHY | {"into": HUAISHUPING})
    shown = look.content.decode()
    assert look.status_code == 200
    assert all(words in shown for words in ("动到 3 户", "石桥支书", "没办完的事项", "槐树坪村"))
    assert Household.objects.filter(place_code=SHIQIAO).count() == 3
    again = fields(shown) | {"do": ["back"]}
    assert "县政府批复" in desk.post(PAGE, again).content.decode()
    for _ in range(2):
        done = desk.post(PAGE, fields(shown) | {"do": ["change"]})
        assert done.status_code == 302
    made = PlaceChange.objects.get()
    assert (made.why, made.source, made.households) == (WHY["why"], WHY["source"], 3)
    page = text(desk, f"/desk/places/changes/{made.pk}/")
    assert all(words in page for words in ("柳湾镇 石桥村", "柳湾镇 槐树坪村", "整个收回", "许平"))
    old = text(desk, f"/desk/places/?under={SHIQIAO}")
    assert "现在是" in old
    assert HUAISHUPING in old
    assert PAGE not in old
    assert desk.get(f"{PAGE}?under={SHIQIAO}").status_code == 404
    assert "石桥村" not in text(desk, f"/desk/links/coverage/?under={Place.objects.get(code=HUAISHUPING).parent_code}")
    taken = {"key": "7a1f3c52-6f1d-4a55-9a53-0d4b1c1e9f22"}
    for _ in range(2):
        assert desk.post(f"/desk/places/changes/{made.pk}/", taken).status_code == 302
    assert Household.objects.filter(place_code=SHIQIAO).count() == 3
    assert "已收回" in text(desk, f"/desk/places/changes/{made.pk}/")


@row("R-024")
def test_a_village_is_divided_and_the_rest_told_apart_afterwards(desk: Client, cast: Cast) -> None:
    homes = list(Household.objects.filter(place_code=SHIQIAO).order_by("code").values_list("code", flat=True))
    key = "7a1f3c52-6f1d-4a55-9a53-0d4b1c1e9f23"
    sent = {"key": key, "under": SHIQIAO, "kind": "split", **WHY, "name_1": "石桥东村", "homes_1": f"{homes[0]}\n"}
    few = desk.post(PAGE, sent | {"do": "look"})
    assert (few.status_code, "至少要写两处" in few.content.decode()) == (422, True)
    assert re.search(rf'id="id_homes_1"[^>]*>{homes[0]}\s*</textarea>', few.content.decode())
    assert re.search(r'id="id_homes_2"[^>]*></textarea>', few.content.decode())
    sent |= {"name_2": "石桥西村", "homes_2": homes[1]}
    shown = desk.post(PAGE, sent | {"do": "look"}).content.decode()
    assert "石桥村（未分清）" in shown
    assert desk.post(PAGE, fields(shown) | {"do": ["change"]}).status_code == 302
    rest = text(desk, f"/desk/places/?under={SHIQIAO}")
    assert "还没分清归哪一处" in rest
    assert "kind=placed" in rest
    east = Place.objects.get(name="石桥东村", until=None).code
    form = text(desk, f"{PAGE}?under={SHIQIAO}&kind=placed")
    assert "石桥东村" in form
    sent = {"key": key[:-1] + "4", "under": SHIQIAO, "kind": "placed", **WHY, "into_1": east, "rest_1": "1"}
    shown = desk.post(PAGE, sent | {"do": "look"}).content.decode()
    assert desk.post(PAGE, fields(shown) | {"do": ["change"]}).status_code == 302
    assert Household.objects.filter(place_code=east).count() == 2
    assert not Place.objects.filter(code=SHIQIAO, until=None).exists()


def test_what_is_sent_wrongly_is_a_sentence_and_no_error(desk: Client, cast: Cast) -> None:
    key = {"key": "7a1f3c52-6f1d-4a55-9a53-0d4b1c1e9f25"}
    for sent in (
        {"kind": "merged", "into": "x", "on": "gestern"},
        {"kind": "split", "into_1": SHIQIAO, "name_2": "x", "takes_2": GROUP_THREE},
        {"kind": "recoded", "code": "12"},
        {"kind": "renamed", "name": "槐树坪村"},
        {"kind": "merged", "into": HUAISHUPING, "do": "change", "seen": "99"},
        {"kind": "merged", "into": HUAISHUPING, "do": "change", "seen": "three"},
        {"kind": "merged", "into": HUAISHUPING, "do": "change", "seen": "9" * 5_000},
        {"kind": "merged", "into": "\x00", "others": "\x00"},
        {"kind": "renamed", "name": "长" * 61},
        {"kind": "split", "into_1": SHIQIAO, "name_2": "东村", "code_2": "\x00", "homes_2": "\x00X"},
    ):
        answer = desk.post(PAGE, {**key, "under": SHIQIAO, **WHY, **sent})
        assert (answer.status_code, "hy-error" in answer.content.decode()) == (422, True), sent
    assert desk.post(PAGE, {**key, "under": "\x00"}).status_code == 404
    for path in (f"?under={COUNTY}", f"?under={SHIQIAO}&kind=placed", f"?under={SHIQIAO}&kind=x", "?under=99"):
        assert desk.get(f"{PAGE}{path}").status_code == 404
    assert seat(cast.li).get(f"{PAGE}?under={SHIQIAO}").status_code == 403
    made = make.places_merged([SHIQIAO], SHANGHE, now())
    assert seat(cast.zheng).get(f"/desk/places/changes/{made}/").status_code in (403, 404)


@row("R-024")
def test_taking_back_is_offered_to_who_edits_all_its_places(desk: Client, cast: Cast) -> None:
    made = make.places_merged([SHIQIAO], SHANGHE, now())
    near = make.an_official(cast.bodies.town, name="镇管理员", role="admin", place_code=LIUWAN)
    town = seat(replace(cast.xu, account_id=make.account_of(near).pk))
    page = f"/desk/places/changes/{made}/"
    assert "整个收回" in text(desk, page)
    assert "整个收回" not in text(town, page)
    assert town.post(page, {"key": "7a1f3c52-6f1d-4a55-9a53-0d4b1c1e9f26"}).status_code == 404
