"""Words that lay on paper before somebody typed them in: the resident waits since the day on the paper (R-155)."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from huiyin.casework.actions.counter import Taken, take_words
from huiyin.casework.actions.intake import Words, faults, open_matter
from huiyin.casework.actions.objecting import object_to
from huiyin.casework.models import Clock, Matter
from huiyin.core.rulebook import current
from huiyin.programme.refusal import Refused
from huiyin.register.models import Objection
from huiyin.register.queries.days import today
from tests.cast import HUAISHUPING, Cast
from tests.flows import work_as
from tests.rows import row
from tests.walks.county import FIVE

LETTER: dict[str, Any] = {"channel": "letter", "place_code": HUAISHUPING, "topic": "water", "nature": "problem"}
LAIN = timedelta(days=4)


def a_letter(cast: Cast, at: datetime, *, paper_on: date | None = None) -> Matter:
    """A letter that a clerk types in and passes on for handling."""
    words = Words(text="井水浑了半个月，请来看看。", paper_on=paper_on, **LETTER)
    return take_words(by=cast.chen.viewer(at), at=at, words=words, taken=Taken(way="pass_for_handling")).matter


def ends(matter: Matter) -> dict[str, datetime]:
    """When each of its limits is over."""
    return dict(Clock.objects.filter(matter=matter).values_list("name", "due_at"))


def written(cast: Cast, at: datetime) -> date:
    """The day on the paper."""
    return today(cast.chen.viewer(at), at - LAIN)


@row("R-155")
def test_no_limit_begins_later_because_a_paper_lay_in_the_village(cast: Cast, at: datetime) -> None:
    on_its_day = a_letter(cast, at - LAIN)
    later = a_letter(cast, at, paper_on=written(cast, at))
    assert ends(later) == ends(on_its_day), "as if it had been typed in on its day"
    assert ends(a_letter(cast, at)) != ends(later)


@row("R-155")
def test_it_came_on_the_day_of_the_paper_and_was_entered_today(cast: Cast, at: datetime) -> None:
    matter = a_letter(cast, at, paper_on=written(cast, at))
    morning = datetime.combine(written(cast, at), time(), current(at).rulebook.county.tz)
    assert (matter.opened_at, matter.claimed_at, matter.local_day) == (morning, morning, written(cast, at))
    assert {move.at for move in matter.moves.all()} == {at}, "nobody is said to have done anything on that day"
    assert not matter.history and matter.due_at == min(due for due in ends(matter).values() if due > morning)


def test_the_first_moment_of_the_day_counts_for_a_limit_in_hours(cast: Cast, at: datetime) -> None:
    matter = a_letter(cast, at, paper_on=written(cast, at))
    assert set(Clock.objects.filter(matter=matter).values_list("started_at", flat=True)) == {matter.claimed_at}


def test_a_paper_of_today_is_as_none(cast: Cast, at: datetime) -> None:
    matter = a_letter(cast, at, paper_on=today(cast.chen.viewer(at), at))
    assert (matter.opened_at, matter.claimed_at) == (at, None)


@pytest.mark.parametrize(("days", "code"), [(-1, "day_ahead"), (367, "paper_too_old")])
def test_a_day_that_cannot_be_is_refused_at_its_field(cast: Cast, at: datetime, days: int, code: str) -> None:
    by, day = cast.chen.viewer(at), at.date() - timedelta(days=days)
    words = Words(text="路断了", paper_on=day, **LETTER)
    assert [(one.code, one.field) for one in faults(by, words, at)] == [(code, "paper_on")]
    with pytest.raises(Refused, match=code):
        open_matter(by=by, at=at, words=words)
    with pytest.raises(Refused, match=code):
        object_to(by=by, at=at, household_id=cast.zhang_household, about="notes", words="没有这回事", paper_on=day)


@row("R-155")
def test_a_written_objection_is_answered_within_fifteen_days_of_its_paper(cast: Cast, at: datetime) -> None:
    by, day = cast.chen.viewer(at), written(cast, at)
    home = cast.zhang_household
    assert object_to(by=by, at=at, household_id=home, about="notes", words="没有这回事", paper_on=day) is None
    row_ = Objection.objects.get()
    assert (row_.paper_on, row_.due_on) == (day, day + timedelta(days=15))


def test_a_complaint_on_paper_waits_since_its_day_too(cast: Cast, at: datetime) -> None:
    by, day = cast.chen.viewer(at), written(cast, at)
    words = f"{cast.luo.name}收了我家的钱"
    made = object_to(by=by, at=at, household_id=cast.zhang_household, about="notes", words=words, paper_on=day)
    assert made is not None and made.matter.held and made.matter.local_day == day
    assert not Objection.objects.exists()


@row("SG-01")
@pytest.mark.parametrize("name", FIVE)
def test_an_objection_on_paper_that_speaks_of_an_official_is_taken_in_each_county(
    cast: Cast, at: datetime, name: str
) -> None:
    """Whatever its method calls the ways words come in by; none of the five documents has a counter among them."""
    work_as(name, at - LAIN)
    words = f"{cast.luo.name}收了我家的钱"
    made = object_to(by=cast.chen.viewer(at), at=at, household_id=cast.zhang_household, about="notes", words=words)
    assert made is not None
    made.matter.refresh_from_db()
    assert made.matter.held
