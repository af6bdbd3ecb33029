"""Once a dispute is locked, which officials are family of a side is still known, and nothing else of the sides."""

from datetime import datetime
from uuid import UUID

import pytest

from huiyin.casework.actions import aside, held, keyholders
from huiyin.casework.actions.steps import take_step
from huiyin.casework.events.early import SideHeard
from huiyin.casework.models import Conflict, Matter, SealedKey, Side
from huiyin.casework.queries import one
from huiyin.casework.queries.held import held_one
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from tests import factories as make
from tests.cast import HUAISHUPING, Cast
from tests.interfaces.desk.seat import seat
from tests.interfaces.desk.test_disputes import OTHER, registered
from tests.rooms.casework import compartment as keys
from tests.rooms.casework.test_dispute_kin import kin
from tests.rows import row

pytestmark = pytest.mark.django_db


@pytest.fixture
def locked(cast: Cast) -> Matter:
    """A dispute in which Bai is family of one side and custodian Sun of the other, locked for Zhou and handler Wu."""
    at = now()
    make.put_in_force(at=at)
    _, second = make.a_household(HUAISHUPING, head="邓石头", phone=OTHER)
    keys.two_custodians(cast, at)
    for member in (cast.bai, cast.wu):
        keys.with_keys(member, at)
    kin(second, cast.bai)
    kin(cast.zhang_id, cast.sun)
    matter, zhou = registered(cast, a_words="村支书李卫国偏袒他家。"), cast.zhou.viewer(at)
    aside.name_subjects(by=zhou, at=at, matter_id=matter.id, persons=[cast.li.person_id])
    parts: dict[str, UUID | None] = {"owner": cast.bodies.other_town, "handler": cast.wu.person_id}
    parts |= {"supervisor": cast.zhao.person_id}
    held.hand_over(by=zhou, at=at, matter_id=matter.id, topic="water", way="discipline", parts=parts)
    found = Matter.objects.get(id=matter.id)
    assert found.locked
    return found


@row("R-187", "R-221", "SG-45")
def test_family_of_a_side_is_kept_out_of_a_locked_dispute_for_good(cast: Cast, locked: Matter) -> None:
    assert not Side.objects.filter(person_id__isnull=False).exists(), "nothing tells who the sides are"
    kept = set(Conflict.objects.filter(matter=locked, kind="family").values_list("person_id", flat=True))
    assert kept == {cast.bai.person_id, cast.sun.person_id}, "officials only; the sides themselves are none"
    holders = set(SealedKey.objects.filter(matter=locked).values_list("holder__person_id", flat=True))
    assert holders == {cast.zhou.person_id, cast.wu.person_id}
    at = now()
    take_step(by=cast.wu.viewer(at), at=at, matter_id=locked.id, step="transfer", given={"note": "不归我们"})
    with pytest.raises(Refused, match="conflict_excluded"):
        again(cast, locked, keys.own_key(cast.zhou, at))
    offered = held_one(cast.zhou.viewer(at), locked.code, at)
    assert cast.bai.person_id not in {one_.person_id for one_ in offered.handlers}
    assert [person for person, _ in offered.about] == [cast.li.person_id], "family is not who it is about"
    assert offered.one.subjects == [cast.li.name]


@row("R-187", "SG-45")
def test_a_custodian_who_is_family_neither_sees_it_nor_is_given_its_key_with_the_others(
    cast: Cast, locked: Matter
) -> None:
    at = now()
    with pytest.raises(Missing):
        one.one(cast.sun.viewer(at), locked.id, at)
    given = keyholders.give_again(
        by=cast.zhou.viewer(at), at=at, person_id=cast.sun.person_id, secret=keys.own_key(cast.zhou, at)
    )
    assert given == 0 and not SealedKey.objects.filter(holder__person_id=cast.sun.person_id).exists()


def in_clear(cast: Cast) -> tuple[Matter, UUID]:
    """A dispute about Li, sealed before there were custodians, in Bai's hands; and who the second side is."""
    at = now()
    make.put_in_force(at=at)
    _, second = make.a_household(HUAISHUPING, head="邓石头", phone=OTHER)
    matter = registered(cast, a_words="村支书李卫国偏袒他家。")
    keys.hand_over(cast, at, matter)
    return Matter.objects.get(id=matter.id, sealed=True, lock_key=None), second


def hand_back(cast: Cast, matter: Matter) -> None:
    """Bai finds it on her first page by its code alone, reads nothing of it and hands it back."""
    client, address = seat(cast.bai), f"/desk/matters/{matter.code}/"
    assert f"{address}recuse/" in client.get("/desk/").content.decode()
    page = client.get(address, follow=True)
    html = page.content.decode()
    assert (page.request["PATH_INFO"], "核桃树" in html, "李卫国" in html) == (f"{address}recuse/", False, False)
    assert client.post(f"{address}recuse/").status_code == 302
    assert Matter.objects.get(id=matter.id).handler_id is None
    assert f"{address}recuse/" not in client.get("/desk/").content.decode()
    assert (client.get(address).status_code, client.get(f"{address}recuse/").status_code) == (404, 404)


@row("R-187", "R-221", "SG-45")
def test_who_handles_a_sealed_dispute_and_turns_out_to_be_family_hands_it_back(cast: Cast) -> None:
    matter, second = in_clear(cast)
    assert seat(cast.bai).get(f"/desk/matters/{matter.code}/").status_code == 200
    kin(second, cast.bai)
    hand_back(cast, matter)


@row("R-187", "R-221", "SG-45")
def test_once_it_is_locked_they_get_no_key_and_hand_it_back_still(cast: Cast) -> None:
    matter, second = in_clear(cast)
    kin(second, cast.bai)
    at = now()
    keys.two_custodians(cast, at)
    keys.with_keys(cast.bai, at)
    held.shut(by=cast.zhou.viewer(at), at=at, matter_id=matter.id)
    assert not SealedKey.objects.filter(holder__person_id=cast.bai.person_id).exists()
    hand_back(cast, matter)


@row("SG-01", "R-221")
def test_whom_it_is_about_hands_nothing_back_and_learns_of_nothing(cast: Cast) -> None:
    matter, second = in_clear(cast)
    kin(second, cast.bai)
    aside.name_subjects(
        by=cast.zhou.viewer(now()), at=now(), matter_id=matter.id, persons=[cast.li.person_id, cast.tang.person_id]
    )
    stuck(by=make.SYSTEM, at=now(), matter=matter, person=cast.tang.person_id)
    kin(second, cast.tang)
    client, address = seat(cast.tang), f"/desk/matters/{matter.code}/"
    assert matter.code[:4] not in client.get("/desk/").content.decode()
    assert (client.get(address).status_code, client.get(f"{address}recuse/").status_code) == (404, 404)


@action
def stuck(*, by: Viewer, at: datetime, matter: Matter, person: UUID) -> None:
    """The matter in the hands of somebody, by whatever mistake."""
    found = Matter.objects.get(id=matter.id)
    found.handler_id = person
    found.save()
    record(SideHeard(subject=str(matter.id)), by=by, at=at)


def again(cast: Cast, matter: Matter, own: bytes) -> Matter:
    """Zhou hands it over once more, to Bai in a county department."""
    parts = {"owner": cast.bodies.farming, "handler": cast.bai.person_id, "supervisor": cast.zhao.person_id}
    by, at = cast.zhou.viewer(now()), now()
    return held.hand_over(by=by, at=at, matter_id=matter.id, topic="water", way="discipline", parts=parts, own=own)
