"""The promise register: written with the answer, asked about at its date by somebody else, and what "no" does."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from huiyin.casework.actions import books, promises
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import CallBack, Matter, Promise
from huiyin.casework.queries import promises as queries
from huiyin.core.actions import action
from huiyin.core.models import Event
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from tests.cast import Cast
from tests.rooms.casework import spine
from tests.rows import row

MACHINE = Viewer.system("clock")
WHAT, AN_HOUR = "水塔旁边再装一台泵", timedelta(hours=1)


@action
def hand(*, by: Viewer, at: datetime, matter: Matter, handler_id: UUID) -> None:
    """Put a matter into somebody else's hands, whatever the flow says."""
    matter.handler_id, matter.supervisor_id, matter.caller_id = handler_id, None, None
    books.note_move(by=by, at=at, matter=matter, step="hand_over")


def answered(cast: Cast, at: datetime, **promise: object) -> Matter:
    """Li's answer with a promise in it."""
    matter = spine.assigned(cast, at)
    take_step(by=cast.li.viewer(at), at=at, matter_id=matter.id, step="take", given={})
    given = {
        "reply": "旧泵修好了，再装一台新的。",
        "promise": WHAT,
        "promised_on": at.date() + timedelta(days=9),
    } | promise
    return take_step(by=cast.li.viewer(at), at=at, matter_id=matter.id, step="answer", given=given)


def due(cast: Cast, at: datetime) -> tuple[Promise, datetime]:
    """… closed by the resident's word, and the promise's day is over."""
    matter = answered(cast, at)
    spine.called(cast, matter.id, at + AN_HOUR)
    later = at + timedelta(days=10)
    assert promises.fall_due(by=MACHINE, at=later) == 1
    return Promise.objects.get(matter=matter), later


@row("R-210")
def test_a_promise_stands_with_its_answer_and_is_asked_about_once_its_day_is_over(cast: Cast, at: datetime) -> None:
    answered(cast, at)
    made = Promise.objects.get()
    assert (made.what, made.person_id, made.body_id) == (WHAT, cast.li.person_id, cast.bodies.town)
    on_the_day = at + timedelta(days=9)
    assert promises.fall_due(by=MACHINE, at=on_the_day) == 0, "its last day is not over"
    after = on_the_day + timedelta(days=1)
    assert promises.fall_due(by=MACHINE, at=after) == 1 and promises.fall_due(by=MACHINE, at=after) == 0
    assert Event.objects.filter(name="casework.promise_due").count() == 1
    assert not any(WHAT in str(event.data) for event in Event.objects.all())


@row("R-214", "R-178")
def test_a_broken_promise_takes_a_closed_matter_up_again_however_long_ago(cast: Cast, at: datetime) -> None:
    promise, later = due(cast, at)
    assert Matter.objects.get().state == "closed"
    late = later + timedelta(days=60)
    promises.ask(by=cast.he.viewer(late), at=late, promise_id=promise.id, outcome="reached", kept="no", words="没装")
    promise.refresh_from_db()
    matter = Matter.objects.get()
    assert (promise.state, promise.words, matter.state, matter.reopened) == ("broken", "没装", "reopened", 1)
    with pytest.raises(Refused, match="already_done"):
        promises.ask(by=cast.he.viewer(late), at=late, promise_id=promise.id, outcome="reached", kept="yes")


@pytest.mark.parametrize(("word", "state"), [("yes", "kept"), ("unsure", "unsure")])
def test_kept_and_not_sure_leave_the_matter_closed_and_are_counted_apart(
    cast: Cast, at: datetime, word: str, state: str
) -> None:
    promise, later = due(cast, at)
    promises.resident_tells(
        by=Viewer.resident(), at=later, matter_id=promise.matter_id, promise_id=promise.id, kept=word
    )
    assert Matter.objects.get().state == "closed"
    (body,) = queries.by_body(cast.zhou.viewer(later), later)
    assert (body.name, body.counts, body.asked) == ("柳湾镇人民政府", {state: 1}, int(word == "yes"))


@row("R-231")
def test_whoever_was_just_rung_in_vain_hides_nobody_else_who_was_promised_something(
    cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "PAGE", 1)
    (first, later), (second, _) = due(cast, at), due(cast, at)
    he = cast.he.viewer(later)
    asked = [one.id for one in queries.to_ask(he, later)]
    promises.ask(by=he, at=later, promise_id=asked[0], outcome="no_answer")
    (other,) = {first.id, second.id} - set(asked)
    assert [one.id for one in queries.to_ask(he, later)] == [other]
    promises.ask(by=he, at=later, promise_id=other, outcome="no_answer")
    assert queries.to_ask(he, later) == ()
    assert [one.id for one in queries.to_ask(he, later + timedelta(days=1))] == asked


@row("R-231", "SG-32")
def test_who_promised_handled_or_supervised_never_asks_about_it(cast: Cast, at: datetime) -> None:
    promise, later = due(cast, at)
    for member in (cast.li, cast.zhao):
        with pytest.raises(Refused, match="not_allowed"):
            promises.ask(by=member.viewer(later), at=later, promise_id=promise.id, outcome="reached", kept="yes")
        assert queries.to_ask(member.viewer(later), later) == ()
    assert [one.id for one in queries.to_ask(cast.he.viewer(later), later)] == [promise.id]
    mine = cast.he.viewer(later)
    matter = Matter.objects.get()
    hand(by=MACHINE, at=later, matter=matter, handler_id=cast.he.person_id)
    assert queries.to_ask(mine, later) == ()
    with pytest.raises(Missing):
        queries.asking(mine, promise.id, later)
    with pytest.raises(Refused, match="handler_may_not_call"):
        promises.ask(by=mine, at=later, promise_id=promise.id, outcome="reached", kept="yes")


def test_asked_as_often_as_the_programme_wants_and_nobody_there_is_neither_kept_nor_broken(
    cast: Cast, at: datetime
) -> None:
    promise, later = due(cast, at)
    he = cast.he
    first = later.replace(hour=1)
    for moment in (first, first + timedelta(hours=7), first + timedelta(days=1)):
        assert Promise.objects.get().state == "due"
        promises.ask(by=he.viewer(moment), at=moment, promise_id=promise.id, outcome="no_answer")
    assert Promise.objects.get().state == "unreached"
    soon = first + timedelta(days=1, minutes=5)
    with pytest.raises(Refused, match="already_done"):
        promises.ask(by=he.viewer(soon), at=soon, promise_id=promise.id, outcome="reached", kept="yes")


def test_two_attempts_keep_their_distance(cast: Cast, at: datetime) -> None:
    promise, later = due(cast, at)
    promises.ask(by=cast.he.viewer(later), at=later, promise_id=promise.id, outcome="busy")
    with pytest.raises(Refused, match="attempt_too_soon"):
        promises.ask(by=cast.he.viewer(later), at=later + AN_HOUR, promise_id=promise.id, outcome="busy")


def test_attempts_to_ask_about_a_promise_do_not_count_as_attempts_about_the_answer(cast: Cast, at: datetime) -> None:
    answered(cast, at)
    later = at + timedelta(days=10)
    promises.fall_due(by=MACHINE, at=later)
    promise = Promise.objects.get()
    promises.ask(by=cast.he.viewer(later), at=later, promise_id=promise.id, outcome="no_answer")
    spine.called(cast, promise.matter_id, later + timedelta(minutes=1))
    assert Matter.objects.get().state == "closed"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"promise": ""}, "needs_promise"),
        ({"promised_on": None}, "needs_promised_on"),
        ({"promised_on": date(2020, 1, 1)}, "promise_past"),
        ({"promised_on": date(2099, 1, 1)}, "promise_far"),
    ],
)
def test_a_promise_needs_what_and_a_day_that_can_be_asked_about(
    cast: Cast, at: datetime, given: dict[str, object], code: str
) -> None:
    with pytest.raises(Refused, match=code):
        answered(cast, at, **given)
    assert Matter.objects.get().state == "working", "nothing of the step is kept"


@row("SG-01")
def test_what_the_resident_says_about_an_official_holds_the_matter(cast: Cast, at: datetime) -> None:
    promise, later = due(cast, at)
    said = "李卫东收了钱也没装"
    promises.resident_tells(
        by=Viewer.resident(), at=later, matter_id=promise.matter_id, promise_id=promise.id, kept="no", words=said
    )
    assert Matter.objects.get().held
    assert queries.register(cast.zhou.viewer(later), later, "broken") == ()
    assert sum(queries.counts(cast.li.viewer(later), later).values()) == 0
    assert queries.by_body(cast.ma.viewer(later), later) == []


def test_a_time_to_be_rung_at_is_named_about_an_answer_only(cast: Cast, at: datetime) -> None:
    promise, later = due(cast, at)
    with pytest.raises(Refused, match="value_unknown"):
        promises.ask(by=cast.he.viewer(later), at=later, promise_id=promise.id, outcome="call_again")
    assert not CallBack.objects.filter(promise=promise).exists()
