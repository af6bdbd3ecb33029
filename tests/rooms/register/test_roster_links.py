"""Lists of links: two lines about one household, and officials who are kept apart from it, whatever the reason."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID

import pytest

from huiyin.core import apart as sources
from huiyin.core.audit import verify
from huiyin.core.models import Official
from huiyin.core.sealing import seal_now
from huiyin.core.viewer import Viewer
from huiyin.register.actions import links, people, roster_undo, roster_work, rosters
from huiyin.register.actions.roster_work import Job
from huiyin.register.models import HeldLine, Household, Link
from huiyin.register.queries import rosters as ask
from tests import lists
from tests.cast import Cast, Member
from tests.rooms.register.test_rosters import LINKS, SYSTEM, apply, counts, csv_of, imported, staged
from tests.rows import row

Complaints = set[tuple[UUID, UUID, bool]]


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """What another room says of whom to keep apart."""
    found: Complaints = set()

    def told(_viewer: Viewer, _at: datetime, _homes: object, _persons: object) -> Complaints:
        return found

    sources.source(told)
    yield found
    sources.forget(told)


def official(member: Member) -> Official:
    return Official.objects.get(pk=member.official_id)


def home(code: str) -> UUID:
    return Household.objects.get(code=code).pk


def leads(code: str) -> list[UUID]:
    """Who leads for a household."""
    rows = Link.objects.filter(household__code=code, kind="lead", until=None, replaced_at=None)
    return list(rows.values_list("official_id", flat=True))


def test_of_two_leads_for_one_household_the_second_waits_for_a_person(cast: Cast, at: datetime, tmp_path: Path) -> None:
    imported(csv_of(tmp_path, lists.households(2)), at)
    luo, li = official(cast.luo), official(cast.li)
    lines = [[luo.number, "HT00001", "主", ""], [li.number, "HT00001", "主", ""], [li.number, "HT00002", "主", ""]]
    run = staged(csv_of(tmp_path, lines, LINKS), at, "links")
    found = apply(run, at)
    assert counts(found) == {"new": 2}
    assert [(one.number, one.reason) for one in HeldLine.objects.filter(run_id=run)] == [(3, "lead_differs")]
    assert leads("HT00001") == [luo.pk]
    rosters.decide(by=SYSTEM, at=at, run_id=run, line=3, decision="move")
    apply(run, at)
    assert leads("HT00001") == [li.pk]


def test_of_two_lines_that_were_both_decided_on_the_second_is_asked_about_again(
    cast: Cast, at: datetime, tmp_path: Path
) -> None:
    imported(csv_of(tmp_path, lists.households(1)), at)
    links.link(by=SYSTEM, at=at, official_id=cast.luo.official_id, household_id=home("HT00001"))
    li, ma = official(cast.li), official(cast.ma)
    lines = [[li.number, "HT00001", "主", ""], [ma.number, "HT00001", "主", ""]]
    run = staged(csv_of(tmp_path, lines, LINKS), at, "links")
    for number in (2, 3):
        rosters.decide(by=SYSTEM, at=at, run_id=run, line=number, decision="move")
    assert apply(run, at).waiting == 1
    assert leads("HT00001") == [li.pk]
    rosters.decide(by=SYSTEM, at=at, run_id=run, line=3, decision="move")
    assert apply(run, at).waiting == 0
    assert leads("HT00001") == [ma.pk]


@row("SG-01", "SG-45")
def test_a_list_links_nobody_who_is_kept_apart_and_does_not_tell_why(
    cast: Cast, at: datetime, tmp_path: Path, complaints: Complaints
) -> None:
    imported(csv_of(tmp_path, lists.households(4)), at)
    luo = official(cast.luo)
    people.add_resident(by=SYSTEM, at=at, household_id=home("HT00001"), person_id=luo.person_id, relation="child")
    links.wish(by=SYSTEM, at=at, household_id=home("HT00002"), official_id=luo.pk)
    complaints.add((home("HT00003"), luo.person_id, True))
    path = csv_of(tmp_path, [[luo.number, f"HT0000{number}", "主", ""] for number in range(1, 5)], LINKS)
    run = staged(path, at, "links")
    told = {one.number: (one.reason, one.column) for one in ask.told_lines(SYSTEM, run, verdicts=["refused"])}
    assert told == dict.fromkeys((2, 3, 4), ("kept_apart", "number"))
    assert counts(apply(run, at)) == {"new": 1, "refused": 3}
    assert Link.objects.filter(official=luo, household__code__gte="HT", household__code__lt="HU").count() == 1


@row("SG-01")
def test_whoever_hands_a_list_in_learns_nothing_of_complaints_about_their_own_office(
    cast: Cast, at: datetime, tmp_path: Path, complaints: Complaints
) -> None:
    """许平 and 陈静 are colleagues: a list of all households with her number must not say which complained."""
    imported(csv_of(tmp_path, lists.households(3)), at)
    chen, by = official(cast.chen), cast.xu.viewer(at)
    path = csv_of(tmp_path, [[chen.number, f"HT0000{number}", "主", ""] for number in range(1, 4)], LINKS)
    complaints.add((home("HT00001"), chen.person_id, True))
    complaints.add((home("HT00002"), chen.person_id, False))
    run = staged(path, at, "links", by=by)
    told = {one.number: (one.reason, one.column) for one in ask.told_lines(by, run, verdicts=["refused"])}
    assert told == dict.fromkeys((2, 3, 4), ("official_near", "number"))


@row("SG-01")
def test_a_list_that_repeats_a_link_which_stands_says_nothing_of_an_open_complaint(
    cast: Cast, at: datetime, tmp_path: Path, complaints: Complaints
) -> None:
    imported(csv_of(tmp_path, lists.households(1)), at)
    luo = official(cast.luo)
    path = csv_of(tmp_path, [[luo.number, "HT00001", "主", ""]], LINKS)
    imported(path, at, "links")
    complaints.add((home("HT00001"), luo.person_id, False))
    assert counts(imported(path, at, "links")) == {"same": 1}


@row("SG-01", "SG-45")
@pytest.mark.parametrize(("decided", "back"), [(True, False), (False, True)])
def test_taking_a_list_back_gives_no_household_to_whom_it_complained_about_since(
    cast: Cast, at: datetime, tmp_path: Path, complaints: Complaints, decided: bool, back: bool
) -> None:
    """What nobody has decided on ends nothing: it could be read from a link that does not come back."""
    imported(csv_of(tmp_path, lists.households(1)), at)
    luo, li = official(cast.luo), official(cast.li)
    links.link(by=SYSTEM, at=at, official_id=luo.pk, household_id=home("HT00001"))
    run = staged(csv_of(tmp_path, [[li.number, "HT00001", "主", ""]], LINKS), at, "links")
    rosters.decide(by=SYSTEM, at=at, run_id=run, line=2, decision="move")
    apply(run, at)
    assert leads("HT00001") == [li.pk]
    complaints.add((home("HT00001"), luo.person_id, decided))
    roster_undo.begin_undo(by=SYSTEM, at=at, run_id=run, here=True)
    assert roster_work.work(Job(SYSTEM, lambda: at, run)) == "undone"
    assert leads("HT00001") == ([luo.pk] if back else [])
    seal_now(at)
    assert verify(at, language="en").told() == []
