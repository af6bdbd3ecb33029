"""A sealed compartment that is open at a desk: for a quarter of an hour, in one browser, until a button closes it.

The holder's private key lies in two halves: encrypted in the server's session, and the key to that in a cookie, which
the server keeps nowhere. Who has the database, the disk or a stolen session alone has neither.
"""

import secrets
from datetime import datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.http import HttpResponse

from huiyin.casework.actions import keyholders
from huiyin.casework.queries import compartment
from huiyin.casework.queries.one import Key
from huiyin.interfaces.desk.pages import Asked

LASTS = timedelta(minutes=15)
COOKIE, HALF = "huiyin_opened", "opened"
ABOUT = b"huiyin-opened-1"


def keep(request: Asked, answer: HttpResponse, own: bytes) -> None:
    """Open: each half where it belongs."""
    half, nonce = AESGCM.generate_key(256), secrets.token_bytes(12)
    kept = nonce + AESGCM(half).encrypt(nonce, own, _about(request))
    until: datetime = request.at + LASTS
    request.session[HALF] = [kept.hex(), until.isoformat()]
    answer.set_cookie(
        COOKIE,
        half.hex(),
        max_age=int(LASTS.total_seconds()),
        path="/desk/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def close(request: Asked, answer: HttpResponse) -> None:
    """Close: both halves are gone."""
    request.session.pop(HALF, None)
    answer.delete_cookie(COOKIE, path="/desk/", samesite="Strict")


def until(request: Asked) -> datetime | None:
    """Until when it is open here; None where it is closed."""
    return datetime.fromisoformat(request.session[HALF][1]) if own(request) is not None else None


def own(request: Asked) -> bytes | None:
    """The viewer's own private key while it is open here; None otherwise."""
    kept: Any = request.session.get(HALF)
    if not kept:
        return None
    if datetime.fromisoformat(kept[1]) <= request.at or COOKIE not in request.COOKIES:
        del request.session[HALF]
        return None
    data = bytes.fromhex(kept[0])
    try:
        return AESGCM(bytes.fromhex(request.COOKIES[COOKIE])).decrypt(data[:12], data[12:], _about(request))
    except (InvalidTag, ValueError):
        return None


def key(request: Asked) -> Key:
    """What opens a locked matter for the page that is being made; each use leaves a look."""
    mine = own(request)
    return lambda row: keyholders.open_matter(by=request.viewer, at=request.at, matter_id=row.id, own=mine)


def door(request: Asked) -> dict[str, Any]:
    """What a page of a locked matter needs: until when it is open here, and whether the viewer has keys at all."""
    return {"until": until(request), "has_keys": compartment.holder_of(request.viewer, request.viewer.person_id)}


def _about(request: Asked) -> bytes:
    """Of one person, so that a session that changes hands opens nothing."""
    return ABOUT + str(request.viewer.person_id).encode()
