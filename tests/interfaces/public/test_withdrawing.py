"""A resident takes a matter back, and may want it handled after all; how they would like to be answered."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from huiyin.casework.actions import feedback, withdrawing
from huiyin.casework.actions.aside import clear, name_subjects
from huiyin.casework.actions.more import add_heard
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import Clock, Matter, Move
from huiyin.core.models import Event, Tally
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from huiyin.core.worker import run_once
from huiyin.programme.refusal import Refused
from tests.cast import ZHANG_PHONE, Cast
from tests.interfaces.desk.made import a_matter
from tests.interfaces.desk.seat import seat
from tests.interfaces.public import asking
from tests.interfaces.public.test_track import SLIP, proof_of
from tests.rooms.casework import withdrawn
from tests.rooms.casework.withdrawn import withdraw
from tests.rooms.publication import made
from tests.rows import row

CLOCK = Viewer.system("clock")


def turned(client: Client, where: str, proof: str, words: str = "", **more: str) -> Any:
    return client.post(f"/track/{where}/", {"proof": proof, "again": str(uuid4()), "words": words, **more})


def over(matter: Matter) -> None:
    """The days to think again are over; four schedulers look."""
    waits = Matter.objects.get(id=matter.id).withdraw_at or now()
    ended = [withdrawing.take_effect(by=CLOCK, at=max(waits, now())) for _ in range(4)]
    assert sum(ended) <= 1


@row("R-214", "R-209")
def test_a_resident_takes_a_matter_back_and_it_is_never_counted_as_solved(cast: Cast, client: Client) -> None:
    matter = made.working(cast, now() - timedelta(days=1), slip=SLIP)
    proof = proof_of()
    assert "不用办了，要撤回？" in asking.opened(client, proof)
    form = {"proof": proof, "again": str(uuid4()), "words": "自己修好了"}
    for _ in range(2):
        page = client.post("/track/withdraw/", form).content.decode()
        assert "还没有撤" in page and "还是要办，不撤了" in page
    over(matter)
    matter.refresh_from_db()
    assert (matter.state, matter.before, matter.closed_at is not None) == ("withdrawn", "working", True)
    move = Move.objects.get(matter=matter, step="withdraw")
    assert (move.note, move.by_id, move.by_name) == ("自己修好了", None, "resident")
    told = Event.objects.filter(subject=str(matter.id), name="casework.matter_moved").order_by("id").last()
    assert told is not None
    assert (told.data["step"], told.data["target"]) == ("withdraw", "withdrawn")
    assert not Clock.objects.filter(matter=matter, met_at__isnull=True, ended_at__isnull=True).exists()
    assert not matter.judgements.exists()
    run_once(now())
    assert not Tally.objects.filter(key__in=("word.yes", "closed", "word.none")).exists()
    assert "您已撤回" in asking.opened(client, proof)
    assert "自己修好了" in seat(cast.li).get(f"/desk/matters/{matter.code}/").content.decode()
    assert matter.code not in seat(cast.li).get("/desk/matters/").content.decode().replace("-", "")


@row("R-214", "SG-32")
def test_until_the_hours_are_over_everything_goes_on_and_one_click_makes_it_undone(cast: Cast, client: Client) -> None:
    """The handler is told that it is asked, and reads nothing of what was said with it."""
    matter = made.working(cast, now() - timedelta(days=1), slip=SLIP)
    proof, pressed = proof_of(), "村里来人叫我撤的"
    turned(client, "withdraw", proof, pressed)
    assert "已经说过不用办了" in turned(client, "withdraw", proof).content.decode()
    due = Matter.objects.get().due_at
    last = matter.moves.latest("seq").at + withdrawn.LATER - timedelta(seconds=1)
    assert withdrawing.take_effect(by=CLOCK, at=last) == 0
    run_once(now())
    page = seat(cast.li).get(f"/desk/matters/{matter.code}/").content.decode()
    assert "本人说不用办了" in page and pressed not in page
    assert "本人说不用办了" in seat(cast.li).get("/desk/told/").content.decode()
    matter.refresh_from_db()
    assert (matter.state, matter.due_at) == ("working", due)
    assert "不撤了，这件事照办" in turned(client, "stay", proof).content.decode()
    over(matter)
    matter.refresh_from_db()
    assert (matter.state, matter.withdraw_at) == ("working", None)
    late = turned(client, "stay", proof)
    assert late.status_code == 422
    page = late.content.decode()
    assert "没有等着撤" in page and page.count("<details open") == asking.opened(client, proof).count("<details open")


@row("R-214", "SG-32")
def test_who_says_more_of_what_they_took_back_has_it_handled_and_is_told_so(cast: Cast, client: Client) -> None:
    """Else their last words would end with it; whoever means it takes it back once more."""
    matter = made.working(cast, now() - timedelta(days=1), slip=SLIP)
    proof = proof_of()
    assert "再补充一句话，也就是还要办" in turned(client, "withdraw", proof).content.decode()
    form = {"more": "今天又停水了", "proof": proof, "again": str(uuid4())}
    for _ in range(2):
        page = client.post("/track/more/", form).content.decode()
        assert "就当还要办，不撤了" in page and "撤回这件事" in page and "还是要办，不撤了" not in page
    run_once(now())
    assert "本人又要办了，不撤" in seat(cast.li).get("/desk/told/").content.decode()
    over(matter)
    matter.refresh_from_db()
    assert (matter.state, matter.withdraw_at) == ("working", None)
    assert matter.moves.filter(step="withdraw_undone").count() == 1
    again = turned(client, "withdraw", proof).content.decode()
    assert "还没有撤" in again
    assert "就当还要办" not in client.post("/track/", {"code": "", "key": proof}).content.decode()


@row("R-214", "R-172", "SG-32")
def test_what_a_clerk_hears_of_what_was_taken_back_has_it_handled_too(cast: Cast) -> None:
    matter = made.working(cast, now() - timedelta(days=1), slip=SLIP)
    withdrawing.ask(by=made.RESIDENT, at=now(), matter_id=matter.id)
    add_heard(by=cast.chen.viewer(now()), at=now(), matter_id=matter.id, phone=ZHANG_PHONE, words="今天又停水了")
    over(matter)
    matter.refresh_from_db()
    assert (matter.state, matter.withdraw_at) == ("working", None)


@row("SG-01", "SG-32")
def test_what_was_answered_or_is_about_an_official_meanwhile_does_not_end(cast: Cast, client: Client) -> None:
    matter = made.working(cast, now() - timedelta(days=1), slip=SLIP)
    turned(client, "withdraw", proof_of())
    client.post("/track/more/", {"more": "李卫东收了红包", "proof": proof_of(), "again": str(uuid4())})
    over(matter)
    matter.refresh_from_db()
    assert (matter.held, matter.state, matter.withdraw_at) == (True, "working", None)


@row("SG-01", "SG-32")
def test_who_was_pressed_and_says_so_has_it_handled_also_where_that_is_found_to_be_about_nobody(
    cast: Cast, client: Client
) -> None:
    matter = made.working(cast, now() - timedelta(days=1), slip=SLIP)
    turned(client, "withdraw", proof_of())
    waits = Matter.objects.get(id=matter.id).withdraw_at
    assert waits is not None
    client.post("/track/more/", {"more": "李卫东逼我撤的", "proof": proof_of(), "again": str(uuid4())})
    clear(by=cast.zhou.viewer(now()), at=now(), matter_id=matter.id, note="没有说到干部")
    withdrawing.take_effect(by=CLOCK, at=waits)
    matter.refresh_from_db()
    assert (matter.held, matter.state, matter.withdraw_at) == (False, "working", None)


@row("R-214")
def test_what_was_answered_meanwhile_goes_on_and_nobody_says_that_the_resident_changed_their_mind(cast: Cast) -> None:
    begun = now() - timedelta(days=4)
    matter = made.working(cast, begun, slip=SLIP)
    withdrawing.ask(by=made.RESIDENT, at=begun, matter_id=matter.id)
    answered = begun + timedelta(hours=20)
    take_step(by=cast.li.viewer(answered), at=answered, matter_id=matter.id, step="answer", given={"reply": made.REPLY})
    over(matter)
    matter.refresh_from_db()
    assert (matter.state, matter.withdraw_at) == ("answered", None)
    assert matter.moves.latest("seq").step == "withdraw_void"
    run_once(now())
    assert "又要办了" not in seat(cast.li).get("/desk/told/").content.decode()


@row("R-214", "SG-33")
def test_what_was_answered_and_is_taken_up_again_by_the_residents_word_does_not_end_any_more(cast: Cast) -> None:
    """What they said last counts: it was answered in the days to think again, and not solved."""
    begun = now() - timedelta(days=2)
    matter = made.working(cast, begun, slip=SLIP)
    withdrawing.ask(by=made.RESIDENT, at=begun, matter_id=matter.id)
    answered = begun + timedelta(hours=20)
    step: dict[str, Any] = {"matter_id": matter.id, "step": "answer", "given": {"reply": made.REPLY}}
    take_step(by=cast.li.viewer(answered), at=answered, **step)
    feedback.resident_word(by=made.RESIDENT, at=now(), matter_id=matter.id, source="web", solved="no", words="还漏")
    withdrawing.take_effect(by=CLOCK, at=begun + withdrawn.LATER)
    matter.refresh_from_db()
    assert (matter.state, matter.withdraw_at) == ("reopened", None)


@row("R-214")
def test_what_was_taken_back_can_be_taken_up_again_with_its_history(cast: Cast, client: Client) -> None:
    matter = made.working(cast, now() - timedelta(days=1), slip=SLIP)
    proof = proof_of()
    turned(client, "withdraw", proof)
    over(matter)
    answer = turned(client, "again", proof)
    assert answer.status_code == 422
    assert "请写明理由" in answer.content.decode()
    page = turned(client, "again", proof, "又漏了").content.decode()
    assert "这件事重新办" in page
    matter.refresh_from_db()
    assert (matter.state, matter.reopened, matter.closed_at) == ("reopened", 1, None)
    steps = list(matter.moves.order_by("seq").values_list("step", flat=True))
    assert steps[-3:] == ["withdraw_asked", "withdraw", "reopen"]
    assert turned(client, "again", proof, "再来").status_code == 422
    moment = now() + timedelta(days=40)
    withdraw(by=made.RESIDENT, at=now(), matter_id=matter.id)
    with pytest.raises(Refused) as late:
        feedback.take_up(by=made.RESIDENT, at=moment, matter_id=matter.id, words="晚了吗")
    assert late.value.code == "reopen_too_late"


def test_why_it_should_be_handled_after_all_is_asked_by_that_name(cast: Cast, client: Client) -> None:
    matter = made.working(cast, now() - timedelta(days=1), slip=SLIP)
    proof = proof_of()
    assert "为什么还想办" not in asking.opened(client, proof)
    withdraw(by=made.RESIDENT, at=now(), matter_id=matter.id)
    again = turned(client, "again", proof)
    assert again.status_code == 422
    page = again.content.decode()
    assert "为什么还想办" in page
    assert "还想说的话" not in page
    form = {"proof": proof, "again": str(uuid4()), "words": "又坏了"}
    assert client.post("/track/again/", form).status_code == 200
    other = client.post("/track/again/", form | {"words": "又坏了，请快些"})
    assert "这次写的和那次不一样" in other.content.decode()


def test_what_is_answered_is_not_taken_back(cast: Cast, client: Client) -> None:
    made.answered(cast, now() - timedelta(days=1), slip=SLIP)
    proof = proof_of()
    assert "撤回这件事" not in asking.opened(client, proof)
    answer = turned(client, "withdraw", proof)
    assert answer.status_code == 422
    assert "已经有了答复，不能撤回" in answer.content.decode()


@row("SG-01", "SG-23")
def test_only_the_proof_takes_a_matter_back(cast: Cast, client: Client) -> None:
    matter = made.working(cast, now() - timedelta(days=1), slip=SLIP)
    for proof in ("", "A" * 16, matter.code, "1234"):
        assert turned(client, "withdraw", proof).status_code == 404
    address = f"/desk/matters/{matter.code}/step/withdraw/"
    for who in (cast.li, cast.zhou, cast.ma):
        assert seat(who).post(address, {"note": "居民说不办了"}).status_code == 422
    matter.refresh_from_db()
    assert matter.state == "working"


@row("SG-01")
def test_a_complaint_cannot_be_made_to_go_away(cast: Cast, client: Client) -> None:
    code, proof = asking.asked(client, sealed="1", text="李卫东收了红包")
    assert "撤回这件事" not in asking.opened(client, proof)
    assert turned(client, "withdraw", proof).status_code == 422
    matter = Matter.objects.get(code=code)
    at = now()
    name_subjects(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, persons=[cast.li.person_id])
    assert turned(client, "withdraw", proof).status_code == 422
    matter.refresh_from_db()
    assert matter.closed_at is None
    ordinary = made.working(cast, now() - timedelta(days=1), slip=SLIP)
    page = turned(client, "withdraw", proof_of(), "李卫东逼我撤，说不撤就不给低保。").content.decode()
    assert "没有撤" in page
    ordinary.refresh_from_db()
    assert (ordinary.state, ordinary.held) == ("working", True)
    assert Move.objects.get(matter=ordinary, step="more_given").note.startswith("李卫东逼我撤")


@row("R-170", "R-210")
def test_how_one_would_like_to_be_answered_is_a_fact_for_whoever_answers_and_calls(cast: Cast, client: Client) -> None:
    code, _ = asking.asked(client, answer_by="phone")
    matter = Matter.objects.get(code=code)
    assert matter.moves.get(seq=1).data["answer_by"] == "phone"
    page = seat(cast.zhou).get(f"/desk/matters/{code}/").content.decode()
    assert "想怎么答复" in page
    assert "打电话" in page
    answered = made.answered(cast, now() - timedelta(days=1), answer_by="paper")
    assert "写在纸上" in seat(cast.he).get(f"/desk/calls/{answered.code}/").content.decode()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"answer_by": "phone", "phone": ""}, "得留一个手机号"),
        ({"answer_by": "sms", "disclosure": "anonymous"}, "得留一个手机号"),
        ({"answer_by": "pigeon"}, "请从给出的几项里选"),
    ],
)
def test_a_wish_that_cannot_be_met_is_said_at_its_place(
    cast: Cast, client: Client, typed: dict[str, str], sentence: str
) -> None:
    answer = client.post("/ask/", asking.form(client, **typed))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert asking.TEXT in answer.content.decode()
    assert Matter.objects.count() == 0


@row("SG-01", "SG-32")
def test_what_is_classed_a_complaint_while_they_think_again_goes_on(cast: Cast) -> None:
    """A dispatcher reads it as one about somebody in office: it does not end because its resident asked before."""
    matter = a_matter(cast, now() - timedelta(days=1), "accept")
    withdrawing.ask(by=Viewer.resident(), at=now(), matter_id=matter.id)
    classed = {"nature": "complaint", "topic": "conduct", "way": "discipline"}
    take_step(by=cast.zhou.viewer(now()), at=now(), matter_id=matter.id, step="classify", given=classed)
    assert Matter.objects.get().held
    over(matter)
    matter.refresh_from_db()
    assert matter.closed_at is None and matter.withdraw_at is None
