"""What went out and came in about something, and what a person still has to look at. Addresses are always masked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, CharField, Count, IntegerField, QuerySet, UUIDField, Value

from huiyin.channels.models import BLIND, INCOMING, MESSAGE, Incoming, Message, Stopped
from huiyin.channels.rules.pace import SERVICE
from huiyin.core import files, scanning
from huiyin.core.files import Examined
from huiyin.core.models import StoredFile
from huiyin.core.text import mask_phone
from huiyin.core.vault import Damaged, Shredded, vault
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing

PAGE = 25
LATELY = timedelta(days=7)
MESSAGES_MOST = 40


@dataclass(frozen=True)
class Line:
    """A message in a timeline: `out` or in, what for, how far it got, to whom (masked)."""

    id: UUID
    at: datetime
    out: bool
    channel: str
    purpose: str
    state: str
    ended_at: datetime | None
    masked: str
    doubts: int


@dataclass(frozen=True)
class Said:
    """Something that came in, in clear, for whoever decides what becomes of it."""

    id: UUID
    channel: str
    address: str
    masked: str
    title: str
    body: str
    answers: UUID | None
    at: datetime
    state: str
    why: str
    about: str
    left_out: int
    files: int


@dataclass(frozen=True)
class Page:
    """A page of what waits for a person, oldest first, and where the next one begins."""

    rows: Sequence[Said]
    after: str
    count: int


Row = tuple[str, UUID, datetime, None, str, str, str, None, None, int, str, datetime | None, bytes | None]


def told_about(viewer: Viewer, subject: str) -> QuerySet[Any, Any]:
    """What went out about something, as rows that stand in one question with others of the same thirteen columns.

    Kind ("out" or "in"), id, when, nothing, channel, state, purpose, nothing, nothing, doubts, "", ended, address.
    """
    rows = Message.objects.filter(about=subject).order_by()
    kind, none = Value("out"), Value(None, output_field=UUIDField())
    nothing, empty = Value(None, output_field=BooleanField()), Value("", output_field=CharField())
    return rows.values_list(
        *(kind, "id", "made_at", none, "channel", "state", "purpose", nothing, nothing, "doubts", empty),
        *("ended_at", "address"),
    )


def heard_about(viewer: Viewer, subject: str) -> QuerySet[Any, Any]:
    """The same of what came in."""
    rows = Incoming.objects.filter(about=subject).order_by()
    kind, none = Value("in"), Value(None, output_field=UUIDField())
    nothing, empty = Value(None, output_field=BooleanField()), Value("", output_field=CharField())
    zero = Value(0, output_field=IntegerField())
    return rows.values_list(
        *(kind, "id", "at", none, "channel", "state", empty, nothing, nothing, zero, empty),
        *("ended_at", "address"),
    )


def line(viewer: Viewer, row: Row) -> Line:
    """Such a row as a line of a timeline, its address masked."""
    kind, identity, at, _, channel, state, purpose, _, _, doubts, _, ended_at, sealed = row
    out = kind == "out"
    masked = _mask(_clear(MESSAGE if out else INCOMING, identity, sealed, "address"))
    return Line(identity, at, out, channel, purpose, state, ended_at, masked, doubts)


def undelivered(viewer: Viewer, at: datetime) -> Sequence[tuple[str, Line]]:
    """Messages of the last seven days that nobody got, newest first, each with what it is about.

    Not what nobody asked for: of a round that is thousands, and they stand with what they tell of.
    """
    lately = Message.objects.filter(channel__in=BLIND, made_at__gte=at - LATELY).exclude(purpose=SERVICE)
    rows = lately.filter(state__in=("failed", "parked", "stopped"))
    return [(row.about, _line(row)) for row in rows.order_by("-made_at", "-id")[:MESSAGES_MOST]]


def waiting(viewer: Viewer, *, after: str = "") -> Page:
    """What a person has to look at. The door has checked that the viewer may."""
    rows = Incoming.objects.filter(state="clerk").order_by("id")
    if after:
        try:
            rows = rows.filter(id__gt=UUID(after))
        except ValueError as problem:
            raise Missing from problem
    found = list(rows[: PAGE + 1])
    more = str(found[PAGE - 1].id) if len(found) > PAGE else ""
    return Page([_said(row) for row in found[:PAGE]], more, Incoming.objects.filter(state="clerk").count())


def said(viewer: Viewer, incoming_id: UUID) -> Said:
    """One thing that came in, in clear. Raises Missing."""
    row = Incoming.objects.filter(id=incoming_id).first()
    if row is None:
        raise Missing
    return _said(row)


def given(viewer: Viewer, incoming_id: UUID) -> Sequence[Examined]:
    """The files that came with it, in clear."""
    rows = StoredFile.objects.filter(subject=f"incoming:{incoming_id}").order_by("id")
    unseen = scanning.unseen(rows)
    return [files.kept(row, unseen) for row in rows]


def address_of(viewer: Viewer, subject: str, channel: str) -> tuple[str, str]:
    """From where somebody wrote first about something, and the transport's id of it; empty where nobody did."""
    row = (
        Incoming.objects.filter(about=subject, channel=channel, address__isnull=False, state__in=("matter", "done"))
        .order_by("at", "id")
        .first()
    )
    return (_open(row, "address"), row.transport_id) if row else ("", "")


def transport_id(viewer: Viewer, incoming_id: UUID) -> str:
    """The transport's own id of something that came in."""
    return Incoming.objects.filter(id=incoming_id).values_list("transport_id", flat=True).first() or ""


def answered_to(viewer: Viewer, channel: str, address: str) -> dict[str, UUID]:
    """What was answered to an address: about what, and the newest answer it was told, as `about` → row."""
    blind = vault().blind(BLIND[channel], address)
    rows = Message.objects.filter(address_blind=blind, channel=channel, purpose="answer", ref__isnull=False)
    told = rows.filter(state__in=("sent", "delivered")).order_by("made_at", "id")
    return {subject: ref for subject, ref in told.values_list("about", "ref") if ref is not None}


def stopped(viewer: Viewer, channel: str, addresses: Collection[str]) -> dict[str, datetime]:
    """Those of some numbers or mailboxes that asked for no more notices, and when; one question."""
    blinds = {vault().blind(BLIND[channel], one): one for one in addresses}
    rows = Stopped.objects.filter(channel=channel, address_blind__in=blinds, until__isnull=True) if blinds else ()
    return {blinds[bytes(row.address_blind)]: row.since for row in rows}


def sent_since(
    viewer: Viewer, channel: str, purpose: str, addresses: Collection[str], since: datetime
) -> dict[str, int]:
    """How many messages of a purpose went, or wait to go, to each of some numbers or mailboxes; one question."""
    blinds = {vault().blind(BLIND[channel], one): one for one in addresses}
    if not blinds:
        return {}
    rows = Message.objects.filter(address_blind__in=blinds, channel=channel, purpose=purpose, made_at__gt=since)
    counted = (
        rows.exclude(state__in=("stopped", "failed")).values_list("address_blind").annotate(Count("id")).order_by()
    )
    return {blinds[bytes(blind)]: number for blind, number in counted if blind is not None}


def about_of(viewer: Viewer, message_id: UUID, channel: str, address: str) -> str:
    """What a message of ours was about, if it went to this address; empty otherwise."""
    blind = vault().blind(BLIND[channel], address)
    found = Message.objects.filter(id=message_id, address_blind=blind).values_list("about", flat=True).first()
    return found or ""


def _line(row: Message) -> Line:
    masked = _masked(row)
    return Line(row.id, row.made_at, True, row.channel, row.purpose, row.state, row.ended_at, masked, row.doubts)


def _said(row: Incoming) -> Said:
    return Said(
        id=row.id,
        channel=row.channel,
        address=_open(row, "address"),
        masked=_masked(row),
        title=_open(row, "title"),
        body=_open(row, "body"),
        answers=row.answers,
        at=row.at,
        state=row.state,
        why=row.why,
        about=row.about,
        left_out=row.left_out,
        files=row.files,
    )


def _masked(row: Message | Incoming) -> str:
    return _mask(_open(row, "address"))


def _mask(address: str) -> str:
    """The ends of a number, the first letter and the server of a mailbox."""
    if "@" in address:
        name, _, server = address.rpartition("@")
        return f"{name[:1]}…@{server}"
    return mask_phone(address) if address else ""


def _open(row: Message | Incoming, column: str) -> str:
    return _clear(MESSAGE if isinstance(row, Message) else INCOMING, row.pk, getattr(row, column), column)


def _clear(table: str, identity: UUID, sealed: bytes | None, column: str) -> str:
    """In clear; empty where there is none or it was erased."""
    if not sealed:
        return ""
    subject = f"{table.rpartition('.')[2]}:{identity}"
    try:
        return vault().open(subject, table=table, column=column, row=str(identity), sealed=sealed)
    except (Shredded, Damaged):
        return ""
