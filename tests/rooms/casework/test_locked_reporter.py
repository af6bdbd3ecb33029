"""Erasing who reported a locked matter: their name, number and files open for nobody, what they said stays (SG-17)."""

import itertools
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import pytest
from django.test import TestCase

from huiyin.casework.actions import erasing, files, mediation
from huiyin.casework.actions.intake import Words, open_matter
from huiyin.casework.models import Attachment, Matter, Mediation, MediationMeeting, ReporterShare, SealedText, Side
from huiyin.casework.queries import compartment as ask
from huiyin.casework.queries import files as ask_files
from huiyin.casework.queries import one, track
from huiyin.core import boxes
from huiyin.core.files import Examined, path_of
from huiyin.core.now import now
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing
from huiyin.register.actions import erasure, people
from tests import factories as make
from tests.cast import HUAISHUPING, ZHANG_PHONE, Cast
from tests.interfaces.desk.test_disputes import A, B, mediated
from tests.rooms.casework import compartment as keys
from tests.rooms.casework import spine
from tests.rows import row

pytestmark = pytest.mark.django_db
NAME, RESIDENT = "张丽华", Viewer.resident()


def locked(cast: Cast, at: datetime, **more: object) -> tuple[Matter, str]:
    """What a resident writes on the confidential way: never in clear."""
    words = {"text": keys.ABOUT_LI, "place_code": HUAISHUPING, "nature": "complaint", "locked": True}
    words |= {"reporter_name": NAME, "reporter_phone": ZHANG_PHONE} | more
    found = open_matter(by=RESIDENT, at=at, words=Words(**words))  # type: ignore[arg-type]  # named as Words names them
    return Matter.objects.get(pk=found.matter.pk), found.proof


def erased(cast: Cast, at: datetime, person: UUID | None = None) -> None:
    """Zhang, or somebody else, is erased."""
    gone = person or cast.zhang_id
    asked = erasure.ask_erasure(by=cast.xu.viewer(at), at=at, person_id=gone, reason="wish")
    erasure.decide_erasure(by=cast.ma.viewer(at), at=at, erasure_id=asked)
    with TestCase.captureOnCommitCallbacks(execute=True):
        erasing.carry_out(by=erasing.ERASER, at=at, erasure_id=asked, person_id=gone)


def photo(name: str = "水管.jpg") -> Examined:
    return Examined("image/jpeg", name, b"\xff\xd8\xff photo of the tap")


def in_the_boxes(matter: Matter, secret: bytes, rows: Sequence[tuple[str, str, bytes | memoryview]]) -> bytes:
    """All that whoever has the matter's own key and the key store of today gets out of these boxes."""
    out = b""
    for table, line, box in rows:
        data = boxes.open_box(secret, box, ask.about(matter.id, table, line))
        out += data
    return out


@row("R-187", "SG-17", "SG-48")
@pytest.mark.parametrize("way", ["confidential", "handed_over"])
def test_an_erased_reporter_is_read_by_nobody_in_a_locked_matter_and_what_they_said_stays(
    cast: Cast, at: datetime, way: str
) -> None:
    keys.two_custodians(cast, at)
    keys.with_keys(cast.bai, at)
    matter, proof = locked(cast, at) if way == "confidential" else keys.sealed(cast, at)
    files.give(by=RESIDENT, at=at, matter_id=matter.id, given=[photo()])
    kept = Attachment.objects.get(matter=matter)
    before = keys.page(cast.sun, matter, at)
    assert before.reporter and (before.reporter.name, before.reporter.phone_masked) == (NAME, ZHANG_PHONE)
    assert isinstance(ask_files.by_proof(RESIDENT, proof, kept.id).file, Examined)
    secret = keys.key(cast.sun, at)(matter)
    assert secret is not None
    backup = list(SealedText.objects.filter(matter=matter).order_by("id").values_list("table", "row", "box"))

    erased(cast, at)

    after = keys.page(cast.sun, matter, at)
    assert after.matter.text == keys.ABOUT_LI, "what was said stays, for who handles it"
    assert after.reporter and (after.reporter.name, after.reporter.phone_masked) == ("", "")
    assert not ask_files.of_matter(cast.sun.viewer(at), after.matter, after.laid)
    seen = track.by_proof(RESIDENT, proof, at)
    assert seen.text == keys.ABOUT_LI
    with pytest.raises(Missing):
        ask_files.by_proof(RESIDENT, proof, kept.id)
    # Also in the rows of a backup from before, with the matter's key and today's key store at hand.
    raw = in_the_boxes(matter, secret, backup)
    for word in (NAME, ZHANG_PHONE, "水管"):
        assert word.encode() not in raw, word
    share = next((line, box) for table, line, box in backup if table == ask.SHARE)
    assert str(cast.zhang_id).encode() in boxes.open_box(secret, share[1], ask.about(matter.id, ask.SHARE, share[0]))
    assert not vault().exists(f"person:{cast.zhang_id}"), "the one key that opened it is destroyed"
    assert b"photo of the tap" not in Path(path_of(kept.file_id)).read_bytes()


@row("R-187", "SG-23")
def test_who_asked_for_confidence_is_no_name_for_who_handles_the_locked_matter(cast: Cast, at: datetime) -> None:
    keys.two_custodians(cast, at)
    keys.with_keys(cast.bai, at)
    matter = keys.hand_over(cast, at, spine.opened(cast, at, text=keys.ABOUT_LI, disclosure="confidential").matter)
    found = {who.name: keys.page(who, matter, at).reporter for who in (cast.bai, cast.sun)}
    told = {name: (one.name, one.phone_masked) for name, one in found.items() if one}
    assert told == {cast.bai.name: ("", ""), cast.sun.name: (NAME, ZHANG_PHONE)}


@row("R-187", "SG-01", "SG-17")
def test_no_row_on_the_disk_says_whose_a_locked_matter_is_before_or_after(cast: Cast, at: datetime) -> None:
    keys.two_custodians(cast, at)
    known, _ = locked(cast, at)
    stranger, _ = locked(cast, at, reporter_phone="16000009876", reporter_name="路过的人")
    nobody, _ = locked(cast, at, disclosure="anonymous", reporter_name="", reporter_phone="")
    shares = {share.matter_id for share in ReporterShare.objects.all()}
    assert shares == {known.id, stranger.id, nobody.id}, "each has one, whether its reporter is known or not"
    sizes = {len(text.box) for text in SealedText.objects.filter(table=ask.SHARE)}
    assert len(sizes) == 1
    erased(cast, at)
    page = keys.page(cast.sun, stranger, at)
    assert page.reporter and page.reporter.name == "路过的人", "who is somebody else stays"


@row("SG-17")
def test_of_one_number_in_a_family_whoever_said_it_takes_it_along_and_nobody_else(cast: Cast, at: datetime) -> None:
    keys.two_custodians(cast, at)
    people.add_resident(
        by=make.SYSTEM, at=at, household_id=cast.zhang_household, name="张小宝", relation="child", phone=ZHANG_PHONE
    )
    hers, _ = locked(cast, at)
    his, _ = locked(cast, at, reporter_name="张小宝")
    either, _ = locked(cast, at, reporter_name="")
    padded, _ = locked(cast, at, reporter_name=" 张　丽 华")  # as somebody types it who is used to forms
    erased(cast, at)
    found = [keys.page(cast.sun, said, at).reporter for said in (hers, his, either, padded)]
    assert [who.phone_masked for who in found if who] == ["", ZHANG_PHONE, "", ""]


@row("SG-17", "SG-48")
def test_who_was_erased_while_it_was_held_does_not_go_into_the_compartment(cast: Cast, at: datetime) -> None:
    keys.two_custodians(cast, at)
    keys.with_keys(cast.bai, at)
    found = spine.opened(cast, at, text=keys.ABOUT_LI).matter
    files.give(by=RESIDENT, at=at, matter_id=found.id, given=[photo()])
    kept = Attachment.objects.get(matter=found)
    erased(cast, at)
    with TestCase.captureOnCommitCallbacks(execute=True):
        keys.hand_over(cast, at, found)
    page = keys.page(cast.sun, found, at)
    assert page.matter.text == keys.ABOUT_LI
    assert page.reporter and (page.reporter.name, page.reporter.phone_masked) == ("", "")
    assert not Attachment.objects.filter(matter=found).exists() and not Path(path_of(kept.file_id)).exists()


def in_dispute(cast: Cast, at: datetime) -> Matter:
    """A dispute that was talked over, then turned out to be about Li, and went the sealed way."""
    matter = mediated(cast)
    luo, day = cast.luo.viewer(at), at.date() - timedelta(days=1)
    mediation.meet(by=luo, at=at, matter_id=matter.id, on=day, where="村委会", came="ab", note="说到了修墙的钱")
    mediation.agree(by=luo, at=at, matter_id=matter.id, agreement="树修枝，墙两家各出一半。")
    keys.hand_over(cast, at, matter)
    matter.refresh_from_db()
    return matter


@row("R-187", "R-221", "SG-01")
def test_a_dispute_that_is_locked_takes_the_words_of_both_sides_along_and_leaves_no_key_to_them(cast: Cast) -> None:
    at = now()
    make.put_in_force(at=at)
    keys.two_custodians(cast, at)
    keys.with_keys(cast.bai, at)
    with TestCase.captureOnCommitCallbacks(execute=True):
        matter = in_dispute(cast, at)
    for side in Side.objects.all():
        left = (side.name, side.phone, side.phone_blind, side.words, side.person_id, side.household_id)
        assert left == (None,) * 6 and not vault().exists(f"side:{side.id}")
    assert Mediation.objects.get().agreement is None and MediationMeeting.objects.get().note is None
    said = ask.sides(cast.sun.viewer(at), keys.page(cast.sun, matter, at).laid)
    assert said and [(side_[0], side_[1], side_[3]) for side_ in said.sides] == [("a", NAME, A), ("b", "邓石头", B)]
    assert (said.agreement, [note for _, note in said.notes]) == ("树修枝，墙两家各出一半。", ["说到了修墙的钱"])
    assert ask.sides(cast.sun.viewer(at), one.by_code(cast.sun.viewer(at), matter.code, at).laid) is None, (
        "without a key there are no words"
    )
    erased(cast, at)
    left_over = ask.sides(cast.sun.viewer(at), keys.page(cast.sun, matter, at).laid)
    assert left_over and [side_[0] for side_ in left_over.sides] == ["b"], "the other side's word stays theirs"


@row("R-187", "R-221", "SG-17")
def test_a_side_that_was_erased_before_the_dispute_was_locked_does_not_go_into_the_compartment(cast: Cast) -> None:
    at = now()
    make.put_in_force(at=at)
    keys.two_custodians(cast, at)
    keys.with_keys(cast.bai, at)
    matter = mediated(cast)
    erased(cast, at)
    with TestCase.captureOnCommitCallbacks(execute=True):
        keys.hand_over(cast, at, matter)
    matter.refresh_from_db()
    said = ask.sides(cast.sun.viewer(at), keys.page(cast.sun, matter, at).laid)
    assert said and [side_[0] for side_ in said.sides] == ["b"]
    secret = keys.key(cast.sun, at)(matter)
    assert secret is not None
    boxes_ = SealedText.objects.filter(matter=matter).values_list("table", "row", "box")
    raw = in_the_boxes(matter, secret, list(boxes_))
    for word in (NAME, ZHANG_PHONE, A):
        assert word.encode() not in raw, word


@row("R-187", "SG-17")
def test_who_reported_it_is_read_also_where_a_clock_went_back_while_it_was_locked(
    cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys.two_custodians(cast, at)
    back = itertools.count(time.time_ns(), -1_000_000)
    with monkeypatch.context() as turned:
        turned.setattr("huiyin.core.ids.time", SimpleNamespace(time_ns=lambda: next(back)))
        matter, _ = locked(cast, at)
    found = keys.page(cast.sun, matter, at).reporter
    assert found and (found.name, found.phone_masked) == (NAME, ZHANG_PHONE)
