"""The channels without a wire: what a gateway would bring, and what waits to go, in clear."""

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from huiyin.channels.models import MESSAGE, Incoming, Message
from huiyin.core import worker
from huiyin.core.vault import vault

SECRET = "a-secret-of-the-house"
NUMBER = "16000004321"


@dataclass(frozen=True)
class Gone:
    """A message of the outbox in clear."""

    row: Message
    address: str
    body: str
    title: str


def on(settings: Any) -> None:
    """Both gateways are set up, though nobody listens."""
    settings.HUIYIN_SMS_URL = "http://127.0.0.1:9/cgi-bin/sendsms"
    settings.HUIYIN_SMS_BACK = "http://127.0.0.1:8000"
    settings.HUIYIN_HOOK_SECRET = SECRET
    settings.HUIYIN_MAIL_SMTP = "smtp://127.0.0.1:9"
    settings.HUIYIN_MAIL_FROM = "shuji@wangchuan.example"


def basic(name: str, secret: str) -> str:
    """The header by which a gateway proves itself."""
    return "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode()


def brought(text: str, sender: str = NUMBER, *, identity: str = "", secret: str = SECRET) -> HttpResponse:
    """Kannel brings a message."""
    brought.count += 1  # type: ignore[attr-defined]  # each message has an id of its own
    return Client().post(  # type: ignore[return-value]  # the client's answer is one
        f"/hooks/sms/?id={identity or f'kannel-{brought.count}'}",  # type: ignore[attr-defined]  # as above
        text.encode("utf-16-be"),
        content_type='text/plain; charset="UTF-16BE"',
        headers={"Authorization": basic("kannel", secret), "X-Kannel-From": sender, "X-Kannel-To": "10690000"},
    )


brought.count = 0  # type: ignore[attr-defined]  # as above


def reported(row: Message, status: str, *, token: str) -> HttpResponse:
    """Kannel reports on a message of ours."""
    header = {"Authorization": basic(str(row.pk), token)}
    return Client().get(f"/hooks/sms/report/?status={status}", headers=header)  # type: ignore[return-value]  # as above


def work(at: datetime) -> None:
    """The worker does what is owed, without ticks."""
    worker.drain(at)


def out(**wanted: Any) -> list[Gone]:
    """What was written down to go out, oldest first, in clear."""
    return [_clear(row) for row in Message.objects.filter(**wanted).order_by("made_at", "id")]


def came(**wanted: Any) -> list[Incoming]:
    """What came in, oldest first."""
    return list(Incoming.objects.filter(**wanted).order_by("at", "id"))


def _clear(row: Message) -> Gone:
    def column(name: str) -> str:
        sealed = getattr(row, name)
        subject = f"message:{row.pk}"
        return vault().open(subject, table=MESSAGE, column=name, row=str(row.pk), sealed=sealed) if sealed else ""

    return Gone(row, column("address"), column("body"), column("title"))


@pytest.fixture
def gateways(settings: Any) -> None:
    """Both gateways are set up, though nobody listens."""
    on(settings)
