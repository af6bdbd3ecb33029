"""A matter that was given to the wrong unit, in the two counties whose documents say nothing of it: it comes back.

沂水's account (002_02c3c537954b06ec) and 湖滨's opinion (003_10d4c2eb8aca1645) name no way by which a unit that is
not the right one gives a matter back. They have the general one, marked as not written in the source.
"""

from datetime import datetime, timedelta
from typing import Any

import pytest

from huiyin.casework.actions.counter import Taken, take_words
from huiyin.casework.actions.intake import Words
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import Clock, Matter
from huiyin.casework.queries import one as pages
from huiyin.core.now import now
from huiyin.programme.refusal import Refused
from huiyin.register.queries.days import today
from tests.cast import HUAISHUPING, ZHANG_PHONE, Cast, Member
from tests.flows import work_as

pytestmark = pytest.mark.django_db
CLASSES: dict[str, dict[str, Any]] = {
    "yishui-2013": {"nature": "appeal", "topic": "roads"},
    "hubin": {"nature": "need", "topic": "water", "heading": "hardship"},
}
WHY = "这是农业农村局管的，不归镇里。"


def heard(cast: Cast, name: str, at: datetime, who: Member, channel: str) -> Matter:
    """Words about a county's own topic, written down by somebody."""
    words = Words(
        text="村头那段路下雨没法走。",
        place_code=HUAISHUPING,
        channel=channel,
        reporter_name="张丽华",
        reporter_phone=ZHANG_PHONE,
        **CLASSES[name],
    )
    return take_words(by=who.viewer(at), at=at, words=words, taken=Taken(way="")).matter


def step(who: Member, matter: Matter, name: str, **given: Any) -> Matter:
    at = now()
    return take_step(by=who.viewer(at), at=at, matter_id=matter.id, step=name, given=given)


def to_hand(cast: Cast, body: object, who: Member, **more: Any) -> dict[str, Any]:
    return {"owner": body, "handler": who.person_id, "supervisor": cast.zhao.person_id, **more}


@pytest.mark.parametrize(
    ("name", "channel", "way"), [("yishui-2013", "visit", {"way": "handle"}), ("hubin", "hotline", {})]
)
def test_the_wrong_unit_hands_it_back_with_a_reason_and_in_the_end_somebody_decides(
    cast: Cast, name: str, channel: str, way: dict[str, str]
) -> None:
    work_as(name, now())
    matter = heard(cast, name, now(), cast.chen, channel)
    step(cast.zhou, matter, "assign", **to_hand(cast, cast.bodies.town, cast.li), **way)
    begun = list(Clock.objects.filter(matter=matter, name="handling").values_list("started_at", flat=True))
    with pytest.raises(Refused, match="needs_note"):
        step(cast.li, matter, "transfer")
    back = step(cast.li, matter, "transfer", note=WHY)
    assert (back.state, back.owner_body_id, back.handler_id) == ("accepted", None, None)
    told = pages.by_code(cast.zhou.viewer(now()), matter.code, now())
    assert "assign" in {one.name for one in told.steps}, "it is the dispatcher's again"
    assert WHY in str(told.moves[-1]), "whoever reads it sees why"
    step(cast.zhou, matter, "assign", **to_hand(cast, cast.bodies.farming, cast.bai), **way)
    assert step(cast.bai, matter, "transfer", note="也不归我们。").state == "disputed"
    with pytest.raises(Refused, match="step_not_allowed"):
        step(cast.zhou, matter, "assign", **to_hand(cast, cast.bodies.town, cast.li), **way)
    decided = step(cast.tang, matter, "decide", reason="路在镇上，镇里办。", **to_hand(cast, cast.bodies.town, cast.li))
    assert (decided.state, decided.handler_id) == ("assigned", cast.li.person_id)
    with pytest.raises(Refused, match="transfer_decided"):
        step(cast.li, matter, "transfer", note=WHY)
    after = list(Clock.objects.filter(matter=matter, name="handling").values_list("started_at", flat=True))
    assert after == begun, "the resident's days go on from where they began"


def test_in_hubin_the_first_visitor_hands_back_to_nobody_and_applies_instead(cast: Cast) -> None:
    work_as("hubin", now())
    matter = heard(cast, "hubin", now(), cast.luo, "visit")
    assert matter.first_asked_id == cast.luo.person_id
    step(cast.zhou, matter, "assign", **to_hand(cast, cast.bodies.village, cast.luo))
    with pytest.raises(Refused, match="first_visitor_stays"):
        step(cast.luo, matter, "transfer", note=WHY)
    offered = {one.name for one in pages.by_code(cast.luo.viewer(now()), matter.code, now()).steps}
    assert "transfer" not in offered, "a button that is always refused is not shown"
    viewer = cast.luo.viewer(now())
    step(cast.luo, matter, "take", deadline=today(viewer, now()) + timedelta(days=20))
    assert step(cast.luo, matter, "apply", reason="要镇里出钱。").state == "applied"
