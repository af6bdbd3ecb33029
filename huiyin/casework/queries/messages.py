"""Which matter a message speaks of, and what went to and fro about one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, Max, Q

from huiyin.casework.models import CaseTally, Matter, Party, Reply
from huiyin.casework.models.matters import OPEN
from huiyin.casework.rules import messages as rules
from huiyin.casework.rules.messages import Meant
from huiyin.channels.queries import lines
from huiyin.channels.queries import messages as wire
from huiyin.channels.queries.lines import Gateway
from huiyin.channels.queries.messages import Line, Said
from huiyin.core.rulebook import current
from huiyin.core.text import phone
from huiyin.core.vault import Damaged, Shredded, vault
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused

ABOUT = "matter:"
LATELY = timedelta(days=90)
OWN_DOORS = ("web", "api")
"""Channels that are doors of this product: what comes by them needs neither a gateway nor a clerk."""


def meant_by(viewer: Viewer, said: Said, meant: Meant) -> UUID | None:
    """The one matter that a message speaks of; None for a new one. Raises Refused where it is not plain which.

    A mail speaks of what it answers; an SMS of the code in it, or with “1” and “2” of the one answer its number waits
    to judge. Only from the number or mailbox that the answer went to, or that the matter came from.
    """
    if said.channel == "email":
        return _thread(viewer, said, meant)
    if meant.meaning in ("yes", "no"):
        return _asked(viewer, said, meant)
    if meant.code and meant.meaning == "words":
        blind = vault().blind("phone", said.address)
        found = Party.objects.filter(phone_blind=blind, matter__code=meant.code).values_list("matter_id", flat=True)
        if not found:
            raise Refused("message_not_own")
        return found[0]
    return None


def channel_of(viewer: Viewer, at: datetime, of_wire: str) -> str:
    """The county's channel that a gateway is; the first there is where its method names none."""
    book = current(at).rulebook
    channels = book.matters(book.county.intake.programme).channels
    return next((name for name, one in channels.items() if one.wire == of_wire), next(iter(channels)))


def phone_of(viewer: Viewer, party: Party) -> str:
    """A reporter's number in clear, for the machine that writes to it; empty after an erasure."""
    if not party.phone:
        return ""
    subject = f"{ABOUT}{party.matter_id}"
    try:
        return vault().open(subject, table="casework.party", column="phone", row=str(party.pk), sealed=party.phone)
    except (Shredded, Damaged):
        return ""


def number_of(viewer: Viewer, said: Said) -> str:
    """The sender's number where it is one that an answer can go to."""
    if said.channel != "sms":
        return ""
    try:
        return phone(said.address)
    except Refused:
        return ""


def county_words(viewer: Viewer, at: datetime) -> dict[str, str]:
    """What the county signs its messages with."""
    county = current(at).rulebook.county
    return {"centre": county.centre, "telephone": county.telephone}


def transport_id(viewer: Viewer, said: Said) -> str:
    """The id that an answer by mail names, so that it stands under what it answers."""
    return wire.transport_id(viewer, said.id) if said.channel == "email" else ""


def _asked(viewer: Viewer, said: Said, meant: Meant) -> UUID | None:
    told = wire.answered_to(viewer, said.channel, said.address)
    ids = {UUID(about.removeprefix(ABOUT)): ref for about, ref in told.items() if about.startswith(ABOUT)}
    waiting = Matter.objects.filter(id__in=ids, state="answered", held=False, sealed=False)
    newest = dict(Reply.objects.filter(matter_id__in=ids).order_by("at", "id").values_list("matter_id", "id"))
    if meant.meaning == "no" and meant.code and (back := _back(said, meant.code)):
        return back
    code_of = {str(one): code for one, code in waiting.values_list("id", "code") if newest.get(one) == ids[one]}
    found = rules.one_of([str(one) for one in ids], code_of, meant.code)
    if not found:
        raise Refused("message_no_question" if not code_of else "message_which")
    return UUID(found)


def _back(said: Said, code: str) -> UUID | None:
    """The closed matter of the sender's own number that a “2” names by its code: what was solved is back (R-214)."""
    ended = Matter.objects.filter(code=code, state="closed", held=False, sealed=False)
    own = ended.filter(parties__role="reporter", parties__phone_blind=vault().blind("phone", said.address))
    return own.values_list("id", flat=True).first()


def _thread(viewer: Viewer, said: Said, meant: Meant) -> UUID | None:
    if said.answers is None:
        if meant.meaning in ("yes", "no"):
            raise Refused("message_no_question")
        return None
    about = wire.about_of(viewer, said.answers, said.channel, said.address)
    if not about.startswith(ABOUT):
        raise Refused("message_not_own")
    matter = Matter.objects.filter(id=UUID(about.removeprefix(ABOUT))).first()
    if matter is None:
        raise Refused("message_not_own")
    if meant.meaning in ("yes", "no") and (matter.state != "answered" or matter.held or matter.sealed):
        raise Refused("message_no_question")
    if not meant.words and meant.meaning not in ("yes", "no"):
        raise Refused("message_unclear")
    return matter.id


@dataclass(frozen=True)
class ChannelRow:
    """One way words reach the county (R-239): what last came by it, what of it is open, and its gateway if it has one.

    `last_day` is empty where nothing came for ninety days.

    Counted over the matters the viewer may see; held and sealed ones are in no number.
    """

    name: str
    title: str
    wire: str
    gateway: Gateway | None
    last_day: date | None
    open: int
    overdue: int
    on_air: bool

    @property
    def own(self) -> bool:
        """Whether it is a door of this product."""
        return self.name in OWN_DOORS

    @property
    def by_hand(self) -> bool:
        """Whether a clerk enters what comes by it."""
        return not self.own and (self.gateway is None or not self.gateway.on)


@dataclass(frozen=True)
class Undelivered:
    """A message of the last days that did not reach anybody, with its matter if the viewer may see that."""

    line: Line
    code: str


def channels(viewer: Viewer, at: datetime) -> Sequence[ChannelRow]:
    """Every channel of the county's own method, those with a gateway first. Six queries."""
    book = current(at).rulebook
    page = book.matters(book.county.intake.programme)
    found = {one.channel: one for one in lines.gateways(viewer, at)}
    rows = Matter.objects.visible_to(viewer).filter(OPEN).values("channel")
    late = Count("id", filter=Q(due_at__lt=at))
    counted = {
        name: (many, overdue)
        for name, many, overdue in rows.annotate(open=Count("id"), overdue=late).values_list(
            "channel", "open", "overdue"
        )
    }
    since = (at - LATELY).date()  # what is silent for longer shows as silent
    came = CaseTally.objects.visible_to(viewer).filter(opened_on__gte=since).order_by().values_list("channel")
    last = dict(came.annotate(day=Max("opened_on")))
    made = [
        ChannelRow(
            name=name,
            title=one.title,
            wire=one.wire,
            gateway=found.get(one.wire),
            last_day=last.get(name),
            open=counted.get(name, (0, 0))[0],
            overdue=counted.get(name, (0, 0))[1],
            on_air=one.on_air,
        )
        for name, one in page.channels.items()
    ]
    return sorted(made, key=lambda one: (one.gateway is None, not one.own))


def undelivered(viewer: Viewer, at: datetime) -> Sequence[Undelivered]:
    """The messages of the last days that nobody got, of matters the viewer may see. Two queries."""
    missed = wire.undelivered(viewer, at)
    ids = [UUID(about.removeprefix(ABOUT)) for about, _ in missed if about.startswith(ABOUT)]
    codes = dict(Matter.objects.visible_to(viewer).filter(id__in=ids).values_list("id", "code"))
    return [
        Undelivered(line, codes[UUID(about.removeprefix(ABOUT))])
        for about, line in missed
        if about.startswith(ABOUT) and UUID(about.removeprefix(ABOUT)) in codes
    ]


def waiting(viewer: Viewer, at: datetime, *, after: str = "") -> wire.Page | None:
    """What a clerk of the county has to look at; None for whom it does not belong to. It has no place yet."""
    if not reads(viewer, at):
        return None
    return wire.waiting(viewer, after=after)


def one(viewer: Viewer, incoming_id: UUID, at: datetime) -> Said:
    """One thing that came in and that a clerk has, or had, to look at. Raises Missing."""
    said = wire.said(viewer, incoming_id)
    if not reads(viewer, at) or said.state not in ("clerk", "done"):
        raise Missing
    return said


def reads(viewer: Viewer, at: datetime) -> bool:
    """Whether somebody reads what came in and belongs to no place yet: who takes in for the whole county."""
    return viewer.may("matter.open") and viewer.sees(current(at).rulebook.county.code)
