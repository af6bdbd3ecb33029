"""Posts and single links at the desk: put right, moved, given; one link ended; some households passed on."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from huiyin.core.models import Event, Official
from huiyin.core.now import now
from huiyin.register.actions import links, staff
from huiyin.register.models import Announcement, Delegation, Handover, Link, Post
from tests import factories as make
from tests.cast import HUAISHUPING, Cast
from tests.interfaces.desk.seat import appointed, seat
from tests.rows import row

pytestmark = pytest.mark.django_db


@pytest.fixture
def xu(cast: Cast) -> Client:
    """Who keeps the register, under the rulebook of today."""
    make.put_in_force(at=now())
    return seat(cast.xu)


def keyed(**given: str) -> dict[str, Any]:
    """What a form of its own sends."""
    return {**given, "key": str(uuid4())}


@row("R-050", "R-059")
def test_a_wrong_day_and_title_of_a_post_are_put_right_and_stay_readable(xu: Client, cast: Cast) -> None:
    post = Post.objects.get(pk=cast.li.post_id)
    there = f"/desk/staff/posts/{post.pk}/"
    assert there in xu.get(f"/desk/staff/people/{cast.li.person_id}/").content.decode()
    assert f'value="{post.since.isoformat()}"' in xu.get(there).content.decode()
    until = now().date() + timedelta(days=30)
    staff.delegate(
        by=make.SYSTEM, at=now(), post_id=post.pk, to_person_id=cast.bai.person_id, since=post.since, until=until
    )
    since = (post.since + timedelta(days=3)).isoformat()
    given = keyed(title="农业站长", since=since, until="")
    answers = [xu.post(there, given) for _ in range(2)]
    assert [(one.status_code, one["Location"]) for one in answers] == [
        (302, f"/desk/staff/people/{cast.li.person_id}/")
    ] * 2
    right = Post.objects.get(official=cast.li.official_id, replaced_at=None)
    assert (right.title, right.since.isoformat(), right.until) == ("农业站长", since, None)
    assert Post.objects.exclude(replaced_at=None).get(pk=post.pk).title == post.title
    assert Delegation.objects.get().post_id == right.pk
    stale = [xu.get(there), xu.post(there, keyed(title="站长", since=since, until="")), xu.get(f"{there}move/")]
    person = f"/desk/staff/people/{cast.li.person_id}/"
    assert [(one.status_code, one.headers.get("Location")) for one in stale] == [(302, person)] * 3
    shown = xu.get(person).content.decode()
    assert "您打开以后，这个岗位改过了或者到期了" in shown
    again = xu.post(person, keyed(do="end", post=str(post.pk), until=""))
    assert "这个岗位的登记改正过" in again.content.decode()
    assert xu.get(f"/desk/staff/posts/{uuid4()}/").status_code == 404


@row("R-050")
@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"title": "", "since": "2026-01-05"}, "title"),
        ({"title": "站长", "since": ""}, "since"),
        ({"title": "站长", "since": "2026-02-30"}, "since"),
        ({"title": "站长", "since": "2026-02-03", "until": "2026-01-05"}, "until"),
    ],
)
def test_what_is_wrong_with_a_post_stands_at_its_field(
    xu: Client, cast: Cast, given: dict[str, str], field: str
) -> None:
    answer = xu.post(f"/desk/staff/posts/{cast.li.post_id}/", keyed(**given))
    assert answer.status_code == 422
    assert f'id="id_{field}-error"' in answer.content.decode()


def test_nobody_puts_their_own_post_right_moves_or_appoints_themselves(xu: Client, cast: Cast) -> None:
    for what in ("", "move/"):
        assert xu.get(f"/desk/staff/posts/{cast.xu.post_id}/{what}").status_code == 404
    own = Official.objects.get(pk=cast.xu.official_id).number
    given = keyed(name="许平", number=own, role="leader", title="县长", responsibility="main", kind="official")
    answer = xu.post(f"/desk/staff/{cast.bodies.office}/appoint/", given)
    assert "自己的岗位请别的同事来记" in answer.content.decode()


@row("R-050", "R-094")
def test_somebody_moves_to_another_post_without_a_day_between(xu: Client, cast: Cast) -> None:
    there = f"/desk/staff/posts/{cast.li.post_id}/move/"
    assert there in xu.get(f"/desk/staff/people/{cast.li.person_id}/").content.decode()
    assert "调到哪个单位" in xu.get(there).content.decode()
    lacks = xu.post(there, keyed(body="没有的单位", role="handler", title="科员", responsibility="handler"))
    assert 'id="id_body-error"' in lacks.content.decode()
    unknown = keyed(body="农业农村局", role="nothing", title="科员", responsibility="handler")
    assert 'id="id_role-error"' in xu.post(there, unknown).content.decode()
    name = Post.objects.get(pk=cast.bai.post_id).body.name
    given = keyed(body=name, role="handler", title="科员", responsibility="handler")
    assert [xu.post(there, given).status_code for _ in range(2)] == [302, 302]
    before = Post.objects.get(pk=cast.li.post_id)
    after = Post.objects.get(official=cast.li.official_id, until=None)
    assert (before.until, after.body.name) == (after.since, name)


@row("R-050", "R-053")
def test_somebody_is_appointed_once_and_who_serves_gets_one_post_more(xu: Client, cast: Cast) -> None:
    there = f"/desk/staff/{cast.bodies.village}/appoint/"
    assert there in xu.get(f"/desk/staff/{cast.bodies.village}/").content.decode()
    assert "工号" in xu.get(there).content.decode()
    whole = {"name": "孔令", "number": "V-77", "role": "official", "title": "村代办员", "responsibility": "handler"}
    for lacks in ("name", "number", "role", "title"):
        assert f'id="id_{lacks}-error"' in xu.post(there, keyed(**whole | {lacks: ""})).content.decode()
    given = keyed(**whole, kind="agent", duty_phone="16000007777")
    assert [xu.post(there, given).status_code for _ in range(2)] == [302, 302]
    fresh = Official.objects.get(number="V-77")
    assert (fresh.person.name, fresh.kind) == ("孔令", "agent")
    wrong = xu.post(there, keyed(**whole | {"name": "别人", "title": "会计"}))
    assert "这个工号是另一位干部的" in wrong.content.decode()
    assert xu.post(there, keyed(**whole | {"role": "handler", "title": "会计"})).status_code == 302
    assert Post.objects.filter(official=fresh).count() == 2
    town = seat(appointed("高远", cast.bodies.other_town, "admin", "登记员"))
    assert town.get(there).status_code == 404
    assert town.get(f"/desk/staff/posts/{cast.li.post_id}/").status_code == 404


def end(cast: Cast, link: UUID | None = None) -> str:
    """The address where a link of the household of the cast ends."""
    return f"/desk/households/{cast.zhang_household}/links/{link or cast.zhang_link}/end/"


@row("R-063", "R-094")
def test_one_link_ends_with_a_reason_and_what_is_left_uncovered_is_said(xu: Client, cast: Cast) -> None:
    assert end(cast) in xu.get(f"/desk/households/{cast.zhang_household}/").content.decode()
    shown = xu.get(end(cast)).content.decode()
    assert "这一户没有联户干部" in shown
    assert f"/desk/links/handovers/{cast.luo.official_id}/?some=1&amp;household={cast.zhang_household}" in shown
    assert "请选为什么结束" in xu.post(end(cast), keyed()).content.decode()
    assert 'id="id_until-error"' in xu.post(end(cast), keyed(why="retired", until="1990-01-01")).content.decode()
    assert "告诉这一户" in shown
    given = keyed(why="retired", tell="moved")
    assert [xu.post(end(cast), given).status_code for _ in range(2)] == [302, 302]
    assert not Link.objects.filter(pk=cast.zhang_link, until=None).exists()
    assert Event.objects.get(name="register.link_ended").data["why"] == "retired"
    assert Announcement.objects.get(cause_id=cast.zhang_link).household_id == cast.zhang_household
    assert xu.get(end(cast)).status_code == 404


@row("R-063")
def test_who_else_is_there_is_named_before_a_link_ends(xu: Client, cast: Cast) -> None:
    made = links.link(
        by=make.SYSTEM,
        at=now(),
        official_id=cast.bai.official_id,
        household_id=cast.zhang_household,
        kind="supporting",
    )
    shown = xu.get(end(cast, made)).content.decode()
    assert "结束以后，还有：罗大勇" in shown
    town = seat(appointed("高远", cast.bodies.other_town, "admin", "登记员"))
    assert town.get(end(cast)).status_code == 404
    assert town.post(end(cast), keyed(why="other")).status_code == 404


@row("R-094")
def test_some_households_pass_on_and_the_rest_stays(xu: Client, cast: Cast) -> None:
    other, _ = make.a_household(HUAISHUPING, head="王大山", at=now())
    rest = make.a_link(cast.luo.official_id, other, at=now())
    there = f"/desk/links/handovers/{cast.luo.official_id}/"
    shown = xu.get(f"{there}?some=1").content.decode()
    assert "要转的选一位" in shown
    assert "手上的事项给谁" not in shown
    given = {"some": "1", "why": "rotation", "do": "look"}
    assert "一户都没有选" in xu.post(there, keyed(**given)).content.decode()
    choice = {f"to_{cast.zhang_link}": str(cast.ma.official_id), f"to_{rest}": ""}
    looked = xu.post(there, keyed(**given, **choice))
    assert looked.status_code == 200
    assert "马国强" in looked.content.decode()
    assert 'name="some" value="1"' in looked.content.decode()
    assert 'value="moved" checked' in looked.content.decode()
    sent = keyed(**given | {"do": "hand_over", "tell": "nobody"}, **choice)
    assert [xu.post(there, sent).status_code for _ in range(2)] == [302, 302]
    now_led = Link.objects.get(household=cast.zhang_household, until=None)
    assert (now_led.official_id, now_led.kind) == (cast.ma.official_id, "lead")
    assert Link.objects.get(pk=rest).until is None
    assert not Announcement.objects.filter(household=cast.zhang_household).exists()
    row_ = Handover.objects.get()
    assert (row_.links, row_.villages) == (1, {})  # he leads somebody else in that village: matters stay


@row("R-094")
def test_matters_of_a_village_follow_where_nobody_is_led_there_any_more(xu: Client, cast: Cast) -> None:
    there = f"/desk/links/handovers/{cast.luo.official_id}/"
    sent = keyed(some="1", why="rotation", do="hand_over", **{f"to_{cast.zhang_link}": str(cast.ma.official_id)})
    assert xu.post(there, sent).status_code == 302
    assert Handover.objects.get().villages == {HUAISHUPING: str(cast.ma.person_id)}


def test_what_is_not_theirs_passes_with_nobody(xu: Client, cast: Cast) -> None:
    there = f"/desk/links/handovers/{cast.bai.official_id}/"
    sent = keyed(some="1", why="other", do="hand_over", **{f"to_{cast.zhang_link}": str(cast.ma.official_id)})
    assert xu.post(there, sent).status_code == 404
    same = f"/desk/links/handovers/{cast.luo.official_id}/"
    sent = keyed(some="1", why="other", do="hand_over", **{f"to_{cast.zhang_link}": str(cast.luo.official_id)})
    assert xu.post(same, sent).status_code == 422


@row("R-050")
def test_whoever_appoints_is_told_at_once_of_all_that_is_missing_and_gives_a_tier(xu: Client, cast: Cast) -> None:
    there = f"/desk/staff/{cast.bodies.village}/appoint/"
    wrong = xu.post(there, keyed(responsibility="handler", kind="official")).content.decode()
    assert [name for name in ("name", "number", "role", "title") if f'id="id_{name}-error"' not in wrong] == []
    for words in ("请写姓名。", "请写工号。", "请选角色。", "请写岗位名称。"):
        assert wrong.count(words) == 2, f"once on top, once at its field: {words}"
    given = keyed(name="孙新来", number="W9001", role="official", title="村主任", responsibility="handler")
    assert xu.post(there, {**given, "tier": "emperor"}).status_code == 422
    assert xu.post(there, {**given, "key": str(uuid4()), "tier": "village"}).status_code == 302
    assert Official.objects.get(number="W9001").tier == "village"
