"""The sealed compartment: written by the server, read by people with keys (R-187, SG-01)."""

from datetime import datetime, timedelta

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from huiyin.casework.actions import aside, compartment, feedback, files, held, keyholders
from huiyin.casework.actions.intake import Words, open_matter
from huiyin.casework.actions.more import add_words
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import Keyholder, Matter, Move, SealedKey, SealedText
from huiyin.casework.queries import compartment as ask
from huiyin.casework.queries import one, track
from huiyin.core import audit, boxes, drill, health, sealing
from huiyin.core.boxes import Unopened
from huiyin.core.files import CLOSED_KIND, Closed, content, examine, path_of
from huiyin.core.kept import Kept
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import staff as posts
from huiyin.register.queries import staff
from tests import factories as make
from tests.cast import COUNTY, HUAISHUPING, ZHANG_PHONE, Cast, Member
from tests.interfaces.desk.seat import appointed
from tests.rooms.casework import spine
from tests.rooms.casework.compartment import (
    ABOUT_LI,
    MACHINE,
    own_key,
    page,
    phrase_of,
    sealed,
    two_custodians,
    with_keys,
)
from tests.rows import row

pytestmark = pytest.mark.django_db
RESIDENT = Viewer.resident()


@pytest.fixture
def matter(cast: Cast, at: datetime) -> Matter:
    """A locked complaint about Li, in Bai's hands."""
    two_custodians(cast, at)
    with_keys(cast.bai, at)
    return sealed(cast, at)[0]


def said(cast: Cast, at: datetime, text: str, **more: object) -> tuple[Matter, str]:
    """What a resident writes who says at the public page that it is about somebody in office."""
    words = {"text": text, "place_code": HUAISHUPING, "nature": "complaint", "locked": True} | more
    words = {"reporter_name": "张丽华", "reporter_phone": ZHANG_PHONE} | words
    found = open_matter(by=RESIDENT, at=at, words=Words(**words))  # type: ignore[arg-type]  # named as Words names them
    return Matter.objects.get(pk=found.matter.pk), found.proof


def refused(code: str) -> "pytest.RaisesExc[Refused]":
    """A refusal of this code."""
    return pytest.RaisesExc(Refused, check=lambda fault: fault.code == code)


@row("R-187", "SG-01")
def test_a_complaint_that_goes_the_sealed_way_is_read_by_its_handler_and_custodians_only(
    cast: Cast, at: datetime
) -> None:
    two_custodians(cast, at)
    with_keys(cast.bai, at)
    matter, proof = sealed(cast, at)
    assert matter.locked
    assert (matter.title, matter.text, matter.topic) == ("", "", "")
    assert not matter.parties.exists()
    for member in (cast.zhou, cast.sun, cast.bai):
        assert page(member, matter, at).matter.text == ABOUT_LI
    assert one.by_code(cast.zhou.viewer(at), matter.code, at).matter.text == "", "without a key there are no words"
    assert track.by_proof(cast.zhou.viewer(at), proof, at).text == ABOUT_LI
    with pytest.raises(Missing):
        track.by_phone_end(RESIDENT, matter.code, ZHANG_PHONE[-4:], at)


@row("R-187")
def test_what_is_locked_carries_no_place_no_channel_and_no_number_in_clear(cast: Cast, at: datetime) -> None:
    two_custodians(cast, at)
    matter, _ = said(cast, at, "他收钱才办事，你们管不管。")
    assert matter.held
    assert matter.locked
    assert matter.place_code == "990101000000"
    found = page(cast.zhou, matter, at)
    assert found.place.endswith("槐树坪村")
    assert found.reporter
    assert (found.reporter.name, found.reporter.phone_masked) == ("张丽华", ZHANG_PHONE)
    assert not vault().exists(f"matter:{matter.id}"), "no key of ours was ever made for it"


@row("R-187", "SG-32")
def test_it_is_handled_answered_and_judged_to_its_end_without_a_word_in_clear(cast: Cast, at: datetime) -> None:
    two_custodians(cast, at)
    with_keys(cast.bai, at)
    matter, proof = said(cast, at, ABOUT_LI)
    zhou = cast.zhou.viewer(at)
    aside.name_subjects(by=zhou, at=at, matter_id=matter.id, persons=[cast.li.person_id])
    parts = {"owner": cast.bodies.farming, "handler": cast.bai.person_id, "supervisor": cast.zhao.person_id}
    given = {"topic": "water", "way": "discipline", "parts": parts}
    with refused("sealed_not_open"):
        held.hand_over(by=zhou, at=at, matter_id=matter.id, **given)  # type: ignore[arg-type]  # plain values
    held.hand_over(by=zhou, at=at, matter_id=matter.id, own=own_key(cast.zhou, at), **given)  # type: ignore[arg-type]  # likewise
    assert page(cast.bai, matter, at).matter.text == ABOUT_LI
    bai = cast.bai.viewer(at)
    take_step(by=bai, at=at, matter_id=matter.id, step="take", given={})
    take_step(by=bai, at=at, matter_id=matter.id, step="answer", given={"reply": "红包已经退回。", "note": "问过三人"})
    add_words(by=RESIDENT, at=at, matter_id=matter.id, words="钱退了，谢谢。")
    assert track.by_proof(RESIDENT, proof, at).reply == "红包已经退回。"
    assert [one.text for one in track.by_proof(RESIDENT, proof, at).said] == ["钱退了，谢谢。"]
    feedback.resident_word(by=RESIDENT, at=at, matter_id=matter.id, source="web", solved="yes", grade=5, words="满意")
    matter.refresh_from_db()
    assert matter.state == "closed"
    assert not Move.objects.filter(matter=matter).exclude(note="", reason="", data={}).exists()
    assert [move.note for move in page(cast.sun, matter, at).moves if move.note] == ["问过三人", "钱退了，谢谢。"]
    assert "问过三人" not in str(ask.read_as_reporter(matter, proof).words), (
        "what staff write to each other stays there"
    )


@row("R-187")
def test_the_loss_of_one_custodian_is_made_good_by_the_other(cast: Cast, at: datetime, matter: Matter) -> None:
    zhou, sun = cast.zhou.viewer(at), cast.sun.viewer(at)
    keyholders.end(by=zhou, at=at, person_id=cast.zhou.person_id)
    assert page_shut(cast.zhou, matter, at)
    with refused("custodian_last"):
        keyholders.end(by=sun, at=at, person_id=cast.sun.person_id)
    with_keys(cast.zhou, at)
    assert page(cast.zhou, matter, at).matter.text == "", "new keys open nothing by themselves"
    with refused("custodian_by_custodian"):
        keyholders.appoint(by=sun, at=at, person_id=cast.zhou.person_id, secret=boxes.new_secret())
    keyholders.appoint(by=sun, at=at, person_id=cast.zhou.person_id, secret=own_key(cast.sun, at))
    assert page(cast.zhou, matter, at).matter.text == ABOUT_LI
    with refused("not_allowed"):
        keyholders.end(by=zhou, at=at, person_id=cast.sun.person_id)
    keyholders.end(by=sun, at=at, person_id=cast.sun.person_id)
    assert page(cast.zhou, matter, at).matter.text == ABOUT_LI, "and now the first may lose theirs"


def page_shut(member: Member, matter: Matter, at: datetime) -> bool:
    """Whether somebody without keys finds it closed."""
    with refused("keys_missing"):
        own_key(member, at)
    return one.by_code(member.viewer(at), matter.code, at).shut


@row("R-187")
def test_a_handler_who_no_longer_has_it_has_no_key_to_it_any_more(cast: Cast, at: datetime, matter: Matter) -> None:
    assert page(cast.bai, matter, at).matter.text == ABOUT_LI
    before = own_key(cast.bai, at)
    take_step(
        by=cast.bai.viewer(at), at=at, matter_id=matter.id, step="transfer", given={"reason": "不归农口", "note": "退"}
    )
    assert not SealedKey.objects.filter(matter=matter, holder__person_id=cast.bai.person_id).exists()
    stored = Matter.objects.get(pk=matter.pk)
    assert ask.secret_for(cast.bai.viewer(at), stored, before) is None
    with pytest.raises(Missing):
        one.by_code(cast.bai.viewer(at), matter.code, at)
    assert page(cast.sun, matter, at).matter.text == ABOUT_LI


@row("R-187", "SG-01")
def test_who_turns_out_to_be_a_subject_loses_key_and_sight_also_as_a_custodian(cast: Cast, at: datetime) -> None:
    two_custodians(cast, at)
    matter, _ = said(cast, at, "收红包的事，你们的人也有份。")
    assert page(cast.zhou, matter, at).matter.text.startswith("收红包")
    mine = own_key(cast.zhou, at)
    aside.name_subjects(by=cast.sun.viewer(at), at=at, matter_id=matter.id, persons=[cast.zhou.person_id])
    assert not SealedKey.objects.filter(matter=matter, holder__person_id=cast.zhou.person_id).exists()
    with pytest.raises(Missing):
        one.by_code(cast.zhou.viewer(at), matter.code, at)
    assert ask.secret_for(cast.zhou.viewer(at), Matter.objects.get(pk=matter.pk), mine) is None
    assert ask.register(cast.zhou.viewer(at)).open == 0
    assert ask.register(cast.sun.viewer(at)).open == 1
    keys = {row.person_id: row.keys for row in ask.holders(cast.zhou.viewer(at))}
    assert keys[cast.sun.person_id] == 0, "not even from how many another opens"


@row("R-187", "SG-01")
def test_a_custodian_whom_the_first_words_name_never_gets_a_key(cast: Cast, at: datetime) -> None:
    two_custodians(cast, at)
    matter, proof = said(cast, at, "受理中心的周明收了红包才肯派单。")
    assert list(matter.sealed_keys.values_list("holder__person_id", flat=True)) == [cast.sun.person_id]
    later, _ = said(cast, at, "收红包的事。")
    add_words(by=RESIDENT, at=at, matter_id=later.id, words="就是受理中心的周明。")
    assert list(later.sealed_keys.values_list("holder__person_id", flat=True)) == [cast.sun.person_id]
    keyholders.end(by=cast.zhou.viewer(at), at=at, person_id=cast.zhou.person_id)
    with_keys(cast.zhou, at)
    keyholders.appoint(by=cast.sun.viewer(at), at=at, person_id=cast.zhou.person_id, secret=own_key(cast.sun, at))
    assert not SealedKey.objects.filter(holder__person_id=cast.zhou.person_id, holder__ended_at=None).exists()
    assert track.by_proof(RESIDENT, proof, at).text.startswith("受理中心的周明")


@row("R-187")
def test_of_two_custodians_who_decide_at_once_one_is_told_that_it_has_changed(cast: Cast, at: datetime) -> None:
    two_custodians(cast, at)
    matter, _ = said(cast, at, "收红包的事，你们的人也有份。")
    seen = matter.version
    aside.name_subjects(by=cast.sun.viewer(at), at=at, matter_id=matter.id, persons=[cast.li.person_id], seen=seen)
    with refused("stale"):
        aside.clear(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, note="没有说到干部", seen=seen)
    with refused("stale"):
        persons = [cast.bai.person_id]
        aside.name_subjects(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, persons=persons, seen=seen)
    assert list(matter.conflicts.filter(kind="subject").values_list("person_id", flat=True)) == [cast.li.person_id]


@row("R-187")
def test_whoever_cannot_read_it_cannot_decide_whom_it_is_about(cast: Cast, at: datetime) -> None:
    two_custodians(cast, at)
    matter, _ = said(cast, at, "收红包的事，你们的人也有份。")
    third = appointed("郭宁", cast.bodies.survey, "dispatcher", "派单员").viewer(at)
    with refused("sealed_not_open"):
        aside.name_subjects(by=third, at=at, matter_id=matter.id, persons=[cast.li.person_id])
    with refused("sealed_not_open"):
        aside.clear(by=third, at=at, matter_id=matter.id, note="没有说到干部")


@row("R-187")
def test_what_is_about_nobody_in_office_goes_on_in_the_compartment(cast: Cast, at: datetime) -> None:
    two_custodians(cast, at)
    matter, _ = said(cast, at, "三组傍晚没有水。")
    aside.clear(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, note="没有说到干部")
    matter.refresh_from_db()
    assert (matter.held, matter.sealed, matter.locked, matter.text) == (False, True, True, "")
    assert not Matter.objects.visible_to(cast.chen.viewer(at)).filter(pk=matter.pk).exists()


def test_without_two_custodians_it_is_held_as_before_and_locked_once_there_are_two(cast: Cast, at: datetime) -> None:
    matter, _ = said(cast, at, ABOUT_LI)
    assert matter.held
    assert not matter.locked
    zhou = cast.zhou.viewer(at)
    aside.name_subjects(by=zhou, at=at, matter_id=matter.id, persons=[cast.li.person_id])
    with refused("custodians_missing"):
        held.shut(by=zhou, at=at, matter_id=matter.id)
    assert ask.register(zhou).unlocked == 1
    two_custodians(cast, at)
    held.shut(by=zhou, at=at, matter_id=matter.id)
    assert page(cast.sun, matter, at).matter.text == ABOUT_LI
    assert ask.register(zhou).unlocked == 0


def test_the_first_two_custodians_stand_in_different_bodies_and_let_the_third_in(cast: Cast, at: datetime) -> None:
    colleague = appointed("郭宁", cast.bodies.centre, "dispatcher", "派单员")
    for member in (cast.zhou, colleague, cast.sun, cast.bai):
        with_keys(member, at)
    keyholders.appoint(by=MACHINE, at=at, person_id=cast.zhou.person_id)
    with refused("custodian_same_body"):
        keyholders.appoint(by=MACHINE, at=at, person_id=colleague.person_id)
    with refused("custodian_unfit"):
        keyholders.appoint(by=MACHINE, at=at, person_id=cast.bai.person_id)
    keyholders.appoint(by=MACHINE, at=at, person_id=cast.sun.person_id)
    with refused("custodian_by_custodian"):
        keyholders.appoint(by=MACHINE, at=at, person_id=colleague.person_id)
    keyholders.appoint(by=cast.sun.viewer(at), at=at, person_id=colleague.person_id, secret=own_key(cast.sun, at))
    assert {one.person_id for one in ask.custodians(MACHINE)} == {
        *(one.person_id for one in (cast.zhou, cast.sun, colleague))
    }


@row("R-187", "SG-49")
def test_the_log_still_verifies_and_its_commitments_cannot_be_guessed_at(cast: Cast, at: datetime) -> None:
    two_custodians(cast, at)
    with_keys(cast.bai, at)
    found = spine.opened(cast, at, text=ABOUT_LI)
    before = bytes(Matter.objects.get(pk=found.matter.pk).salt), bytes(found.matter.moves.get().salt)
    zhou = cast.zhou.viewer(at)
    aside.name_subjects(by=zhou, at=at, matter_id=found.matter.id, persons=[cast.li.person_id])
    held.shut(by=zhou, at=at, matter_id=found.matter.id)
    after = Matter.objects.get(pk=found.matter.pk)
    assert bytes(after.salt) != before[0]
    assert bytes(after.moves.order_by("seq")[0].salt) != before[1]
    sealing.seal_now(at)
    assert audit.verify(at + timedelta(seconds=1), [], "en").told() == []


@row("R-187")
def test_a_drill_proves_that_the_compartment_came_back_and_opens_nothing_of_it(
    cast: Cast, at: datetime, matter: Matter
) -> None:
    page = f"%PDF-1.4\n{at:%Y}\n%%EOF".encode()
    files.give(by=RESIDENT, at=at, matter_id=matter.id, given=[examine("证据.pdf", page)])
    stored = matter.attachments.get().file
    assert (stored.name, stored.kind) == ("", CLOSED_KIND)
    with pytest.raises(Closed):
        content(stored)
    inside = drill.Inside()
    drill._open_files(inside, "en")
    assert (inside.files, inside.closed, inside.faults) == (0, 1, [])
    path_of(stored.id).write_bytes(b"something else")
    drill._open_files(inside, "en")
    assert len(inside.faults) == 1, "that it is whole is proved all the same"


@row("SG-49")
def test_the_words_of_a_move_may_be_emptied_and_nothing_else_of_it_changed(cast: Cast, at: datetime) -> None:
    matter = spine.accepted(cast, at)
    for change in ("note = 'x'", "reason = 'x'", "step = 'close'", "note = '', by_name = 'x'"):
        with pytest.raises(DatabaseError, match="evidence:"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE casework_move SET {change} WHERE seq = 1")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE casework_move SET note = '', reason = '', data = '{}'")
    assert matter.moves.count() > 1


def test_every_table_that_says_something_of_a_matter_is_watched(cast: Cast) -> None:
    own = [model for model in apps.get_models() if model.__module__.startswith("huiyin.")]
    saying = {model._meta.label for model in own if compartment.words_of(model)}
    assert {"casework.Matter", "casework.Move", "casework.Reply", "casework.Judgement"} <= saying
    loose = [model._meta.label for model in own if compartment.words_of(model) and not issubclass(model, Kept)]
    assert loose == [], "rows that are not kept pass the wall unseen"


def test_a_box_opens_for_its_key_only_and_only_where_it_belongs() -> None:
    secret = boxes.new_secret()
    box = boxes.close(boxes.public_of(secret), b"red", "matter 1")
    assert boxes.open_box(secret, box, "matter 1") == b"red"
    for key, about in ((boxes.new_secret(), "matter 1"), (secret, "matter 2")):
        with pytest.raises(Unopened):
            boxes.open_box(key, box, about)
    with pytest.raises(Unopened):
        boxes.open_box(secret, box[:-1] + bytes([box[-1] ^ 1]), "matter 1")
    locked = boxes.lock(secret, "三只白鹭　飞过水渠去了远方")
    assert boxes.unlock(locked, " 三只白鹭 飞过水渠去了远方 ") == secret, "blanks of any width are the same words"
    with pytest.raises(Unopened):
        boxes.unlock(locked, "三只白鹭飞过水渠去了远处")
    with refused("passphrase_short"):
        boxes.lock(secret, "太短了")


def test_a_lost_phrase_is_no_password_reset(cast: Cast, at: datetime, matter: Matter) -> None:
    with refused("passphrase_wrong"):
        own_key(cast.zhou, at, "不是这一句，也不是那一句")
    with refused("keys_made"):
        with_keys(cast.zhou, at)
    keyholders.change_passphrase(
        by=cast.zhou.viewer(at), at=at, old=phrase_of(cast.zhou), new="换了一句新的口令，再来一次"
    )
    with refused("passphrase_wrong"):
        own_key(cast.zhou, at)
    assert own_key(cast.zhou, at, "换了一句新的口令，再来一次")
    assert Keyholder.objects.filter(person_id=cast.zhou.person_id).count() == 1
    assert SealedText.objects.filter(matter=matter).exists()


@row("R-187")
def test_the_health_page_is_red_until_two_people_hold_the_keys(cast: Cast, at: datetime) -> None:
    def part() -> health.Part:
        return next(one for one in health.deep(at).parts if one.name == "custodians")

    assert not part().ok and part().value == 0 and "custodian add" in part().says
    two_custodians(cast, at)
    assert part().ok and part().value == 2


@row("SG-01")
def test_the_health_page_is_red_when_too_few_of_different_bodies_are_left_to_see_a_complaint(
    cast: Cast, at: datetime
) -> None:
    def part() -> health.Part:
        return next(one for one in health.deep(at).parts if one.name == "dispatchers")

    assert part().ok and part().value == 2
    for left, words in ((1, "只剩 1 位，要 2 位"), (0, "一位也没有")):
        found = staff.candidates(make.SYSTEM, at, verb="matter.held", place_code=COUNTY)
        posts.end_post(by=make.SYSTEM, at=at, post_id=found[0].post_id)
        assert (part().ok, part().value) == (False, left) and words in part().says
