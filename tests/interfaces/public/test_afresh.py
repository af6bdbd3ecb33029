"""What ended too long ago to be taken up again is asked for anew in one click, tied to what it follows."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from huiyin.casework.actions import afresh
from huiyin.casework.actions.aside import recuse
from huiyin.casework.models import CaseTally, Matter, Party
from huiyin.core.now import now
from huiyin.core.worker import run_once
from huiyin.programme.refusal import Refused
from tests import factories as make
from tests.cast import Cast
from tests.interfaces.desk.seat import seat
from tests.interfaces.public import asking
from tests.interfaces.public.test_track import SLIP, proof_of
from tests.rooms.publication import made
from tests.rows import row

pytestmark = pytest.mark.django_db
OLD = timedelta(days=60)


def again(client: Client, proof: str, **more: str) -> tuple[int, str]:
    form = {"proof": proof, "again": str(uuid4()), "slip": "b" * 32, "words": "", **more}
    answer = client.post("/track/afresh/", form)
    return answer.status_code, answer.content.decode()


@row("R-214")
def test_after_the_days_one_click_asks_for_it_anew_and_whoever_has_it_sees_the_earlier_one(
    cast: Cast, client: Client
) -> None:
    old = made.closed(cast, now() - OLD, slip=SLIP)
    proof = proof_of()
    page = asking.opened(client, proof)
    assert "照这件再提一件" in page and 'action="/track/judge/"' not in page
    form = {"proof": proof, "again": str(uuid4()), "slip": "b" * 32, "words": ""}
    for _ in range(2):
        assert client.post("/track/afresh/", form).status_code == 201
    new = Matter.objects.get(earlier=old)
    assert (new.title, new.place_code, new.state, new.held) == (old.title, old.place_code, "received", False)
    assert old.text not in new.text and new.proof_key != old.proof_key
    one, other = (Party.objects.get(matter=matter, role="reporter") for matter in (old, new))
    assert one.phone_blind == other.phone_blind
    assert f"/desk/matters/{old.code}/" in seat(cast.chen).get(f"/desk/matters/{new.code}/").content.decode()
    run_once(now())
    assert CaseTally.objects.get(matter=new).reopened == old.reopened + 1
    assert again(client, proof)[0] == 422, "one is open"
    page = asking.opened(client, proof)
    assert "已经照这件又提了一件" in page and "照这件再提一件" not in page


@row("R-214")
def test_while_it_may_be_taken_up_it_is_and_nobody_without_its_proof_asks_after_it(cast: Cast, client: Client) -> None:
    old = made.closed(cast, now() - timedelta(days=5), slip=SLIP)
    assert "照这件再提一件" not in asking.opened(client, proof_of())
    assert again(client, proof_of())[0] == 422
    assert again(client, "A" * 16)[0] == again(client, proof_of(), slip="")[0] == 404
    with pytest.raises(Refused, match="afresh_not_yet"):
        afresh.ask_afresh(by=made.RESIDENT, at=now(), matter_id=old.id, words="又坏了", slip="c" * 32)
    assert Matter.objects.count() == 1


@row("R-214", "SG-01")
def test_from_whom_the_earlier_one_is_kept_its_number_is_kept_too(cast: Cast, client: Client) -> None:
    old = made.closed(cast, now() - OLD, slip=SLIP)
    assert again(client, proof_of())[0] == 201
    new = Matter.objects.get(earlier=old)
    link, desk = f"/desk/matters/{old.code}/", seat(cast.chen)
    assert link in desk.get(f"/desk/matters/{new.code}/").content.decode()
    recuse(by=make.SYSTEM, at=now(), matter_id=old.id, person=cast.chen.person_id)
    page = desk.get(f"/desk/matters/{new.code}/")
    assert (page.status_code, link in page.content.decode(), desk.get(link).status_code) == (200, False, 404)


@row("R-214", "SG-01")
def test_words_about_an_official_hold_the_new_one(cast: Cast, client: Client) -> None:
    made.closed(cast, now() - OLD, slip=SLIP)
    assert again(client, proof_of(), words="李卫东说办了，其实没有")[0] == 201
    assert Matter.objects.get(earlier__isnull=False).held
