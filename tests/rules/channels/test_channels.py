"""When a message may go, how it goes, what one means: no database."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from huiyin.casework.rules.messages import Meant, one_of, read, wire
from huiyin.channels.rules import hooks, pace
from huiyin.channels.rules.mail import address, from_html, message_id, newest, parse
from huiyin.channels.rules.sms import GSM_7, UCS_2, fits, shape

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "coding", "units", "parts"),
    [
        ("", GSM_7, 0, 1),
        ("a" * 160, GSM_7, 160, 1),
        ("a" * 161, GSM_7, 161, 2),
        ("{}" * 40, GSM_7, 160, 1),  # each takes two
        ("a" * 306 + "€", GSM_7, 308, 3),
        ("路" * 70, UCS_2, 70, 1),
        ("路" * 71, UCS_2, 71, 2),
        ("a" * 69 + "路", UCS_2, 70, 1),
        ("😀" * 35, UCS_2, 70, 1),  # each is two units
    ],
)
def test_a_text_takes_the_alphabet_and_the_parts_it_needs(text: str, coding: int, units: int, parts: int) -> None:
    assert (shape(text).coding, shape(text).units, shape(text).parts) == (coding, units, parts)


def test_what_is_longer_than_eight_parts_is_no_message() -> None:
    assert fits("路" * 67 * 8)
    assert not fits("路" * (67 * 8 + 1))


@pytest.mark.parametrize(("hour", "is_quiet"), [(20, False), (21, True), (23, True), (0, True), (7, True), (8, False)])
def test_quiet_hours_pass_midnight(hour: int, is_quiet: bool) -> None:
    at = datetime(2026, 11, 18, hour, 0, tzinfo=ZONE)
    assert pace.quiet(at.astimezone(UTC), ZONE, time(21), time(8)) is is_quiet
    assert not pace.quiet(at, ZONE, time(8), time(8))
    assert pace.quiet(at, ZONE, time(0), time(20, 30)) is (hour < 21)


def test_a_gateway_is_left_alone_longer_each_time_but_never_long() -> None:
    waits = [pace.closed(failures) for failures in range(1, 12)]
    assert waits == sorted(waits) and waits[0] == timedelta(seconds=5) and waits[-1] == timedelta(minutes=2)
    assert max(pace.again(tries) for tries in range(9)) == timedelta(minutes=10)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("1", Meant("yes")),
        ("１。", Meant("yes")),
        ("1，谢谢", Meant("yes", "谢谢")),
        ("2", Meant("no")),
        ("2 水还是小", Meant("no", "水还是小")),
        ("2：李家门口也没亮", Meant("no", "李家门口也没亮")),
        ("退订", Meant("stop")),
        ("TD", Meant("stop")),
        ("Stop.", Meant("stop")),
        ("恢复", Meant("resume")),
        ("12", Meant("unclear", "12")),
        ("好的", Meant("unclear", "好的")),
        ("？", Meant("unclear", "？")),
        ("", Meant("unclear", "")),
        ("1楼的水管漏了", Meant("words", "1楼的水管漏了")),
        ("2组路灯坏了三盏。", Meant("words", "2组路灯坏了三盏。")),
        ("退订不了，怎么办呢", Meant("words", "退订不了，怎么办呢")),
        ("4730-1168-4 1", Meant("yes", "", "473011684")),
        ("473011684，2 还没修", Meant("no", "还没修", "473011684")),
        ("473011684 今天又停水了", Meant("words", "今天又停水了", "473011684")),
        ("关于 473011684 今天又停水了", Meant("words", "关于 473011684 今天又停水了", "473011684")),
        ("473011685 今天又停水了", Meant("words", "473011685 今天又停水了")),  # no code: its check digit is wrong
    ],
)
def test_a_message_means_what_it_plainly_says(text: str, meant: Meant) -> None:
    assert read(text) == meant


@given(some.text(max_size=300))
def test_no_text_is_beyond_reading(text: str) -> None:
    assert read(text).meaning in ("stop", "resume", "yes", "no", "words", "unclear")


def test_a_word_speaks_of_the_only_matter_that_waits_or_of_the_one_it_names() -> None:
    told = ("a", "b", "gone")
    assert one_of(told, {"a": "1"}, "") == "a"
    assert one_of(told, {"a": "1", "b": "2"}, "") == ""
    assert one_of(told, {"a": "1", "b": "2"}, "2") == "b"
    assert one_of(told, {}, "") == one_of(told, {"a": "1"}, "9") == ""


def test_an_answer_goes_as_the_resident_asked_else_as_they_wrote() -> None:
    assert wire("sms", "", has_phone=True) == "sms"
    assert wire("sms", "phone", has_phone=True) == ""
    assert wire("", "sms", has_phone=True) == "sms"
    assert wire("", "sms", has_phone=False) == wire("sms", "", has_phone=False) == ""
    assert wire("email", "", has_phone=True) == "email"
    assert wire("", "", has_phone=True) == ""


def test_a_token_opens_its_own_message_only() -> None:
    assert hooks.token("s", "a") != hooks.token("s", "b") != hooks.token("t", "b")
    assert hooks.known("x", "x") and not hooks.known("", "") and not hooks.known("é", "x")


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("张丽华 <Zhang@Resident.Example>", "zhang@resident.example"),
        ("zhang@resident.example", "zhang@resident.example"),
        ("<>", ""),
        ("a@b@c.example", ""),
        ("a b@c.example", ""),
        ('"a\r\nBcc: x@y.example" <a@c.example>\r\n473011685: y', ""),
        ("x@" + "a" * 300 + ".example", ""),
    ],
)
def test_only_a_plain_mailbox_is_written_to(header: str, wanted: str) -> None:
    assert address(header) == wanted


def test_an_id_that_may_stand_in_a_header_is_one() -> None:
    assert message_id("<a@b>") == "<a@b>"
    assert message_id("<a@b>\r\nBcc: x") == message_id("a@b") == message_id("<a b>") == ""


def test_what_is_quoted_is_not_said_again() -> None:
    assert newest("2 还没修\n\n在 2026年11月18日，县里写道：\n> 1 答复") == "2 还没修"
    assert newest("修好了\n-----原始邮件-----\n发件人: 县里") == "修好了"
    assert newest("没有引用") == "没有引用"


def test_of_a_page_only_what_is_read() -> None:
    assert from_html("<p>路灯<b>坏</b>了&nbsp;三盏</p><script>x()</script><br>谢谢") == "路灯坏了 三盏\n谢谢"


@given(some.binary(max_size=2000))
def test_no_bytes_are_beyond_being_taken_for_a_mail(raw: bytes) -> None:
    assert parse(raw).id


@given(some.text(max_size=60), some.text(max_size=60), some.text(max_size=200))
def test_no_head_is_beyond_being_read(sender: str, title: str, body: str) -> None:
    raw = f"From: {sender}\r\nSubject: {title}\r\nContent-Type: {title}\r\n\r\n{body}".encode(errors="surrogatepass")
    found = parse(raw)
    assert "\n" not in found.title and "\n" not in found.sender and "\x00" not in found.body
