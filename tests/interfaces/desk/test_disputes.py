"""Disputes: two sides that read nothing of each other, a mediator, an agreement, and days on which it is asked for."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext

from huiyin.casework.actions import erasing
from huiyin.casework.actions import mediation as actions
from huiyin.casework.actions.erasing import forget_sides
from huiyin.casework.actions.mediation import Told
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import FollowUp, Matter, Mediation, Side
from huiyin.core.models import Event, Look
from huiyin.core.now import now
from huiyin.core.vault import Damaged, vault
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import erasure, people
from huiyin.register.queries.days import today
from tests import factories as make
from tests.cast import HUAISHUPING, ZHANG_PHONE, Cast, Member
from tests.interfaces.desk.seat import seat
from tests.rooms.casework.withdrawn import withdraw
from tests.rows import row

LIST, NEW = "/desk/early/disputes/", "/desk/early/disputes/new/"
OTHER = "16000004321"
A, B = "他家的树根把我家墙拱裂了", "树是爷爷那辈栽的，墙是后砌的"
ABOUT = "两家之间有一棵核桃树，挨着院墙；墙上有一道裂缝。"


@pytest.fixture(autouse=True)
def _county(cast: Cast) -> None:
    make.put_in_force(at=now())


def told(**given: str) -> Told:
    words = {
        "sort": "neighbours",
        "place_code": HUAISHUPING,
        "title": "核桃树和院墙",
        "about": ABOUT,
        "a_name": "张丽华",
    }
    words |= {"a_phone": ZHANG_PHONE, "a_words": A, "b_name": "邓石头", "b_phone": OTHER, "b_words": B}
    return Told(**{**words, **given})


def registered(cast: Cast, **given: str) -> Matter:
    at = now()
    return actions.register(by=cast.chen.viewer(at), at=at, told=told(**given)).matter


def mediated(cast: Cast, **given: str) -> Matter:
    matter, at = registered(cast, **given), now()
    actions.name_mediator(by=cast.ma.viewer(at), at=at, matter_id=matter.id, mediator=cast.luo.person_id)
    return matter


def agreed(cast: Cast) -> Matter:
    matter, at = mediated(cast), now()
    by, day = cast.luo.viewer(at), at.date() - timedelta(days=1)
    actions.meet(by=by, at=at, matter_id=matter.id, on=day, where="村委会", came="ab", note="说到了修墙的钱")
    actions.agree(by=by, at=at, matter_id=matter.id, agreement="树修枝，墙两家各出一半，月底前修好。")
    return matter


def later(days: int) -> Any:
    return now() + timedelta(days=days)


def page(matter: Matter) -> str:
    return f"{LIST}{matter.code}/"


@row("R-221")
def test_a_dispute_is_registered_once_as_a_matter_with_both_sides(cast: Cast) -> None:
    client = seat(cast.chen)
    sent = {"key": str(uuid4()), "channel": "counter", **vars(told())}
    assert [client.post(NEW, sent).status_code for _ in range(2)] == [302, 302]
    matter = Matter.objects.get()
    assert (matter.kind, matter.nature, matter.topic, matter.text) == ("dispute", "dispute", "dispute", ABOUT)
    assert [one.letter for one in Side.objects.all()] == ["a", "b"]
    assert Side.objects.get(letter="a").household_id == cast.zhang_household
    assert "核桃树和院墙" in client.get(LIST).content.decode()
    empty = client.post(NEW, {"key": str(uuid4()), "channel": "counter"})
    assert (empty.status_code, empty.content.decode().count("hy-field is-wrong")) == (422, 9)


@row("R-221")
def test_only_the_mediator_reads_the_words_of_both_sides_and_it_leaves_a_trace(cast: Cast) -> None:
    matter = mediated(cast)
    client = seat(cast.luo)
    assert A not in client.get(page(matter)).content.decode()
    html = client.post(page(matter), {"do": "read"}).content.decode()
    assert (A in html, B in html) == (True, True)
    assert Look.objects.filter(kind="dispute.words", person_id=cast.luo.person_id).count() == 1
    for other in (cast.chen, cast.zhou, cast.ma, cast.li, cast.tang, cast.zhao):
        seen = seat(other)
        for address in (page(matter), LIST, f"/desk/matters/{matter.code}/"):
            html = seen.get(address).content.decode()
            assert (A in html, B in html, "邓石头" in html) == (False, False, False), (other.name, address)
        assert seen.post(page(matter), {"do": "read"}).status_code in (403, 404)
    assert seat(cast.wu).get(page(matter)).status_code == 404


@row("R-221")
def test_the_sides_words_lie_under_keys_of_their_own_and_in_no_clear_column(cast: Cast) -> None:
    registered(cast)
    one, other = Side.objects.all()
    column = {"table": "casework.side", "column": "words"}
    for side, words in ((one, A), (other, B)):
        kept = side.words or b""
        assert words.encode() not in bytes(kept)
        assert vault().open(f"side:{side.id}", **column, row=str(side.id), sealed=kept) == words
    with pytest.raises(Damaged):
        vault().open(f"side:{one.id}", **column, row=str(other.id), sealed=other.words or b"")
    told_of = "".join(str(one.data) for one in Event.objects.all())
    assert (A in told_of, B in told_of, "邓石头" in told_of) == (False, False, False)


@row("R-221")
def test_no_relative_and_nobody_with_a_part_mediates_and_the_mediator_gets_no_part(cast: Cast) -> None:
    matter, at = registered(cast), now()

    def name(who: Any) -> None:
        actions.name_mediator(by=cast.ma.viewer(at), at=at, matter_id=matter.id, mediator=who)

    take_step(by=cast.chen.viewer(at), at=at, matter_id=matter.id, step="accept", given={})
    given: dict[str, Any] = {"owner": cast.bodies.town, "handler": cast.li.person_id, "supervisor": cast.zhao.person_id}
    given |= {"topic": "dispute", "nature": "dispute", "way": "pass_for_handling"}
    with pytest.raises(Refused, match="not_allowed"):
        actions.name_mediator(by=cast.li.viewer(at), at=at, matter_id=matter.id, mediator=cast.luo.person_id)
    name(cast.luo.person_id)
    with pytest.raises(Refused, match="conflict_excluded"):
        mine = given | {"handler": cast.luo.person_id, "owner": cast.bodies.village}
        take_step(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, step="assign", given=mine)
    take_step(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, step="assign", given=given)
    for part in (cast.li, cast.zhao):
        with pytest.raises(Refused, match="mediator_has_part"):
            name(part.person_id)


@row("R-221", "SG-45")
def test_family_of_a_side_does_not_mediate_also_when_it_becomes_family_later(cast: Cast) -> None:
    matter, at = mediated(cast), now()
    family_of(cast, cast.bai)
    with pytest.raises(Refused, match="mediator_is_kin"):
        actions.name_mediator(by=cast.ma.viewer(at), at=at, matter_id=matter.id, mediator=cast.bai.person_id)
    family_of(cast, cast.luo)
    with pytest.raises(Missing):
        actions.read(by=cast.luo.viewer(at), at=at, matter_id=matter.id)


def family_of(cast: Cast, member: Member) -> None:
    """Make an official a relative of the side that came."""
    people.add_kin(by=make.SYSTEM, at=now(), person_id=cast.zhang_id, relative_id=member.person_id, relation="sibling")


@row("R-221")
def test_an_agreement_needs_both_heard_and_both_at_one_table(cast: Cast) -> None:
    matter, at = mediated(cast, b_words=""), now()
    by, day = cast.luo.viewer(at), at.date() - timedelta(days=1)
    with pytest.raises(Refused, match="both_not_heard"):
        actions.agree(by=by, at=at, matter_id=matter.id, agreement="各让一步")
    actions.hear(by=by, at=at, matter_id=matter.id, letter="b", words=B)
    actions.meet(by=by, at=at, matter_id=matter.id, on=day, where="村委会", came="a")
    actions.meet(by=by, at=at, matter_id=matter.id, on=day, where="村委会", came="b")
    client = seat(cast.luo)
    wrong = client.post(page(matter), {"do": "agree", "agreement": "各让一步"})
    assert (wrong.status_code, "各让一步" in wrong.content.decode()) == (422, True)
    met = {"do": "meet", "on": day.isoformat(), "where": "村委会", "came_a": "1", "came_b": "1"}
    assert client.post(page(matter), met).status_code == 302
    form = {"do": "agree", "agreement": "各让一步"}
    assert [client.post(page(matter), form).status_code for _ in range(2)] == [302, 302]
    dues = list(FollowUp.objects.values_list("due_on", flat=True))
    assert [(one - today_of(cast)).days for one in dues] == [30, 90]


def today_of(cast: Cast) -> date:
    return today(cast.chen.viewer(now()), now())


@row("R-221")
def test_on_its_day_both_are_asked_by_somebody_else_and_a_broken_agreement_opens_it_again(cast: Cast) -> None:
    matter, at = agreed(cast), later(31)
    first = FollowUp.objects.order_by("due_on")[0]
    with pytest.raises(Refused, match="not_due"):
        actions.ask(by=cast.he.viewer(now()), at=now(), follow_up_id=first.id, letter="a", word="kept")
    for who, code in ((cast.luo, "not_allowed"), (cast.li, "not_allowed")):
        with pytest.raises(Refused, match=code):
            actions.ask(by=who.viewer(at), at=at, follow_up_id=first.id, letter="a", word="kept")
    number = actions.reveal(by=cast.he.viewer(at), at=at, follow_up_id=first.id, letter="b")
    assert (number, Look.objects.filter(kind="dispute.phone").count()) == (OTHER, 1)
    actions.ask(by=cast.he.viewer(at), at=at, follow_up_id=first.id, letter="a", word="kept")
    with pytest.raises(Refused, match="already_done"):
        actions.ask(by=cast.he.viewer(at), at=at, follow_up_id=first.id, letter="a", word="broken")
    actions.ask(by=cast.he.viewer(at), at=at, follow_up_id=first.id, letter="b", word="broken", words="钱没有给")
    mediation = Mediation.objects.get()
    assert (mediation.state, mediation.broken) == ("open", 1)
    assert not FollowUp.objects.filter(ended_at__isnull=True).exists()
    again = actions.agree(by=cast.luo.viewer(at), at=at, matter_id=matter.id, agreement="月底前当面付清。")
    assert (again.state, FollowUp.objects.filter(ended_at__isnull=True).count()) == ("agreed", 2)


@row("R-221")
def test_a_broken_agreement_takes_an_answered_matter_up_again(cast: Cast) -> None:
    matter, at = agreed(cast), now()
    take_step(by=cast.chen.viewer(at), at=at, matter_id=matter.id, step="accept", given={})
    given = {"topic": "dispute", "nature": "dispute", "way": "direct_answer", "reply": "两家已经谈拢，照协议办。"}
    take_step(by=cast.chen.viewer(at), at=at, matter_id=matter.id, step="answer", given=given)
    at = later(31)
    first = FollowUp.objects.order_by("due_on")[0]
    actions.ask(by=cast.he.viewer(at), at=at, follow_up_id=first.id, letter="b", word="broken")
    matter.refresh_from_db()
    assert (matter.state, matter.reopened) == ("reopened", 1)


@row("R-221", "SG-01")
def test_what_a_side_says_of_an_official_holds_the_whole_of_it(cast: Cast) -> None:
    matter = registered(cast, a_words="村支书罗大勇偏袒他家。")
    matter.refresh_from_db()
    assert matter.held
    for reader in (cast.luo, cast.ma, cast.chen, cast.zhou):
        client = seat(reader)
        assert "核桃树" not in client.get(LIST).content.decode()
        assert client.get(page(matter)).status_code == 404
    heard, at = mediated(cast, title="水沟改道", b_words=""), now()
    actions.hear(by=cast.luo.viewer(at), at=at, matter_id=heard.id, letter="b", words="马国强收了他家的好处。")
    heard.refresh_from_db()
    assert heard.held
    with pytest.raises(Missing):
        actions.read(by=cast.luo.viewer(at), at=at, matter_id=heard.id)


@row("R-221", "SG-01")
def test_a_dispute_with_an_official_of_the_place_is_held_by_the_name_or_by_the_number(cast: Cast) -> None:
    home, _ = make.a_household(HUAISHUPING, head="罗家")
    people.add_resident(by=make.SYSTEM, at=now(), household_id=home, person_id=cast.luo.person_id, phone=OTHER)
    for given in ({"b_name": cast.luo.name, "b_phone": "16000008765"}, {"b_name": "大勇"}):
        matter = registered(cast, **given)
        matter.refresh_from_db()
        assert matter.held
        assert cast.luo.person_id in matter.conflicts.values_list("person_id", flat=True)
        for near in (cast.luo, cast.ma, cast.li):
            client = seat(near)
            assert client.get(page(matter)).status_code == 404
            assert "核桃树" not in client.get(LIST).content.decode()


@row("R-221", "SG-01")
def test_a_dispute_by_a_number_that_an_official_shares_with_their_family_is_held(cast: Cast) -> None:
    home, _ = make.a_household(HUAISHUPING, head="罗家")
    people.add_resident(by=make.SYSTEM, at=now(), household_id=home, name="秦小梅", relation="spouse", phone=OTHER)
    people.add_resident(by=make.SYSTEM, at=now(), household_id=home, person_id=cast.luo.person_id, phone=OTHER)
    matter = registered(cast, b_name="叶子")
    matter.refresh_from_db()
    assert matter.held
    assert cast.luo.person_id in matter.conflicts.values_list("person_id", flat=True)
    assert seat(cast.luo).get(page(matter)).status_code == 404


@row("R-221", "SG-01")
def test_a_dispute_by_the_number_an_official_is_on_duty_with_is_held(cast: Cast) -> None:
    ding = make.an_official(cast.bodies.village, name="丁一平", title="会计", duty_phone="160-0000-4321")
    matter = registered(cast, b_name="叶子")
    matter.refresh_from_db()
    assert matter.held
    assert ding.person_id in matter.conflicts.values_list("person_id", flat=True)


@row("R-221", "SG-17")
def test_of_one_number_in_a_family_the_side_is_whom_it_names(cast: Cast) -> None:
    people.add_resident(
        by=make.SYSTEM, at=now(), household_id=cast.zhang_household, name="张小宝", relation="child", phone=ZHANG_PHONE
    )
    registered(cast, a_name="张小宝")
    side = Side.objects.get(letter="a")
    assert side.person_id not in (None, cast.zhang_id)


@row("R-221", "SG-17")
def test_who_is_erased_leaves_no_word_in_a_dispute_that_is_over(cast: Cast) -> None:
    _, person = make.a_household(HUAISHUPING, head="邓石头", phone=OTHER)
    matter, at = agreed(cast), now()
    first = FollowUp.objects.order_by("due_on")[0]
    late = later(31)
    actions.ask(by=cast.he.viewer(late), at=late, follow_up_id=first.id, letter="b", word="kept", words="钱给了")
    assert forget_sides(by=make.SYSTEM, at=at, person_id=person) == 1
    withdraw(by=make.SYSTEM, at=at, matter_id=matter.id)
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert forget_sides(by=make.SYSTEM, at=at, person_id=person) == 0
    gone, stays = Side.objects.get(letter="b"), Side.objects.get(letter="a")
    assert (gone.name, gone.phone, gone.words, gone.said.get().words) == (None, None, None, None)
    assert stays.words is not None
    assert not vault().exists(f"side:{gone.id}")


@row("R-221", "SG-17", "SG-48")
def test_who_is_erased_while_a_dispute_is_open_leaves_it_when_it_ends(cast: Cast) -> None:
    matter, at = agreed(cast), now()
    asked = erasure.ask_erasure(by=cast.xu.viewer(at), at=at, person_id=cast.zhang_id, reason="wish")
    erasure.decide_erasure(by=cast.ma.viewer(at), at=at, erasure_id=asked)
    with TestCase.captureOnCommitCallbacks(execute=True):
        erasing.carry_out(by=erasing.ERASER, at=at, erasure_id=asked, person_id=cast.zhang_id)
    assert Side.objects.get(letter="a").words is not None, "they are needed while it is open"
    withdraw(by=make.SYSTEM, at=at, matter_id=matter.id)
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert erasing.at_end(by=erasing.ERASER, at=at) and not erasing.at_end(by=erasing.ERASER, at=at)
    gone, stays = Side.objects.get(letter="a"), Side.objects.get(letter="b")
    assert (gone.name, gone.phone, gone.words) == (None, None, None) and stays.words is not None
    assert not vault().exists(f"side:{gone.id}")


@pytest.mark.once
def test_the_pages_ask_as_much_for_one_as_for_thirty(cast: Cast) -> None:
    client, asked = seat(cast.ma), []
    for many in (1, 29):
        for number in range(many):
            registered(cast, title=f"院墙{many}批{number}")
        client.get(LIST)
        with CaptureQueriesContext(connection) as found:
            assert client.get(LIST).status_code == 200
        asked.append(len(found))
    assert asked[0] == asked[1] <= 12, asked
    client, matter = seat(cast.he), agreed(cast)
    client.get(page(matter))
    with CaptureQueriesContext(connection) as found:
        assert client.get(page(matter)).status_code == 200
    assert len(found) <= 15, len(found)
