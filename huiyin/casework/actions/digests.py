"""A digest in the morning, by message, for staff who want one: counts and codes, no words and nobody's name (SG-01)."""

from datetime import datetime
from uuid import UUID

from huiyin.casework.actions import books
from huiyin.casework.events import DigestChosen, DigestSent
from huiyin.casework.models import Digest
from huiyin.casework.models.nudges import TABLE
from huiyin.casework.queries import nudges
from huiyin.casework.queries.messages import county_words
from huiyin.casework.rules import codes
from huiyin.casework.rules.bell import said
from huiyin.channels.actions import outbox
from huiyin.channels.queries import lines
from huiyin.channels.rules import mail
from huiyin.core import text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.models import Account
from huiyin.core.rulebook import current
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from huiyin.programme.words import phrase
from huiyin.register.actions import account_notices
from huiyin.register.queries.staff import viewer_for

HOUR = 8
UNTIL = 20
"""The county's hours between which a digest goes out; one that a worker missed the whole day is not sent at night."""


@action
def choose(*, by: Viewer, at: datetime, channel: str, address: str = "") -> None:
    """Whether and where the viewer is told each working day at eight; an empty channel for nowhere.

    Raises Refused: sign_in, digest_channel_off, phone_*, email_unreadable.
    """
    if by.account_id is None or by.person_id is None:
        raise Refused("sign_in")
    if channel and not lines.is_on(by, channel):
        raise Refused("digest_channel_off", field="channel")
    clean = _address(channel, address)
    row = Digest.objects.select_for_update(of=("self",)).filter(account_id=by.account_id).first()
    row = row or Digest(account_id=by.account_id, person_id=by.person_id)
    row.person_id, row.channel, row.chosen_at = by.person_id, channel, at
    subject = f"person:{by.person_id}"
    row.address = vault().seal(subject, table=TABLE, column="address", row=str(row.id), text=clean) if channel else None
    row.save()
    record(DigestChosen(subject=str(row.id), channel=channel), by=by, at=at)


@action
def warn(*, by: Viewer, at: datetime, account_id: int, kind: str, who: UUID | None) -> None:
    """Tell an account's owner what others did with it, where their digest goes."""
    row = Digest.objects.filter(account_id=account_id).exclude(channel="").first()
    address = nudges.address_of(row) if row else ""
    if row and address:
        wires = [(row.channel, address)]
        account_notices.tell_more(by=by, at=at, account_id=account_id, kind=kind, who=who, wires=wires)


def send_due(*, by: Viewer, at: datetime) -> int:
    """Send the digests of this morning that have not gone yet; none on days that are not worked. Returns how many."""
    local = at.astimezone(current(at).rulebook.county.tz)
    day = local.date()
    if not HOUR <= local.hour < UNTIL or not books.days().works(day):
        return 0
    waiting = Digest.objects.exclude(channel="").exclude(last_day__gte=day)
    return sum(_send(by=by, at=at, digest_id=one) for one in list(waiting.values_list("id", flat=True)))


@action
def _send(*, by: Viewer, at: datetime, digest_id: UUID) -> int:
    """One person's digest, in the transaction that marks the day: whoever waited for the row finds it done."""
    row = Digest.objects.select_for_update(of=("self",)).get(id=digest_id)
    day = at.astimezone(current(at).rulebook.county.tz).date()
    if not row.channel or (row.last_day is not None and row.last_day >= day):
        return 0
    row.last_day = day
    row.save()
    sent = _told(by, at, row, f"digest:{row.id}:{day}")
    record(DigestSent(subject=str(row.id), sent=sent), by=by, at=at)
    return int(sent)


def _told(by: Viewer, at: datetime, row: Digest, key: str) -> bool:
    """Write the message down; False where nothing waits, nobody serves any more or the gateway is off."""
    account = Account.objects.filter(pk=row.account_id, person_id=row.person_id, is_active=True).first()
    address = nudges.address_of(row)
    if account is None or not address or not lines.is_on(by, row.channel):
        return False
    found = nudges.morning(viewer_for(account, at), at)
    if not (found.todo or found.unread):
        return False
    late = phrase("messages", "digest_codes", codes="、".join(map(codes.spoken, found.codes))) if found.codes else ""
    values: dict[str, str | int] = {
        **county_words(by, at),
        "todo": found.todo,
        "due_today": found.due_today,
        "late": found.late,
        "unread": said(found.unread),
        "codes": late,
    }
    return outbox.send(
        by=by,
        at=at,
        channel=row.channel,
        purpose="digest",
        about=f"digest:{row.id}",
        key=key,
        address=address,
        title=phrase("messages", "title_digest", "zh-Hans", **values),
        body=phrase("messages", "digest", "zh-Hans", **values),
    )


def _address(channel: str, typed: str) -> str:
    if channel == "sms":
        return text.phone(typed, field="address")
    if channel == "email":
        found = mail.address(typed)
        if not found:
            raise Refused("email_unreadable", field="address")
        return found
    return ""
