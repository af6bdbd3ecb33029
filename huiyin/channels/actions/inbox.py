"""What comes in: taken in once by the transport's own id, sealed, and told to whoever knows what to do with it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import F

from huiyin.channels.events import MessageReceived, MessageSettled, NoticesStopped
from huiyin.channels.models import BLIND, INCOMING, Incoming, Line, Message, Stopped
from huiyin.core import files, shredding
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.files import Examined
from huiyin.core.kept import fresh_salt
from huiyin.core.models import StoredFile
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused

TWIN = timedelta(minutes=10)
"""The same words again from the same number within this time are the same message, delivered again by its network."""


@action
def receive(
    *,
    by: Viewer,
    at: datetime,
    channel: str,
    transport_id: str,
    address: str,
    body: str,
    title: str = "",
    answers: str = "",
    automatic: bool = False,
    given: Sequence[Examined] = (),
    left_out: int = 0,
    why: str = "",
    cursor: str = "",
) -> bool:
    """Take something in, once; False where it was there before, which is counted.

    `answers` is the id of the message of ours that it answers. `why` sends it to a person at once. `cursor` is how far
    a mailbox is read, kept in the same transaction.
    """
    line, _ = Line.objects.get_or_create(channel=channel)
    Line.objects.filter(channel=channel).update(last_in_at=at, inbox_down_since=None, cursor=cursor or line.cursor)
    transport_id = transport_id[:300]
    if Incoming.objects.filter(channel=channel, transport_id=transport_id).exists():
        Line.objects.filter(channel=channel).update(again=F("again") + 1)
        return False
    keys = vault()
    identity = keys.fresh("incoming")
    blind = keys.blind(BLIND[channel], address) if address else None
    row = Incoming(
        id=identity,
        channel=channel,
        transport_id=transport_id,
        address_blind=blind,
        answers=_ours(channel, answers),
        at=at,
        files=len(given),
        left_out=left_out,
        why=why,
    )
    row.state = "automatic" if automatic else "twin" if _twin(row, body) else "clerk" if why else "new"
    for column, text in (("address", address), ("title", title), ("body", body)):
        if text:
            setattr(row, column, _sealed(row, column, text))
    row.save(force_insert=True)
    for one in given if row.state in ("new", "clerk") else ():
        files.keep(by=by, at=at, subject=f"incoming:{identity}", examined=one)
    record(MessageReceived(subject=str(identity), channel=channel), by=by, at=at)
    return True


@action
def looked(*, by: Viewer, at: datetime, channel: str, cursor: str = "", down: bool = False) -> None:
    """A mailbox was looked into and had nothing new, or did not answer."""
    line, _ = Line.objects.get_or_create(channel=channel)
    line.inbox_down_since = (line.inbox_down_since or at) if down else None
    line.cursor = cursor or line.cursor
    line.save()


@action
def settle(
    *,
    by: Viewer,
    at: datetime,
    incoming_id: UUID,
    state: str,
    about: str = "",
    why: str = "",
    note: str = "",
    forget: bool = False,
) -> None:
    """Say what became of something that came in. Its files go from here, unless a person still has to look.

    With `forget` its words and whom it came from go with their key: nobody needs them any more.

    Raises Missing; Refused("already_done") where that was said before.
    """
    row = Incoming.objects.select_for_update(of=("self",)).filter(id=incoming_id).first()
    if row is None:
        raise Missing
    if row.state not in ("new", "clerk"):
        raise Refused("already_done")
    row.state, row.why, row.about = state, why or row.why, about or row.about
    if state != "clerk":
        row.ended_at, row.by_id = at, by.person_id
        _drop_files(row)
    if note:
        row.note = _sealed(row, "note", note)
    if forget:
        row.address = row.address_blind = row.title = row.body = row.note = None
        row.salt = fresh_salt()
        shredding.owe(at, f"incoming:{row.id}")
    row.save()
    record(MessageSettled(subject=str(row.id), state=state, why=why), by=by, at=at)


@action
def stop(*, by: Viewer, at: datetime, channel: str, address: str, stopped: bool) -> None:
    """A number or mailbox asks for no more notices, or for notices again. Kept as a blind index only."""
    blind = vault().blind(BLIND[channel], address)
    row = (
        Stopped.objects.select_for_update(of=("self",))
        .filter(channel=channel, address_blind=blind, until__isnull=True)
        .first()
    )
    if stopped == (row is not None):
        return
    if row is None:
        row = Stopped(channel=channel, address_blind=blind, since=at)
    else:
        row.until = at
    row.save()
    record(NoticesStopped(subject=str(row.id), channel=channel, stopped=stopped), by=by, at=at)


def _ours(channel: str, answers: str) -> UUID | None:
    """The message of ours that is answered, if there is one."""
    if not answers:
        return None
    return Message.objects.filter(id=UUID(answers), channel=channel).values_list("id", flat=True).first()


def _twin(row: Incoming, body: str) -> bool:
    """Whether this number's last words, minutes ago, were the same. Mails have ids of their own."""
    if row.channel != "sms" or row.address_blind is None:
        return False
    last = Incoming.objects.filter(address_blind=row.address_blind, at__gt=row.at - TWIN).order_by("-at", "-id").first()
    return last is not None and last.body is not None and _opened(last, "body") == body


def _sealed(row: Incoming, column: str, text: str) -> bytes:
    return vault().seal(f"incoming:{row.id}", table=INCOMING, column=column, row=str(row.id), text=text)


def _opened(row: Incoming, column: str) -> str:
    sealed = getattr(row, column)
    return vault().open(f"incoming:{row.id}", table=INCOMING, column=column, row=str(row.id), sealed=sealed)


def _drop_files(row: Incoming) -> None:
    """What was attached lies with the matter now, or nowhere."""
    for kept in StoredFile.objects.filter(subject=f"incoming:{row.id}"):
        identity = kept.id
        kept.delete()
        transaction.on_commit(partial(files.discard, identity))
