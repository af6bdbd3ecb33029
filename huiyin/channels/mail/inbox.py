"""E-mail in by IMAP: what is new in one folder since it was last read. Nothing in it is changed, moved or deleted.

The first time it only notes where the folder ends: what lies there already was somebody else's work.
"""

import imaplib
import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings

from huiyin.channels.mail.transport import account, is_here
from huiyin.channels.port import Down, outside

SECONDS = 10.0
A_ROUND = 20
MEGABYTE = 1024 * 1024
LARGEST = 30 * MEGABYTE


@dataclass(frozen=True)
class Fetched:
    """A mail as bytes, or only that there is one too large to take in (`raw` is its head then); `cursor` after it."""

    raw: bytes
    whole: bool
    cursor: str


def is_on() -> bool:
    """Whether a mailbox is set up."""
    return bool(settings.HUIYIN_MAIL_IMAP)


def fetch(cursor: str, since: datetime | None) -> Iterator[Fetched]:
    """Up to twenty mails after `cursor` ("validity:uid"), oldest first; an empty one yields only where to begin.

    `since` is from when to look again where the server has renumbered its mails. Raises Down.
    """
    outside()
    parts = urlsplit(settings.HUIYIN_MAIL_IMAP)
    try:
        box = _connected()
        try:
            yield from _new(box, unquote(parts.path.strip("/")) or "INBOX", cursor, since)
        finally:
            box.shutdown()
    except (OSError, imaplib.IMAP4.error) as problem:
        raise Down(type(problem).__name__) from problem


def _connected() -> imaplib.IMAP4:
    parts = urlsplit(settings.HUIYIN_MAIL_IMAP)
    if parts.scheme == "imaps":
        box: imaplib.IMAP4 = imaplib.IMAP4_SSL(parts.hostname or "", parts.port or 993, timeout=SECONDS)
    else:
        box = imaplib.IMAP4(parts.hostname or "", parts.port or 143, timeout=SECONDS)
        if not is_here(parts):
            box.starttls(ssl.create_default_context())
    box.login(*account(parts))
    return box


def _new(box: imaplib.IMAP4, folder: str, cursor: str, since: datetime | None) -> Iterator[Fetched]:
    _done(box.select(f'"{folder}"', readonly=True))
    validity = _validity(box)
    known, _, last = cursor.partition(":")
    if not cursor:
        yield Fetched(b"", whole=False, cursor=f"{validity}:{max(_uids(box, 'ALL'), default=0)}")
        return
    if known == validity:
        found = [uid for uid in _uids(box, "UID", f"{int(last) + 1}:*") if uid > int(last)]
    else:
        found = _uids(box, "SINCE", _day(since)) if since else _uids(box, "ALL")
    for uid in found[:A_ROUND]:
        raw, whole = _mail(box, uid)
        yield Fetched(raw, whole, f"{validity}:{uid}")


def _day(moment: datetime) -> str:
    return imaplib.Time2Internaldate(moment).strip('" ').split(" ")[0]


def _validity(box: imaplib.IMAP4) -> str:
    _, found = box.response("UIDVALIDITY")
    return found[0].decode() if found and isinstance(found[0], bytes) else "0"


def _uids(box: imaplib.IMAP4, *criteria: str) -> list[int]:
    found = _done(box.uid("SEARCH", *criteria))
    return sorted(int(one) for line in found if isinstance(line, bytes) for one in line.split())


def _mail(box: imaplib.IMAP4, uid: int) -> tuple[bytes, bool]:
    """The mail, or its headers where it is too large."""
    sized = b" ".join(line for line in _done(box.uid("FETCH", str(uid), "(RFC822.SIZE)")) if isinstance(line, bytes))
    size = re.search(rb"RFC822\.SIZE (\d+)", sized)
    whole = size is not None and int(size.group(1)) <= LARGEST
    found = _done(box.uid("FETCH", str(uid), "(BODY.PEEK[])" if whole else "(BODY.PEEK[HEADER])"))
    return next((part[1] for part in found if isinstance(part, tuple)), b""), whole


def _done(answer: tuple[str, Any]) -> list[Any]:
    if answer[0] != "OK":
        raise imaplib.IMAP4.error(answer[0])
    return list(answer[1])
