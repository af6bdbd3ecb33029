"""SMS out through Kannel's smsbox: one request a message, in its body and headers, so that no number and no word
stands in an address that somebody logs. The report comes back to `/hooks/sms/report/` with a token for this message.
"""

import http.client
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote, urlsplit

from django.conf import settings

from huiyin.channels.port import Doubtful, Down, Give, Letter, TurnedAway, outside
from huiyin.channels.rules.hooks import token
from huiyin.channels.rules.sms import shape

SECONDS = 5.0
REPORTS = 1 | 2 | 8 | 16  # arrived, not arrived, taken by the centre, refused by it
TAKEN = (200, 202)
REFUSED = (400, 404, 413, 414)
ARRIVED, LOST, ACCEPTED, REJECTED = "1", "2", "8", "16"


class Kannel:
    """The gateway of HUIYIN_SMS_*."""

    channel = "sms"

    def is_on(self) -> bool:
        """Whether everything it needs is set."""
        return all((settings.HUIYIN_SMS_URL, settings.HUIYIN_SMS_BACK, settings.HUIYIN_HOOK_SECRET))

    @contextmanager
    def session(self) -> Iterator[Give]:
        """One connection for the letters of a round."""
        outside()
        parts = urlsplit(settings.HUIYIN_SMS_URL)
        kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        gateway = kind(parts.hostname or "", parts.port, timeout=SECONDS)
        try:
            gateway.connect()
        except OSError as problem:
            raise Down(type(problem).__name__) from problem
        try:
            yield lambda letter: _give(gateway, parts.path or "/cgi-bin/sendsms", letter)
        finally:
            gateway.close()


def _give(gateway: http.client.HTTPConnection, path: str, letter: Letter) -> str:
    try:
        gateway.request("POST", path, letter.body.encode("utf-8"), _headers(letter))
    except OSError as problem:
        raise Down(type(problem).__name__) from problem
    try:
        answer = gateway.getresponse()
        said = answer.read(200).decode("ascii", errors="replace")
    except (OSError, http.client.HTTPException) as problem:
        raise Doubtful(type(problem).__name__) from problem
    if answer.status in TAKEN:
        return ""
    if answer.status in REFUSED:
        raise TurnedAway(str(answer.status))
    # Wrong password, queue full, no connection to the centre: the same for every message.
    raise Down(f"{answer.status} {said[:1]}".strip())


def _headers(letter: Letter) -> dict[str, str]:
    back = urlsplit(settings.HUIYIN_SMS_BACK)
    one = str(letter.id)
    report = (
        f"{back.scheme}://{one}:{token(settings.HUIYIN_HOOK_SECRET, one)}@{back.netloc}/hooks/sms/report/?status=%d"
    )
    headers = {
        "Content-Type": "text/plain; charset=UTF-8",
        "X-Kannel-Username": settings.HUIYIN_SMS_USER,
        "X-Kannel-Password": settings.HUIYIN_SMS_PASSWORD,
        "X-Kannel-To": letter.address,
        "X-Kannel-Coding": str(shape(letter.body).coding),
        "X-Kannel-DLR-Mask": str(REPORTS),
        "X-Kannel-DLR-Url": report,
    }
    if settings.HUIYIN_SMS_FROM:
        headers["X-Kannel-From"] = quote(settings.HUIYIN_SMS_FROM, safe="+")
    return headers
