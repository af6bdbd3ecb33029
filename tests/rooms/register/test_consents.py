"""Where a number is from and what may be sent to it: said at the desk, by the household, by a list, by STOP (SG-16)."""

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from huiyin.channels.actions import inbox
from huiyin.core.models import Event
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import consents, household_file, people
from huiyin.register.actions.household_file import Right
from huiyin.register.events import PhoneConsentSaid
from huiyin.register.models import Phone, PhoneConsent
from huiyin.register.queries import consents as ask
from huiyin.register.queries import household_file as files
from tests.cast import SHIQIAO, ZHANG_PHONE, Cast
from tests.lists import HOUSEHOLDS, households
from tests.rooms.register.test_rosters import counts, csv_of, imported
from tests.rows import row

SYSTEM = Viewer.system("tests")


def numbers(cast: Cast, at: datetime) -> list[tuple[str, ...]]:
    """Source and words of the numbers of Zhang's household."""
    found = ask.of_household(cast.xu.viewer(at), cast.zhang_household, at)
    return [(one.source, *(word.said for word in one.words)) for one in found]


def phone_of(cast: Cast, at: datetime) -> UUID:
    return ask.of_household(cast.xu.viewer(at), cast.zhang_household, at)[0].id


def say(cast: Cast, at: datetime, said: str, purpose: str = "service") -> bool:
    home, phone, by = cast.zhang_household, phone_of(cast, at), cast.xu.viewer(at)
    return consents.say(by=by, at=at, household_id=home, phone_id=phone, purpose=purpose, said=said)


@row("SG-16")
def test_a_number_says_where_it_is_from_and_what_was_said_of_it_and_by_whom(cast: Cast, at: datetime) -> None:
    assert numbers(cast, at) == [("desk", "not_asked", "not_asked")]
    assert say(cast, at, "agreed")
    assert not say(cast, at, "agreed")  # said again, nothing new
    assert say(cast, at, "declined", "survey")
    (one,) = ask.of_household(cast.xu.viewer(at), cast.zhang_household, at)
    assert [(word.purpose, word.said, word.source, word.by) for word in one.words] == [
        ("service", "agreed", "desk", cast.xu.name),
        ("survey", "declined", "desk", cast.xu.name),
    ]
    assert "*" in one.masked
    told = [event.data for event in Event.objects.filter(name=PhoneConsentSaid.NAME).order_by("id")]
    assert [(one["purpose"], one["said"]) for one in told] == [("service", "agreed"), ("survey", "declined")]


@row("SG-16")
def test_what_was_agreed_once_stays_on_record_after_it_is_taken_back(cast: Cast, at: datetime) -> None:
    say(cast, at - timedelta(days=3), "agreed")
    say(cast, at, "declined")
    rows = list(PhoneConsent.objects.order_by("since").values_list("said", "until", "replaced_at"))
    assert [(said, until is not None, gone) for said, until, gone in rows] == [
        ("agreed", True, None),
        ("declined", False, None),
    ]
    say(cast, at, "agreed")  # the same day: that was a slip
    assert PhoneConsent.objects.filter(replaced_at__isnull=False).count() == 1
    assert numbers(cast, at)[0][1] == "agreed"


@row("SG-16")
def test_stop_by_sms_is_a_decline_that_nobody_else_lifts_until_the_number_itself_does(cast: Cast, at: datetime) -> None:
    say(cast, at, "agreed")
    inbox.stop(by=SYSTEM, at=at, channel="sms", address=ZHANG_PHONE, stopped=True)
    assert numbers(cast, at) == [("desk", "stopped", "stopped")]
    with pytest.raises(Refused, match="number_stopped"):
        say(cast, at, "agreed", "survey")
    assert say(cast, at, "declined", "survey")
    inbox.stop(by=SYSTEM, at=at, channel="sms", address=ZHANG_PHONE, stopped=False)
    assert numbers(cast, at) == [("desk", "agreed", "declined")]


@row("SG-16")
def test_the_household_gives_and_takes_back_with_its_own_key_and_no_other(cast: Cast, at: datetime) -> None:
    key = household_file.make_key(by=cast.xu.viewer(at), at=at, household_id=cast.zhang_household)
    phone, resident = phone_of(cast, at), Viewer.resident()
    assert consents.say_by_key(by=resident, at=at, key=key, phone_id=phone, purpose="service", said="agreed")
    (one,) = ask.by_key(resident, key, at)
    assert (one.service, one.words[0].source, one.words[0].by) == ("agreed", "self", "")
    with pytest.raises(Missing):
        consents.say_by_key(by=resident, at=at, key="X" * 16, phone_id=phone, purpose="service", said="declined")
    other = people.add_household(by=SYSTEM, at=at, code="OTHER", place_code=SHIQIAO)
    foreign = household_file.make_key(by=SYSTEM, at=at, household_id=other)
    with pytest.raises(Missing):
        consents.say_by_key(by=resident, at=at, key=foreign, phone_id=phone, purpose="service", said="declined")
    with pytest.raises(Refused, match="value_unknown"):
        consents.say_by_key(by=resident, at=at, key=key, phone_id=phone, purpose="adverts", said="agreed")


@row("SG-16")
def test_consent_is_of_a_number_a_corrected_one_is_asked_anew(cast: Cast, at: datetime) -> None:
    say(cast, at, "agreed")
    luo = cast.luo.viewer(at)
    mark = files.mark_of(luo, cast.zhang_household, "phone", cast.zhang_id, at)
    right = Right("phone", "16000009876", "本人来改", mark, cast.zhang_id, source="self")
    household_file.correct(by=luo, at=at, household_id=cast.zhang_household, right=right)
    assert numbers(cast, at) == [("self", "not_asked", "not_asked")]
    mark = files.mark_of(luo, cast.zhang_household, "phone", cast.zhang_id, at)
    back = Right("phone", ZHANG_PHONE, "改错了", mark, cast.zhang_id)
    household_file.correct(by=luo, at=at, household_id=cast.zhang_household, right=back)
    assert numbers(cast, at) == [("desk", "agreed", "not_asked")]


@row("SG-16", "R-061")
def test_a_list_brings_source_and_consent_and_lifts_no_word_of_the_people_themselves(
    cast: Cast, at: datetime, tmp_path: Path
) -> None:
    header = (*HOUSEHOLDS, "来源", "同意短信")
    lines = [
        [*line, source, said]
        for line, source, said in zip(
            households(4), ("本人", "2019年低保台账", "", "村里报"), ("同意", "否", "", "未问"), strict=True
        )
    ]
    assert counts(imported(csv_of(tmp_path, lines, header), at)) == {"new": 4}
    phones = {one.opened()[-1]: one for one in Phone.objects.filter(source__in=("roster", "self"))}
    said = {(one.person_id, one.said) for one in PhoneConsent.objects.all()}
    assert [phones[str(number)].source for number in (1, 2, 3, 4)] == ["self", "roster", "roster", "roster"]
    assert said == {(phones["1"].person_id, "agreed"), (phones["2"].person_id, "declined")}
    # the same list again is no news; another word of a list replaces a list's, never a person's own
    assert counts(imported(csv_of(tmp_path, lines, header), at)) == {"same": 4}
    own = PhoneConsent.objects.get(person=phones["1"].person_id)
    home = own.person.residences.get().household_id
    first = phones["1"].pk
    consents.say(by=SYSTEM, at=at, household_id=home, phone_id=first, purpose="service", said="declined")
    lines[1][-1] = "同意"
    assert counts(imported(csv_of(tmp_path, lines, header), at)) == {"same": 3, "changed": 1}
    now = dict(PhoneConsent.objects.filter(until=None, replaced_at=None).values_list("person_id", "said"))
    assert now == {phones["1"].person_id: "declined", phones["2"].person_id: "agreed"}
