"""The wall of the sealed compartment: whatever is written of a locked matter goes into boxes, whoever writes it.

A room's actions go on as with any matter; before a row of a locked matter reaches the database its words are closed
for the matter's key and its columns are empty (R-187, SG-01). So no step, answer or later invention can forget it.
"""

import json
import secrets
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache, partial
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import models, transaction

from huiyin.casework.events import MatterLocked
from huiyin.casework.models import (
    Attachment,
    CaseTally,
    Keyholder,
    Matter,
    Move,
    OwnNumber,
    Party,
    ReporterShare,
    SealedKey,
    SealedText,
)
from huiyin.casework.queries import compartment as sealed
from huiyin.channels.actions import outbox
from huiyin.core import boxes, files, locking, scanning, search, shredding, wiping
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.files import Examined
from huiyin.core.ids import uuid7
from huiyin.core.kept import before_writing, fresh_salt
from huiyin.core.models import StoredFile
from huiyin.core.rulebook import version
from huiyin.core.vault import Shredded, vault
from huiyin.core.viewer import Viewer
from huiyin.register.queries import people

MORE = {"casework.matter": ("title", "topic")}
"""Short columns that say something of a matter, besides all long texts and JSON."""
MOST_PERSONS, SHARE_BYTES = 8, 1024
"""So many persons of one number at most, and what their list and the key take at most, as JSON."""
LONG = 100
"""Characters from which on a short column may hold words of people; below stand codes."""
OWN = frozenset({"casework.sealedtext", "casework.sealedkey", "casework.reportershare"})
SAID = "said"
"""The part of a file that came with the reporter's words."""
TOLD = frozenset(
    {
        "casework.matter",
        "casework.reply",
        "casework.judgement",
        "casework.party",
        "casework.promise",
        "casework.retention",
        "casework.dismissal",
    }
)
"""Tables whose rows are for whoever reported it as well."""
TOLD_STEPS = frozenset({"open", "ask_more", "more_given", "decline", "withdraw", "reopen"})


@before_writing
def keep_closed(row: models.Model) -> None:
    """Close the words of a row for its matter's key and empty its columns, if the matter is locked."""
    columns = words_of(type(row))
    if not columns or row._meta.label_lower in OWN:
        return
    said = {name: getattr(row, name) for name in columns if getattr(row, name)}
    if not said:
        return
    matter = _matter_of(row)
    if matter is not None and matter.locked:
        close(matter, row._meta.label_lower, str(row.pk), said, told=_is_told(row))
        for name in said:
            setattr(row, name, _column(type(row), name).get_default())


def close(
    matter: Matter, table: str, row: str, said: dict[str, Any], *, told: bool, own: bool = False, least: int = 0
) -> None:
    """Put what a row says into a box for the matter, and into one for whoever reported it; part of an action.

    `own`: what goes with the reporter's erasure; `least` bytes, so that a size tells nothing.
    """
    data = json.dumps(said, ensure_ascii=False, default=str).ljust(least).encode(errors="surrogatepass")
    about = sealed.about(matter.id, table, row)
    share = ReporterShare.objects.filter(matter=matter).first() if own else None
    if share is not None:
        data = sealed.OWN + boxes.close(share.public, data, about)
    heard = boxes.close(matter.reporter_key, data, about) if told and matter.reporter_key else None
    box = boxes.close(matter.lock_key or b"", data, about)
    SealedText(matter=matter, table=table, row=row, box=box, told=heard).save(force_insert=True)


def begin(matter: Matter, holders: Iterable[Keyholder]) -> bytes:
    """Give a matter its pair of keys, the private one in a box for each holder; returns it, to be forgotten soon."""
    secret = boxes.new_secret()
    matter.lock_key = boxes.public_of(secret)
    for holder in holders:
        wrap(matter, holder, secret)
    return secret


def wrap(matter: Matter, holder: Keyholder, secret: bytes) -> None:
    """Let a holder open a matter from now on; part of an action that holds the matter's private key."""
    box = boxes.close(holder.public, secret, sealed.about(matter.id, "key", str(holder.id)))
    SealedKey(matter=matter, holder=holder, box=box).save(force_insert=True)


def reporter(
    by: Viewer, at: datetime, matter: Matter, row: str, kept: dict[str, Any], *, name: str, phone: str
) -> None:
    """Close who reported a matter: name and number as their own, the rest (`kept`) as any words of it."""
    close(matter, "casework.party", row, kept, told=True)
    said = {"name": name} if name else {}
    said |= {"phone": phone} if phone else {}
    if said:
        close(matter, "casework.party", row, said, told=True, own=True)


def share(by: Viewer, at: datetime, matter: Matter, *, name: str, phone: str) -> None:
    """Give a matter that is being locked the key of what is its reporter's own, under the keys of whom they are.

    Who they are stands inside the box only. Who has the number today and the name, where one was given, is the person;
    of several, each: whoever of them is erased takes it along, as with any matter (`erasing`).
    """
    secret = data = boxes.new_secret()
    ReporterShare(matter=matter, public=boxes.public_of(secret)).save(force_insert=True)
    known = people.by_phone(Viewer.system("compartment"), phone, at) if phone else ()
    persons = [str(one.person_id) for one in known if not name or one.name == name][:MOST_PERSONS]
    for person in persons:
        data = vault().seal_bytes(
            f"person:{person}", table=sealed.SHARE, column="secret", row=str(matter.id), data=data
        )
    said = {"persons": persons, "secret": data.hex()}
    close(matter, sealed.SHARE, str(matter.id), said, told=True, least=SHARE_BYTES)


@action
def shut(*, by: Viewer, at: datetime, matter: Matter, holders: Iterable[Keyholder]) -> bytes:
    """Lock a matter that was held in clear: every word of it into boxes, every plain copy gone, in one transaction.

    What others were told of it before (older backups, a print) is beyond this. Returns the matter's private key.
    """
    reached = list(holders)
    secret = begin(matter, reached)
    erased = _reporter(by, at, matter)
    _files(by, at, matter, erased=erased)
    outbox.erase(by=by, at=at, about=f"matter:{matter.id}")  # what came in and went out, whose keys the server has
    for model in _models():
        for row in model._base_manager.filter(**{str(_path(model)): matter.pk}):
            _empty(row, matter)
    county = version(matter.rulebook_id).county.code
    said = {"place_code": matter.place_code, "channel": matter.channel, "first_asked_id": matter.first_asked_id}
    close(matter, "casework.matter", str(matter.id), said, told=True)
    matter.place_code, matter.level, matter.channel = county, "county", ""
    matter.first_asked_id, matter.external_id = None, None
    matter.salt = fresh_salt()
    matter.version += 1
    matter.save()
    wiping.owe(at, "matter", matter.id)
    search.forget("matter", matter.id)
    CaseTally.objects.filter(matter=matter).delete()
    for own in OwnNumber.objects.filter(matter=matter):
        own.delete()  # it would tell of a reporter that they serve the county
    locking.locked(by, at, matter.id)
    # What was sealed under the matter's own key is unreadable from the moment nothing can bring the rows back.
    shredding.owe(at, f"matter:{matter.id}")
    record(MatterLocked(subject=str(matter.id), holders=len(reached)), by=by, at=at)
    return secret


def keep_file(*, by: Viewer, at: datetime, matter: Matter, given: Examined, own: bool) -> StoredFile:
    """Keep a file of a locked matter: a key of its own, which stands in a box with its name and its type.

    `own`: the reporter gave it; its key goes with their erasure.
    """
    identity, key, nonce = uuid7(), AESGCM.generate_key(256), secrets.token_bytes(boxes.NONCE_BYTES)
    content = nonce + AESGCM(key).encrypt(nonce, given.data, str(identity).encode())
    subject = f"{files.CLOSED}{matter.id}"
    row = files.keep_closed(by=by, at=at, identity=identity, subject=subject, content=content, seen=given.seen)
    said = {"name": given.name, "kind": given.kind, "size": len(given.data), "key": key.hex()}
    close(matter, sealed.FILE, str(identity), said, told=True, own=own)
    return row


def _reporter(by: Viewer, at: datetime, matter: Matter) -> bool:
    """Who said it, out of the vault, whose keys lie beside the database, into the compartment.

    True where they were erased meanwhile and it was kept for the end of the matter only: it does not go there.
    """
    parties = list(matter.parties.order_by("id"))
    first = next((one for one in parties if one.role == "reporter"), None)
    who = {party.id: _who(party) for party in parties}
    name, phone = who[first.id] if first else ("", "")
    share(by, at, matter, name=name, phone=phone)
    erased = any(party.erase_at_end for party in parties)
    for party in parties:
        kept = {"role": party.role, "disclosure": party.disclosure, "accompaniment": party.accompaniment}
        name, phone = ("", "") if erased else who[party.id]
        reporter(by, at, matter, str(party.id), kept, name=name, phone=phone)
        party.delete()
    return erased


def _who(party: Party) -> tuple[str, str]:
    """A party's name and number in clear; empty where none was given, or it is gone."""
    name, phone = (_opened(party, column, getattr(party, column)) for column in ("name", "phone"))
    return name, phone


def _opened(party: Party, column: str, kept: bytes | None) -> str:
    if not kept:
        return ""
    subject = f"matter:{party.matter_id}"
    try:
        return vault().open(subject, table="casework.party", column=column, row=str(party.id), sealed=kept)
    except Shredded:
        return ""


def _files(by: Viewer, at: datetime, matter: Matter, *, erased: bool) -> None:
    """Each file under a key of its own; the bytes as they lay go once nothing can bring their row back.

    What an erased reporter gave with their words is not kept at all.
    """
    rows = list(Attachment.objects.filter(matter=matter).select_related("file"))
    unseen = scanning.unseen([row.file for row in rows])
    for row in rows:
        old, identity = row.file, row.file.id
        if erased and row.part == SAID:
            row.delete()
            old.delete()
            transaction.on_commit(partial(files.discard, identity))
            continue
        try:
            given = files.kept(old, unseen)
        except Shredded:
            continue
        row.file = keep_file(by=by, at=at, matter=matter, given=given, own=row.part == SAID)
        row.save()
        old.delete()
        transaction.on_commit(partial(files.discard, identity))


def _empty(row: models.Model, matter: Matter) -> None:
    """Write a row anew: its words go into boxes on the way; its salt too, so that nobody guesses at what it was."""
    setattr(row, "salt", fresh_salt())  # noqa: B010 - the attribute is Kept's, the argument any model
    columns = words_of(type(row))
    if isinstance(row, Move):
        row.matter = matter
        row.save(update_fields=[*columns, "salt"])  # moves only grow; their words may be emptied, nothing else
    else:
        row.save()


@lru_cache(maxsize=256)
def words_of(model: type[models.Model]) -> tuple[str, ...]:
    """The columns of a table that may hold words about a matter; none where its rows belong to none."""
    if _path(model) is None:
        return ()
    found = [field.attname for field in model._meta.concrete_fields if _is_prose(field)]
    return (*found, *(name for name in MORE.get(model._meta.label_lower, ()) if name not in found))


def _is_prose(field: "models.Field[Any, Any]") -> bool:
    if isinstance(field, models.TextField | models.JSONField):
        return True
    return isinstance(field, models.CharField) and (field.max_length or LONG) >= LONG


@lru_cache(maxsize=256)
def _path(model: type[models.Model]) -> str | None:
    """How a row leads to its matter: `pk`, `matter`, `reply__matter` …; None where it does not."""
    if model is Matter:
        return "pk"
    near = [field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)]
    for field in near:
        if field.related_model is Matter:
            return field.name
    for field in near:
        further = [one for one in field.related_model._meta.concrete_fields if isinstance(one, models.ForeignKey)]
        for one in further:
            if one.related_model is Matter:
                return f"{field.name}__{one.name}"
    return None


def _column(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    return next(field for field in model._meta.concrete_fields if field.attname == name)


def _models() -> list[type[models.Model]]:
    """Every table whose rows say something of a matter, but matters themselves and the compartment's own."""
    from django.apps import apps

    apart = {Matter, Party, SealedKey, SealedText}
    return [one for one in apps.get_models() if one not in apart and words_of(one)]


def _matter_of(row: models.Model) -> Matter | None:
    if isinstance(row, Matter):
        return row
    found: Any = row
    for step in (_path(type(row)) or "").split("__"):
        found = getattr(found, step) if found is not None else None
    return found if isinstance(found, Matter) else None


def _is_told(row: models.Model) -> bool:
    if isinstance(row, Move):
        return row.step in TOLD_STEPS or row.by_name == Viewer.resident().name
    return row._meta.label_lower in TOLD
