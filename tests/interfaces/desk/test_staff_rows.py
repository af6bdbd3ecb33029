"""What the register says of bodies and officials is seen at the desk: below whom, in which system, what kind, how they
stand in service."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from huiyin.core.models import Official
from huiyin.core.now import now
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import staff as act
from huiyin.register.queries import coverage, days, official_states
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
    told: dict[str, Any] = {"kind": "official", "tier": "", "status": "left"}
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


@row("R-050", "R-051", "R-059")
def test_what_an_official_was_stands_on_the_days_before_and_a_change_is_set_right(clerk: Client, cast: Cast) -> None:
    viewer, day = cast.xu.viewer(now()), days.today(cast.xu.viewer(now()), now())
    told: dict[str, Any] = {"by": viewer, "at": now(), "person_id": cast.luo.person_id, "kind": "official"}
    was = Official.objects.get(pk=cast.luo.official_id).tier
    first, second = day - timedelta(days=30), day - timedelta(days=10)
    one, other = [tier for tier in make.county_book().county.tiers if tier != was][:2]
    act.classify_official(**told, tier=one, status="probation", on=first)
    act.classify_official(**told, tier=other, status="in_office", on=second)
    page = f"/desk/staff/people/{cast.luo.person_id}/"
    titles = make.county_book().county.tiers
    then = clerk.get(f"{page}?day={(second - timedelta(days=1)).isoformat()}").content.decode()
    assert titles[one] in then
    assert titles[other] not in then
    at = now()
    loads = coverage.loads(days.back(viewer, at, second - timedelta(days=1)), at, under=LIUWAN)
    assert {row.tier for row in loads if row.person_id == cast.luo.person_id} == {one}
    with pytest.raises(Refused, match="stated_before"):
        act.classify_official(**told, tier=one, status="left", on=second - timedelta(days=1))
    with pytest.raises(Refused, match="day_ahead"):
        act.classify_official(**told, tier=one, status="left", on=day + timedelta(days=1))
    key = re.findall(r'name="key" value="([0-9a-f-]{36})"', clerk.get(page).content.decode())[0]
    sent = {
        "do": "classify",
        "key": key,
        "kind": "official",
        "tier": one,
        "status": "in_office",
        "on": second.isoformat(),
    }
    assert clerk.post(page, sent).status_code == 302
    states = official_states.before(cast.luo.official_id)
    assert [(row.tier, row.since, row.until) for row in states] == [(one, first, second), (was, None, first)]
    assert "以前是什么" in clerk.get(page).content.decode()


@row("R-052")
def test_an_item_of_a_body_is_written_down_changed_and_ended_on_its_page(clerk: Client, cast: Cast) -> None:
    where = f"/desk/staff/{cast.bodies.town}/"
    new = clerk.get(f"{where}remits/").content.decode()
    key = re.findall(r'name="key" value="([0-9a-f-]{36})"', new)[0]
    who = str(cast.ma.official_id)
    assert re.search(rf'<option value="{who}" selected', new)  # who holds such a post stands there already
    levels = dict.fromkeys(("main", "charge", "section", "handler"), who)
    sent = {"key": key, "name": "惠农补贴审核", "do": "put", **levels}
    wrong = clerk.post(f"{where}remits/", sent | {"charge": ""})
    assert (wrong.status_code, "这一项还没有填" in wrong.content.decode()) == (422, True)
    assert clerk.post(f"{where}remits/", sent).status_code == 302
    page = clerk.get(where).content.decode()
    assert page.count("惠农补贴审核") == 1
    assert page.count(f'/desk/staff/people/{cast.ma.person_id}/"') >= len(levels)
    its = re.findall(rf'href="({where}remits/[0-9a-f-]{{36}}/)"', page)[0]
    key = re.findall(r'name="key" value="([0-9a-f-]{36})"', clerk.get(its).content.decode())[0]
    assert clerk.post(its, {**sent, "key": key, "do": "end"}).status_code == 302
    assert "惠农补贴审核" not in clerk.get(where).content.decode()
    assert clerk.get(its).status_code == 404
    assert seat(cast.ma).get(f"{where}remits/").status_code in (403, 404)
