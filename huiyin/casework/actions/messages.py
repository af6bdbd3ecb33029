"""Matters by message: what comes in becomes one, answers go out, “1” and “2” are a resident's word (R-159, R-160).

A message is taken in by the machine only where it is plain. Everything else waits for a clerk; words about somebody in
office never do, they are held like at every other door (SG-01).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from huiyin.casework.actions import books, feedback
from huiyin.casework.actions.files import SAID, add
from huiyin.casework.actions.holding import hold_if_about_officials
from huiyin.casework.actions.intake import LONGEST, Opened, Words, open_matter
from huiyin.casework.actions.more import add_words
from huiyin.casework.actions.stating import tell_state
from huiyin.casework.models import Matter, Party, Reply
from huiyin.casework.queries import dismissing, track
from huiyin.casework.queries import messages as asking
from huiyin.casework.rules import codes, complaints
from huiyin.casework.rules import files as fitting
from huiyin.casework.rules import messages as rules
from huiyin.casework.rules.messages import Meant
from huiyin.channels.actions import inbox, outbox
from huiyin.channels.queries import lines
from huiyin.channels.queries import messages as wire
from huiyin.channels.queries.messages import Said
from huiyin.channels.rules import sms
from huiyin.channels.rules.mail import newest
from huiyin.core.actions import action
from huiyin.core.files import Examined
from huiyin.core.rowlevel import OPEN, looking_as
from huiyin.core.rulebook import current, version
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from huiyin.programme.words import phrase

RESIDENT = Viewer.resident()
GATEWAY = Viewer.system("gateway")
ROOM_FOR_THE_REST = 200
"""Of a message longer than a matter may be so many characters are left for saying that it goes on."""


def take_in(*, by: Viewer, at: datetime, incoming_id: UUID) -> None:
    """Decide about something that came in, once: one action, or another that leaves it to a person."""
    said = wire.said(by, incoming_id)
    if said.state == "clerk" and _is_about_officials(by, at, said):
        open_from(by=RESIDENT, at=at, incoming_id=incoming_id)
    if said.state != "new":
        return
    try:
        _decided(by, at, said)
    except Refused as refused:
        leave(by=by, at=at, incoming_id=incoming_id, why=refused.code)


def _decided(by: Viewer, at: datetime, said: Said) -> None:
    """Stop, where it stands, the resident's word, more words, a new matter; raises Refused where it is none plainly."""
    meant = rules.read((newest(said.body) if said.channel == "email" else said.body) or said.title)
    if meant.meaning in ("stop", "resume"):
        settle_stop(by=by, at=at, incoming_id=said.id, stopped=meant.meaning == "stop")
        return
    if meant.meaning == "ask" and said.channel == "sms":
        tell_state(by=RESIDENT, at=at, incoming_id=said.id, meant=meant)
        return
    if matter_id := asking.meant_by(by, said, meant):
        if meant.meaning in ("yes", "no"):
            word(by=RESIDENT, at=at, incoming_id=said.id, matter_id=matter_id, meant=meant)
        else:
            more(by=RESIDENT, at=at, incoming_id=said.id, matter_id=matter_id, words=meant.words)
    elif meant.meaning != "words" or meant.code:
        raise Refused("message_unclear")
    else:
        open_from(by=RESIDENT, at=at, incoming_id=said.id)


@looking_as(OPEN)
@action
def open_from(*, by: Viewer, at: datetime, incoming_id: UUID) -> Matter:
    """Make a matter of what came in, with its files, and acknowledge it by the way it came: code and last day.

    At the desk it is the clerk's (`matter.open`). Raises Missing; Refused as `intake.open_matter`, already_done.
    """
    said = wire.said(by, incoming_id)
    if said.state not in ("new", "clerk"):
        raise Refused("already_done")
    if by.person_id is not None:
        by.need("matter.open")
    whole = said.body.strip() or said.title
    number = asking.number_of(by, said)
    opened = open_matter(
        by=by,
        at=at,
        words=Words(
            text=_cut(whole),
            subject=said.title if said.body.strip() else "",
            channel=asking.channel_of(by, at, said.channel),
            reporter_phone=number,
            answer_by="sms" if number else "",
            first_asked=by.person_id,
        ),
    )
    matter = opened.matter
    add(by=by, at=at, matter=matter, given=_fitting(wire.given(by, incoming_id)), part=SAID)
    if len(whole) > LONGEST:
        hold_if_about_officials(by=by, at=at, matter=matter, said=whole)
    inbox.settle(by=by, at=at, incoming_id=incoming_id, state="matter", about=f"matter:{matter.id}")
    _acknowledge(by, at, said, opened)
    return matter


@looking_as(OPEN)
@action
def more(*, by: Viewer, at: datetime, incoming_id: UUID, matter_id: UUID, words: str) -> None:
    """Add what came in to the sender's own matter. Raises as `more.add_words`."""
    matter = add_words(by=by, at=at, matter_id=matter_id, words=_cut(words, 4_500))
    add(by=by, at=at, matter=matter, given=_fitting(wire.given(by, incoming_id)), part=SAID)
    hold_if_about_officials(by=by, at=at, matter=matter, said=words)
    inbox.settle(by=by, at=at, incoming_id=incoming_id, state="added", about=f"matter:{matter_id}")


@looking_as(OPEN)
@action
def word(*, by: Viewer, at: datetime, incoming_id: UUID, matter_id: UUID, meant: Meant) -> None:
    """The resident's “1” closes, their “2” takes the matter up again with what they wrote (R-213, R-214).

    Who answers an answer has had it: that is its delivery, where no report came. Raises as `feedback.resident_word`.
    """
    said = wire.said(by, incoming_id)
    inbox.settle(by=by, at=at, incoming_id=incoming_id, state="word", about=f"matter:{matter_id}")
    _arrived(at, matter_id)
    feedback.resident_word(
        by=by,
        at=at,
        matter_id=matter_id,
        source=said.channel,
        solved=meant.meaning,
        words=meant.words[:2000],
    )


@action
def settle_stop(*, by: Viewer, at: datetime, incoming_id: UUID, stopped: bool) -> None:
    """No more notices to this number or mailbox, or notices again."""
    said = wire.said(by, incoming_id)
    inbox.stop(by=by, at=at, channel=said.channel, address=said.address, stopped=stopped)
    inbox.settle(by=by, at=at, incoming_id=incoming_id, state="stop" if stopped else "resume")


@action
def leave(*, by: Viewer, at: datetime, incoming_id: UUID, why: str) -> None:
    """Leave something to a clerk; what speaks about somebody in office is opened and held instead (SG-01)."""
    said = wire.said(by, incoming_id)
    if _is_about_officials(by, at, said):
        open_from(by=RESIDENT, at=at, incoming_id=incoming_id)
    else:
        inbox.settle(by=by, at=at, incoming_id=incoming_id, state="clerk", why=why[:40])


@action
def attach(*, by: Viewer, at: datetime, incoming_id: UUID, code: str) -> Matter:
    """A clerk adds something that came in to a matter they may see, as the resident's words.

    Raises Missing; Refused: not_allowed, already_done, code_unknown, already_closed and as `more.add_words`.
    """
    by.need("matter.open")
    said = wire.said(by, incoming_id)
    if said.state != "clerk":
        raise Refused("already_done")
    wanted = codes.read_code(code)
    matter = Matter.objects.visible_to(by).filter(code=wanted).first() if wanted else None
    if matter is None:
        raise Refused("message_code", field="code")
    more(by=RESIDENT, at=at, incoming_id=incoming_id, matter_id=matter.id, words=said.body.strip() or said.title)
    return matter


@action
def dismiss(*, by: Viewer, at: datetime, incoming_id: UUID, note: str) -> None:
    """A clerk says why something that came in is no matter. Raises Missing; Refused: not_allowed, needs_note."""
    by.need("matter.open")
    if not note.strip():
        raise Refused("needs_note", field="note")
    inbox.settle(by=by, at=at, incoming_id=incoming_id, state="done", note=note.strip()[:2000])


@looking_as(OPEN)
@action
def answer(*, by: Viewer, at: datetime, matter_id: UUID, reply_id: UUID) -> bool:
    """Send an answer by the wire the resident asked for or wrote by; False where it goes another way (R-177, R-210).

    Of a matter that is held or sealed nothing but that there is an answer; a text too long for a message likewise, and
    by telephone why a complaint was ended or is kept, also where it was cleared before.
    """
    matter = Matter.objects.get(id=matter_id)
    reply = Reply.objects.get(id=reply_id)
    channel, address, answered = way_to(by, matter)
    if matter.history or not address or not lines.is_on(by, channel):
        return False
    values = {**asking.county_words(by, at), "code": codes.spoken(matter.code), "reply": reply.text}
    purpose = "notice" if matter.held or matter.sealed else "answer"
    # Only an answer is followed by a question; with what is only kept goes the right to object (SG-35).
    told = {"answered": "answer", "retained": "kept"}.get(matter.state, "told")
    if told == "told" and dismissing.standing_one(by, matter) is not None:
        told = "dismissed"
    quiet = channel == "sms" and (told == "dismissed" or (told == "kept" and dismissing.is_complaint(by, matter)))
    told = "kept_quiet" if quiet and told == "kept" else told
    body = phrase("messages", "apart" if purpose == "notice" else f"{told}_{channel}", **values)
    if channel == "sms" and not sms.fits(body):
        purpose, body = "notice", phrase("messages", "long", **values)
    purpose = "notice" if quiet else purpose
    return outbox.send(
        by=by,
        at=at,
        channel=channel,
        purpose=purpose,
        about=f"matter:{matter_id}",
        ref=reply_id,
        key=f"answer:{reply_id}",
        address=address,
        title=phrase("messages", "title_apart" if purpose == "notice" else "title_answer", **values),
        body=body,
        answers=answered,
    )


@looking_as(OPEN)
@action
def arrived(*, by: Viewer, at: datetime, matter_id: UUID, reply_id: UUID) -> bool:
    """The gateway reports that an answer arrived: that is its delivery, if it is still the newest and undelivered."""
    newest_one = Reply.objects.filter(matter_id=matter_id).order_by("-at", "-id").first()
    return newest_one is not None and newest_one.id == reply_id and _arrived(at, matter_id)


def _arrived(at: datetime, matter_id: UUID) -> bool:
    matter = Matter.objects.filter(id=matter_id).first()
    reply = matter.replies.order_by("-at", "-id").first() if matter else None
    if matter is None or reply is None or reply.delivered_at is not None:
        return False
    flow = version(matter.rulebook_id).flow(matter.programme, matter.kind)
    if flow.taking("deliver", matter.state) is None:
        return False
    feedback.deliver(by=GATEWAY, at=at, matter_id=matter_id, meaning="gateway")
    return True


def way_to(by: Viewer, matter: Matter) -> tuple[str, str, str]:
    """Channel, address and what is answered; empty where the answer goes another way."""
    first = matter.moves.order_by("seq").first()
    party = Party.objects.filter(matter=matter, role="reporter").order_by("id").first()
    page = version(matter.rulebook_id).matters(matter.programme)
    own = page.channels[matter.channel].wire if matter.channel in page.channels else ""
    asked = str(first.data.get("answer_by", "")) if first else ""
    channel = rules.wire(own, asked, has_phone=party is not None and party.phone is not None)
    if channel == "sms" and party is not None:
        return channel, asking.phone_of(by, party), ""
    if channel == "email":
        return channel, *wire.address_of(by, f"matter:{matter.id}", "email")
    return "", "", ""


def _acknowledge(by: Viewer, at: datetime, said: Said, opened: Opened) -> None:
    """Code and last day, at once. By mail also the key, whose words are kept only until the mail has gone."""
    reached = said.channel != "sms" or asking.number_of(by, said)
    if not said.address or not reached or not lines.is_on(by, said.channel):
        return
    found = track.by_proof(by, opened.proof, at)
    promised = next((one for one in track.promises(by, found) if one.due is not None), None)
    day = ""
    if promised is not None and promised.due is not None:
        last = promised.due.at - timedelta(microseconds=1)
        on = last.astimezone(current(at).rulebook.county.tz).date()
        day = phrase("messages", f"by_{promised.step}", month=on.month, day=on.day)
    parts = [opened.proof[at_ : at_ + 4] for at_ in range(0, 16, 4)]
    values = {"code": codes.spoken(opened.matter.code), "promise": day, "proof": " ".join(parts)}
    values |= asking.county_words(by, at)
    outbox.send(
        by=by,
        at=at,
        channel=said.channel,
        purpose="acknowledge",
        about=f"matter:{opened.matter.id}",
        key=f"acknowledge:{said.id}",
        address=said.address,
        title=phrase("messages", "title_acknowledge", **values),
        body=phrase("messages", f"acknowledge_{said.channel}", **values),
        answers=asking.transport_id(by, said),
        fleeting=said.channel == "email",
    )


def _is_about_officials(by: Viewer, at: datetime, said: Said) -> bool:
    county = current(at).rulebook.county
    return bool(complaints.look(f"{said.title}\n{said.body}", books.roll(by, county.code, at)).why)


def _cut(whole: str, most: int = LONGEST) -> str:
    """As much as a matter holds, and that there is more; all of it stays with what came in."""
    if len(whole) <= most:
        return whole
    return whole[: most - ROOM_FOR_THE_REST] + phrase("messages", "goes_on", count=len(whole))


def _fitting(given: Sequence[Examined]) -> list[Examined]:
    """Of the files those a resident may give; the others were counted where the message came in."""
    kept: list[Examined] = []
    room = fitting.MOST_MEGABYTES * 1024 * 1024
    for one in given:
        if one.kind in fitting.FROM_RESIDENTS and len(kept) < fitting.MOST and len(one.data) <= room:
            kept.append(one)
            room -= len(one.data)
    return kept
