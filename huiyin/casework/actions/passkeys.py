"""Passkeys that open somebody's keys of the sealed compartment besides their passphrase (R-187).

A passkey locks the private key itself once more, so that another passphrase changes nothing about it, and a new pair of
keys has none. Whatever is answered is for a challenge that is asked for first and used up before the answer is judged.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from huiyin.casework.events.passkeys import PasskeyAdded, PasskeyRemoved, PasskeyUsed
from huiyin.casework.models import Challenge, Keyholder, Passkey
from huiyin.casework.queries import compartment as sealed
from huiyin.casework.queries.passkeys import has_room, own_holder
from huiyin.core import boxes, passkeys, text
from huiyin.core.actions import action
from huiyin.core.boxes import Unopened
from huiyin.core.events import record
from huiyin.core.passkeys import Copied, Known, Site, Unproved
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused

LASTS = timedelta(minutes=3)
"""So long somebody may take to find their passkey."""
ADD, OPEN = "add", "open"
NAME_MOST = 40


@dataclass(frozen=True)
class Taken:
    """A challenge that is used up: what for, where, and what a new passkey was asked."""

    purpose: str
    site: Site
    nonce: bytes
    asked: bytes


@action
def ask_to_add(*, by: Viewer, at: datetime, session: bytes, site: Site, called: str, name: str) -> Mapping[str, Any]:
    """What the browser needs to make a passkey and to try it, as JSON. `called` is the account, `name` the passkey's.

    Raises Refused: keys_missing, passkeys_full, passkey_name_missing, text_too_long.
    """
    holder = has_room(by)
    _name(name)
    one = _challenge(holder, at, ADD, session, passkeys.fresh())
    has = [bytes(row) for row in holder.passkeys.values_list("credential", flat=True)]
    return passkeys.to_make(site, bytes(one.nonce), bytes(one.asked), user=holder.id.bytes, name=called, has=has)


@action
def ask_to_open(*, by: Viewer, at: datetime, session: bytes, site: Site) -> Mapping[str, Any]:
    """What the browser needs to use one of the viewer's own, as JSON. Raises Refused: keys_missing, passkey_none."""
    holder = own_holder(by)
    rows = holder.passkeys.filter(domain=site.domain).order_by("id").values_list("credential", "asked")
    known = [(bytes(credential), bytes(asked)) for credential, asked in rows]
    if not known:
        raise Refused("passkey_none")
    one = _challenge(holder, at, OPEN, session, b"")
    return passkeys.to_show(site, bytes(one.nonce), known)


@action
def take(
    *, by: Viewer, at: datetime, purpose: str, session: bytes, site: Site, answer: str, name: str | None = None
) -> Taken:
    """Use up the challenge that an answer is for, whatever becomes of the answer: by one statement, so that of two at
    once one has it. With the `name` of a new passkey what would not be added uses nothing up.

    Raises Refused: keys_missing, passkey_unanswered, passkey_wrong, passkey_late; passkeys_full, passkey_name_missing,
    text_too_long.
    """
    holder = own_holder(by)
    if name is not None:
        has_room(by)
        _name(name)
    if not answer:
        raise Refused("passkey_unanswered")
    try:
        nonce = passkeys.nonce_of(answer)
    except Unproved as problem:
        raise Refused("passkey_wrong") from problem
    found = Challenge.objects.filter(nonce=nonce, holder=holder, purpose=purpose, session=session, expires_at__gt=at)
    one = found.first()
    if one is None or found.delete()[0] != 1:
        raise Refused("passkey_late")
    return Taken(purpose, site, bytes(one.nonce), bytes(one.asked))


@action
def add(
    *, by: Viewer, at: datetime, taken: Taken, name: str, made: str, shown: str, output: bytes, secret: bytes | None
) -> Passkey:
    """Let a passkey that was just made (`made`) and tried (`shown`, `output`) open the keys that are open (`secret`).

    Raises Refused: keys_missing, sealed_not_open, passkeys_full, passkey_name_missing, text_too_long,
    passkey_without_prf, passkey_wrong, passkey_known.
    """
    holder = has_room(by)
    if secret is None or taken.purpose != ADD or boxes.public_of(secret) != bytes(holder.public):
        raise Refused("sealed_not_open")
    named = _name(name)
    if len(output) != passkeys.OUTPUT_BYTES:
        raise Refused("passkey_without_prf")
    try:
        new = passkeys.made(taken.site, taken.nonce, made, taken.asked)
        _, counter = passkeys.shown(taken.site, taken.nonce, shown, [new])
    except Unproved as problem:
        raise Refused("passkey_wrong") from problem
    if Passkey.objects.filter(credential=new.credential).exists():
        raise Refused("passkey_known")
    row = Passkey(holder=holder, name=named, domain=taken.site.domain, added_at=at, counter=counter)
    row.credential, row.public, row.asked = new.credential, new.public, taken.asked
    row.locked = boxes.lock_for(secret, output, _about(row))
    row.save(force_insert=True)
    record(PasskeyAdded(subject=str(row.id)), by=by, at=at)
    return row


@action
def open_own(*, by: Viewer, at: datetime, taken: Taken, shown: str, output: bytes) -> bytes:
    """The viewer's own private key, as by their passphrase (`queries.compartment.unlock`), by a passkey of theirs.

    Raises Refused: keys_missing, passkey_late, passkey_wrong, passkey_copied.
    """
    if taken.purpose != OPEN:
        raise Refused("passkey_late")
    rows = {bytes(row.credential): row for row in own_holder(by).passkeys.filter(domain=taken.site.domain)}
    known = [Known(id, bytes(row.public), row.counter, bytes(row.asked)) for id, row in rows.items()]
    try:
        used, counter = passkeys.shown(taken.site, taken.nonce, shown, known)
        row = rows[used.credential]
        secret = boxes.unlock_by(row.locked, output, _about(row))
    except Copied as problem:
        raise Refused("passkey_copied") from problem
    except (Unproved, Unopened) as problem:
        raise Refused("passkey_wrong") from problem
    row.counter, row.used_at = counter, at
    row.save()
    record(PasskeyUsed(subject=str(row.id)), by=by, at=at)
    return secret


@action
def remove(*, by: Viewer, at: datetime, passkey_id: UUID, passphrase: str) -> None:
    """Take a passkey of one's own away: what it locked is gone with it. Raises Missing; Refused: keys_missing,
    passphrase_wrong.
    """
    sealed.unlock(by, passphrase)
    row = own_holder(by).passkeys.filter(id=passkey_id).first()
    if row is None:
        raise Missing
    row.delete()
    record(PasskeyRemoved(subject=str(passkey_id)), by=by, at=at)


def _challenge(holder: Keyholder, at: datetime, purpose: str, session: bytes, asked: bytes) -> Challenge:
    """A new one; what the session was asked before for the same purpose is no longer waited for."""
    Challenge.objects.filter(Q(expires_at__lte=at) | Q(holder=holder, purpose=purpose, session=session)).delete()
    common: dict[str, Any] = {"holder": holder, "purpose": purpose, "session": session, "asked": asked}
    return Challenge.objects.create(nonce=passkeys.fresh(), expires_at=at + LASTS, **common)


def _name(name: str) -> str:
    """As it is kept. Raises Refused: passkey_name_missing, text_too_long."""
    kept = text.line(text.visible(name), most=NAME_MOST, field="name")
    if not kept:
        raise Refused("passkey_name_missing", field="name")
    return kept


def _about(row: Passkey) -> str:
    """What a lock is for: product, official and passkey, so that it opens for no other and in no other row."""
    return f"huiyin-passkey-1\n{row.holder.person_id}\n{row.id}\n{bytes(row.credential).hex()}"
