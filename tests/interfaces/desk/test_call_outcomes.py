"""How a call ends, in the programme's own words: what callers find, and what hangs on what it counts as alone."""

from datetime import timedelta

import pytest

from huiyin.casework.actions.feedback import call_back, take_back
from huiyin.casework.models import CallBack, Matter, Promise
from huiyin.casework.rules import closing
from huiyin.core import rulebook
from huiyin.core.models import Event
from huiyin.core.now import now
from huiyin.programme.refusal import Refused
from huiyin.programme.schema.replies import Calls, Replies
from tests import factories as make
from tests.cast import Cast
from tests.interfaces.desk.made import a_matter
from tests.interfaces.desk.seat import seat
from tests.interfaces.desk.test_calls_more import QUEUE, back, county, send, with_programme
from tests.interfaces.desk.test_promise_pages import give, make_due
from tests.rooms.casework import spine
from tests.rows import row

pytestmark = pytest.mark.django_db
THEIRS = make.county_book("zoucheng-2013").replies("three_platforms").calls


def answered_under(cast: Cast, calls: Calls) -> Matter:
    """An answered matter of a programme whose calls end like this."""
    county(lambda book: with_programme(book, replies=Replies(calls=calls)))
    return spine.answered(cast, now() - timedelta(days=6))


@row("R-178", "R-209")
def test_callers_find_the_programmes_outcomes_in_its_order_and_the_row_keeps_code_and_meaning(cast: Cast) -> None:
    matter, client = answered_under(cast, THEIRS), seat(cast.he)
    page = client.get(f"{QUEUE}{matter.code}/").content.decode()
    shown = [page.index(f"{words} <kbd") for words in ("无人接听", "占线", "关机", "停机", "空号", "号码是别人的")]
    assert shown == sorted(shown)
    assert "关机或停机" not in page and "家人代接，约本人再打</button>" in page and "换人回访</button>" in page
    assert send(client, matter, outcome="unable") == 422, "what it counts as is not what it is called"
    assert send(client, matter, outcome="suspended") == 302
    made = CallBack.objects.get()
    assert (made.outcome, made.code) == ("unable", "suspended")
    assert "记下了：停机" in client.get(QUEUE).content.decode()
    assert ">停机<" in client.get(QUEUE).content.decode(), "in the list as well"
    assert "<td>停机</td>" in client.get(f"{QUEUE}{matter.code}/").content.decode()
    assert "停机" in client.get(back(matter)).content.decode()
    assert "停机" in seat(cast.qian).get("/desk/log/").content.decode()


@row("R-178")
def test_old_calls_are_read_by_what_they_count_as_and_each_by_the_method_it_was_made_under(cast: Cast) -> None:
    county()
    old = spine.answered(cast, now() - timedelta(days=6))
    call_back(by=cast.he.viewer(now()), at=now(), matter_id=old.id, outcome="unable")
    new = answered_under(cast, THEIRS)
    call_back(by=cast.he.viewer(now()), at=now(), matter_id=new.id, outcome="vacant")
    other = tuple(one.model_copy(update={"title": "打不通"}) for one in THEIRS.outcomes)
    later = with_programme(make.county_book(), replies=Replies(calls=THEIRS.model_copy(update={"outcomes": other})))
    rulebook.activate(by=make.SYSTEM, at=now(), rulebook=later, in_force_from=now())
    client = seat(cast.he)
    assert "关机或停机" in client.get(f"{QUEUE}{old.code}/").content.decode()
    page = client.get(f"{QUEUE}{new.code}/").content.decode()
    assert "<td>空号</td>" in page and "打不通" not in page


@row("R-178", "R-209")
def test_two_names_for_one_meaning_do_the_same_and_are_taken_back_alike(cast: Cast) -> None:
    matter = answered_under(cast, THEIRS)
    by, at = cast.he.viewer(now()), now()
    call_back(by=by, at=at, matter_id=matter.id, outcome="vacant")
    assert "要先有对的号码" in seat(cast.he).get(QUEUE).content.decode(), "a vacant number is a wrong one"
    take_back(by=by, at=at, matter_id=matter.id)
    made = CallBack.objects.get()
    assert (made.outcome, made.code) == ("taken_back", "")
    told = Event.objects.filter(name__startswith="casework.call_back").order_by("id").values_list("data", flat=True)
    assert [(data["outcome"], data["code"]) for data in told] == [("wrong_number", "vacant")] * 2
    with pytest.raises(Refused, match="needs_again_at"):
        call_back(by=by, at=at, matter_id=matter.id, outcome="family")
    call_back(by=by, at=at, matter_id=matter.id, outcome="reached", solved="yes")
    matter.refresh_from_db()
    assert matter.state == "closed"


@row("R-178")
def test_what_a_call_counts_as_is_the_programmes_word_and_what_it_does_not_know_is_refused() -> None:
    counted = {one.name: closing.ended(THEIRS, one.name).meaning for one in THEIRS.outcomes}
    assert (counted["switched_off"], counted["suspended"], counted["stranger"]) == ("unable", "unable", "wrong_number")
    assert closing.ended(Calls(), "busy") == closing.Ended("busy", "")
    for calls, given in ((THEIRS, "unable"), (Calls(), "suspended"), (Calls(), "taken_back"), (THEIRS, "")):
        with pytest.raises(Refused, match="value_unknown"):
            closing.ended(calls, given)
    with pytest.raises(Refused, match="value_unknown"):
        closing.ended(THEIRS, "family", closing.ASKED_APART)


def test_a_programme_whose_calls_end_in_two_ways_reached_offers_both(cast: Cast) -> None:
    both = (
        {"name": "self", "title": "本人接听", "meaning": "reached"},
        {"name": "spoke_for", "title": "家人代答", "meaning": "reached"},
    )
    matter, client = answered_under(cast, Calls.model_validate({"outcomes": both})), seat(cast.he)
    page = client.get(f"{QUEUE}{matter.code}/").content.decode()
    assert "交上去：本人接听" in page and "交上去：家人代答" in page and "约了什么时候再打" not in page
    assert send(client, matter, outcome="spoke_for") == 422, "reached: what was said is asked for"
    assert send(client, matter, outcome="spoke_for", solved="yes") == 302
    assert CallBack.objects.get().code == "spoke_for"


def test_a_promise_is_asked_about_with_the_same_outcomes_but_none_that_puts_it_off(cast: Cast) -> None:
    county(lambda book: with_programme(book, replies=Replies(calls=THEIRS)))
    matter = a_matter(cast, now() - timedelta(days=6), "take")
    give(seat(cast.li), matter)
    make_due(cast, matter)
    promise = Promise.objects.get()
    client, address = seat(cast.he), f"/desk/promises/{promise.id}/"
    page = client.get(address).content.decode()
    assert "停机" in page and "关机或停机" not in page and "家人代接" not in page
    assert client.post(address, {"outcome": "family"}).status_code == 422
    assert client.post(address, {"outcome": "suspended"}).status_code == 302
    made = CallBack.objects.get(promise=promise)
    assert (made.outcome, made.code) == ("unable", "suspended")
