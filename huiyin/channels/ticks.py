"""What the worker does for the channels: send what is due, look into the mailbox. No transaction is open meanwhile."""

import hashlib
import logging
from datetime import datetime, timedelta
from time import monotonic
from uuid import UUID

from django.conf import settings

from huiyin.channels.actions import inbox, outbox
from huiyin.channels.gateways import transports
from huiyin.channels.mail import inbox as mailbox
from huiyin.channels.mail.inbox import Fetched
from huiyin.channels.port import Doubtful, Down, Give, Later, Letter, Transport, TurnedAway
from huiyin.channels.queries import lines
from huiyin.channels.rules import pace
from huiyin.channels.rules.mail import Mail, address, parse
from huiyin.core import health
from huiyin.core.files import Examined, examine
from huiyin.core.health import Part
from huiyin.core.throttle import allow
from huiyin.core.viewer import Viewer
from huiyin.core.worker import tick
from huiyin.programme.refusal import Refused
from huiyin.programme.words import phrase

log = logging.getLogger("huiyin.channels")
MACHINE = Viewer.system("channels")
A_ROUND = 20
A_ROUND_LASTS = 20.0  # seconds
BROKEN_MOST = timedelta(minutes=5)


@tick(every=timedelta(seconds=2))
def send(at: datetime) -> int:
    """Send what is due, channel by channel; a gateway that is down holds up nothing but its own messages."""
    return sum(_round(one, at) for one in transports() if one.is_on())


@tick(every=timedelta(seconds=30))
def fetch(at: datetime) -> int:
    """Take in what is new in the mailbox; one mail that cannot be taken in is no reason to leave the others."""
    if not mailbox.is_on():
        return 0
    cursor, since = lines.cursor(MACHINE, "email")
    done = 0
    try:
        for one in mailbox.fetch(cursor, since):
            done += _taken_in(one, at)
    except Down as down:
        log.warning("the mailbox does not answer: %s", down)
        inbox.looked(by=MACHINE, at=at, channel="email", down=True)
        return done
    if not done:
        inbox.looked(by=MACHINE, at=at, channel="email")
    return done


@health.watch
def channels(at: datetime, language: str) -> Part:
    """Red while a gateway has not answered for five minutes or a message was given up (R-239)."""
    broken = lines.broken(MACHINE, at, since=BROKEN_MOST)
    says = phrase("health", "channels_broken" if broken else "fine", language, count=broken)
    return Part("channels", ok=not broken, says=says, value=broken, limit=0)


def _round(transport: Transport, at: datetime) -> int:
    letters = outbox.take(by=MACHINE, at=at, channel=transport.channel, many=A_ROUND)
    if not letters:
        return 0
    waiting = [letter.id for letter in letters]
    try:
        with transport.session() as give:
            ends = monotonic() + A_ROUND_LASTS
            for letter in letters:
                if monotonic() > ends:  # a slow gateway must not outlast the lease of what waits for it
                    break
                lost = _one(give, letter, at)
                waiting.remove(letter.id)
                if lost:  # its connection is of no use to the letters after it
                    raise Down(lost)
        outbox.give_back(by=MACHINE, at=at, left=waiting)
    except Down as down:
        log.warning("the gateway for %s does not answer: %s", transport.channel, down)
        outbox.gateway_down(by=MACHINE, at=at, channel=transport.channel, fault=str(down), left=waiting)
    return len(letters) - len(waiting)


def _one(give: Give, letter: Letter, at: datetime) -> str:
    """Hand one letter over and write down how it went; why the connection is lost, if it is."""
    try:
        gateway_id = give(letter)
    except TurnedAway as refused:
        outbox.turned_away(by=MACHINE, at=at, message_id=letter.id, fault=str(refused))
    except Later as refused:
        outbox.later(by=MACHINE, at=at, message_id=letter.id, fault=str(refused), doubtful=False)
    except Doubtful as problem:
        outbox.later(by=MACHINE, at=at, message_id=letter.id, fault=str(problem), doubtful=True)
        return str(problem)
    else:
        outbox.sent(by=MACHINE, at=at, message_id=letter.id, gateway_id=gateway_id)
    return ""


def _taken_in(fetched: Fetched, at: datetime) -> int:
    """One mail: a report on one of ours, or somebody's words."""
    if not fetched.raw:
        inbox.looked(by=MACHINE, at=at, channel="email", cursor=fetched.cursor)
        return 0
    mail = _read(fetched.raw)
    if mail.report is not None:
        ours = UUID(mail.report.message)
        outbox.reported(by=MACHINE, at=at, message_id=ours, arrived=mail.report.delivered, channel="email")
    given, unfit = _examined(mail)
    own = bool(mail.sender) and mail.sender == address(settings.HUIYIN_MAIL_FROM)
    fresh = inbox.receive(
        by=MACHINE,
        at=at,
        channel="email",
        transport_id=mail.id,
        address=mail.sender,
        title=mail.title,
        body=mail.body,
        answers=mail.answers,
        automatic=mail.automatic or own or mail.report is not None,
        given=given,
        left_out=unfit + mail.left_out,
        why=_why(mail, at, whole=fetched.whole),
        cursor=fetched.cursor,
    )
    return int(fresh)


def _read(raw: bytes) -> Mail:
    """A mail in plain values; one beyond reading comes to a person empty, and holds up none of those behind it."""
    try:
        return parse(raw)
    except Exception as problem:  # whatever somebody may send; its kind is kept, its words are not
        log.error("a mail cannot be read: %s", type(problem).__name__)
        return Mail(f"sha256:{hashlib.sha256(raw).hexdigest()}", "", "", "", (), "", False, None, 1)


def _why(mail: Mail, at: datetime, *, whole: bool) -> str:
    """Why a person has to look at it; empty where the machine may go on."""
    if not whole:
        return "too_large"
    if not mail.sender:
        return "no_sender"
    return "many" if allow("channels.email", mail.sender, limit=pace.AN_HOUR, window=timedelta(hours=1), at=at) else ""


def _examined(mail: Mail) -> tuple[list[Examined], int]:
    """The files that may be kept, and how many may not."""
    given = []
    for one in mail.files:
        try:
            given.append(examine(one.name, one.data))
        except Refused:
            log.info("a file of a mail is of no kind that is kept")
    return given, len(mail.files) - len(given)
