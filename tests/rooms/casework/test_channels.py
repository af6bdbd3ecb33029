"""Every way words reach the county ends in one queue with one number each."""

import json
from datetime import datetime, timedelta

import pytest
from django.apps import apps

from huiyin.casework.actions.intake import Words, open_matter
from huiyin.casework.actions.steps import take_step
from huiyin.casework.actions.sweep import run_out
from huiyin.casework.models import Clock, Matter, Move, Party
from huiyin.casework.queries import figures, matters
from huiyin.casework.rules.spans import Wanted
from huiyin.core.models import Event
from huiyin.core.viewer import Viewer
from huiyin.core.worker import drain
from huiyin.programme.loader import county_folder, load_county
from tests.cast import COUNTY, GROUP_THREE, ZHANG_PHONE, Cast
from tests.rooms.casework import spine
from tests.rows import row

TEXT = "村口的路灯坏了三盏，晚上看不见路。"
BY_CHANNEL = {
    "R-157": "phone",
    "R-158": "leader_phone",
    "R-159": "email",
    "R-160": "leader_sms",
    "R-161": "radio",
    "R-162": "town_mailbox",
    "R-163": "visit",
    "R-164": "official_phone",
    "R-165": "duty_day",
    "R-166": "survey",
    "R-167": "media",
    "R-168": "petition",
}


def opened(channel: str, at: datetime, **more: object) -> Matter:
    """A matter that came in by a channel."""
    words = {"text": TEXT, "channel": channel, "place_code": GROUP_THREE, "reporter_name": "张丽华"} | more
    return open_matter(by=Viewer.resident(), at=at, words=Words(**words)).matter  # type: ignore[arg-type]  # named as Words names them


@row(
    "R-157", "R-158", "R-159", "R-160", "R-161", "R-162", "R-163", "R-164", "R-165", "R-166", "R-167", "R-168", "R-169"
)
def test_every_channel_ends_in_one_queue_with_a_number_each(cast: Cast, at: datetime) -> None:
    made = [opened(channel, at) for channel in (*BY_CHANNEL.values(), "service_room", "session", "letter", "counter")]
    assert len({matter.code for matter in made}) == len(made)
    page = matters.matters(cast.chen.viewer(at), matters.Filters(), at)
    assert {row_.code for row_ in page.rows} == {matter.code for matter in made}
    assert {row_.channel for row_ in page.rows} == {matter.channel for matter in made}


@row("R-167", "R-166")
@pytest.mark.parametrize("channel", ["media", "survey"])
def test_a_topic_keeps_nobody_who_said_it(cast: Cast, at: datetime, channel: str) -> None:
    matter = opened(channel, at, reporter_phone=ZHANG_PHONE)
    assert not Party.objects.filter(matter=matter).exists()


@row("SG-04", "R-167")
def test_what_was_heard_in_public_is_stored_without_whoever_said_it(cast: Cast, at: datetime) -> None:
    said = "网友：山里人家 三组又停水了 @望川小喇叭 见 https://example.com/u/88231 ，昵称“望川老王”，半个月没水。——小满"
    matter = opened("media", at, text=said, subject="@望川小喇叭 停水", reporter_phone=ZHANG_PHONE)
    matter.refresh_from_db()
    assert "停水" in matter.text and "半个月没水" in matter.text
    told = f"{matter.text} {matter.title}"
    for author in ("山里人家", "望川小喇叭", "88231", "example", "望川老王", "小满"):
        assert author not in told
        assert author not in json.dumps([event.data for event in Event.objects.all()], ensure_ascii=False)
    for words in ("望川小喇叭", "山里人家", "望川老王", "张丽华", ZHANG_PHONE):
        assert not matters.matters(cast.chen.viewer(at), matters.Filters(text=words), at).rows
    kept = opened("phone", at, text="@张三 说水又停了，见 www.example.com")
    assert "www.example.com" in kept.text, "what a resident tells us is kept as it was told"


@row("SG-04")
def test_no_table_has_a_place_for_who_wrote_something_online() -> None:
    never = ("author", "avatar", "nickname", "profile", "follower", "weibo", "douyin")
    ours = [model for model in apps.get_models() if model.__module__.startswith("huiyin.")]
    columns = [f"{model._meta.label}.{field.name}" for model in ours for field in model._meta.fields]
    assert len(columns) > 300
    assert [one for one in columns if any(word in one.lower().partition(".")[2] for word in never)] == []


@row("AM-55", "R-170")
def test_the_reporter_of_ten_elements_is_there_when_nobody_is_named_and_when_the_name_is_kept_apart(
    cast: Cast, at: datetime
) -> None:
    spine.opened(cast, at, disclosure="anonymous")
    spine.opened(cast, at, disclosure="confidential", reporter_phone="16000005001")
    spine.opened(cast, at, reporter_phone="16000005002")
    drain(at)
    wanted = Wanted(from_=at.date(), until=at.date() + timedelta(days=1), place=COUNTY)
    found = figures.split(cast.zhou.viewer(at), wanted, ("reporter",))["reporter"]
    assert {line.value: line.sums["collected"] for line in found} == {"anonymous": 1, "confidential": 1, "named": 1}


@row("R-168")
def test_accompaniment_is_the_residents_wish_and_changes_nothing_else(cast: Cast, at: datetime) -> None:
    plain, wished = opened("petition", at), opened("petition", at, accompaniment=True)
    assert not Party.objects.get(matter=plain).accompaniment
    assert Party.objects.get(matter=wished).accompaniment
    assert (plain.state, plain.due_at, plain.held) == (wished.state, wished.due_at, wished.held)
    names = [e.name for e in Event.objects.filter(subject__in=[str(plain.id), str(wished.id)])]
    assert names == ["casework.matter_opened"] * 2


@row("BC-10", "R-181")
def test_a_matter_settled_on_the_spot_is_recorded_and_called_back_but_stands_in_no_ledger(
    cast: Cast, at: datetime
) -> None:
    matter = opened("counter", at, kind="on_spot")
    chen = cast.chen.viewer(at)
    take_step(by=chen, at=at, matter_id=matter.id, step="accept", given={})
    given = {"topic": "construction", "nature": "question", "way": "direct_answer", "reply": "今天下午就去换。"}
    take_step(by=chen, at=at, matter_id=matter.id, step="answer", given=given)
    assert spine.called(cast, matter.id, at + timedelta(hours=2)).state == "closed"
    book = load_county(county_folder("wangchuan"))
    assert not book.kind("echo", "on_spot").ledger and book.kind("echo", "appeal").ledger
    assert Move.objects.filter(matter=matter, step="call_back").exists()


@row("R-210")
def test_an_answer_has_a_clock_of_its_own_until_it_has_arrived(cast: Cast, at: datetime) -> None:
    matter = spine.answered(cast, at)
    clock = Clock.objects.get(matter=matter, name="deliver")
    assert clock.met_at is None and clock.due_at > clock.started_at
    run_out(by=Viewer.system("clock"), at=clock.due_at)
    told = Event.objects.filter(name="casework.matter_overdue", subject=str(matter.id))
    assert {event.data["name"] for event in told} == {"deliver"}
