"""An answer read out counts once whoever was there says so at their own desk, and from when it was read."""

from datetime import datetime, timedelta

import pytest

from huiyin.casework.actions import reading_out
from huiyin.casework.actions.aside import recuse
from huiyin.casework.actions.feedback import close_unreached
from huiyin.casework.actions.more import add_words
from huiyin.casework.events import ReplyReadOut
from huiyin.casework.models import Clock, Matter, Move, Reply
from huiyin.casework.queries.reading_out import readings
from huiyin.core import journal
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.models import Look
from huiyin.core.viewer import Viewer
from huiyin.interfaces.desk import look_words
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import staff
from tests import factories as make
from tests.cast import Cast, Member
from tests.rooms.casework import spine
from tests.rows import row

pytestmark = pytest.mark.django_db
READ, SAID = timedelta(days=2, hours=1), timedelta(days=6)


def read(cast: Cast, matter: Matter, at: datetime, second: Member | None = None) -> Reply:
    second = second or cast.luo
    reading_out.read_out(by=cast.li.viewer(at), at=at, matter_id=matter.id, second=second.person_id)
    return Reply.objects.get(matter=matter)


@action
def names(*, by: Viewer, at: datetime, reply: Reply, second: Member) -> None:
    """Somebody is named as present though no page would let them be."""
    reply.second_id = second.person_id
    reply.save()
    record(ReplyReadOut(subject=str(reply.matter_id), reply=str(reply.id)), by=by, at=at)


def refusal(by: Viewer, at: datetime, reply: Reply) -> str:
    """What somebody hears who wants to say that they were there."""
    try:
        reading_out.confirm(by=by, at=at, reply_id=reply.id)
    except Missing:
        return "missing"
    except Refused as refused:
        return refused.code
    return ""


@row("R-209")
def test_somebody_else_in_service_is_named_from_whom_it_is_not_kept(cast: Cast, at: datetime) -> None:
    matter, li = spine.answered(cast, at), cast.li.viewer(at)
    gone = make.an_official(cast.bodies.town)
    staff.end_post(by=make.SYSTEM, at=at - timedelta(days=1), post_id=gone.post_id)
    for second in (None, cast.li.person_id, gone.person_id, cast.zhang_id, matter.id):
        with pytest.raises(Refused, match="read_out_needs_second"):
            reading_out.read_out(by=li, at=at, matter_id=matter.id, second=second)
    recuse(by=make.SYSTEM, at=at, matter_id=matter.id, person=cast.luo.person_id)
    with pytest.raises(Refused, match="conflict_excluded"):
        reading_out.read_out(by=li, at=at, matter_id=matter.id, second=cast.luo.person_id)


@row("R-209")
def test_it_is_delivered_by_the_word_of_whoever_was_there_and_from_when_it_was_read(cast: Cast, at: datetime) -> None:
    """The deadline for telling the resident was Monday; it was read in time, and confirmed days after."""
    matter = spine.answered(cast, at)
    reply = read(cast, matter, at + READ)
    clocks = Clock.objects.filter(matter=matter)
    assert reply.delivered_at is None and clocks.get(name="deliver").met_at is None
    assert not clocks.filter(name="call_back").exists(), "nobody is rung by a clock before it is delivered"
    with pytest.raises(Refused):
        close_unreached(by=cast.he.viewer(at + READ), at=at + READ, matter_id=matter.id)
    with pytest.raises(Refused, match="read_out_waits"):
        read(cast, matter, at + READ, cast.ma)
    (waits,) = readings(cast.luo.viewer(at + READ))
    assert (waits.id, waits.reader, waits.at) == (reply.id, cast.li.name, at + READ)
    reading_out.confirm(by=cast.luo.viewer(at + SAID), at=at + SAID, reply_id=reply.id)
    told = Reply.objects.get(id=reply.id)
    assert told.delivered_at == at + READ
    assert (told.delivered_by_id, told.second_id) == (cast.li.person_id, cast.luo.person_id)
    assert clocks.get(name="deliver").met_at == at + READ
    assert clocks.get(name="call_back").started_at == at + SAID
    assert not readings(cast.luo.viewer(at + SAID)) and refusal(cast.luo.viewer(at), at + SAID, reply) == "missing"


@row("R-209")
def test_nobody_but_who_was_named_says_so_and_nobody_for_them_or_for_who_read(cast: Cast, at: datetime) -> None:
    """Not the reader, not even where a row names them; not a delegate of either, nor the named one in another's
    stead."""
    matter = spine.answered(cast, at)
    reply = read(cast, matter, at + READ)
    li, ma, luo = (one.viewer(at + READ) for one in (cast.li, cast.ma, cast.luo))
    others = [li, ma, cast.zhao.viewer(at), cast.he.viewer(at), Viewer.system("worker"), Viewer.resident()]
    others += [ma.acting_for(cast.luo.person_id), luo.acting_for(cast.li.person_id), luo.acting_for(cast.ma.person_id)]
    assert {refusal(one, at + READ, reply) for one in others} == {"missing"}
    names(by=make.SYSTEM, at=at, reply=reply, second=cast.li)
    assert refusal(li, at + READ, reply) == "read_out_own"
    names(by=make.SYSTEM, at=at, reply=reply, second=cast.luo)
    recuse(by=make.SYSTEM, at=at + READ, matter_id=matter.id, person=cast.luo.person_id)
    assert refusal(cast.luo.viewer(at + READ), at + READ, reply) == "missing" and not readings(luo)


@row("R-209")
def test_who_read_it_in_somebodys_stead_has_that_person_confirm_nothing(cast: Cast, at: datetime) -> None:
    matter, later = spine.answered(cast, at), at + READ
    for_li = cast.ma.viewer(later).but(verbs=cast.li.viewer(later).verbs).acting_for(cast.li.person_id)
    with pytest.raises(Refused, match="read_out_needs_second"):
        reading_out.read_out(by=for_li, at=later, matter_id=matter.id, second=cast.li.person_id)
    reading_out.read_out(by=for_li, at=later, matter_id=matter.id, second=cast.luo.person_id)
    reply = Reply.objects.get(matter=matter)
    names(by=make.SYSTEM, at=at, reply=reply, second=cast.li)
    assert refusal(cast.li.viewer(later), later, reply) == "read_out_own"


@row("R-209")
def test_who_was_not_there_says_so_and_the_reader_and_the_auditor_are_told(cast: Cast, at: datetime) -> None:
    matter = spine.answered(cast, at)
    reply, later = read(cast, matter, at + READ), at + READ
    luo = cast.luo.viewer(later)
    with pytest.raises(Refused, match="needs_reason"):
        reading_out.deny(by=luo, at=later, reply_id=reply.id, words=" ")
    with pytest.raises(Missing):
        reading_out.deny(by=cast.li.viewer(later), at=later, reply_id=reply.id, words="不在")
    reading_out.deny(by=luo, at=later, reply_id=reply.id, words="那天我在县里开会")
    reply.refresh_from_db()
    assert (reply.delivered_at, reply.read_out_at, reply.second_id, reply.meaning) == (None, None, None, "")
    told = Move.objects.get(matter=matter, step="read_denied")
    assert (told.reason, told.data) == ("那天我在县里开会", {"reader": str(cast.li.person_id)})
    (look,) = journal.alarms(cast.qian.viewer(later), later)
    assert (look.kind, look.by, look.reason) == ("read_out.denied", cast.luo.name, ""), "a look is for ever"
    (alarm,) = look_words.alarms(cast.qian.viewer(later), later)
    assert (alarm.by, alarm.reason) == (cast.luo.name, "那天我在县里开会"), "the auditor reads it with the step"


@row("R-209", "SG-01")
def test_words_of_a_denial_are_gone_from_the_auditors_page_once_it_is_sealed(cast: Cast, at: datetime) -> None:
    matter, later = spine.answered(cast, at), at + READ
    reply = read(cast, matter, later)
    reading_out.deny(by=cast.luo.viewer(later), at=later, reply_id=reply.id, words="李卫东叫我写的")
    auditor = cast.qian.viewer(later)
    assert "李卫东" in look_words.alarms(auditor, later)[0].reason
    assert not Look.objects.filter(reason__contains="李卫东").exists()
    add_words(by=make.SYSTEM, at=later, matter_id=matter.id, words="李卫东收了钱")
    held = look_words.alarms(auditor, later)[0]
    assert (held.subject, held.reason) == ("", "")


@row("R-209")
def test_who_read_takes_it_back_and_names_another(cast: Cast, at: datetime) -> None:
    matter, later = spine.answered(cast, at), at + READ
    reply = read(cast, matter, later)
    with pytest.raises(Refused, match="not_allowed"):
        reading_out.take_back(by=cast.ma.viewer(later), at=later, matter_id=matter.id)
    reading_out.take_back(by=cast.li.viewer(later), at=later, matter_id=matter.id)
    assert refusal(cast.luo.viewer(later), later, reply) == "missing"
    read(cast, matter, later, cast.ma)
    assert refusal(cast.ma.viewer(later), later, reply) == ""


@row("R-209")
def test_a_caller_who_reads_it_out_is_the_second_person_and_nothing_waits_any_more(cast: Cast, at: datetime) -> None:
    matter = spine.answered(cast, at)
    reply = read(cast, matter, at + READ)
    assert spine.called(cast, matter.id, at + SAID).state == "closed"
    reply.refresh_from_db()
    assert (reply.delivered_at, reply.delivered_by_id) == (at + SAID, cast.he.person_id)
    assert not readings(cast.luo.viewer(at + SAID))
