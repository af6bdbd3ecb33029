"""Keys go with what they are for, whenever the process ends; what is somebody else's stays (SG-17, R-187, R-221)."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.test import TestCase

from huiyin.casework.actions import erasing, files, numbers
from huiyin.casework.models import Attachment, Matter, Party, Side
from huiyin.channels.actions import outbox
from huiyin.channels.models import Message
from huiyin.core.files import path_of
from huiyin.core.now import now
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer
from huiyin.core.worker import run_once
from huiyin.register.actions import people
from tests import factories as make
from tests.cast import HUAISHUPING, ZHANG_PHONE, Cast
from tests.interfaces.desk.test_disputes import OTHER, agreed, mediated, registered
from tests.rooms.casework import compartment as keys
from tests.rooms.casework import spine
from tests.rooms.casework.test_locked_reporter import erased, photo
from tests.rooms.casework.withdrawn import withdraw
from tests.rows import row

pytestmark = pytest.mark.django_db
HUSBAND = "16000004411"
SOON = timedelta(days=3)


@row("R-187", "R-221", "SG-17")
def test_a_dispute_locked_by_a_process_that_was_killed_leaves_no_key_once_the_worker_has_been(cast: Cast) -> None:
    at = now()
    make.put_in_force(at=at)
    keys.two_custodians(cast, at)
    keys.with_keys(cast.bai, at)
    matter = mediated(cast)
    subjects = [f"matter:{matter.id}", *(f"side:{side.id}" for side in Side.objects.all())]
    with TestCase.captureOnCommitCallbacks():  # killed: what was to follow the commit does not
        keys.hand_over(cast, at, matter)
    assert [vault().exists(one) for one in subjects] == [True] * 3, "this is what a crash left for good"
    run_once(now() + timedelta(minutes=2))
    assert [vault().exists(one) for one in subjects] == [False] * 3


@row("SG-17", "SG-48")
def test_an_erasure_cut_short_takes_side_and_messages_in_the_end(cast: Cast) -> None:
    make.put_in_force(at=now())
    matter, at = agreed(cast), now()
    outbox.send(
        by=make.SYSTEM,
        at=at,
        channel="sms",
        purpose="notice",
        about=f"matter:{matter.id}",
        key="k",
        address=ZHANG_PHONE,
        body="好",
    )
    erased(cast, at)
    withdraw(by=make.SYSTEM, at=at, matter_id=matter.id)
    side = Side.objects.get(letter="a")
    message = Message.objects.get(key="k")
    with TestCase.captureOnCommitCallbacks():
        erasing.at_end(by=erasing.ERASER, at=at)
    left = [f"side:{side.id}", f"message:{message.id}"]
    assert [vault().exists(one) for one in left] == [True, True]
    run_once(now() + timedelta(minutes=2))
    assert [vault().exists(one) for one in left] == [False, False]


@row("R-221", "SG-17")
def test_a_side_registered_after_it_was_written_down_is_erased_in_its_locked_dispute_too(cast: Cast) -> None:
    at = now()
    make.put_in_force(at=at)
    keys.two_custodians(cast, at)
    keys.with_keys(cast.bai, at)
    matter = mediated(cast)
    assert Side.objects.get(letter="b").person_id is None
    _, person = make.a_household(HUAISHUPING, head="邓石头", phone=OTHER)
    with TestCase.captureOnCommitCallbacks(execute=True):
        keys.hand_over(cast, at, matter)
    matter.refresh_from_db()
    assert keys.sides(cast.sun, matter, at) == ["a", "b"]
    erased(cast, at, person)
    assert keys.sides(cast.sun, matter, at) == ["a"]


@row("R-221", "SG-17")
def test_whose_number_a_side_gave_takes_only_a_side_of_their_own_name_along(cast: Cast, at: datetime) -> None:
    make.put_in_force(at=now())
    matter = registered(cast)
    withdraw(by=make.SYSTEM, at=now(), matter_id=matter.id)
    _, person = make.a_household(HUAISHUPING, head="邓大山", phone=OTHER)
    erased(cast, now(), person)
    stays = Side.objects.get(letter="b")
    assert stays.name is not None and stays.person_id is None, "邓石头 gave his father's number"


@row("R-221", "SG-17", "SG-48")
@pytest.mark.parametrize("over", [True, False])
def test_whose_number_a_side_had_lent_from_the_beginning_takes_none_of_its_words_along(cast: Cast, over: bool) -> None:
    """邓石头 gave his father's number, which the register knew; the father's erasure is not his."""
    make.put_in_force(at=now())
    _, father = make.a_household(HUAISHUPING, head="邓大山", phone=OTHER)
    matter = registered(cast)
    assert Side.objects.get(letter="b").person_id == father, "so that no relative of his stands between them"
    if over:
        withdraw(by=make.SYSTEM, at=now(), matter_id=matter.id)
    erased(cast, now(), father)
    if not over:
        withdraw(by=make.SYSTEM, at=now(), matter_id=matter.id)
        with TestCase.captureOnCommitCallbacks(execute=True):
            erasing.at_end(by=erasing.ERASER, at=now())
    stays = Side.objects.get(letter="b")
    assert stays.name is not None and stays.words is not None and vault().exists(f"side:{stays.id}")
    assert stays.person_id is None, "nothing leads to whom it was taken for"


@row("R-187", "R-221", "SG-17")
def test_whose_number_a_side_had_lent_takes_none_of_its_words_out_of_the_compartment(cast: Cast) -> None:
    at = now()
    make.put_in_force(at=at)
    keys.two_custodians(cast, at)
    keys.with_keys(cast.bai, at)
    _, father = make.a_household(HUAISHUPING, head="邓大山", phone=OTHER)
    matter = mediated(cast)
    with TestCase.captureOnCommitCallbacks(execute=True):
        keys.hand_over(cast, at, matter)
    matter.refresh_from_db()
    erased(cast, at, father)
    assert keys.sides(cast.sun, matter, at) == ["a", "b"]


def with_second(cast: Cast, at: datetime) -> Matter:
    """Zhang's matter with a photo, an answer by message, and her husband's number as her second."""
    matter = spine.delivered(cast, at)
    files.give(by=Viewer.resident(), at=at, matter_id=matter.id, given=[photo()])
    numbers.second_number(by=cast.he.viewer(at), at=at, matter_id=matter.id, phone=HUSBAND)
    for address in (ZHANG_PHONE, HUSBAND):
        outbox.send(
            by=make.SYSTEM,
            at=at,
            channel="sms",
            purpose="notice",
            about=f"matter:{matter.id}",
            key=address,
            address=address,
            body="好",
        )
    return matter


@row("SG-17", "SG-48")
@pytest.mark.parametrize("ends", ["before", "after"])
def test_a_second_number_of_somebody_else_goes_with_them_and_nothing_of_who_reported(
    cast: Cast, at: datetime, ends: str
) -> None:
    husband = people.add_resident(
        by=make.SYSTEM, at=at, household_id=cast.zhang_household, name="赵大力", relation="spouse", phone=HUSBAND
    )
    matter = with_second(cast, at)
    kept = Attachment.objects.get(matter=matter)
    if ends == "before":
        spine.called(cast, matter.id, at + SOON)
    erased(cast, at, husband)
    if ends == "after":
        spine.called(cast, matter.id, at + SOON)
        with TestCase.captureOnCommitCallbacks(execute=True):
            assert erasing.at_end(by=erasing.ERASER, at=at) == 1
    rows = {one.role: one.phone is None for one in Party.objects.filter(matter=matter)}
    assert rows == {"reporter": False, "second": True}
    assert {one.key: one.body is None for one in Message.objects.exclude(purpose="answer")} == {
        ZHANG_PHONE: False,
        HUSBAND: True,
    }
    assert Attachment.objects.filter(pk=kept.pk).exists() and Path(path_of(kept.file_id)).exists()


@row("SG-17", "SG-48")
def test_who_reported_takes_the_second_number_along(cast: Cast, at: datetime) -> None:
    matter = with_second(cast, at)
    spine.called(cast, matter.id, at + SOON)
    erased(cast, at)
    assert [one.phone for one in Party.objects.filter(matter=matter)] == [None, None]
    assert not Message.objects.filter(body__isnull=False).exists() and not Attachment.objects.exists()
