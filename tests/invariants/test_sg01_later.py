"""What is added to a complaint may mean somebody who reads it: they read it no more until people have looked (C2)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from huiyin.casework.actions import tallies
from huiyin.casework.actions.aside import clear, name_subjects
from huiyin.casework.actions.more import add_words
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import CaseTally, Conflict, Matter
from huiyin.casework.queries import held as ask
from huiyin.casework.queries import one
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import staff
from tests import factories as make
from tests.cast import Cast
from tests.interfaces.desk.made import a_matter
from tests.interfaces.desk.seat import appointed
from tests.invariants.test_abuse_sealed import complaint, handled
from tests.rooms.casework import compartment as keys
from tests.rows import row

pytestmark = pytest.mark.django_db
ABOUT_BAI, ABOUT_ZHOU = "县农业农村局的白雪梅也分了卖水泵的钱。", "受理中心的周明和他是一伙的。"


@pytest.fixture(autouse=True)
def _county(cast: Cast) -> None:
    make.put_in_force(at=now())


def added(matter: Matter, words: str, at: datetime) -> Matter:
    """The resident says more, with their proof."""
    add_words(by=Viewer.resident(), at=at, matter_id=matter.id, words=words)
    return Matter.objects.get(id=matter.id)


def reads(who: Any, matter: Matter, at: datetime) -> bool:
    try:
        return one.one(who.viewer(at), matter.id, at).matter.id == matter.id
    except Missing:
        return False


@row("SG-01")
def test_who_handles_a_sealed_one_and_is_meant_by_what_is_added_reads_it_no_more(cast: Cast) -> None:
    at = now()
    matter = handled(cast, at, complaint(cast, at))
    assert reads(cast.bai, matter, at)
    matter = added(matter, ABOUT_BAI, at)
    assert not reads(cast.bai, matter, at) and matter.held and matter.sealed
    assert matter.code in {one_.code for one_ in ask.held(cast.sun.viewer(at), undecided=True).rows}
    with pytest.raises(Refused, match="held_undecided"):
        take_step(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, step="supervise", given={"note": "快办"})
    subjects = [cast.li.person_id, cast.bai.person_id]
    named = name_subjects(by=cast.sun.viewer(at), at=at, matter_id=matter.id, persons=subjects)
    assert (named.held, named.sealed, named.handler_id) == (False, True, None)
    assert not reads(cast.bai, matter, at) and not reads(cast.li, matter, at) and reads(cast.zhou, matter, at)


@row("SG-01")
def test_what_turns_out_to_mean_nobody_else_gives_it_back_and_unseals_nothing(cast: Cast) -> None:
    at = now()
    matter = added(handled(cast, at, complaint(cast, at)), ABOUT_BAI, at)
    clear(by=cast.sun.viewer(at), at=at, matter_id=matter.id, note="是感谢她")
    matter.refresh_from_db()
    assert (matter.held, matter.sealed, matter.handler_id) == (False, True, cast.bai.person_id)
    assert reads(cast.bai, matter, at) and not reads(cast.li, matter, at) and not reads(cast.ma, matter, at)
    assert not Matter.objects.visible_to(cast.tang.viewer(at)).filter(id=matter.id).exists()
    assert set(Conflict.objects.filter(matter=matter).values_list("person_id", "kind")) == {
        (cast.li.person_id, "subject")
    }


@row("SG-01")
def test_a_dispatcher_who_is_meant_is_shut_out_and_further_words_about_its_subject_stop_nobody(cast: Cast) -> None:
    at = now()
    matter = handled(cast, at, complaint(cast, at))
    assert not added(matter, "李卫东昨天又来骂我。", at).held, "whom it is about already is no news"
    assert reads(cast.zhou, matter, at) and reads(cast.bai, matter, at)
    assert added(matter, ABOUT_ZHOU, at).held
    assert not reads(cast.zhou, matter, at) and reads(cast.sun, matter, at)


@row("SG-01", "R-187")
def test_of_a_locked_one_the_key_goes_with_the_words(cast: Cast) -> None:
    at = now()
    keys.two_custodians(cast, at)
    keys.with_keys(cast.bai, at)
    matter, _ = keys.sealed(cast, at)
    held_by = {cast.zhou.person_id, cast.sun.person_id, cast.bai.person_id}
    assert set(matter.sealed_keys.values_list("holder__person_id", flat=True)) == held_by
    matter = added(matter, ABOUT_BAI, at)
    assert set(matter.sealed_keys.values_list("holder__person_id", flat=True)) == held_by - {cast.bai.person_id}
    assert not reads(cast.bai, matter, at) and matter.held


@row("SG-01")
@pytest.mark.parametrize("then", ["left", "came"])
def test_who_served_beside_the_subject_on_its_day_or_does_today_reads_it_at_no_other_post(
    cast: Cast, then: str
) -> None:
    """Also where they hold complaints of the county by now: neither leaving the subject's unit nor joining it helps."""
    before, at = now() - timedelta(days=20), now()
    matter = complaint(cast, before)
    one_ = appointed("文静", cast.bodies.town if then == "left" else cast.bodies.farming, "handler", "干事")
    if then == "left":
        staff.end_post(by=make.SYSTEM, at=at, post_id=one_.post_id, until=(at - timedelta(days=10)).date())
    body = cast.bodies.centre if then == "left" else cast.bodies.town
    staff.appoint(by=make.SYSTEM, at=at, person_id=one_.person_id, body_id=body, role="handler", title="科员")
    zhou = cast.zhou.viewer(at)
    lent = one_.viewer(at).but(verbs=zhou.verbs, scopes=zhou.scopes)
    assert not Matter.objects.reachable_by(lent).filter(id=matter.id).exists()
    assert not Matter.objects.sealed_to(lent).exists()
    other = complaint(cast, at) if then == "left" else None
    if other is not None:
        assert Matter.objects.sealed_to(lent).get() == other, "of what came later nothing stands in the way"


@row("SG-01", "SG-33")
def test_what_is_held_by_now_stands_in_no_figure_before_anybody_has_counted_again(cast: Cast) -> None:
    at = now()
    matter = a_matter(cast, at, "accept")
    tallies.count(by=Viewer.system("tally"), at=at, ids=[matter.id])
    seen = CaseTally.objects.visible_to(cast.tang.viewer(at))
    assert [one_.matter_id for one_ in seen] == [matter.id]
    classed = {"nature": "complaint", "topic": "conduct", "way": "discipline"}
    take_step(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, step="classify", given=classed)
    assert CaseTally.objects.filter(pk=matter.id).exists(), "nobody has counted since"
    assert not CaseTally.objects.visible_to(cast.tang.viewer(at)).exists()


@row("SG-01")
def test_who_has_it_in_hand_reads_it_no_more_while_it_is_held_though_nobody_is_named(cast: Cast) -> None:
    at = now()
    matter = a_matter(cast, at, "take")
    assert reads(cast.li, matter, at) and reads(cast.zhao, matter, at)
    assert added(matter, "你们的人收了钱才给办事。", at).held
    assert not reads(cast.li, matter, at) and not reads(cast.zhao, matter, at) and reads(cast.sun, matter, at)
