"""A complaint is kept (留存) by people of two bodies, as it is declined by two (trust.md S16, 留存)."""

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huiyin.casework.actions import dismissing, held, retaining
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import Matter, Retention
from huiyin.casework.queries import dismissing as ask
from huiyin.core.now import now
from huiyin.programme.refusal import Refused
from huiyin.register.actions import staff
from tests import factories as make
from tests.cast import COUNTY, Cast
from tests.interfaces.desk.seat import seat
from tests.invariants.test_s16_dismissed import cleared, complaint, one_more, proposed
from tests.rooms.casework import compartment as keys
from tests.rooms.casework import spine, ways
from tests.rows import row

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _county(cast: Cast) -> None:
    make.put_in_force(at=now())


def to_keep(cast: Cast, at: datetime, matter: Matter) -> Retention:
    """Zhou accepts it and proposes to keep it."""
    by = cast.zhou.viewer(at)
    if matter.state == "received":
        take_step(by=by, at=at, matter_id=matter.id, step="accept", given={})
    classed = {"topic": "water", "nature": matter.nature or "problem"}
    return retaining.propose(by=by, at=at, matter_id=matter.id, given={**ways.keeping(at), **classed})


@row("SG-01", "SG-35", "R-183")
@pytest.mark.parametrize("made", [complaint, cleared])
def test_what_was_ever_held_is_kept_only_by_people_of_two_bodies(cast: Cast, made: Any) -> None:
    at = now()
    found = to_keep(cast, at, made(cast, at))
    colleague = one_more(cast.bodies.centre).viewer(at)
    with pytest.raises(Refused, match="retain_same_body"):
        retaining.decide(by=colleague, at=at, retention_id=found.id, consent=True)
    assert Matter.objects.get(id=found.matter_id).state == "accepted"
    retaining.decide(by=cast.sun.viewer(at), at=at, retention_id=found.id, consent=True)
    assert Matter.objects.get(id=found.matter_id).state == "retained"


@row("SG-01", "SG-35")
def test_nobody_is_of_another_body_because_they_were_moved_since(cast: Cast) -> None:
    at = now()
    found, colleague = to_keep(cast, at, complaint(cast, at)), one_more(cast.bodies.centre)
    to: dict[str, Any] = {"body_id": cast.bodies.office, "role": "dispatcher", "title": "派单员", "place_code": COUNTY}
    staff.transfer(by=make.SYSTEM, at=at, post_id=colleague.post_id, **to)
    with pytest.raises(Refused, match="retain_same_body"):
        retaining.decide(by=colleague.viewer(at), at=at, retention_id=found.id, consent=True)


@row("SG-35")
def test_what_was_never_held_is_kept_by_two_people_of_one_body(cast: Cast) -> None:
    at = now()
    found = to_keep(cast, at, spine.opened(cast, at).matter)
    retaining.decide(by=one_more(cast.bodies.centre).viewer(at), at=at, retention_id=found.id, consent=True)
    assert Matter.objects.get(id=found.matter_id).state == "retained"


@row("SG-01", "SG-35")
def test_a_sealed_one_waits_by_code_where_complaints_wait_and_for_nobody_of_the_proposers_part(cast: Cast) -> None:
    at = now()
    matter = complaint(cast, at)
    to_keep(cast, at, matter)
    assert [(one.code, one.keep) for one in ask.waiting(cast.sun.viewer(at))] == [(matter.code, True)]
    for who in (cast.zhou, cast.li, cast.ma, cast.he):
        assert not ask.waiting(who.viewer(at)), who.name
    page = seat(cast.sun).get("/desk/dismissed/").content.decode()
    assert f'/desk/matters/{matter.code}/#kept"' in page and "同意留存" in page
    assert "同意留存" in seat(cast.sun).get(f"/desk/matters/{matter.code}/").content.decode()


@row("SG-01", "R-187")
def test_of_a_locked_one_whoever_consents_has_opened_it(cast: Cast) -> None:
    at = now()
    keys.two_custodians(cast, at)
    matter = held.shut(by=cast.zhou.viewer(at), at=at, matter_id=complaint(cast, at).id)
    found = to_keep(cast, at, matter)
    assert Retention.objects.get(id=found.id).reason == ""
    with pytest.raises(Refused, match="sealed_not_open"):
        retaining.decide(by=cast.sun.viewer(at), at=at, retention_id=found.id, consent=True)
    own = keys.own_key(cast.sun, at)
    retaining.decide(by=cast.sun.viewer(at), at=at, retention_id=found.id, consent=True, own=own)
    kept = Matter.objects.get(id=matter.id)
    assert kept.state == "retained"
    assert [one.text for one in keys.page(cast.zhou, kept, at).replies] == [ways.keeping(at)["reply"]]


@row("SG-01")
@pytest.mark.parametrize("room", ["dismissal", "retention"])
def test_the_matter_is_locked_before_what_is_decided_about_it(cast: Cast, room: str) -> None:
    """As the clock and the resident's door lock them: in another order two of them would wait for each other."""
    at = now()
    matter = complaint(cast, at)
    found = proposed(cast, at, matter) if room == "dismissal" else to_keep(cast, at, matter)
    by = cast.sun.viewer(at)
    with CaptureQueriesContext(connection) as asked:
        if isinstance(found, Retention):
            retaining.decide(by=by, at=at, retention_id=found.id, consent=True)
        else:
            dismissing.decide(by=by, at=at, dismissal_id=found.id, consent=True)
    said = [one["sql"] for one in asked if one["sql"].startswith("SELECT")]
    whole = [number for number, sql in enumerate(said) if f'"casework_{room}"."refusal"' in sql]
    locked = [number for number, sql in enumerate(said) if 'FROM "casework_matter"' in sql and '"version"' in sql]
    assert locked[0] < whole[0]
