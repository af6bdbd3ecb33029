"""A county restored for trying things out holds nobody: of what was planted nothing is left in any cell."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection, models

from huiyin.casework.models import Move
from huiyin.core import masking
from huiyin.core.looks import look, seal_minutes
from huiyin.core.models import (
    Account,
    ApiToken,
    Draft,
    Event,
    FirstKey,
    IdempotencyKey,
    Person,
    SavedView,
    SigninLink,
    Throttle,
)
from huiyin.core.now import now
from huiyin.register.models import Household, Phone
from tests import factories as make
from tests.cast import HUAISHUPING, Cast
from tests.interfaces.desk.made import a_matter
from tests.interfaces.desk.seat import seat
from tests.rows import row

NAME, SECOND, PHONE, NUMBER = "欧阳望舒台", "司徒晚照亭", "16000009876", "990101199001011234"
TEXT, REASON, NOTE = "后山水塔漏了三年没人来修", "核实望舒台的低保", "已经约好星期三下午去看水塔"
ORDER, CARD, CALLED = "请镇里三天内解决水塔的事", "99010119850505432X", "16000005432"
PLANTED = (NAME, SECOND, PHONE, NUMBER, TEXT, REASON, NOTE, ORDER, CARD, CALLED)
OPENS = (
    *("core.SigninLink", "core.FirstKey", "core.ApiToken", "core.IdempotencyKey", "core.Throttle", "core.Draft"),
    *("core.SavedView", "core.SealedLook", "core.Look", "core.SearchText", "register.Findable", "sessions.Session"),
)
"""What opens, finds or counts somebody: nothing of it is left, not even masked."""


def cells() -> Iterator[tuple[str, str]]:
    """Every value of every table, as text; bytes in digits as well."""
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
            for values in cursor.fetchall():
                for value in values:
                    data = bytes(value) if isinstance(value, bytes | memoryview) else b""
                    yield model._meta.label, f"{value} {data.decode('utf-8', 'replace')}"


def found() -> set[str]:
    """Which of the planted values stand somewhere, plainly or escaped."""
    escaped = {one: json.dumps(one)[1:-1] for one in PLANTED}
    return {one for _, told in cells() for one in PLANTED if one in told or escaped[one] in told}


def opens(cast: Cast, at: datetime) -> None:
    """A row of each table that lets somebody in, finds or counts them."""
    account, digest = cast.xu.account, b"d" * 32
    by_account: dict[str, Any] = {"account": account, "digest": digest, "expires_at": at}
    SigninLink.objects.create(**by_account)
    FirstKey.objects.create(**by_account, made_at=at)
    models.QuerySet[Any](ApiToken).bulk_create([ApiToken(**by_account, label="x", made_at=at)])
    Draft.objects.create(account=account, form="intake", body=b"x", saved_at=at)
    SavedView.objects.create(account=account, page="queue", name="x", query="q=x")
    IdempotencyKey.objects.create(key=uuid4(), route="x", sender="x", body_hash=digest, created_at=at)
    seal_minutes(at + timedelta(minutes=5))
    seat(cast.xu)


@row("SG-49")
def test_of_what_was_planted_nothing_is_left_and_the_shape_is_there(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = now() - timedelta(minutes=5)
    make.put_in_force(at=at)
    make.a_household(HUAISHUPING, head=NAME, phone=PHONE)
    matter = a_matter(cast, at, "take", text=TEXT, reporter_name=SECOND, reporter_phone=PHONE)
    look(by=cast.zhou.viewer(at), kind="household", subject="household:x", at=at, reason=REASON)
    Throttle.objects.create(bucket=PHONE, count=1, expires_at=at)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_account SET username = %s WHERE id = %s", [NUMBER, cast.xu.account_id])
        cursor.execute("UPDATE casework_matter SET reasonable_why = %s", [NOTE])
        told = {"instruction": ORDER, "numbers": [f"{CARD} {CALLED}"], "step": "take"}
        models.QuerySet[Any](Move).bulk_create([Move(matter=matter, seq=99, step="supervise", at=at, data=told)])
    opens(cast, at)
    assert found() >= {NAME, TEXT, REASON, NOTE, NUMBER, ORDER, CARD, CALLED}, "numbers and the reporter are encrypted"
    assert [label for label in OPENS if not apps.get_model(label)._base_manager.exists()] == []
    kept = {model: model._base_manager.count() for model in (Household, Person, Event, Account)}
    monkeypatch.setattr(masking, "_forget", lambda: None)  # VACUUM wants to stand outside a transaction
    masking.mask()
    assert found() == set()
    assert [label for label in OPENS if apps.get_model(label)._base_manager.exists()] == []
    assert Move.objects.get(matter=matter, seq=99).data == {"instruction": "x", "numbers": ["x"], "step": "take"}
    assert {model: model._base_manager.count() for model in kept} == kept
    assert {one.opened() for one in Phone.objects.all()} == {masking.OTHER}, "a page that shows it opens"
    matter.refresh_from_db()
    assert (matter.state, matter.place_code, len(matter.title)) == ("working", HUAISHUPING, masking.WORD)
