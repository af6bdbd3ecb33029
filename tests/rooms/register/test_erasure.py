"""Erasure: two people, keys gone, traces gone, the log whole, and nobody comes back by an old list or an old backup."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db.models import ForeignKey, Model

from huiyin.casework import ticks as casework
from huiyin.casework.actions.erasing import ERASER, carry_out
from huiyin.casework.models import Party
from huiyin.core import files, search
from huiyin.core.actions import action
from huiyin.core.audit import verify
from huiyin.core.events import record
from huiyin.core.models import Account, Event, Person, SearchText, StoredFile
from huiyin.core.sealing import seal_now
from huiyin.core.vault import Shredded, vault
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register import ticks
from huiyin.register.actions import cards, categories, erasure, links, people, roster_undo, rosters
from huiyin.register.actions.categories import Into
from huiyin.register.events import PhoneSet
from huiyin.register.models import (
    Card,
    Enquiry,
    Erased,
    Erasure,
    Findable,
    Household,
    Identity,
    Kin,
    Link,
    NeedLook,
    Phone,
    Resident,
)
from huiyin.register.queries import cards as ask_cards
from huiyin.register.queries import erasure as ask_erasure
from huiyin.register.queries import people as ask_people
from huiyin.register.queries.erasure import Traces
from tests import factories as make
from tests import lists
from tests.cast import GROUP_THREE, HUAISHUPING, SHIQIAO, ZHANG_PHONE, Cast
from tests.lists import HOUSEHOLDS, an_id
from tests.rooms.casework import spine
from tests.rooms.register.test_rosters import apply, imported, staged
from tests.rows import row

pytestmark = pytest.mark.usefixtures("english_terminal")

PHONE = "16000007788"


@dataclass(frozen=True)
class Home:
    """A household of its own: what is erased here has keys that no other test uses."""

    id: UUID
    person: UUID


@pytest.fixture
def home(cast: Cast) -> Home:
    """王秀兰 alone in a household that Luo leads."""
    found = Home(*make.a_household(GROUP_THREE, head="王秀兰", phone=PHONE, door="三组9号"))
    make.a_link(cast.luo.official_id, found.id)
    return found


SYSTEM = Viewer.system("tests")


def erased(cast: Cast, at: datetime, person: UUID, reason: str = "wish") -> UUID:
    """Asked for by Xu, decided by Ma."""
    found = erasure.ask_erasure(by=cast.xu.viewer(at), at=at, person_id=person, reason=reason)
    erasure.decide_erasure(by=cast.ma.viewer(at), at=at, erasure_id=found)
    assert casework.erasures(at) == 1
    return found


@row("SG-17")
def test_an_erasure_takes_two_people_and_may_be_declined(cast: Cast, home: Home, at: datetime) -> None:
    xu, ma = cast.xu.viewer(at), cast.ma.viewer(at)
    asked = erasure.ask_erasure(by=xu, at=at, person_id=home.person, reason="wish")
    with pytest.raises(Refused, match="erase_asked"):
        erasure.ask_erasure(by=ma, at=at, person_id=home.person, reason="wish")
    with pytest.raises(Refused, match="erase_same_person"):
        erasure.decide_erasure(by=xu, at=at, erasure_id=asked)
    for other in (cast.chen, cast.li, cast.zheng):
        with pytest.raises(Refused):
            erasure.decide_erasure(by=other.viewer(at), at=at, erasure_id=asked)
    erasure.decline_erasure(by=ma, at=at, erasure_id=asked)
    assert Person.objects.get(pk=home.person).name == "王秀兰"
    assert vault().exists(f"person:{home.person}")
    with pytest.raises(Missing):
        erasure.decide_erasure(by=ma, at=at, erasure_id=asked)
    with pytest.raises(Missing):
        carry_out(by=ERASER, at=at, erasure_id=asked, person_id=home.person)


@row("SG-17")
def test_the_worker_erases_what_two_people_decided(cast: Cast, home: Home, at: datetime) -> None:
    """A county's list takes seconds to look through: no page waits for it, and the page says that it is under way."""
    asked = erasure.ask_erasure(by=cast.xu.viewer(at), at=at, person_id=home.person, reason="wish")
    ma = cast.ma.viewer(at)
    erasure.decide_erasure(by=ma, at=at, erasure_id=asked)
    [shown] = ask_erasure.erasures(ma)
    assert (shown.state, shown.name, shown.decided_by) == ("decided", "王秀兰", cast.ma.name)
    assert ask_erasure.asked(ma, [home.person]) == {home.person}
    with pytest.raises(Refused, match="erase_asked"):
        erasure.ask_erasure(by=ma, at=at, person_id=home.person, reason="wish")
    assert casework.erasures(at) == 1
    [shown] = ask_erasure.erasures(ma)
    assert (shown.state, shown.name, shown.certified_at) == ("done", "", at)
    assert casework.erasures(at) == 0


def test_officials_and_unknown_people_are_not_erased(cast: Cast, home: Home, at: datetime) -> None:
    xu = cast.xu.viewer(at)
    people.add_resident(by=SYSTEM, at=at, household_id=home.id, person_id=cast.luo.person_id, relation="child")
    with pytest.raises(Refused, match="erase_official"):
        erasure.ask_erasure(by=xu, at=at, person_id=cast.luo.person_id, reason="wish")
    with pytest.raises(Refused, match="value_unknown"):
        erasure.ask_erasure(by=xu, at=at, person_id=home.person, reason="why not")
    with pytest.raises(Missing):
        erasure.ask_erasure(by=xu, at=at, person_id=UUID(int=7), reason="wish")


@row("SG-17")
def test_everything_about_the_person_goes_and_the_log_still_verifies(cast: Cast, home: Home, at: datetime) -> None:
    other, _ = make.a_household(SHIQIAO, head="张小妹")
    sister = Resident.objects.get(household_id=other).person_id
    people.add_kin(by=SYSTEM, at=at, person_id=home.person, relative_id=sister, relation="sibling")
    kept = attach(by=SYSTEM, at=at, person=home.person)
    search.index("person", home.person, "王秀兰")
    number, door = Phone.objects.get(person_id=home.person), Household.objects.get(pk=home.id)
    seal_now(at)

    found = erased(cast, at, home.person)

    person = Person.objects.get(pk=home.person)
    assert (person.name, person.pinyin, person.initials) == ("", "", "")
    assert not Phone.objects.filter(person=person).exists()
    assert not Identity.objects.filter(person=person).exists()
    assert not Kin.objects.filter(person=person).exists()
    assert not SearchText.objects.filter(subject=person.pk).exists()
    assert not Findable.objects.filter(name="王秀兰").exists()
    assert not StoredFile.objects.exists()
    assert not files.path_of(kept).exists()
    for read in (number.opened, door.opened_door):
        with pytest.raises(Shredded):
            read()
    empty = Household.objects.get(pk=home.id)
    assert (empty.status, empty.door) == ("erased", None)
    assert empty.until is not None
    assert not Link.objects.filter(household=empty, until=None).exists()
    assert ask_people.by_phone(cast.chen.viewer(at), PHONE, at) == ()
    certificate = Event.objects.get(name="register.erasure_certified")
    assert (certificate.subject, certificate.data["keys"], certificate.data["files"]) == (str(found), 2, 1)
    assert Erasure.objects.get().certified_at == at
    seal_now(at)
    assert verify(at, language="en").told() == []


STAY = {
    "Resident.person": "that somebody lived there for some time, without saying who",
    "Resident.household": "as above",
    "Erasure.person": "the certificate",
    "HouseholdSuccession.old": "that a household split off or ended in another, without saying who",
    "HouseholdSuccession.new": "as above",
    "Link.household": "who was there for the household: a row of duty",
    "LinkProposal.household": "what a round proposed: ids only, and its digest commits to all of them",
    "Official.person": "records of service; whoever has one is not erased this way",
    "Account.person": "as above",
    "Delegation.to": "as above",
}
"""Rows that point at a person or a household and outlive an erasure, each with its reason."""


@row("SG-17")
def test_every_row_about_somebody_goes_or_has_a_reason_to_stay(cast: Cast, home: Home, at: datetime) -> None:
    """A new table that points at people has to say here what an erasure does with it."""
    about: dict[str, type[Model]] = {}
    for model in apps.get_models():
        for column in model._meta.get_fields():
            if isinstance(column, ForeignKey) and column.related_model in (Person, Household):
                about[f"{model.__name__}.{column.name}"] = model
    assert STAY.keys() <= about.keys()
    cards.ask_for(by=cast.xu.viewer(at), at=at, kind="card", place_codes=[HUAISHUPING])
    ticks.print_runs(at)
    mine = Card.objects.get(household_id=home.id)
    code = ask_cards.code_of(mine.pk)
    cards.wish_another(by=Viewer.resident(), at=at, code=code)
    cards.ask_by_phone(by=Viewer.resident(), at=at, phone=PHONE)
    links.leave_out(by=cast.xu.viewer(at), at=at, household_id=home.id, why="declined", note="本人要求")
    assert Enquiry.objects.filter(person_id=home.person).exists()
    into = Into("echo", "hardship", "县民政局名单")
    support = categories.enter(by=cast.luo.viewer(at), at=at, household_id=cast.zhang_household, into=into)
    categories.review(by=cast.luo.viewer(at), at=at, membership_id=support)
    assert NeedLook.objects.filter(household_id=home.id).exists()

    erased(cast, at, home.person)

    for name, model in about.items():
        if name not in STAY:
            key = name.partition(".")[2]
            one = home.person if model._meta.get_field(key).related_model is Person else home.id
            assert not model._base_manager.filter(**{key: one}).exists(), name
    with pytest.raises(Missing):
        ask_cards.by_card(Viewer.resident(), code, at)
    assert Card.objects.filter(household_id=cast.zhang_household).count() == 1
    seal_now(at)
    assert verify(at, language="en").told() == []


def test_a_household_with_others_in_it_stays_as_it_is(cast: Cast, home: Home, at: datetime) -> None:
    people.add_resident(by=SYSTEM, at=at, household_id=home.id, name="张小宝", relation="child")
    erased(cast, at, home.person)
    page = ask_people.household(cast.luo.viewer(at), home.id, at)
    assert [one.name for one in page.residents] == ["张小宝"]
    assert [one.name for one in page.links] == ["罗大勇"]
    assert Household.objects.get(pk=home.id).opened_door() == "三组9号"


def test_who_reported_a_closed_matter_goes_and_an_open_one_keeps_its_reporter(
    cast: Cast, home: Home, at: datetime
) -> None:
    still_open = spine.opened(cast, at, reporter_phone=PHONE, reporter_name="王秀兰").matter.id
    brother = spine.opened(cast, at, reporter_phone=PHONE, reporter_name="王小弟").matter.id
    erased(cast, at, home.person)
    assert [one.left for one in ask_erasure.erasures(cast.ma.viewer(at))] == [1]
    assert Party.objects.get(matter_id=still_open).phone is not None
    assert Party.objects.get(matter_id=brother).phone is not None


@row("SG-01", "SG-17")
def test_how_many_open_matters_keep_their_reporter_counts_no_complaint(cast: Cast, home: Home, at: datetime) -> None:
    """Ma decides on it and reads the count: it must not say that she complained about somebody of his office."""
    text = "李卫东收了我家两百块钱。"
    said = spine.opened(cast, at, reporter_phone=PHONE, reporter_name="王秀兰", text=text).matter
    assert said.held
    erased(cast, at, home.person)
    assert [one.left for one in ask_erasure.erasures(cast.ma.viewer(at))] == [0]
    assert Party.objects.get(matter_id=said.id).phone is not None


def test_a_closed_matter_loses_its_reporter(cast: Cast, at: datetime) -> None:
    _, namesake = make.a_household(GROUP_THREE, head="张丽华", phone=ZHANG_PHONE)  # the spine's reporter
    matter = spine.called(cast, spine.delivered(cast, at).id, at + timedelta(days=3))
    assert matter.closed_at is not None
    erased(cast, at + timedelta(days=4), namesake)
    after = Party.objects.get(matter=matter)
    assert (after.name, after.phone, after.phone_blind, after.last_four) == (None, None, None, None)
    assert Event.objects.filter(name="casework.reporter_erased", subject=str(matter.pk)).exists()


@row("R-061", "SG-17")
def test_a_replayed_list_brings_nobody_back(cast: Cast, at: datetime, tmp_path: Path) -> None:
    lines = lists.households(2)
    imported(a_list(tmp_path, lines), at)
    person = Resident.objects.get(household__code="HT00001").person
    name, number, phone = person.name, lines[0][6], lines[0][7]
    erased(cast, at, person.pk)
    assert imported(a_list(tmp_path, lines), at).counts["did_refused"] == 1
    elsewhere = [line_of("HT09001", name, number, ""), line_of("HT09002", name, "", phone)]
    assert imported(a_list(tmp_path, elsewhere), at).counts["did_refused"] == 2
    assert not Person.objects.filter(name=name).exists()
    assert Household.objects.get(code="HT00001").until is not None
    assert sorted(Erased.objects.filter(erasure__person=person).values_list("kind", flat=True)) == [
        "home",
        "number",
        "phone",
    ]
    namesake = [line_of("HT09003", name, an_id(77), "16000004455")]
    assert imported(a_list(tmp_path, namesake), at).counts["did_new"] == 1


def test_what_an_import_kept_of_the_person_is_forgotten_with_them(cast: Cast, at: datetime, tmp_path: Path) -> None:
    lines = lists.households(2)
    imported(a_list(tmp_path, lines), at)
    lines[0][7] = "16000009911"
    run = imported(a_list(tmp_path, lines), at).id
    assert vault().exists(f"import:{run}")
    erased(cast, at, Resident.objects.get(household__code="HT00001").person_id)
    assert not vault().exists(f"import:{run}")
    with pytest.raises(Refused, match="import_too_old"):
        roster_undo.begin_undo(by=SYSTEM, at=at, run_id=run)


def test_a_list_under_way_that_speaks_of_the_person_has_to_be_finished_first(
    cast: Cast, home: Home, at: datetime, tmp_path: Path
) -> None:
    other = staged(a_list(tmp_path, lists.households(1)), at)
    run = staged(a_list(tmp_path, [line_of("HT09001", "王秀兰", "", PHONE)]), at)
    asked = erasure.ask_erasure(by=cast.xu.viewer(at), at=at, person_id=home.person, reason="wish")
    erasure.decide_erasure(by=cast.ma.viewer(at), at=at, erasure_id=asked)
    assert casework.erasures(at) == 0
    assert ask_erasure.lists_under_way(cast.ma.viewer(at)) == 2
    assert Person.objects.get(pk=home.person).name == "王秀兰"
    rosters.abandon(by=SYSTEM, at=at, run_id=run)
    assert casework.erasures(at) == 1
    assert Person.objects.get(pk=home.person).name == ""
    assert apply(other, at).counts["did_new"] == 1


def line_of(code: str, name: str, number: str, phone: str) -> list[object]:
    """A line of a list of households."""
    return [code, "柳湾镇", "槐树坪", "三组", "", name, number, phone, 1]


@row("SG-17")
def test_yesterdays_rows_with_todays_keys_stay_unreadable_and_are_erased_again(
    cast: Cast, home: Home, at: datetime
) -> None:
    """What a restored backup brings: rows as they were, and a key store in which the key is destroyed."""
    vault().destroy(f"person:{home.person}", at=at)
    vault().destroy(f"household:{home.id}", at=at)
    with pytest.raises(Shredded):
        Phone.objects.get(person_id=home.person).opened()
    assert ask_people.household(cast.luo.viewer(at), home.id, at).residents[0].phone == ""
    assert ticks.finish_erasures(at) == 1
    assert Person.objects.get(pk=home.person).name == ""
    assert not Phone.objects.filter(person_id=home.person).exists()
    assert Erased.objects.count() == 2
    assert ticks.finish_erasures(at) == 0


def test_a_crash_before_the_keys_went_is_made_good_by_the_tick(cast: Cast, home: Home, at: datetime) -> None:
    asked = erasure.ask_erasure(by=cast.xu.viewer(at), at=at, person_id=home.person, reason="died")
    erasure.decide_erasure(by=cast.ma.viewer(at), at=at, erasure_id=asked)
    erasure.erase(by=ERASER, at=at, erasure_id=asked, traces=Traces())
    assert vault().exists(f"person:{home.person}")
    with pytest.raises(RuntimeError):
        erasure.certify(by=SYSTEM, at=at, erasure_id=asked)
    assert ticks.finish_erasures(at) == 1
    assert not vault().exists(f"person:{home.person}")


def test_the_command_erases_for_an_account(cast: Cast, home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    username = Account.objects.get(pk=cast.xu.account_id).username
    with pytest.raises(CommandError, match="no active account"):
        call_command("erase", str(home.person), by="nobody", reason="wish")
    call_command("erase", str(home.person), by=username, reason="wish")
    assert "Erased; certificate" in capsys.readouterr().out
    assert Person.objects.get(pk=home.person).name == ""
    with pytest.raises(CommandError, match="cannot find"):
        call_command("erase", str(home.person), by=username, reason="wish")


@action
def attach(*, by: Viewer, at: datetime, person: UUID) -> UUID:
    """A paper of a person's own."""
    kept = files.store(by=by, at=at, subject=f"person:{person}", name="证.pdf", data=b"%PDF-1.4\n%%EOF")
    record(PhoneSet(subject=str(person)), by=by, at=at)
    return kept.pk


def a_list(folder: Path, lines: list[list[object]]) -> Path:
    """A list of households as an office sends it."""
    return lists.csv_file(folder / f"list{len(list(folder.iterdir()))}.csv", HOUSEHOLDS, lines)
