"""Family of either side of a dispute: no part in its matter, no call about it, whichever side and whenever (R-221)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from huiyin.casework.actions import mediation as actions
from huiyin.casework.actions.feedback import call_back
from huiyin.casework.actions.steps import take_step
from huiyin.casework.actions.supervision import number
from huiyin.casework.models import FollowUp, Matter, Side
from huiyin.casework.models.matters import own_dispute
from huiyin.casework.queries import calls, mediation, one
from huiyin.casework.queries.offered import offered
from huiyin.casework.queries.several import prospects
from huiyin.core.now import now
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import people
from huiyin.register.models import Resident
from huiyin.register.queries import conflict
from huiyin.register.queries.days import today
from tests import factories as make
from tests.cast import HUAISHUPING, Cast, Member
from tests.interfaces.desk.test_disputes import OTHER, agreed, later, registered
from tests.rooms.casework import compartment as keys
from tests.rows import row

pytestmark = pytest.mark.django_db
GIVEN: dict[str, Any] = {"topic": "dispute", "nature": "dispute", "way": "pass_for_handling"}


@pytest.fixture(autouse=True)
def _county(cast: Cast) -> None:
    make.put_in_force(at=now())


@pytest.fixture
def second() -> UUID:
    """Whose number the second side gives: known to the register."""
    _, person = make.a_household(HUAISHUPING, head="邓石头", phone=OTHER)
    return person


def kin(person: UUID, member: Member) -> None:
    people.add_kin(by=make.SYSTEM, at=now(), person_id=person, relative_id=member.person_id, relation="sibling")


def to_assign(cast: Cast) -> tuple[Matter, dict[str, Any]]:
    matter, at = registered(cast), now()
    take_step(by=cast.chen.viewer(at), at=at, matter_id=matter.id, step="accept", given={})
    parts = {"owner": cast.bodies.town, "handler": cast.li.person_id, "supervisor": cast.zhao.person_id}
    return matter, GIVEN | parts


def assign(cast: Cast, matter: Matter, given: dict[str, Any]) -> Matter:
    return take_step(by=cast.zhou.viewer(now()), at=now(), matter_id=matter.id, step="assign", given=given)


def answered(cast: Cast) -> Matter:
    matter, given = to_assign(cast)
    at, by = now(), cast.li.viewer(now())
    assign(cast, matter, given)
    take_step(by=by, at=at, matter_id=matter.id, step="take", given={})
    return take_step(by=by, at=at, matter_id=matter.id, step="answer", given={"reply": "两家的墙界已经量过，照图砌。"})


@row("R-221", "SG-45")
@pytest.mark.parametrize("side", ["first", "second"])
def test_family_of_either_side_neither_handles_nor_supervises(cast: Cast, second: UUID, side: str) -> None:
    person = cast.zhang_id if side == "first" else second
    for member in (cast.bai, cast.tang):
        kin(person, member)
    matter, given = to_assign(cast)
    for part, member in (("handler", cast.bai), ("supervisor", cast.tang), ("caller", cast.bai)):
        with pytest.raises(Refused, match="conflict_excluded"):
            assign(cast, matter, given | {part: member.person_id})
        told = prospects(cast.zhou.viewer(now()), [matter.code], "assign", given | {part: member.person_id}, now())
        assert [one_.refused and one_.refused.code for one_ in told] == ["conflict_excluded"], part
    viewer = cast.zhou.viewer(now())
    found = offered(viewer, one.one(viewer, matter.id, now()), now(), parts=["handler", "supervisor", "caller"])
    people_ = {row_.person_id for row_ in (*found.handlers, *found.supervisors, *found.callers)}
    assert cast.li.person_id in people_ and not people_ & {cast.bai.person_id, cast.tang.person_id}
    assert assign(cast, matter, given).handler_id == cast.li.person_id


@row("R-221", "SG-45")
def test_who_lives_with_a_side_is_kept_out_too(cast: Cast, second: UUID) -> None:
    home = Resident.objects.get(person_id=second).household_id
    people.add_resident(by=make.SYSTEM, at=now(), household_id=home, person_id=cast.bai.person_id, relation="other")
    matter, given = to_assign(cast)
    with pytest.raises(Refused, match="conflict_excluded"):
        assign(cast, matter, given | {"handler": cast.bai.person_id})


@row("R-221", "SG-45")
def test_who_becomes_family_later_only_hands_it_back_and_others_go_on(cast: Cast, second: UUID) -> None:
    matter, given = to_assign(cast)
    assign(cast, matter, given)
    kin(second, cast.li)
    at, by = now(), cast.li.viewer(now())
    with pytest.raises(Refused, match="conflict_excluded"):
        take_step(by=by, at=at, matter_id=matter.id, step="take", given={})
    why = {"note": "是我弟弟家的事"}
    kin(second, cast.tang)
    for part in ("supervisor", "caller"):  # nor does it go to one of them with it
        with pytest.raises(Refused, match="conflict_excluded"):
            near = {**why, part: cast.tang.person_id}
            take_step(by=by, at=at, matter_id=matter.id, step="transfer", given=near)
    back = take_step(by=by, at=at, matter_id=matter.id, step="transfer", given=why)
    assert back.handler_id is None
    assert assign(cast, matter, given | {"handler": cast.bai.person_id}).handler_id == cast.bai.person_id


@row("R-187", "R-221", "SG-45")
def test_family_of_a_side_gets_no_dispute_on_the_sealed_way(cast: Cast, second: UUID) -> None:
    at = now()
    keys.two_custodians(cast, at)
    keys.with_keys(cast.bai, at)
    kin(second, cast.bai)
    matter = registered(cast, a_words="村支书李卫国偏袒他家。")
    with pytest.raises(Refused, match="conflict_excluded"):
        keys.hand_over(cast, at, matter)


@row("R-221", "SG-45", "R-178")
def test_family_of_a_side_makes_no_call_about_it_and_does_not_find_it_in_the_queue(cast: Cast, second: UUID) -> None:
    matter, at = answered(cast), later(1)
    assert [one_.row.code for one_ in calls.waiting(cast.he.viewer(at), at)] == [matter.code]
    kin(second, cast.he)
    by = cast.he.viewer(at)
    assert calls.waiting(by, at) == [] and calls.next_call(by, at) == ""
    with pytest.raises(Missing):
        calls.call(by, matter.code, at)
    with pytest.raises(Missing):
        call_back(by=by, at=at, matter_id=matter.id, outcome="no_answer")


@row("R-221", "SG-45")
def test_family_of_a_side_does_not_ask_whether_the_agreement_holds(cast: Cast, second: UUID) -> None:
    matter, at = agreed(cast), later(31)
    first = FollowUp.objects.order_by("due_on")[0]
    assert mediation.dispute(cast.he.viewer(at), matter.code, today(cast.he.viewer(at), at)).asks
    kin(second, cast.he)
    by = cast.he.viewer(at)
    for step in (
        lambda: actions.reveal(by=by, at=at, follow_up_id=first.id, letter="b"),
        lambda: actions.ask(by=by, at=at, follow_up_id=first.id, letter="a", word="kept"),
        lambda: mediation.dispute(by, matter.code, today(by, at)),
    ):
        with pytest.raises(Missing):
            step()


@row("R-221", "SG-45", "R-225")
def test_family_of_a_side_puts_it_on_no_list_of_supervision(cast: Cast, second: UUID) -> None:
    matter, given = to_assign(cast)
    assign(cast, matter, given)
    kin(second, cast.zhao)
    at = now() + timedelta(hours=1)
    with pytest.raises(Missing):
        number(by=cast.zhao.viewer(at), at=at, matter_id=matter.id, reason="拖得太久")


@row("R-221", "SG-45")
def test_the_condition_in_sql_says_of_everybody_what_the_set_says(cast: Cast, second: UUID) -> None:
    registered(cast)
    kin(second, cast.he)
    kin(cast.zhang_id, cast.luo)
    home = Resident.objects.get(person_id=second).household_id
    people.add_resident(by=make.SYSTEM, at=now(), household_id=home, person_id=cast.bai.person_id, relation="other")
    kin(cast.bai.person_id, cast.sun)
    matter, kept = Matter.objects.get(), set()
    for name, member in vars(cast).items():
        if isinstance(member, Member):
            viewer = member.viewer(now())
            said = Matter.objects.filter(own_dispute(viewer)).exists()
            family = mediation.family(viewer, matter.id, today(viewer, now()))
            assert said == bool(viewer.persons & family), name
            assert Matter.objects.unbound(viewer).exists() != said, name
            kept |= {name} if said else set()
    assert kept == {"he", "luo", "bai", "sun"}


@row("R-221", "SG-45")
def test_a_condition_made_once_finds_for_everybody_and_on_any_day_what_it_would_made_anew(
    cast: Cast, second: UUID
) -> None:
    registered(cast)
    kin(second, cast.he)
    found = set()
    for member in (cast.he, cast.zhao, cast.he, cast.luo):
        own = member.viewer(now())
        assert own.day
        for viewer in (own, own.acting_for(cast.he.person_id), own.but(day=own.day - timedelta(days=400))):
            sides = Side.objects.filter(conflict.of_family(viewer))
            anew = set(Matter.objects.filter(pk__in=sides.values("mediation__matter_id")))
            assert set(Matter.objects.filter(own_dispute(viewer))) == anew
            assert set(Matter.objects.exclude(own_dispute(viewer))) == set(Matter.objects.all()) - anew
            found.add(bool(anew))
    assert found == {True, False}
