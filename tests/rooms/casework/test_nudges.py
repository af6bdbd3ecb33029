"""What staff are told at their desk and in the morning: whom it concerns, once, and never a word of sealed matters."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huiyin.casework.actions import books, digests, extensions, nudges
from huiyin.casework.actions.more import add_words
from huiyin.casework.actions.reading_out import read_out
from huiyin.casework.actions.steps import take_step
from huiyin.casework.actions.sweep import run_out, warn
from huiyin.casework.consumers import STAFF_HEARS
from huiyin.casework.events import MatterMoved
from huiyin.casework.events.early import SideHeard, SideObjected
from huiyin.casework.models import Clock, Conflict, Digest, Matter, Nudge
from huiyin.casework.queries import nudges as queries
from huiyin.channels.models import Message
from huiyin.core import accounts, worker
from huiyin.core.actions import action
from huiyin.core.events import Told
from huiyin.core.models import Delivery, Event
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from tests import factories as make
from tests.cast import Cast, Member
from tests.rooms.casework import spine
from tests.rooms.channels import wire
from tests.rooms.channels.wire import gateways
from tests.rows import row

__all__ = ["gateways"]  # a fixture
MACHINE = Viewer.system("clock")
ZONE = ZoneInfo("Asia/Shanghai")
PHONE = "16000009911"


def kinds(member: Member, at: datetime) -> list[str]:
    """What somebody was told, oldest first."""
    return [one.kind for one in reversed(queries.listed(member.viewer(at), at).rows)]


def again(at: datetime) -> None:
    """Everything owed is done, and once more as after a crash."""
    worker.drain(at)
    Delivery.objects.filter(consumer__endswith="tell_staff").update(done_at=None, due_at=at)
    worker.drain(at)


@action
def _about(*, by: Viewer, at: datetime, matter: Matter, person: UUID) -> None:
    """An ordinary matter about somebody; the actions seal such a one."""
    Conflict(matter=matter, person_id=person, kind="subject", at=at).save()
    books.note_move(by=by, at=at, matter=matter, step="supervise")


@row("R-175", "R-176")
def test_who_is_to_handle_and_who_is_to_supervise_are_told_once_and_who_acts_is_not(cast: Cast, at: datetime) -> None:
    matter = spine.assigned(cast, at)
    again(at)
    assert (kinds(cast.li, at), kinds(cast.zhao, at)) == (["assigned"], ["to_supervise"])
    assert kinds(cast.zhou, at) == [] == kinds(cast.chen, at)
    take_step(by=cast.li.viewer(at), at=at, matter_id=matter.id, step="take", given={})
    again(at)
    assert kinds(cast.li, at) == ["assigned"], "their own step tells them nothing"


@row("R-176")
def test_telling_asks_no_more_the_more_was_told_before_and_nothing_of_a_step_that_tells_nobody(
    cast: Cast, at: datetime
) -> None:
    matter = spine.assigned(cast, at)
    take_step(by=cast.li.viewer(at), at=at, matter_id=matter.id, step="take", given={})
    asked = {}
    for one in Event.objects.filter(name=MatterMoved.NAME, subject=str(matter.id)):
        told = Told(one.id, one.name, one.at, one.recorded_at, one.subject, one.data, one.by_id)
        with CaptureQueriesContext(connection) as found:
            nudges.tell(by=MACHINE, at=at, told=[told])
        asked[one.data["step"]] = [query["sql"] for query in found.captured_queries]
    assert not any("COUNT(" in sql for some in asked.values() for sql in some), "no table is counted"
    assert any("casework_move" in sql for sql in asked["assign"])
    assert not any("casework_move" in sql for sql in asked["take"])


@row("R-209")
def test_whoever_is_named_as_the_second_person_of_a_reading_out_is_told(cast: Cast, at: datetime) -> None:
    matter = spine.answered(cast, at)
    read_out(by=cast.li.viewer(at), at=at, matter_id=matter.id, second=cast.ma.person_id)
    again(at)
    assert kinds(cast.ma, at) == ["read_out"]
    assert "read_out" not in kinds(cast.li, at) + kinds(cast.zhao, at)


@row("R-188", "R-176")
def test_a_deadline_warns_runs_out_and_goes_to_the_role_the_programme_names(cast: Cast, at: datetime) -> None:
    matter = spine.assigned(cast, at)
    take_step(by=cast.li.viewer(at), at=at, matter_id=matter.id, step="take", given={})
    clock = Clock.objects.get(matter=matter, name="handling")
    warn(by=MACHINE, at=clock.warn_at)
    again(clock.warn_at)
    assert kinds(cast.li, clock.warn_at)[-1] == "warned"
    run_out(by=MACHINE, at=clock.due_at)
    again(clock.due_at)
    assert "overdue" in kinds(cast.li, clock.due_at) and "overdue" in kinds(cast.zhao, clock.due_at)
    role = clock.matter.alarms.get(clock=clock, kind="escalated").role
    told = set(Nudge.objects.filter(kind="escalated").values_list("person_id", flat=True))
    assert role and told and cast.li.person_id not in told


@row("R-188")
def test_who_asked_for_more_time_is_told_what_was_decided(cast: Cast, at: datetime) -> None:
    matter = spine.assigned(cast, at)
    take_step(by=cast.li.viewer(at), at=at, matter_id=matter.id, step="take", given={})
    for approve, kind in ((False, "not_extended"), (True, "extended")):
        at += timedelta(minutes=1)
        asked = extensions.ask(by=cast.li.viewer(at), at=at, matter_id=matter.id, amount=1, reason="等料")
        extensions.decide(by=cast.zhao.viewer(at), at=at, extension_id=asked.id, approve=approve)
        again(at)
        assert kinds(cast.li, at)[-1] == kind


@row("SG-01")
def test_of_what_is_held_nobody_is_told_and_what_is_held_later_is_gone_from_list_and_bell(
    cast: Cast, at: datetime
) -> None:
    matter = spine.assigned(cast, at)
    again(at)
    li = cast.li.viewer(at)
    assert queries.unread(li) == 1
    add_words(by=Viewer.resident(), at=at, matter_id=matter.id, words="李卫东收了我的烟，水也没修。")
    assert Matter.objects.get(id=matter.id).held
    assert queries.unread(li) == 0 and not queries.listed(li, at).rows
    before = Nudge.objects.count()
    again(at)
    assert Nudge.objects.count() == before


def test_reading_one_or_all_is_for_oneself_alone(cast: Cast, at: datetime) -> None:
    for minute in range(3):
        spine.assigned(cast, at + timedelta(minutes=minute))
    later = at + timedelta(minutes=5)
    again(later)
    li, zhao = cast.li.viewer(later), cast.zhao.viewer(later)
    one = queries.listed(li, later).rows[0].id
    assert nudges.read(by=zhao, at=later, ids=[one]) == 0
    assert nudges.read(by=li, at=later, ids=[one]) == 1 and queries.unread(li) == 2
    assert [row_.unread for row_ in queries.listed(li, later).rows] == [True, True, False]
    assert nudges.read(by=li, at=later) == 2 and queries.unread(li) == 0 and queries.unread(zhao) == 3


def morning_of(at: datetime, hour: int = 8, minute: int = 2) -> datetime:
    """The next Friday's morning in the county; the tests begin on a Wednesday."""
    local = (at + timedelta(days=(4 - at.astimezone(ZONE).weekday()) % 7 or 7)).astimezone(ZONE)
    return local.replace(hour=hour, minute=minute, second=0, microsecond=0)


@row("R-188", "SG-01")
@pytest.mark.usefixtures("gateways")
def test_a_digest_goes_out_once_a_working_day_at_eight_with_counts_and_codes_only(cast: Cast, at: datetime) -> None:
    matter = spine.assigned(cast, at)
    sealed = spine.opened(cast, at, text="李卫东收了我的烟，水也没修。").matter
    assert sealed.held
    again(at)
    digests.choose(by=cast.li.viewer(at), at=at, channel="sms", address=PHONE)
    early, eight = morning_of(at, 7, 58), morning_of(at)
    assert digests.send_due(by=MACHINE, at=early) == 0
    assert digests.send_due(by=MACHINE, at=eight) == 1
    for minutes in (0, 5, 240):
        assert digests.send_due(by=MACHINE, at=eight + timedelta(minutes=minutes)) == 0, "once a day"
    saturday = eight + timedelta(days=1)
    assert digests.send_due(by=MACHINE, at=saturday) == 0
    (gone,) = wire.out()
    assert (gone.address, gone.row.purpose, Message.objects.count()) == (PHONE, "digest", 1)
    assert "今天要办1件" in gone.body and "1条" in gone.body
    for secret in ("张丽华", "水小", sealed.code, sealed.code[:4], "李卫东", matter.title):
        assert secret not in gone.body + gone.title
    monday = eight + timedelta(days=3)
    assert digests.send_due(by=MACHINE, at=monday) == 1
    assert Message.objects.count() == 2
    bodies = [one.body for one in wire.out()]
    late = f"{matter.code[:4]}-{matter.code[4:8]}-{matter.code[8]}"
    assert not any(late in body for body in bodies) or Clock.objects.filter(due_at__lte=monday).exists()


@pytest.mark.usefixtures("gateways")
def test_nothing_waits_nobody_serves_or_none_is_wanted_no_digest(cast: Cast, at: datetime) -> None:
    by = cast.li.viewer(at)
    digests.choose(by=by, at=at, channel="email", address="Li.Weidong@wangchuan.example")
    eight = morning_of(at)
    assert digests.send_due(by=MACHINE, at=eight) == 0 and Digest.objects.get().last_day == eight.date()
    spine.assigned(cast, eight)
    digests.choose(by=cast.li.viewer(at), at=at, channel="")
    assert Digest.objects.get().address is None
    assert digests.send_due(by=MACHINE, at=eight + timedelta(days=3)) == 0
    digests.choose(by=cast.li.viewer(at), at=at, channel="sms", address=PHONE)
    accounts.switch(by=make.SYSTEM, at=at, account=cast.li.account, on=False)
    assert digests.send_due(by=MACHINE, at=eight + timedelta(days=3)) == 0
    assert not Message.objects.exists()


def test_a_digest_needs_a_gateway_and_an_address(cast: Cast, at: datetime) -> None:
    by = cast.li.viewer(at)
    with pytest.raises(Refused, match="digest_channel_off"):
        digests.choose(by=by, at=at, channel="sms", address=PHONE)


@pytest.mark.usefixtures("gateways")
@pytest.mark.parametrize(
    ("channel", "address", "code"),
    [("sms", "12", "phone_"), ("email", "nobody", "email_unreadable"), ("fax", "1", "digest_channel_off")],
)
def test_an_address_that_is_none_is_refused(cast: Cast, at: datetime, channel: str, address: str, code: str) -> None:
    with pytest.raises(Refused, match=code):
        digests.choose(by=cast.li.viewer(at), at=at, channel=channel, address=address)
    assert not Digest.objects.exists()


@row("R-176", "R-188")
def test_many_events_are_told_by_as_many_questions_as_few_and_tell_what_each_alone_would(
    cast: Cast, at: datetime
) -> None:
    matters = [spine.assigned(cast, at + timedelta(minutes=minute)) for minute in range(6)]
    _about(by=cast.zhou.viewer(at), at=at, matter=matters[0], person=cast.ma.person_id)
    last = Clock.objects.filter(matter__in=matters).order_by("-due_at")[0].due_at
    asked = extensions.ask(by=cast.li.viewer(at), at=at, matter_id=matters[1].id, amount=1, reason="等料")
    extensions.decide(by=cast.zhao.viewer(at), at=at, extension_id=asked.id, approve=False)
    for one in Clock.objects.filter(matter__in=matters).order_by("warn_at"):
        warn(by=MACHINE, at=one.warn_at)
    run_out(by=MACHINE, at=last)
    heard = {fact.NAME for fact in STAFF_HEARS} - {SideHeard.NAME, SideObjected.NAME}
    told = [
        Told(row_.id, row_.name, row_.at, row_.recorded_at, row_.subject, row_.data, row_.by_id)
        for row_ in Event.objects.filter(name__in=heard).order_by("id")
    ]
    assert {one.name for one in told} == heard

    def tell(some: list[list[Told]]) -> tuple[set[tuple[object, ...]], int]:
        Nudge.objects.all().delete()
        with CaptureQueriesContext(connection) as found:
            for part in some:
                nudges.tell(by=MACHINE, at=last, told=part)
        return set(Nudge.objects.values_list("person_id", "matter_id", "kind", "key", "at")), len(found)

    alone, _ = tell([[one] for one in told])
    together, many = tell([told])
    _, half = tell([[one for one in told if UUID(one.subject) in {matters[0].id, matters[1].id}]])
    assert together == alone and len(alone) > 20
    assert many == half, "three times as many events"
    away = {person for person, matter, *_ in alone if matter == matters[0].id}
    assert away == {cast.zhao.person_id}, "Li serves under whom it is about"
