"""What the register says of bodies and officials is seen at the desk: below whom, in which system, what kind, how they
stand in service."""

import re

import pytest
from django.test import Client

from huiyin.core.models import Official
from huiyin.core.now import now
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import staff as act
from tests import factories as make
from tests.cast import LIUWAN, Cast
from tests.interfaces.desk.seat import seat
from tests.rows import row

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk(cast: Cast) -> Client:
    make.put_in_force(at=now())
    return seat(cast.xu)


@row("R-047", "R-048")
def test_a_body_shows_what_is_under_it_and_leads_to_its_system(clerk: Client, cast: Cast) -> None:
    page = clerk.get(f"/desk/staff/{cast.bodies.town}/").content.decode()
    assert f'href="/desk/staff/{cast.bodies.village}/"' in page
    listed = re.search(r'href="(/desk/staff/\?system=[^"]+)"', page)
    assert listed
    found = clerk.get(listed.group(1)).content.decode()
    assert f'href="/desk/staff/{cast.bodies.town}/"' in found
    assert f'href="/desk/staff/{cast.bodies.farming}/"' not in found


@row("R-050", "R-051", "R-053")
def test_an_official_shows_number_kind_tier_and_how_they_stand_and_an_editor_changes_it(
    clerk: Client, cast: Cast
) -> None:
    made = make.an_official(cast.bodies.town, name="古力", title="民警", place_code=LIUWAN, kind="village_police")
    where = f"/desk/staff/people/{made.person_id}/"
    page = clerk.get(where).content.decode()
    assert all(words in page for words in ("联村民警", "在岗", Official.objects.get(pk=made.official_id).number))
    assert "联村民警" in clerk.get(f"/desk/staff/{cast.bodies.town}/").content.decode()
    key = re.findall(r'name="key" value="([0-9a-f-]{36})"', page)[0]
    sent = {"do": "classify", "key": key, "kind": "agent", "tier": "section_chief", "status": "probation"}
    assert clerk.post(where, sent).status_code == 302
    shown = clerk.get(where).content.decode()
    assert all(words in shown for words in ("代办员", "试用期"))
    row_ = Official.objects.get(pk=made.official_id)
    assert (row_.kind, row_.tier, row_.status) == ("agent", "section_chief", "probation")
    wrong = clerk.post(where, {"do": "classify", "kind": "robot", "tier": "", "status": "left"})
    assert wrong.status_code == 422
    assert Official.objects.get(pk=made.official_id).status == "probation"


@row("R-050")
def test_what_an_official_is_is_said_by_an_editor_of_the_place_and_never_of_oneself(cast: Cast) -> None:
    make.put_in_force(at=now())
    told = {"kind": "official", "tier": "", "status": "left"}
    with pytest.raises(Missing):
        act.classify_official(by=cast.xu.viewer(now()), at=now(), person_id=cast.xu.person_id, **told)
    with pytest.raises((Refused, Missing)):
        act.classify_official(by=cast.ma.viewer(now()), at=now(), person_id=cast.luo.person_id, **told)


@row("R-051", "R-052")
def test_the_countys_tiers_and_the_four_levels_stand_on_their_pages(clerk: Client, cast: Cast) -> None:
    tiers = make.county_book().county.tiers
    shown = clerk.get("/desk/programme/").content.decode()
    assert all(title in shown for title in tiers.values())
    for level in ("section", "charge"):
        make.an_official(cast.bodies.town, name=level, responsibility=level)
    body = clerk.get(f"/desk/staff/{cast.bodies.town}/").content.decode()
    assert all(words in body for words in ("主要责任人", "分管负责人", "科室负责人", "承办人员"))
