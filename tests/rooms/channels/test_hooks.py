"""The door of gateways: who calls proves itself, what is brought is taken in once, nothing of it stands in a log."""

import logging
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client

from huiyin.casework.models import Matter
from huiyin.channels import port, ticks
from huiyin.channels.actions import outbox
from huiyin.channels.models import Incoming, Line, Message, Sending
from huiyin.channels.port import Doubtful, InTransaction, Letter
from huiyin.channels.queries import lines
from huiyin.channels.rules.hooks import token
from huiyin.channels.sms_kannel.transport import Kannel
from huiyin.core import worker
from huiyin.core.models import Event
from huiyin.core.viewer import Viewer
from tests.cast import Cast
from tests.conftest import Clock
from tests.rooms.channels import wire
from tests.rooms.channels.test_messages import TEXT, answered
from tests.rooms.channels.wire import NUMBER, SECRET, basic, gateways
from tests.rows import row

__all__ = ["gateways"]  # a fixture
pytestmark = pytest.mark.usefixtures("gateways", "cast")
MACHINE = Viewer.system("channels")


def written(at: datetime) -> Message:
    """A message that waits to go."""
    outbox.send(
        by=MACHINE, at=at, channel="sms", purpose="acknowledge", about="matter:x", key="k", address=NUMBER, body="ok"
    )
    return Message.objects.get()


@pytest.mark.parametrize("secret", ["", "guessed", SECRET[:-1], SECRET + "x"])
def test_a_forged_secret_is_refused_and_nothing_is_taken_in(at: datetime, clock: Clock, secret: str) -> None:
    clock(at)
    found = wire.brought(TEXT, secret=secret)
    assert (found.status_code, found.content) == (403, b"")
    assert not Incoming.objects.exists()


def test_without_a_secret_of_ours_nobody_comes_in(at: datetime, clock: Clock, settings: object) -> None:
    settings.HUIYIN_HOOK_SECRET = ""  # type: ignore[attr-defined]  # the fixture's settings
    clock(at)
    assert wire.brought(TEXT, secret="").status_code == 403
    row_ = written(at)
    assert wire.reported(row_, "1", token=token("", str(row_.pk))).status_code == 403
    assert Message.objects.get().state == "queued"


def test_a_report_needs_the_token_of_its_own_message(at: datetime, clock: Clock) -> None:
    clock(at)
    row_ = written(at)
    for forged in ("", SECRET, token(SECRET, str(uuid4())), token("guessed", str(row_.pk))):
        assert wire.reported(row_, "1", token=forged).status_code == 403
    assert Client().get("/hooks/sms/report/?status=1").status_code == 403
    assert Client().get("/hooks/sms/report/?status=1", headers={"Authorization": "Basic ???"}).status_code == 403
    assert Message.objects.get().state == "queued"


def test_a_report_on_what_nobody_knows_is_taken_and_counted(at: datetime, clock: Clock) -> None:
    clock(at)
    unknown = str(uuid4())
    header = {"Authorization": basic(unknown, token(SECRET, unknown))}
    assert Client().get("/hooks/sms/report/?status=1", headers=header).status_code == 200
    assert Line.objects.get(channel="sms").strays == 1
    assert not Event.objects.filter(subject=unknown).exists()


def test_secret_number_and_words_stand_in_no_line_of_the_log(
    at: datetime, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    clock(at)
    with caplog.at_level(logging.DEBUG):
        wire.brought(TEXT)
        wire.brought(TEXT, secret="forged-secret")
        wire.work(at)
        ticks.send(at)  # nobody listens there
    said = "\n".join(
        record.getMessage() + str(record.exc_info or "") for record in caplog.records if "django.db" not in record.name
    )
    assert "does not answer" in said
    assert not [word for word in (SECRET, "forged-secret", NUMBER, TEXT[:6]) if word in said]


@row("R-239")
def test_killed_between_sending_and_writing_it_down_it_goes_again_and_is_counted(
    at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planted once by keeping `begun_at` out of `take`: the second sending was counted nowhere."""
    written(at)
    went = hand_over(monkeypatch)
    (letter,) = outbox.take(by=MACHINE, at=at, channel="sms", many=20)
    went.append(letter)  # and here the worker dies
    ticks.send(at + timedelta(seconds=30))
    assert len(went) == 1  # somebody still has it
    ticks.send(at + timedelta(minutes=2))
    assert len(went) == 2
    found = Message.objects.get()
    assert (found.state, found.doubts) == ("sent", 1)
    assert Event.objects.filter(name="channels.message_doubted").count() == 1
    assert lines.gateways(MACHINE, at)[0].doubts == 1


def test_a_report_before_we_wrote_it_down_keeps_it_from_going_again(
    at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    row_ = written(at)
    went = hand_over(monkeypatch)
    outbox.take(by=MACHINE, at=at, channel="sms", many=20)
    outbox.reported(by=MACHINE, at=at, message_id=row_.pk, arrived=True, channel="sms")
    ticks.send(at + timedelta(minutes=2))
    assert not went
    outbox.reported(by=MACHINE, at=at, message_id=row_.pk, arrived=True, channel="sms")
    found = Message.objects.get()
    assert (found.state, found.doubts, found.repeats) == ("delivered", 0, 1)


def test_one_that_is_lost_each_time_is_parked_and_named(at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    written(at)

    def lost(_: Letter) -> str:
        raise Doubtful("TimeoutError")

    hand_over(monkeypatch, lost)
    for minute in range(0, 120, 5):
        ticks.send(at + timedelta(minutes=minute))
    found = Message.objects.get()
    assert (found.state, found.doubts) == ("parked", 5)
    assert Sending.objects.get().attempts == 5
    assert not ticks.channels(at, "en").ok


def test_the_worker_sends_what_was_written_down(at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    written(at)
    went = hand_over(monkeypatch)
    assert {"channels.ticks.send", "channels.ticks.fetch"} <= {one.name for one in worker.ticks()}
    worker.run_once(at)
    assert [letter.address for letter in went] == [NUMBER]


def test_a_slow_gateway_gives_back_what_it_had_no_time_for(at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    for key in ("one", "two", "three"):
        outbox.send(
            by=MACHINE,
            at=at,
            channel="sms",
            purpose="acknowledge",
            about="matter:x",
            key=key,
            address=NUMBER,
            body="ok",
        )
    ticking = iter(range(0, 1000, 15))
    monkeypatch.setattr("huiyin.channels.ticks.monotonic", lambda: float(next(ticking)))
    went = hand_over(monkeypatch)
    assert ticks.send(at) == 1
    assert sorted(Sending.objects.values_list("attempts", "lease_until")) == [(0, None), (0, None), (1, None)]
    assert len(went) == 1 and not Message.objects.filter(doubts__gt=0).exists()


def test_in_the_quiet_hours_nothing_goes_that_nobody_asked_for(
    cast: Cast, at: datetime, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    night = at.replace(hour=14)  # 22:00 in the county
    clock(night)
    went = hand_over(monkeypatch)
    answered(cast, night)
    wire.brought(TEXT)
    wire.work(night)
    ticks.send(night)
    assert len(went) == 1 and "收到" in went[0].body
    assert lines.gateways(MACHINE, night + timedelta(hours=1))[0].overdue == 0
    ticks.send(night + timedelta(hours=10, minutes=1))
    assert len(went) == 2


def test_a_megabyte_by_sms_is_one_matter_that_says_that_it_goes_on(at: datetime, clock: Clock) -> None:
    clock(at)
    assert wire.brought("路灯坏了。" * 100_000).status_code == 200
    wire.work(at)
    assert "500000" in Matter.objects.get().text[-60:]


def test_more_than_ten_an_hour_from_one_number_wait_for_a_person(at: datetime, clock: Clock) -> None:
    clock(at)
    for number in range(12):
        wire.brought(f"{TEXT} 第{number}条")
    wire.work(at)
    assert Matter.objects.count() == 10
    assert [one.why for one in wire.came(state="clerk")] == ["many", "many"]


@pytest.mark.parametrize("sender", ["", "x" * 200, "16000004321\x00", "+86 160 0000 4321", "１６００００04321"])
def test_a_number_is_read_or_left_to_a_person_never_an_error(at: datetime, clock: Clock, sender: str) -> None:
    clock(at)
    found = Client().post(
        "/hooks/sms/?id=a",
        TEXT.encode(),
        content_type="text/plain; charset=utf-8",
        headers={"Authorization": basic("kannel", SECRET), "X-Kannel-From": sender},
    )
    assert found.status_code == 200
    wire.work(at)
    assert Matter.objects.count() + Incoming.objects.filter(state="clerk").count() == 1


def test_bytes_that_are_no_text_are_taken_in_without_an_error(at: datetime, clock: Clock) -> None:
    clock(at)
    for number, charset in enumerate(("utf-16be", "utf-8", "no-such-charset")):
        found = Client().generic(
            "POST",
            f"/hooks/sms/?id=b{number}",
            b"\xd8\x00\xff\x00\x00",
            content_type=f"text/plain; charset={charset}",
            headers={"Authorization": basic("kannel", SECRET), "X-Kannel-From": NUMBER},
        )
        assert found.status_code == 200
    wire.work(at)
    assert {one.state for one in wire.came()} <= {"clerk", "twin"}


@pytest.mark.django_db(transaction=True)
def test_no_connection_is_opened_inside_a_transaction(at: datetime) -> None:
    with transaction.atomic(), pytest.raises(InTransaction), Kannel().session():
        raise AssertionError("a session was given")
    port.outside()


def hand_over(monkeypatch: pytest.MonkeyPatch, give: object = None) -> list[Letter]:
    """A gateway that takes everything, or does with it what it is told; gives what it took."""
    went: list[Letter] = []

    def taken(letter: Letter) -> str:
        went.append(letter)
        return ""

    @contextmanager
    def session(self: Kannel):  # type: ignore[no-untyped-def]  # a context of a function
        port.outside()
        yield give or taken

    monkeypatch.setattr(Kannel, "session", session)
    return went
