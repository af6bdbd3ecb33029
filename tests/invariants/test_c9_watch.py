"""Twenty households complain and pay for it: the open compartment tells of each, and nobody else of any (C9)."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from huiyin.casework.actions.aside import name_subjects
from huiyin.casework.actions.intake import Words, open_matter
from huiyin.casework.events.early import SideHeard
from huiyin.casework.models import Matter, Mediation, Move, Side
from huiyin.casework.queries import watch
from huiyin.casework.rules.codes import spoken
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.looks import look
from huiyin.core.models import Look
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing
from huiyin.programme.words import label
from huiyin.register.actions import staff
from huiyin.register.models import (
    Abode,
    Link,
    LinkExclusion,
    Membership,
    Objection,
    Phone,
    Relief,
    ReliefList,
    Resident,
)
from tests import factories as make
from tests.cast import HUAISHUPING, Cast
from tests.interfaces.desk.seat import seat
from tests.rooms.casework import compartment as keys
from tests.rooms.casework.compartment import ABOUT_LI
from tests.rows import row

pytestmark = pytest.mark.django_db
KINDS = (
    *("support_ended", "relief_struck", "relief_missing", "left_out", "record_changed", "link_ended"),
    *("resident_ended", "phone_changed", "looked_again", "matter_ended", "marked", "link_begun"),
    *("objection_refused", "looked_by_many", "disputed", "reporter_opened"),
)

PLAIN: dict[str, Any] = {"text": "路灯坏了。", "channel": "phone", "place_code": HUAISHUPING}


def named(number: int) -> tuple[str, str]:
    """Name and telephone of a household's head."""
    return f"邓石{'一二三四五六七八九十'[number % 10]}", f"1600001{1000 + number}"


def complained(cast: Cast, at: datetime, number: int) -> tuple[Matter, UUID, UUID]:
    """A household's complaint about Li, locked; its household and its head."""
    name, phone = named(number)
    home, person = make.a_household(HUAISHUPING, head=name, phone=phone)
    return complain(cast, at, number), home, person


def complain(cast: Cast, at: datetime, number: int) -> Matter:
    """What such a household complains of, locked."""
    name, phone = named(number)
    words = Words(
        text=f"{ABOUT_LI}第{number}家。",
        channel="phone",
        place_code=HUAISHUPING,
        reporter_name=name,
        reporter_phone=phone,
    )
    done = keys.hand_over(cast, at, open_matter(by=cast.chen.viewer(at), at=at, words=words).matter)
    assert done.locked
    return done


@action
def harm(
    *,
    by: Viewer,
    at: datetime,
    cast: Cast,
    kind: str,
    home: UUID,
    person: UUID,
    day: date,
    official: UUID | None = None,
) -> None:
    """What is done to a household on a day, as the register keeps it; by Li, or `official`."""
    rows = _in_the_register(at, cast, kind, home, person, day, official) or _in_a_matter(at, cast, kind, home, person)
    for one in rows:
        one.save()
    record(SideHeard(subject=str(home)), by=by, at=at)
    if kind == "looked_by_many":
        for who in (cast.li, cast.luo, cast.ma):
            look(by=who.viewer(at), kind="household", subject=f"household:{home}", at=at)
    if kind == "looked_again":
        for hours in range(3):
            look(by=cast.li.viewer(at), kind="household", subject=f"household:{home}", at=at - timedelta(hours=hours))


def _in_the_register(
    at: datetime, cast: Cast, kind: str, home: UUID, person: UUID, day: date, official: UUID | None
) -> list[Any]:
    li, before = cast.li.person_id, day - timedelta(days=90)
    dated: dict[str, Any] = {"since": before, "until": day, "recorded_at": at}
    rows: list[Any] = []
    match kind:
        case "support_ended":
            rows = [Membership(household_id=home, programme="echo", category="low_income", source="名单", **dated)]
        case "marked":
            marked = dated | {"since": day, "until": None, "by_id": li}
            rows = [Membership(household_id=home, programme="echo", category="x", high=True, source="名单", **marked)]
        case "link_begun":
            begun = dated | {"since": day, "until": None, "kind": "supporting"}
            rows = [Link(household_id=home, official_id=official or cast.li.official_id, **begun)]
        case "objection_refused":
            said = {"about": "other", "door": "desk", "made_at": at, "due_on": day, "words": b"", "outcome": "kept"}
            rows = [Objection(household_id=home, place_code=HUAISHUPING, answered_at=at, answered_by_id=li, **said)]
        case "relief_struck":
            given = ReliefList(day=day, what="慰问金", source="县民政局", at=at)
            rows = [given, Relief(list=given, household_id=home, struck_at=at, struck_by_id=li)]
        case "relief_missing":
            first = ReliefList(day=before, what=f"慰问金{home}", source="县民政局", at=at)
            again = ReliefList(day=day, what=first.what, source="县民政局", at=at, by_id=li)
            rows = [first, Relief(list=first, household_id=home), again]
        case "left_out":
            rows = [LinkExclusion(household_id=home, why="declined", since=day, recorded_at=at, by_id=li)]
        case "record_changed":
            rows = [Abode(household_id=home, place_code=HUAISHUPING, status="empty", **dated)]
        case "link_ended":
            rows = [Link(household_id=home, official_id=cast.luo.official_id, **dated)]
        case "resident_ended":
            rows = [Resident.objects.get(person_id=person)]
            rows[0].until = day
        case "phone_changed":
            rows = [Phone.objects.get(person_id=person)]
            rows[0].replaced_at = at
    return rows


def _in_a_matter(at: datetime, cast: Cast, kind: str, home: UUID, person: UUID) -> list[Any]:
    li = cast.li.person_id
    rows: list[Any] = []
    match kind:
        case "disputed":
            against = open_matter(by=cast.chen.viewer(at), at=at, words=Words(**PLAIN)).matter
            fight = Mediation(matter=against, sort="neighbours", by_id=cast.chen.person_id, at=at)
            rows = [fight, Side(mediation=fight, letter="b", household_id=home)]
        case "matter_ended" | "reporter_opened":
            mine = Phone.objects.get(person_id=person)
            other = open_matter(
                by=cast.chen.viewer(at),
                at=at,
                words=Words(**PLAIN, reporter_phone=phone_of(mine)),
            ).matter
            last = other.moves.count()
            ended = {"step": "decline", "source": "received", "target": "declined", "at": at, "by_id": li}
            rows = [Move(matter=other, seq=last + 1, **ended)] if kind == "matter_ended" else []
            if not rows:
                look(by=cast.li.viewer(at), kind="matter.phone", subject=str(other.id), at=at, reason="核实")
    return rows


def phone_of(one: Phone) -> str:
    from huiyin.core.sealed import sealed_columns

    return next(col for col in sealed_columns() if col.model is Phone and col.column == "number").open(one)


@row("SG-01", "R-187")
def test_twenty_planted_sequences_are_twenty_alerts_and_none_for_anybody_else(cast: Cast) -> None:
    begin = now() - timedelta(days=41)
    make.put_in_force(at=begin)
    keys.two_custodians(cast, begin)
    keys.with_keys(cast.bai, begin)
    made = [(*complained(cast, begin, number), KINDS[number % len(KINDS)]) for number in range(20)]
    calm, quiet, head = complained(cast, begin, 20)
    at = begin + timedelta(days=40)
    away: dict[str, Any] = {"home": quiet, "person": head, "day": at.date(), "official": cast.wu.official_id}
    harm(by=make.SYSTEM, at=at, cast=cast, kind="link_begun", **away)
    other, theirs, their_head = complained(cast, begin, 21)
    name_subjects(by=cast.zhou.viewer(begin), at=begin, matter_id=other.id, persons=[cast.wu.person_id])
    beside: dict[str, Any] = {"home": theirs, "person": their_head, "day": at.date(), "official": cast.ma.official_id}
    harm(by=make.SYSTEM, at=at, cast=cast, kind="link_begun", **beside)
    for _, home, person, kind in made:
        harm(by=make.SYSTEM, at=at, cast=cast, kind=kind, home=home, person=person, day=at.date())
    for who in (cast.zhou, cast.bai):
        found = {one.id: one for one in watch.watched(who.viewer(at), keys.own_key(who, at), at)}
        told = {matter.id: kind in {sign.kind for sign in found[matter.id].signals} for matter, _, _, kind in made}
        assert list(told.values()) == [True] * 20, [kind for (m, _, _, kind) in made if not told[m.id]]
        assert not found[calm.id].signals and found[calm.id].known
        (near,) = found[other.id].signals  # whoever serves beside the one it is about became theirs to look after
        assert (near.kind, near.near) == ("link_begun", True)
    after = begin + timedelta(days=330)
    harm(by=make.SYSTEM, at=after, cast=cast, kind="left_out", home=quiet, person=head, day=after.date())
    later = begin + timedelta(days=360)
    told_late = {one.id: one for one in watch.watched(cast.zhou.viewer(later), keys.own_key(cast.zhou, begin), later)}
    assert [(one.kind, one.near) for one in told_late[calm.id].signals] == [("left_out", True)], "for all of a year"
    late = begin + timedelta(days=400)
    assert not watch.watched(cast.zhou.viewer(late), keys.own_key(cast.zhou, begin), late)
    for who in (cast.xu, cast.li, cast.ma, cast.chen, cast.qian, cast.tang):
        with pytest.raises(Missing):
            watch.watched(who.viewer(at), keys.own_key(cast.zhou, at), at)
        assert seat(who).get("/desk/sealed/watch/").status_code in (403, 404), who.name
    assert watch.watched(cast.zhou.viewer(at), None, at) == [], "nothing while it is shut"
    shown = [matter.code for matter, _, _, _ in made]
    client = seat(cast.zhou)
    shut = client.get("/desk/sealed/watch/").content.decode()
    assert not [code for code in shown if spoken(code) in shut], "not before it is open"
    client.post("/desk/sealed/open/", {"passphrase": keys.phrase_of(cast.zhou)})
    page = client.get("/desk/sealed/watch/").content.decode()
    assert [code for code in shown if spoken(code) in page] == shown
    assert page.count(label("harm", "support_ended")) == len([one for one in made if one[3] == "support_ended"])
    assert Look.objects.filter(kind="matter.watched", person_id=cast.zhou.person_id).count() >= 20
    assert not Look.objects.filter(kind="matter.watched", subject__startswith="household").exists()


@row("SG-01")
def test_what_came_before_ones_own_complaint_hides_nothing_that_came_after(cast: Cast) -> None:
    begin = now() - timedelta(days=60)
    make.put_in_force(at=begin)
    keys.two_custodians(cast, begin)
    keys.with_keys(cast.bai, begin)
    complained(cast, begin, 0)
    second, home, _ = complained(cast, begin + timedelta(days=20), 1)
    for day in (10, 40):
        for hours in range(3):
            moment = begin + timedelta(days=day, hours=hours)
            look(by=cast.li.viewer(moment), kind="household", subject=f"household:{home}", at=moment)
    found = watch.watched(cast.zhou.viewer(now()), keys.own_key(cast.zhou, now()), now())
    theirs = next(one for one in found if one.id == second.id)
    after = (begin + timedelta(days=40)).astimezone(ZoneInfo("Asia/Shanghai")).date()
    assert [(one.on, one.near) for one in theirs.signals if one.kind == "looked_again"] == [(after, True)]
    assert "complained_again" not in {one.kind for one in theirs.signals}
    once_more = complain(cast, begin + timedelta(days=45), 1)
    known = {one.id: one for one in watch.watched(cast.zhou.viewer(now()), keys.own_key(cast.zhou, now()), now())}
    assert "complained_again" in {one.kind for one in known[second.id].signals}
    assert "complained_again" not in {one.kind for one in known[once_more.id].signals}


@row("SG-01")
def test_what_happens_on_the_very_day_counts_and_who_acts_for_a_custodian_opens_nothing(cast: Cast) -> None:
    begin, at = now() - timedelta(days=3), now()
    make.put_in_force(at=begin)
    keys.two_custodians(cast, begin)
    keys.with_keys(cast.bai, begin)
    _, home, person = complained(cast, begin, 0)
    day = begin.astimezone(ZoneInfo("Asia/Shanghai")).date()
    harm(by=make.SYSTEM, at=begin, cast=cast, kind="left_out", home=home, person=person, day=day)
    staff.end_post(by=make.SYSTEM, at=at, post_id=cast.li.post_id)
    own = keys.own_key(cast.zhou, at)
    (found,) = watch.watched(cast.zhou.viewer(at), own, at)
    told = [(one.kind, one.on, one.near) for one in found.signals]
    assert told == [("left_out", day, True)], "whom it is about did it, also where they serve no more"
    with pytest.raises(Missing):
        watch.watched(cast.sun.viewer(at).acting_for(cast.zhou.person_id), own, at)
