"""A caller rings again: what is said goes to the earlier matter, which keeps its number, its dates and its answer."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from huiyin.casework.actions.feedback import reopen
from huiyin.casework.models import Matter, Move
from huiyin.casework.queries import track
from huiyin.core.models import Event
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from tests import factories as make
from tests.cast import ZHANG_PHONE, Cast
from tests.interfaces import papers
from tests.interfaces.desk.made import a_matter
from tests.interfaces.desk.seat import seat
from tests.interfaces.desk.test_intake import DONE, PAGE, SLIP, sent, typed
from tests.rows import row

MORE = "刚才又停了，这回连厨房也没水。"


@pytest.fixture(autouse=True)
def _county(cast: Cast) -> None:
    make.put_in_force(at=now())


def added(client: Client, matter: Matter, **more: str) -> int:
    return client.post(PAGE, typed(client, text=MORE, add_to=matter.code, **more)).status_code


@row("R-169", "R-172", "R-189")
def test_what_the_same_caller_adds_is_a_move_on_the_earlier_matter(cast: Cast) -> None:
    matter, client = a_matter(cast, now(), "take"), seat(cast.chen)
    due = matter.due_at
    page = client.post(PAGE, typed(client, do="caller")).content.decode()
    assert f'name="add_to" value="{matter.code}"' in page
    form = typed(client, text=MORE, add_to=matter.code)
    assert [client.post(PAGE, form).status_code for _ in range(3)] == [302] * 3
    assert Matter.objects.count() == 1
    move = Move.objects.get(step="more_given")
    assert (move.note, move.by_id, move.source, move.target) == (MORE, cast.chen.person_id, "working", "working")
    told = Event.objects.filter(subject=str(matter.id), name="casework.matter_moved").order_by("id").last()
    assert told is not None
    assert (told.data["step"], told.by_id) == ("more_given", cast.chen.person_id)
    matter.refresh_from_db()
    assert (matter.state, matter.due_at) == ("working", due)
    assert MORE in seat(cast.li).get(f"/desk/matters/{matter.code}/").content.decode()
    done = client.get(DONE).content.decode()
    assert "还是原来的编号" in done
    assert f"{matter.code[:4]}-{matter.code[4:8]}-{matter.code[8:]}" in done
    assert client.get(SLIP).status_code == 404


def test_a_similar_matter_of_the_same_caller_may_be_added_to_and_that_of_another_only_opened(cast: Cast) -> None:
    text = "我们三组十几户，每天傍晚五点以后自来水就停，半个月了。"
    mine = a_matter(cast, now(), "accept")
    other = a_matter(cast, now(), "accept", reporter_phone="16000005678", reporter_name="李大山")
    client = seat(cast.chen)
    given = typed(client, text=text, place_code="990101101201", do="look")
    page = client.post(PAGE, given, headers={"hx-request": "true"}).content.decode()
    assert f'name="add_to" value="{mine.code}"' in page
    assert f'name="add_to" value="{other.code}"' not in page
    assert f"/desk/matters/{other.code}/" in page


@row("SG-01")
def test_nobody_adds_to_what_another_caller_opened_or_to_what_one_may_not_see(cast: Cast) -> None:
    other = a_matter(cast, now(), "take", reporter_phone="16000005678")
    client = seat(cast.chen)
    assert added(client, other) == 422
    assert added(client, other, reporter_phone="") == 422
    held = a_matter(cast, now(), subject="投诉", text="李卫东收红包", nature="complaint")
    assert added(client, held) == 404
    assert client.post(PAGE, typed(client, text=MORE, add_to="999999999")).status_code == 404
    assert not Move.objects.filter(step="more_given").exists()


def test_an_empty_addition_and_one_to_a_closed_matter_are_refused_in_place(cast: Cast) -> None:
    matter, client = a_matter(cast, now(), "take"), seat(cast.chen)
    answer = client.post(PAGE, typed(client, text=" ", add_to=matter.code))
    assert answer.status_code == 422
    assert "还没有写" in answer.content.decode()
    client.post(PAGE, typed(client, add_to=matter.code, way="z"))
    assert Move.objects.filter(step="more_given").count() == 1


def test_what_was_asked_for_lets_the_matter_go_on_and_files_come_along(cast: Cast) -> None:
    from huiyin.casework.actions.steps import take_step

    matter, at = a_matter(cast, now(), "take"), now()
    take_step(by=cast.li.viewer(at), at=at, matter_id=matter.id, step="ask_more", given={"note": "几点停的？"})
    client = seat(cast.chen)
    answer = client.post(PAGE, {**typed(client, text=MORE, add_to=matter.code), "attached": [papers.photo()]})
    assert answer.status_code == 302
    matter.refresh_from_db()
    assert matter.state == "working"
    assert matter.attachments.get().by_id == cast.chen.person_id


@row("SG-01")
def test_words_about_an_official_hold_the_matter_they_are_added_to(cast: Cast) -> None:
    matter, client = a_matter(cast, now(), "take"), seat(cast.chen)
    client.post(PAGE, typed(client, text="李卫东说不给钱就不修，还收了红包。", add_to=matter.code))
    matter.refresh_from_db()
    assert matter.held
    assert seat(cast.li).get(f"/desk/matters/{matter.code}/").status_code == 404


@row("R-181")
def test_what_is_answered_on_the_spot_is_a_kind_of_its_own_until_it_is_taken_up_again(cast: Cast) -> None:
    matter = sent(seat(cast.chen), way="d", reply="明天上午十点来水，通知贴在村口。")
    assert (matter.kind, matter.state) == ("on_spot", "answered")
    assert "当场办结" in seat(cast.chen).get(f"/desk/matters/{matter.code}/").content.decode()
    at = now() + timedelta(minutes=5)
    reopen(by=cast.he.viewer(at), at=at, matter_id=matter.id, note="没有来水")
    matter.refresh_from_db()
    assert (matter.kind, matter.state) == ("appeal", "reopened")
    page = seat(cast.zhou).get(f"/desk/matters/{matter.code}/step/assign/").content.decode()
    assert "pass_for_handling" in page


@row("SG-01", "R-181")
def test_a_complaint_is_never_answered_on_the_spot(cast: Cast) -> None:
    matter = sent(seat(cast.chen), way="d", reply="知道了。", text="李卫东收红包", nature="complaint")
    assert (matter.kind, matter.held, matter.state) == ("appeal", True, "received")


@row("R-157")
def test_the_slip_carries_a_code_to_scan_and_no_address_carries_the_proof(cast: Cast) -> None:
    client = seat(cast.chen)
    matter = sent(client)
    page = client.get(SLIP).content.decode()
    assert "hy-qr" in page
    proof = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", page)
    assert proof
    assert track.by_proof(Viewer.resident(), proof[0], now()).code == matter.code
    assert not re.search(rf'(href|action|src)="[^"]*{proof[0].replace("-", "")}', page)
    assert ZHANG_PHONE not in page
