"""Links: one official leads for a household, never their own or a relative's."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from huiyin.core.models import Event
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import links as act
from huiyin.register.actions import people
from huiyin.register.models import Link
from huiyin.register.queries import people as ask
from tests import factories as make
from tests.cast import SHIQIAO, Cast
from tests.rows import row

TODAY = date(2026, 11, 18)


def test_one_official_leads_and_others_support(cast: Cast, at: datetime) -> None:
    give = {"by": make.SYSTEM, "at": at, "household_id": cast.zhang_household}
    with pytest.raises(Refused, match="already_linked"):
        act.link(official_id=cast.li.official_id, **give)  # type: ignore[arg-type]  # one dict for four calls
    act.link(official_id=cast.li.official_id, kind="supporting", **give)  # type: ignore[arg-type]  # as above
    with pytest.raises(Refused, match="already_linked"):
        act.link(official_id=cast.li.official_id, kind="supporting", **give)  # type: ignore[arg-type]  # as above
    act.link(official_id=cast.li.official_id, programme="other", **give)  # type: ignore[arg-type]  # as above
    page = ask.household(cast.luo.viewer(at), cast.zhang_household, at)
    assert [(one.name, one.kind, one.programme) for one in page.links] == [
        ("罗大勇", "lead", ""),
        ("李卫东", "lead", "other"),
        ("李卫东", "supporting", ""),
    ]


def test_a_link_that_ended_gives_no_sight_of_the_household(cast: Cast, at: datetime) -> None:
    act.end_link(by=make.SYSTEM, at=at, link_id=cast.zhang_link)
    assert ask.linked_households(cast.luo.viewer(at), at) == frozenset()
    yesterday = at - timedelta(days=1)
    assert len(ask.linked_households(cast.luo.viewer(yesterday), yesterday)) == 1
    assert Event.objects.filter(name="register.link_ended", subject=str(cast.zhang_household)).count() == 1
    with pytest.raises(Missing):
        act.end_link(by=make.SYSTEM, at=at, link_id=cast.zhang_link)


@row("SG-45")
def test_nobody_is_linked_to_their_own_household_or_a_relatives(cast: Cast, at: datetime) -> None:
    own, head = make.a_household(SHIQIAO, head="李父")
    people.add_resident(by=make.SYSTEM, at=at, household_id=own, person_id=cast.li.person_id, relation="child")
    with pytest.raises(Refused, match="own_household"):
        act.link(by=make.SYSTEM, at=at, official_id=cast.li.official_id, household_id=own)
    people.add_kin(by=make.SYSTEM, at=at, person_id=cast.wu.person_id, relative_id=head, relation="uncle")
    with pytest.raises(Refused, match="own_household"):
        act.link(by=make.SYSTEM, at=at, official_id=cast.wu.official_id, household_id=own)
    act.link(by=make.SYSTEM, at=at, official_id=cast.luo.official_id, household_id=own)


@row("R-049")
def test_a_key_project_and_a_backbone_enterprise_can_be_linked(cast: Cast, at: datetime) -> None:
    for name, kind in (("望川茶业有限公司", "enterprise"), ("柳湾水厂", "project")):
        target = make.a_body(name, kind=kind)
        found = act.link(by=make.SYSTEM, at=at, official_id=cast.tang.official_id, body_id=target)
        assert Link.objects.filter(pk=found, body__kind=kind, until=None).exists()


def test_a_link_has_one_known_target_official_and_kind(cast: Cast, at: datetime) -> None:
    give = {"by": make.SYSTEM, "at": at}
    cases: list[tuple[dict[str, object], str]] = [
        ({"official_id": uuid4(), "household_id": cast.zhang_household}, "official_unknown"),
        ({"official_id": cast.li.official_id, "household_id": uuid4()}, "household_unknown"),
        ({"official_id": cast.li.official_id, "body_id": uuid4()}, "body_unknown"),
        ({"official_id": cast.li.official_id}, "household_unknown"),
        ({"official_id": cast.li.official_id, "household_id": cast.zhang_household, "kind": "friend"}, "value_unknown"),
    ]
    for given, code in cases:
        with pytest.raises(Refused) as refused:
            act.link(**give, **given)  # type: ignore[arg-type]  # cases of one call
        assert refused.value.code == code
    with pytest.raises(Refused, match="not_allowed"):
        act.link(by=cast.li.viewer(at), at=at, official_id=cast.li.official_id, household_id=cast.zhang_household)
    with pytest.raises(Refused, match="period_wrong"):
        act.end_link(by=make.SYSTEM, at=at, link_id=cast.zhang_link, until=date(2020, 1, 1))
