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
from huiyin.casework.queries.one import Key
from huiyin.casework.queries.passkeys import opens_by, own_holder
from huiyin.core.looks import look
from huiyin.core.passkeys import Site, site_of
from huiyin.core.throttle import allow
from huiyin.interfaces.desk.pages import Asked
from huiyin.programme.refusal import Refused

LASTS = timedelta(minutes=15)
TRIES, WINDOW = 8, timedelta(minutes=15)
PASSPHRASE, PASSKEY = "passphrase", "passkey"
LOOKS = {PASSPHRASE: "sealed.by_passphrase", PASSKEY: "sealed.by_passkey"}
COOKIE, HALF = "huiyin_opened", "opened"
ABOUT = b"huiyin-opened-1"


def keep(request: Asked, answer: HttpResponse, own: bytes, by: str) -> None:
    """Open: each half where it belongs. Leaves a look that says by what, PASSPHRASE or PASSKEY."""
    look(by=request.viewer, kind=LOOKS[by], subject=str(own_holder(request.viewer).id), at=request.at)
    half, nonce = AESGCM.generate_key(256), secrets.token_bytes(12)
    kept = nonce + AESGCM(half).encrypt(nonce, own, _about(request, by))
    until: datetime = request.at + LASTS
    request.session[HALF] = [kept.hex(), until.isoformat(), by]
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
        return AESGCM(bytes.fromhex(request.COOKIES[COOKIE])).decrypt(data[:12], data[12:], _about(request, kept[2]))
    except (InvalidTag, ValueError):
        return None


def by_passphrase(request: Asked) -> bytes | None:
    """The same, while it is open by the passphrase itself: what lets a passkey be added."""
    mine = own(request)
    return mine if mine is not None and request.session[HALF][2] == PASSPHRASE else None


def key(request: Asked) -> Key:
    """What opens a locked matter for the page that is being made; each use leaves a look."""
    mine = own(request)
    return lambda row: keyholders.open_matter(by=request.viewer, at=request.at, matter_id=row.id, own=mine)


def door(request: Asked) -> dict[str, Any]:
    """What a page of a locked matter needs: until when it is open here and by what, whether the viewer has keys at all,
    and whether a passkey opens them at this address."""
    site, open_until = site_of_page(request), until(request)
    has_keys, passkeys = opens_by(request.viewer, site.domain if site else "")
    by = request.session[HALF][2] if open_until else ""
    return {"until": open_until, "opened_by": by, "has_keys": has_keys, "passkeys": passkeys}


def site_of_page(request: Asked) -> Site | None:
    """Where passkeys of this page are made and used; None where there are none."""
    return site_of(f"{request.scheme}://{request.get_host().lower()}")


def count_try(request: Asked) -> None:
    """Keys are tried a few times, by a person and not by a network. Raises Refused("passphrase_wait")."""
    wait = allow("sealed.open", str(request.viewer.person_id), limit=TRIES, window=WINDOW, at=request.at)
    if wait:
        raise Refused("passphrase_wait", field="passphrase", minutes=-(-wait.seconds // 60))


def _about(request: Asked, by: str) -> bytes:
    """Of one person and one way of opening, so that a session that changes hands opens nothing."""
    return ABOUT + f"{by} {request.viewer.person_id}".encode()
