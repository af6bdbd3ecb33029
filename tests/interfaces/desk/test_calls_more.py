"""More of a call-back: a time the resident names, another number, "does not know", the programme's own words."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.apps import apps
from django.test import Client

from huiyin.casework.actions import numbers
from huiyin.casework.actions.aside import reveal
from huiyin.casework.actions.feedback import call_back
from huiyin.casework.models import CallBack, Judgement, Matter, Party
from huiyin.core import rulebook
from huiyin.core.models import Event, Look
from huiyin.core.now import now
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.schema.matters import Grade
from huiyin.programme.schema.replies import Calls, Replies
from huiyin.programme.schema.rulebook import Rulebook
from tests import factories as make
from tests.cast import Cast
from tests.interfaces.desk.made import a_matter
from tests.interfaces.desk.seat import appointed, seat
from tests.interfaces.desk.test_acting import acting, lend
from tests.invariants.test_a1_in_their_stead import with_powers
from tests.rooms.casework import spine
from tests.rows import row

pytestmark = pytest.mark.django_db
QUEUE = "/desk/calls/"
SECOND = "16000005678"


def county(change: Callable[[Rulebook], Rulebook] = lambda book: book) -> None:
    """Put the cast's county in force with a change of its programme."""
    at = now() - timedelta(days=10)
    rulebook.activate(by=make.SYSTEM, at=at, rulebook=change(make.county_book()), in_force_from=at)


def calls(**changed: object) -> Callable[[Rulebook], Rulebook]:
    """With other words for the call-back."""
    page = Replies(calls=Calls.model_validate(changed))
    return lambda book: with_programme(book, replies=page)


def with_programme(book: Rulebook, **changed: object) -> Rulebook:
    echo = book.programmes["echo"].model_copy(update=changed)
    return book.model_copy(update={"programmes": {**book.programmes, "echo": echo}})


def answered(cast: Cast, **words: object) -> Matter:
    return spine.answered(cast, now() - timedelta(days=6), **words)


def send(client: Client, matter: Matter, **said: str) -> int:
    address = f"{QUEUE}{matter.code}/"
    seen = re.search(r'name="seen" value="(\d+)"', client.get(address).content.decode())
    assert seen
    return client.post(address, {"seen": seen[1], "outcome": "reached"} | said).status_code


@row("R-178", "R-213")
def test_not_knowing_is_an_answer_of_its_own_and_neither_closes_nor_reopens(cast: Cast) -> None:
    county()
    matter, client = answered(cast), seat(cast.he)
    assert send(client, matter, contacted="unsure", true="unsure", solved="unsure", grade="none") == 302
    said = Judgement.objects.get()
    assert (said.contacted, said.true, said.solved, said.unsure) == (None, None, "unsure", "contacted true solved")
    matter.refresh_from_db()
    assert matter.state == "answered", "it is to be asked again"
    assert "说不知道解决了没有" in seat(cast.zhao).get(f"/desk/matters/{matter.code}/").content.decode()
    assert send(client, matter, do="close") == 422, "not knowing is no word to close by"


@row("R-178")
def test_a_time_the_resident_names_is_kept_shown_and_no_attempt_without_an_answer(cast: Cast) -> None:
    county()
    matter, client = answered(cast), seat(cast.he)
    zone = make.county_book().county.tz
    wanted = (now() + timedelta(days=1)).astimezone(zone).replace(hour=15, minute=0, second=0, microsecond=0)
    assert send(client, matter, outcome="call_again") == 422
    assert send(client, matter, outcome="call_again", again_at="2020-01-01T10:00") == 422
    assert send(client, matter, outcome="call_again", again_at="soon") == 422
    assert send(client, matter, outcome="call_again", again_at=wanted.strftime("%Y-%m-%dT%H:%M")) == 302
    made = CallBack.objects.get()
    assert (made.outcome, made.again_at) == ("call_again", wanted)
    assert "约了" in client.get(QUEUE).content.decode()
    assert Judgement.objects.count() == 0


@row("SG-22", "SG-23")
def test_another_number_is_locked_like_the_first_and_opened_with_a_trace(cast: Cast) -> None:
    county()
    matter, client = answered(cast), seat(cast.he)
    assert send(client, matter, do="second", second="123") == 422
    assert send(client, matter, do="second", second=SECOND) == 302
    party = Party.objects.get(role="second")
    assert party.phone and SECOND.encode() not in bytes(party.phone)
    assert not any(SECOND in str(event.data) for event in Event.objects.all())
    page = client.get(f"{QUEUE}{matter.code}/").content.decode()
    assert "5678" in page and "0000-5678" not in page
    looks = Look.objects.count()
    assert "160-0000-5678" in client.post(f"{QUEUE}{matter.code}/ring/", {"what": "second"}).content.decode()
    assert Look.objects.count() == looks + 1
    assert seat(cast.li).post(f"{QUEUE}{matter.code}/ring/", {"what": "second"}).status_code == 404


@row("SG-22")
def test_no_table_has_a_place_for_a_recording_of_a_call() -> None:
    """There is none to announce, to consent to or to play: whoever adds one has that to do first."""
    never = ("recording", "voice", "audio", "tape", "playback", "transcript")
    columns = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model.__module__.startswith("huiyin.")
        for field in model._meta.fields
    ]
    assert len(columns) > 300
    assert [one for one in columns if any(word in one.lower() for word in never)] == []


@row("SG-22", "SG-23")
def test_the_second_number_of_who_asked_for_confidence_is_opened_like_the_first(cast: Cast) -> None:
    county()
    matter = answered(cast, disclosure="confidential")
    numbers.second_number(by=cast.he.viewer(now()), at=now(), matter_id=matter.id, phone=SECOND)
    near = appointed("高平", cast.bodies.town, "dispatcher", "镇里的派单员")
    rings = [with_powers(one, now(), "matter.call_back") for one in (cast.li, cast.zhao)]  # of their own hands
    for by in (near.viewer(now()), cast.ma.viewer(now()), *rings):
        with pytest.raises((Missing, Refused)):
            reveal(by=by, at=now(), matter_id=matter.id, what="second", reason="要联系他")
        with pytest.raises(Refused, match="not_allowed"):
            numbers.second_number(by=by, at=now(), matter_id=matter.id, phone=SECOND)
    assert not Look.objects.filter(kind="matter.phone").exists()


@row("R-231", "SG-32")
def test_nobody_rings_about_what_their_own_body_handled_where_the_programme_says_so(cast: Cast) -> None:
    near = appointed("镇里的回访员", cast.bodies.town, "caller", "回访员")
    county(calls(apart=True))
    matter = answered(cast)
    client = seat(near)
    assert matter.code not in client.get(QUEUE).content.decode()
    assert client.get(f"{QUEUE}{matter.code}/").status_code == 404
    assert matter.code in seat(cast.he).get(QUEUE).content.decode()
    with pytest.raises(Refused, match="caller_same_body"):
        call_back(by=near.viewer(now()), at=now(), matter_id=matter.id, outcome="reached", solved="yes")


@row("R-231", "SG-32")
def test_who_acts_for_a_caller_rings_about_nothing_that_their_own_body_handled_either(cast: Cast) -> None:
    near = appointed("镇里的干部", cast.bodies.town, "clerk", "干部")
    lend(cast.he, near)
    county(calls(apart=True))
    matter = answered(cast)
    client = acting(near, cast.he)
    assert matter.code not in client.get(QUEUE).content.decode()
    assert client.get(f"{QUEUE}{matter.code}/").status_code == 404
    with pytest.raises(Refused, match="caller_same_body"):
        by = near.viewer(now(), acting_for=cast.he.person_id)
        call_back(by=by, at=now(), matter_id=matter.id, outcome="reached", solved="yes")


def test_a_programme_that_does_not_say_so_leaves_them_their_queue(cast: Cast) -> None:
    near = appointed("镇里的回访员", cast.bodies.town, "caller", "回访员")
    county(calls(apart=False))
    assert answered(cast).code in seat(near).get(QUEUE).content.decode()


@row("R-178")
def test_the_programme_says_what_is_asked_and_whether_the_caller_learns_who_handled_it(cast: Cast) -> None:
    greeting = "您好，我是{caller_body}的{caller}，问问{day}说的“{title}”。"
    county(calls(greeting=greeting, questions={"solved": "事情到底办成没有？"}, blind=True))
    matter, client = answered(cast), seat(cast.he)
    for address in (QUEUE, f"{QUEUE}{matter.code}/"):
        page = client.get(address).content.decode()
        assert "柳湾镇人民政府" not in page and "李卫东" not in page, address
    assert "我是望川县民意调查中心的何芳，问问" in page and "事情到底办成没有？" in page
    assert "有人为这件事找过您吗" in page, "what the programme leaves out is asked in the product's words"


@row("R-213")
def test_the_scale_is_the_programmes_at_the_desk_and_at_the_public_door(cast: Cast) -> None:
    grades = (
        Grade(value=5, title="好", points=100, satisfied=True),
        Grade(value=3, title="还行", points=60, satisfied=True),
        Grade(value=1, title="差", points=0, satisfied=False),
    )

    def change(book: Rulebook) -> Rulebook:
        return with_programme(book, matters=book.matters("echo").model_copy(update={"grades": grades}))

    county(change)
    matter, client = answered(cast), seat(cast.he)
    page = client.get(f"{QUEUE}{matter.code}/").content.decode()
    assert "还行" in page and "比较满意" not in page
    assert send(client, matter, solved="yes", grade="4") == 422, "not on the scale"
    assert send(client, matter, solved="yes", grade="3") == 302
    assert Judgement.objects.get().grade == 3


def back(matter: Matter) -> str:
    return f"{QUEUE}{matter.code}/back/"


@row("R-178")
def test_a_mistaken_outcome_is_taken_back_by_who_noted_it_and_the_log_keeps_both(cast: Cast) -> None:
    county()
    matter, client = answered(cast), seat(cast.he)
    assert send(client, matter, outcome="busy") == 302
    said = client.get(QUEUE).content.decode()
    assert back(matter) in said and "记下了：占线" in said and "&lt;" not in said, "above the next page"
    assert "占线" in client.get(back(matter)).content.decode()
    other = appointed("另一位回访员", cast.bodies.survey, "caller", "回访员")
    assert seat(other).get(back(matter)).status_code == 404
    assert seat(cast.li).post(back(matter)).status_code == 404
    assert client.post(back(matter)).status_code == 302
    assert client.post(back(matter))["Location"] == QUEUE, "a second press takes nothing more back"
    assert CallBack.objects.get().outcome == "taken_back"
    names = Event.objects.filter(name__startswith="casework.call_back").order_by("id").values_list("name", "data")
    assert [(name, data["outcome"]) for name, data in names] == [
        ("casework.call_back_tried", "busy"),
        ("casework.call_back_taken_back", "busy"),
    ]
    page = client.get(f"{QUEUE}{matter.code}/").content.decode()
    assert "占线</td>" not in page and "刚打过" not in page, "it counts as no attempt"
    assert send(client, matter, outcome="no_answer") == 302


@row("R-178", "R-209")
@pytest.mark.parametrize(("solved", "instead"), [("yes", "已经办结"), ("no", "已经重新办理"), ("unsure", "再打一次")])
def test_what_a_resident_said_is_not_taken_back_and_the_page_says_what_to_do(
    cast: Cast, solved: str, instead: str
) -> None:
    county()
    matter, client = answered(cast), seat(cast.he)
    assert send(client, matter, solved=solved) == 302
    assert instead in client.get(back(matter)).content.decode()
    before = Judgement.objects.count()
    assert client.post(back(matter)).status_code == 422
    assert (CallBack.objects.get().outcome, Judgement.objects.count()) == ("reached", before)


@row("R-178", "SG-32")
def test_another_caller_is_asked_for_with_a_word_for_whom_and_is_no_attempt(cast: Cast) -> None:
    county()
    matter, client = answered(cast), seat(cast.he)
    assert send(client, matter, outcome="another_caller") == 422, "for whom has to be said"
    assert send(client, matter, outcome="another_caller", note="讲客家话的") == 302
    assert client.get(f"{QUEUE}next/")["Location"] == QUEUE, "not put before the same caller again"
    assert "等别人来打" in client.get(QUEUE).content.decode()
    other = seat(appointed("会讲客家话的", cast.bodies.survey, "caller", "回访员"))
    assert "讲客家话的" in other.get(QUEUE).content.decode()
    assert other.get(f"{QUEUE}next/")["Location"] == f"{QUEUE}{matter.code}/"
    assert "讲客家话的" in other.get(f"{QUEUE}{matter.code}/").content.decode()
    assert send(other, matter, solved="yes") == 302
    matter.refresh_from_db()
    assert matter.state == "closed"


@row("R-178", "R-209")
def test_a_wrong_number_is_not_rung_again_until_there_is_another_and_closes_nothing(cast: Cast) -> None:
    county()
    matter, client = answered(cast), seat(cast.he)
    assert send(client, matter, outcome="wrong_number") == 302
    assert "要先有对的号码" in client.get(QUEUE).content.decode()
    assert client.get(f"{QUEUE}next/")["Location"] == QUEUE
    page = client.get(f"{QUEUE}{matter.code}/").content.decode()
    assert "记在“另一个号码”里" in page and "按联系不上办结</button>" not in page
    assert send(client, matter, do="close") == 422
    assert send(client, matter, do="second", second=SECOND) == 302
    assert "要先有对的号码" not in client.get(QUEUE).content.decode()


@row("R-178")
def test_who_left_no_telephone_is_not_put_forward_and_the_page_says_what_is_left_to_do(cast: Cast) -> None:
    county()
    client = seat(cast.he)
    nobody = a_matter(cast, now() - timedelta(hours=1), "deliver", reporter_name="", reporter_phone="", channel="web")
    page = client.get(QUEUE).content.decode()
    assert "没有留电话，打不了" in page
    assert "现在就能打" not in page
    there = client.get(f"{QUEUE}{nobody.code}/").content.decode()
    assert "打不了，这件不排进来拨" in there
    assert "本人拿查询码来看答复" in there
    a_matter(cast, now() - timedelta(minutes=30), "deliver")
    assert "现在就能打" in client.get(QUEUE).content.decode()
