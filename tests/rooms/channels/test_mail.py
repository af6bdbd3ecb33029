"""E-mail through a real server: Dovecot's IMAP and an SMTP server on loopback."""

import mailbox
import os
import pwd
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import Attachment, Matter, Party, Reply
from huiyin.casework.queries import track
from huiyin.casework.rules.codes import read_proof
from huiyin.channels import ticks
from huiyin.channels.models import Line, Message, Sending
from huiyin.channels.queries import lines
from huiyin.channels.rules.mail import parse
from huiyin.core import worker
from huiyin.core.models import StoredFile
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from tests import factories as make
from tests.cast import Cast
from tests.interfaces import papers
from tests.mailserver import PASSWORD, PATIENCE, Mail, Post, mail_server, opened
from tests.rooms.channels import wire
from tests.rooms.channels.test_messages import ANSWER, TEXT
from tests.rows import row

pytestmark = [pytest.mark.mail, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
OURS, ZHANG = "shuji@wangchuan.example", "zhang@resident.example"
MACHINE = Viewer.system("channels")


@pytest.fixture
def mail(cast: Cast, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mail]:
    """A server with the county's mailbox and a resident's; the county's has been looked into once."""
    make.put_in_force(at=now())
    for waits in ("inbox", "transport"):
        monkeypatch.setattr(f"huiyin.channels.mail.{waits}.SECONDS", PATIENCE)  # a busy machine is no silence
    with mail_server([OURS, ZHANG]) as found:
        settings.HUIYIN_MAIL_SMTP = f"smtp://127.0.0.1:{found.smtp}"
        settings.HUIYIN_MAIL_IMAP = f"imap://{OURS.replace('@', '%40')}@127.0.0.1:{found.imap}/INBOX"
        settings.HUIYIN_MAIL_PASSWORD, settings.HUIYIN_MAIL_FROM = PASSWORD, OURS
        found.post_office.put(OURS, letter("旧的信", "以前的事，早就办完了。", identity="<old@x>").as_bytes())
        ticks.fetch(now())
        yield found


def letter(title: str, text: str, *, sender: str = ZHANG, identity: str = "<one@resident.example>") -> EmailMessage:
    """A resident's mail."""
    found = EmailMessage(policy=policy.SMTP)
    found["From"], found["To"], found["Subject"] = f"张丽华 <{sender}>", OURS, title
    if identity:
        found["Message-ID"] = identity
    found.set_content(text)
    return found


def work() -> None:
    """A round of the worker."""
    ticks.fetch(now())
    worker.drain(now())
    ticks.send(now())
    worker.drain(now())


def answers(mail: Mail) -> list[EmailMessage]:
    """What lies in the resident's mailbox."""
    return [message_from_bytes(one, policy=policy.default) for one in mail.box(ZHANG)]


def test_mail_is_laid_down_while_the_server_takes_its_own_files_away_and_lies_in_its_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What once took an answer for the acknowledgement, or refused it, where the machine was slow."""
    owner = pwd.getpwuid(os.geteuid()).pw_name
    box, office = opened(tmp_path, ZHANG), Post(tmp_path, owner)
    (tmp_path / ZHANG / "Maildir" / "dovecot.index.log.newlock").symlink_to("gone")  # as one that is just taken away
    moments = iter((1000.09, 1000.5))
    monkeypatch.setattr(mailbox.time, "time", lambda: next(moments))  # type: ignore[attr-defined]  # the module it reads
    for one in (b"first", b"second"):
        office.put(ZHANG, one)
    monkeypatch.undo()
    assert Mail(0, 0, office, tmp_path).box(ZHANG) == [b"first", b"second"]
    assert len(box) == 2


@row("R-159", "R-177", "R-213")
def test_a_mail_becomes_a_matter_is_acknowledged_with_its_key_answered_and_taken_up_again(
    mail: Mail, cast: Cast
) -> None:
    mail.post(letter("路灯坏了", TEXT).as_bytes(), to=OURS)
    work()
    matter = Matter.objects.get()
    assert (matter.title, matter.text, matter.channel) == ("路灯坏了", TEXT, "email")
    (told,) = answers(mail)
    assert told["In-Reply-To"] == "<one@resident.example>" and told["Auto-Submitted"] == "auto-replied"
    assert "路灯" not in str(told["Subject"]) + told.get_content()
    key = next(line.partition("：")[2] for line in told.get_content().splitlines() if line.startswith("钥匙"))
    assert track.by_proof(MACHINE, str(read_proof(key.strip())), now()).code == matter.code
    assert Message.objects.get().body is None  # the key is kept nowhere

    chen = cast.chen.viewer(now())
    take_step(by=chen, at=now(), matter_id=matter.id, step="accept", given={})
    given = {"topic": "construction", "nature": "question", "way": "direct_answer", "reply": ANSWER}
    take_step(by=chen, at=now(), matter_id=matter.id, step="answer", given=given)
    work()
    answer = answers(mail)[-1]
    assert ANSWER in answer.get_content()
    assert Reply.objects.get().delivered_at is None  # the relay has it: that is sent, not delivered
    back = letter("回复", f"2 还有一盏没亮。\n\n在 2026年 {OURS} 写道：\n> {ANSWER}", identity="<two@resident.example>")
    back["In-Reply-To"] = answer["Message-ID"]
    mail.post(back.as_bytes(), to=OURS)
    work()
    found = Matter.objects.get()
    assert (found.state, found.reopened) == ("reopened", 1)
    assert Reply.objects.get().meaning == "gateway"
    assert found.judgements.get().words == "还有一盏没亮。"
    assert len(answers(mail)) == 2


@row("R-169")
def test_the_same_mail_three_times_is_one_matter_also_where_the_mailbox_is_made_anew(mail: Mail) -> None:
    opened(mail.folder, OURS).clear()
    for _ in range(3):
        mail.post(letter("路灯坏了", TEXT).as_bytes(), to=OURS)
    work()
    # The server has numbered its mails anew; it dates them by the machine's clock, whatever day the tests are at.
    Line.objects.filter(channel="email").update(cursor="1:0", last_in_at=now() - timedelta(days=4000))
    work()
    assert Matter.objects.count() == 1 == len(answers(mail))
    assert Line.objects.get(channel="email").again == 5


def test_a_mail_without_an_id_is_known_by_its_bytes(mail: Mail) -> None:
    for _ in range(2):
        mail.post_office.put(OURS, letter("路灯坏了", TEXT, identity="").as_bytes())
    work()
    assert Matter.objects.count() == 1


@row("R-180")
def test_files_come_along_judged_by_what_they_are(mail: Mail) -> None:
    sent = letter("路灯坏了", TEXT)
    sent.add_attachment(papers.photo().read(), maintype="image", subtype="jpeg", filename="路灯.jpg")
    sent.add_attachment(b"MZ\x90\x00", maintype="application", subtype="pdf", filename="发票.pdf")
    mail.post(sent.as_bytes(), to=OURS)
    work()
    kept = Attachment.objects.get()
    assert (kept.file.kind, kept.part) == ("image/jpeg", "said")
    assert StoredFile.objects.count() == 1
    assert wire.came()[0].left_out == 1


@row("SG-01")
def test_a_complaint_by_mail_is_held_also_where_the_name_stands_at_the_end_of_a_megabyte(mail: Mail) -> None:
    text = "三组的水管坏了很久没人修。\n" * 60_000 + "李卫东收钱才给修，我要投诉。"
    assert len(text.encode()) > 1_000_000
    mail.post(letter("水管", text).as_bytes(), to=OURS)
    work()
    matter = Matter.objects.get()
    assert matter.held and len(matter.text) <= 20_000
    assert "780016" in matter.text[-60:] or "全文" in matter.text[-60:]
    assert len(answers(mail)) == 1


def test_a_mail_beyond_reading_comes_to_a_person_and_holds_up_none_behind_it(
    mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unread(raw: bytes) -> object:
        if b"beyond" in raw:
            raise RecursionError(TEXT)
        return parse(raw)

    monkeypatch.setattr(ticks, "parse", unread)
    mail.post(letter("beyond", TEXT, identity="<b@x>").as_bytes(), to=OURS)
    mail.post(letter("路灯坏了", TEXT).as_bytes(), to=OURS)
    work()
    assert Matter.objects.count() == 1
    assert [one.why for one in wire.came(state="clerk")] == ["no_sender"]


def test_machines_are_not_answered(mail: Mail) -> None:
    away = letter("自动回复：外出", "我在休假，下周回来。")
    away["Auto-Submitted"] = "auto-replied"
    listed = letter("周报", TEXT, identity="<list@resident.example>")
    listed["Precedence"] = "bulk"
    own = letter("测试", TEXT, sender=OURS, identity="<own@wangchuan.example>")
    for one in (away, listed, own):
        mail.post(one.as_bytes(), to=OURS)
    work()
    assert [one.state for one in wire.came()] == ["automatic"] * 3
    assert not Matter.objects.exists() and not answers(mail)


def test_a_header_from_outside_adds_none_of_its_own_to_what_we_send(mail: Mail) -> None:
    raw = (
        b"From: <zhang@resident.example>\r\n"
        b"To: shuji@wangchuan.example\r\n"
        b"Subject: =?utf-8?b?5rC0DQpCY2M6IHNweUBldmlsLmV4YW1wbGUNCg==?=\r\n"
        b"Message-ID: <a\r\n Bcc: spy@evil.example@x>\r\n\r\n"
    ) + TEXT.encode()
    mail.post_office.put(OURS, raw)
    mail.post_office.put(OURS, raw.replace(b"From: <", b"From: =?utf-8?q?a=0D=0ABcc=3A_spy=40evil=2Eexample?= <", 1))
    work()
    (told,) = answers(mail)
    assert told["Bcc"] is None and told["In-Reply-To"] is None
    assert {to for to, _ in mail.post_office.taken} == {ZHANG}
    assert [one.why for one in wire.came(state="clerk")] == ["no_sender"]


def test_a_mailbox_that_refuses_is_failed_one_that_waits_is_tried_again(
    mail: Mail, clock: Callable[[datetime], None]
) -> None:
    mail.post_office.refused.add(ZHANG)
    mail.post_office.later.add("slow@resident.example")
    mail.post(letter("路灯坏了", TEXT).as_bytes(), to=OURS)
    mail.post(letter("路", TEXT, sender="slow@resident.example", identity="<s@resident.example>").as_bytes(), to=OURS)
    work()
    assert {one.row.state for one in wire.out()} == {"failed", "queued"}
    at = now()
    for _ in range(8):
        at += timedelta(minutes=11)
        clock(at)
        ticks.send(at)
    assert {one.row.state for one in wire.out()} == {"failed", "parked"}
    assert not Sending.objects.filter(done_at__isnull=True, parked_at__isnull=True).exists()
    found = next(one for one in lines.gateways(MACHINE, at) if one.channel == "email")
    assert (found.failed, found.state) == (2, "well")


def test_a_bounce_fails_the_message_it_is_about(mail: Mail) -> None:
    mail.post(letter("路灯坏了", TEXT).as_bytes(), to=OURS)
    work()
    ours = answers(mail)[0]["Message-ID"]
    bounce = (
        "From: MAILER-DAEMON@resident.example\r\nTo: shuji@wangchuan.example\r\nSubject: Undelivered\r\n"
        "Message-ID: <b@resident.example>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nIt did not arrive.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; resident.example\r\n\r\n"
        "Final-Recipient: rfc822; zhang@resident.example\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {ours}\r\n\r\n--b--\r\n"
    )
    mail.post(bounce.encode(), to=OURS)
    work()
    assert Message.objects.get().state == "failed"
    assert Matter.objects.count() == 1 and len(answers(mail)) == 1


@row("R-239")
def test_a_server_that_is_down_is_said_and_nothing_is_lost(mail: Mail, clock: Callable[[datetime], None]) -> None:
    mail.post(letter("路灯坏了", TEXT).as_bytes(), to=OURS)
    ticks.fetch(now())
    worker.drain(now())
    mail.stop()
    ticks.send(now())
    ticks.fetch(now())
    found = next(one for one in lines.gateways(MACHINE, now()) if one.channel == "email")
    assert (found.state, found.waiting) == ("down", 1)
    mail.start()
    later = now() + timedelta(minutes=1)
    clock(later)
    work()
    assert len(answers(mail)) == 1
    assert next(one for one in lines.gateways(MACHINE, later) if one.channel == "email").state == "well"


@pytest.mark.parametrize("charset", ["gb2312", "gb18030", "utf-8", "big5"])
def test_mails_are_read_in_the_alphabets_people_write_in(charset: str) -> None:
    words = "路燈壞了" if charset == "big5" else "路灯坏了"
    found = letter("灯", "")
    found.set_content(words, charset=charset)
    assert parse(found.as_bytes()).body.strip() == words


def test_a_page_is_read_as_its_text(mail: Mail) -> None:
    found = letter("灯", "x")
    found.set_content("<style>p{}</style><p>村口的路灯</p><div>坏了<script>alert(1)</script>三盏</div>", subtype="html")
    mail.post(found.as_bytes(), to=OURS)
    work()
    assert Matter.objects.get().text == "村口的路灯\n坏了三盏"


def test_the_proof_is_no_party_and_the_mailbox_is_nowhere_in_clear(mail: Mail) -> None:
    mail.post(letter("路灯坏了", TEXT).as_bytes(), to=OURS)
    work()
    assert not Party.objects.exists()
    assert ZHANG.encode() not in bytes(Message.objects.get().address or b"")
