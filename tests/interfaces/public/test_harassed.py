"""Somebody is harassed or forced: the short form goes the confidential way, past everybody's own line (SG-24)."""

import re
from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from huiyin.casework.models import Matter, Party
from huiyin.core.models import Event, IdempotencyKey, Look
from huiyin.core.now import now
from tests.cast import COUNTY, LIUWAN, Cast
from tests.interfaces.desk.seat import seat
from tests.interfaces.public import asking
from tests.rows import row

pytestmark = pytest.mark.django_db
TEXT = "有人一天打二十几次值班电话骂人，还逼我把名单给他。"


def form(client: Client, **typed: str) -> dict[str, str]:
    page = client.get("/harassed/").content.decode()
    keys = {name: asking.hidden(page, name) for name in ("key", "slip")}
    return {"who": "staff", "text": TEXT, "phone": "", "disclosure": "confidential", **keys, **typed}


@row("SG-24", "SG-01")
def test_an_official_says_it_and_neither_their_line_nor_their_town_sees_it(cast: Cast) -> None:
    client = seat(cast.luo)
    looks = Look.objects.count()
    code, proof = asking.receipt(client.post("/harassed/", form(client)))
    matter = Matter.objects.get(code=code)
    assert (matter.held, matter.nature, matter.place_code) == (True, "complaint", COUNTY)
    opened = Event.objects.get(name="casework.matter_opened", subject=str(matter.pk))
    assert (opened.by_id, opened.on_behalf_of_id) == (None, None), "who is signed in is nobody here"
    assert (IdempotencyKey.objects.get().sender, Look.objects.count()) == ("public", looks), "no mark of the account"
    for member in (cast.luo, cast.ma, cast.li):
        sight = seat(member)
        assert sight.get(f"/desk/matters/{code}/").status_code == 404
        assert TEXT not in sight.get("/desk/matters/").content.decode()
    dispatcher = seat(cast.zhou).get("/desk/held/")
    assert matter.code[:4] in re.sub(r"\s", "", dispatcher.content.decode())
    assert TEXT in asking.opened(Client(), proof)


@row("SG-24")
@pytest.mark.parametrize(("disclosure", "kept"), [("confidential", 1), ("anonymous", 0), ("named", 1)])
def test_a_resident_says_it_without_name_or_account_and_twice_is_once(
    cast: Cast, client: Client, disclosure: str, kept: int
) -> None:
    typed = form(client, who="resident", phone="16000001234", disclosure=disclosure)
    first, second = client.post("/harassed/", typed), client.post("/harassed/", typed)
    assert asking.receipt(first) == asking.receipt(second)
    matter = Matter.objects.get()
    assert matter.held
    told = list(Party.objects.filter(matter=matter).values_list("disclosure", flat=True))
    assert told == ["confidential"] * kept, "the handler never learns the name"


@row("SG-24")
def test_beyond_so_many_a_minute_from_one_network_it_asks_to_wait_and_keeps_the_words(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch, clock: Callable[[datetime], None]
) -> None:
    clock(now())
    monkeypatch.setattr("huiyin.interfaces.public.views.harassed.A_MINUTE", 1)
    assert client.post("/harassed/", form(client)).status_code == 201
    answer = client.post("/harassed/", form(client))
    assert (answer.status_code, "Retry-After" in answer.headers) == (429, True)
    assert TEXT in answer.content.decode() and Matter.objects.count() == 1
    assert client.post("/harassed/", form(client), REMOTE_ADDR="198.51.100.7").status_code == 201


@row("SG-24")
def test_other_words_in_a_form_sent_already_are_kept_as_another_by_the_next_press(cast: Cast, client: Client) -> None:
    typed = form(client)
    asking.receipt(client.post("/harassed/", typed))
    other = typed | {"text": "今天又打来二十几次。"}
    answer = client.post("/harassed/", other)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "请再按一次" in page
    assert other["text"] in page
    fresh = {name: asking.hidden(page, name) for name in ("key", "slip")}
    asking.receipt(client.post("/harassed/", other | fresh))
    assert Matter.objects.filter(held=True).count() == 2


@row("SG-24")
def test_the_form_is_offered_where_numbers_are_published_and_at_the_desk_and_loses_nothing(
    cast: Cast, client: Client
) -> None:
    assert 'href="/harassed/"' in client.get(f"/officials/{LIUWAN}/").content.decode()
    assert 'href="/harassed/"' in seat(cast.luo).get("/desk/").content.decode()
    answer = client.post("/harassed/", form(client, text=" ", phone="123"))
    assert answer.status_code == 422
    assert 'value="123"' in answer.content.decode()
    assert Matter.objects.count() == 0
