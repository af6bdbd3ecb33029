"""Whoever says on the form that the same is back, and has that matter's proof, goes on with it; nobody else does."""

from datetime import timedelta

import pytest
from django.test import Client

from huiyin.casework.actions import withdrawing
from huiyin.casework.actions.aside import name_subjects
from huiyin.casework.models import Matter, Move
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from tests.cast import Cast
from tests.interfaces.desk.seat import seat
from tests.interfaces.public import asking
from tests.interfaces.public.test_track import SLIP, proof_of
from tests.rooms.publication import made
from tests.rows import row

pytestmark = pytest.mark.django_db
AGAIN = "修好没几天，三组傍晚又停水了。"


@row("R-214")
def test_what_ended_lately_is_taken_up_again_once_in_the_residents_words(cast: Cast, client: Client) -> None:
    old = made.closed(cast, now() - timedelta(days=5), slip=SLIP)
    form = asking.form(client, text=AGAIN, earlier=f" {proof_of().lower()} ")
    pages = [client.post("/ask/", form) for _ in range(3)]
    assert [page.status_code for page in pages] == [200] * 3
    assert "这件事重新办" in pages[0].content.decode() and AGAIN in pages[2].content.decode()
    old.refresh_from_db()
    assert (Matter.objects.count(), old.state, old.reopened) == (1, "reopened", 1)
    assert Move.objects.get(step="reopen").note == AGAIN
    changed = client.post("/ask/", form | {"text": "别的话，夜里也停水。"})
    assert changed.status_code == 409 and "别的话，夜里也停水。" in changed.content.decode()
    assert asking.hidden(changed.content.decode(), "key") != form["key"]


@row("R-214")
def test_what_is_open_gets_the_words_added(cast: Cast, client: Client) -> None:
    code, proof = asking.asked(client)
    page = client.post("/ask/", asking.form(client, text=AGAIN, earlier=proof))
    assert (page.status_code, Matter.objects.count()) == (200, 1)
    assert Move.objects.get(matter__code=code, step="more_given").note == AGAIN


@row("R-214")
def test_a_key_typed_with_an_input_methods_letters_opens_here_as_where_one_looks_a_matter_up(
    cast: Cast, client: Client
) -> None:
    code, proof = asking.asked(client)
    wide = "".join(chr(ord(one) + 0xFEE0) for one in proof)
    page = client.post("/ask/", asking.form(client, text=AGAIN, earlier="\u2014".join((wide[:8], wide[8:]))))
    assert (page.status_code, Matter.objects.count()) == (200, 1)
    assert Move.objects.get(matter__code=code, step="more_given").note == AGAIN


@row("R-214")
def test_who_took_it_back_and_says_that_it_is_back_has_it_handled(cast: Cast, client: Client) -> None:
    """Else it would end by what they asked for when they thought it was over."""
    code, proof = asking.asked(client)
    withdrawing.ask(by=Viewer.resident(), at=now(), matter_id=Matter.objects.get(code=code).id)
    page = client.post("/ask/", asking.form(client, text=AGAIN, earlier=proof))
    assert page.status_code == 200
    later = now() + timedelta(days=4)
    withdrawing.take_effect(by=Viewer.system("clock"), at=later)
    matter = Matter.objects.get(code=code)
    assert (matter.state, matter.withdraw_at, matter.closed_at) == ("received", None, None)
    assert list(matter.moves.order_by("seq").values_list("step", flat=True))[-2:] == ["withdraw_undone", "more_given"]


@row("R-214")
def test_after_the_programmes_days_a_new_one_names_the_earlier_one(cast: Cast, client: Client) -> None:
    old = made.closed(cast, now() - timedelta(days=60), slip=SLIP)
    code, proof = asking.asked(client, text=AGAIN, earlier=proof_of())
    new = Matter.objects.get(earlier=old)
    assert (new.code, new.text, proof != proof_of()) == (code, AGAIN, True)
    assert f"/desk/matters/{old.code}/" in seat(cast.chen).get(f"/desk/matters/{new.code}/").content.decode()


@row("R-214", "SG-11")
def test_without_its_proof_nobody_ties_or_learns_anything(cast: Cast, client: Client) -> None:
    """The same number, the same words, its code: all of that a neighbour has, and gets what everybody gets."""
    old = made.closed(cast, now() - timedelta(days=5), slip=SLIP)
    wrong = client.post("/ask/", asking.form(client, text=AGAIN, earlier=old.code))
    other = client.post("/ask/", asking.form(client, text=AGAIN, earlier="A" * 16))
    sentence = "没有找到这个查询码"
    assert (wrong.status_code, other.status_code, Matter.objects.count()) == (422, 422, 1)
    assert all(sentence in page.content.decode() and AGAIN in page.content.decode() for page in (wrong, other))
    page = client.post("/ask/", asking.form(client, text=old.text))
    asking.receipt(page)
    assert old.code not in page.content.decode().replace("-", "")
    old.refresh_from_db()
    assert (old.state, Matter.objects.filter(earlier__isnull=False).count()) == ("closed", 0)


@row("R-214", "SG-01")
def test_what_is_about_an_official_holds_it_and_is_tied_to_nothing(cast: Cast, client: Client) -> None:
    old = made.closed(cast, now() - timedelta(days=5), slip=SLIP)
    client.post("/ask/", asking.form(client, text="又停水了，李卫东收了钱也不修。", earlier=proof_of()))
    old.refresh_from_db()
    assert old.held and old.state == "reopened"
    apart = asking.form(client, text="李卫东收钱不办事，说了几次了。", earlier=proof_of(), sealed="1")
    assert client.post("/ask/", apart).status_code == 201
    assert not Matter.objects.filter(earlier__isnull=False).exists()


@row("R-214", "SG-01", "SG-23")
def test_one_that_was_sealed_since_is_tied_to_nothing_said_afterwards(cast: Cast, client: Client) -> None:
    old = made.closed(cast, now() - timedelta(days=60), slip=SLIP)
    name_subjects(by=cast.zhou.viewer(now()), at=now(), matter_id=old.id, persons=[cast.wu.person_id])
    code, _ = asking.asked(client, text=AGAIN, earlier=proof_of())
    old.refresh_from_db()
    assert old.sealed and old.closed_at is not None
    assert Matter.objects.get(code=code).earlier is None


@row("R-214", "SG-23")
@pytest.mark.parametrize(
    ("before", "now_as"),
    [("named", "confidential"), ("named", "anonymous"), ("confidential", "named"), ("anonymous", "named")],
)
def test_who_wants_to_be_known_less_in_one_of_the_two_is_not_told_by_the_other(
    cast: Cast, client: Client, before: str, now_as: str
) -> None:
    """Else whoever has the new one in hand reads in the other who it is."""
    old = made.closed(cast, now() - timedelta(days=60), slip=SLIP, disclosure=before)
    code, _ = asking.asked(client, text=AGAIN, earlier=proof_of(), disclosure=now_as)
    new = Matter.objects.get(code=code)
    assert (new.earlier, new.reopened) == (None, 0)
    assert old.code not in seat(cast.chen).get(f"/desk/matters/{code}/").content.decode()


@row("R-214", "SG-23")
def test_who_is_known_alike_in_both_has_them_tied(cast: Cast, client: Client) -> None:
    old = made.closed(cast, now() - timedelta(days=60), slip=SLIP, disclosure="confidential")
    code, _ = asking.asked(client, text=AGAIN, earlier=proof_of(), disclosure="confidential")
    assert Matter.objects.get(code=code).earlier == old


@row("R-214")
def test_what_was_asked_for_after_it_and_is_open_gets_the_words_and_no_third_one_is_opened(
    cast: Cast, client: Client
) -> None:
    """By the first one's proof; the other's code is told to nobody who has not got it."""
    old = made.closed(cast, now() - timedelta(days=60), slip=SLIP)
    first = proof_of()
    asking.asked(client, text=AGAIN, earlier=first)
    new = Matter.objects.get(earlier=old)
    form = asking.form(client, text="第三天了，还是没有水。", earlier=first)
    pages = [client.post("/ask/", form) for _ in range(2)]
    assert [page.status_code for page in pages] == [200, 200]
    assert "话放进那一件里了" in pages[1].content.decode() and new.code not in pages[1].content.decode()
    assert Matter.objects.count() == 2
    assert Move.objects.get(matter=new, step="more_given").note == "第三天了，还是没有水。"


@row("R-214")
def test_what_is_open_after_what_came_after_it_gets_the_words_too(cast: Cast, client: Client) -> None:
    first = made.closed(cast, now() - timedelta(days=160), slip=SLIP)
    second = made.closed(cast, now() - timedelta(days=80), earlier=first)
    third = made.working(cast, now() - timedelta(hours=1), earlier=second)
    client.post("/ask/", asking.form(client, text=AGAIN, earlier=proof_of()))
    assert Matter.objects.count() == 3
    assert Move.objects.get(matter=third, step="more_given").note == AGAIN


@row("R-214", "SG-23")
def test_who_wants_to_be_known_otherwise_now_does_not_add_to_what_was_asked_for_after_it(
    cast: Cast, client: Client
) -> None:
    old = made.closed(cast, now() - timedelta(days=60), slip=SLIP)
    asking.asked(client, text=AGAIN, earlier=proof_of())
    code, _ = asking.asked(client, text="第三天了，还是没有水。", earlier=proof_of(), disclosure="anonymous")
    assert (Matter.objects.count(), Matter.objects.get(code=code).earlier) == (3, None)
    assert not Move.objects.filter(matter__earlier=old, step="more_given").exists()


@row("R-214")
@pytest.mark.parametrize("open_still", [True, False])
def test_another_number_written_this_time_is_kept_beside_the_first_and_the_rest_stays(
    cast: Cast, client: Client, open_still: bool
) -> None:
    at = now() - timedelta(days=5)
    old = (made.working if open_still else made.closed)(cast, at, slip=SLIP)
    typed = asking.form(client, text=AGAIN, earlier=proof_of(), phone="16000009999", name="换了个称呼")
    pages = [client.post("/ask/", typed) for _ in range(2)]
    assert all("这次写的手机号也找得到您" in page.content.decode() for page in pages)
    assert all("姓名、地方、怎么答复，都照原来那件的" in page.content.decode() for page in pages)
    parties = old.parties.order_by("id")
    assert [(one.role, one.disclosure, one.name is None) for one in parties] == [
        ("reporter", "named", False),
        ("second", "named", True),
    ]
    assert client.post("/track/", {"code": old.code, "key": "9999"}).status_code == 200


@row("R-214")
def test_the_same_number_is_kept_once_and_without_one_nothing_is_said_of_it(cast: Cast, client: Client) -> None:
    old = made.working(cast, now() - timedelta(days=5), slip=SLIP)
    same = client.post("/ask/", asking.form(client, text=AGAIN, earlier=proof_of())).content.decode()
    none = client.post("/ask/", asking.form(client, text=AGAIN, earlier=proof_of(), phone=" ")).content.decode()
    assert "这次写的手机号也找得到您" in same and "这次写的手机号" not in none
    assert old.parties.count() == 1


@row("R-214", "SG-23")
@pytest.mark.parametrize(
    ("before", "now_as"), [("named", "confidential"), ("named", "anonymous"), ("anonymous", "named")]
)
def test_a_number_is_not_kept_where_its_owner_would_be_known_in_another_way_and_the_page_says_so(
    cast: Cast, client: Client, before: str, now_as: str
) -> None:
    old = made.working(cast, now() - timedelta(days=5), slip=SLIP, disclosure=before)
    held = old.parties.count()
    typed = asking.form(client, text=AGAIN, earlier=proof_of(), phone="16000009999", disclosure=now_as)
    page = client.post("/ask/", typed).content.decode()
    assert "这次写的手机号没有记" in page
    assert old.parties.count() == held


@row("R-214")
def test_a_number_that_is_none_is_said_at_its_field_and_nothing_is_added(cast: Cast, client: Client) -> None:
    old = made.working(cast, now() - timedelta(days=5), slip=SLIP)
    page = client.post("/ask/", asking.form(client, text=AGAIN, earlier=proof_of(), phone="12"))
    assert page.status_code == 422 and 'href="#id_phone"' in page.content.decode()
    assert not old.moves.filter(note=AGAIN).exists()
