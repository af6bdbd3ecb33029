"""What Kannel tells us: a resident's message, and what became of one of ours.

Who calls proves itself in the Authorization header, never in the address, so that no log holds what opens this door:
for messages the house's secret under any name, for a report the message's id with its own token. A wrong one is
refused without a word about what was wrong. Numbers and words come in headers and body, for the same reason.
"""

import base64
import binascii
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError
from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from huiyin.channels.actions import inbox, outbox
from huiyin.channels.rules import hooks, pace
from huiyin.channels.sms_kannel.transport import ACCEPTED, ARRIVED, LOST, REJECTED
from huiyin.core import text
from huiyin.core.throttle import allow
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common.asked import Asked
from huiyin.programme.refusal import Refused

GATEWAY = Viewer.system("gateway")
MEANINGS = {ARRIVED: True, LOST: False, REJECTED: False, ACCEPTED: None}
CHARSETS = {"utf-16be": "utf-16-be", "utf-8": "utf-8", "gb18030": "gb18030", "iso-8859-1": "latin-1"}


@csrf_exempt
@require_POST
def message(request: Asked) -> HttpResponse:
    """A resident's SMS, taken in once however often it is brought. What is not readable goes to a person."""
    if not hooks.known(_credentials(request)[1], settings.HUIYIN_HOOK_SECRET):
        return _refused()
    request.encoding = "utf-8"  # of the address; Django would read it in the alphabet of the words
    identity = request.GET.get("id", "").strip() or request.GET.get("f", "").strip()
    if not identity or len(identity) > 200:
        return HttpResponse("id", status=400, content_type="text/plain")
    sender, why = _sender(request.headers.get("X-Kannel-From", "")[:40])
    at = request.at
    if not why and allow("channels.sms", sender, limit=pace.AN_HOUR, window=timedelta(hours=1), at=at):
        why = "many"
    body = _words(request)

    def taken_in() -> bool:
        return inbox.receive(
            by=GATEWAY, at=at, channel="sms", transport_id=identity, address=sender, body=body, why=why
        )

    try:
        taken_in()
    except IntegrityError:  # the same message at the same moment: now it is there
        taken_in()
    return _taken()


@csrf_exempt
@require_safe
def report(request: Asked) -> HttpResponse:
    """What became of a message of ours; the token opens this one only. One that nobody knows is counted."""
    name, given = _credentials(request)
    try:
        message_id = UUID(name)
    except ValueError:
        return _refused()
    secret = settings.HUIYIN_HOOK_SECRET
    if not secret or not hooks.known(given, hooks.token(secret, str(message_id))):
        return _refused()
    status = request.GET.get("status", "")
    if status in MEANINGS:
        at = request.at
        outbox.reported(by=GATEWAY, at=at, message_id=message_id, arrived=MEANINGS[status], channel="sms")
    return _taken()


def _credentials(request: Asked) -> tuple[str, str]:
    """Name and secret of the Authorization header (RFC 7617); empty where there is none."""
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        name, _, secret = base64.b64decode(encoded.strip(), validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return name, secret


def _sender(header: str) -> tuple[str, str]:
    """The number as the house writes it, or as it came with the reason why a person has to look."""
    try:
        return text.phone(header, field="phone"), ""
    except Refused:
        return "".join(c for c in header if c.isascii() and c.isprintable())[:40], "number_unknown"


def _words(request: Asked) -> str:
    """The text in the alphabet the gateway names, without what no text of ours may hold."""
    named = (request.content_params or {}).get("charset", "utf-8").strip('"').lower()
    words = request.body.decode(CHARSETS.get(named, "utf-8"), errors="replace")
    return "".join(c for c in words if c in "\n\t" or ord(c) >= 32)


def _taken() -> HttpResponse:
    """Nothing for the gateway to send back to the resident: the acknowledgement has a way of its own."""
    return HttpResponse("", content_type="text/plain")


def _refused() -> HttpResponse:
    return HttpResponse("", status=403, content_type="text/plain")
