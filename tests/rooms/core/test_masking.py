"""A county restored for trying things out holds nobody: of what was planted nothing is left in any cell."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection

from huiyin.core import masking
from huiyin.core.looks import look
from huiyin.core.models import Account, Event, Person, Throttle
from huiyin.core.now import now
from huiyin.register.models import Household, Phone
from tests import factories as make
from tests.cast import HUAISHUPING, Cast
from tests.interfaces.desk.made import a_matter
from tests.rows import row

NAME, SECOND, PHONE, NUMBER = "欧阳望舒台", "司徒晚照亭", "16000009876", "990101199001011234"
TEXT, REASON, NOTE = "后山水塔漏了三年没人来修", "核实望舒台的低保", "已经约好星期三下午去看水塔"
PLANTED = (NAME, SECOND, PHONE, NUMBER, TEXT, REASON, NOTE)


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
    assert found() >= {NAME, TEXT, REASON, NOTE, NUMBER}, "numbers and the reporter are encrypted"
    kept = {model: model._base_manager.count() for model in (Household, Person, Event, Account)}
    monkeypatch.setattr(masking, "_forget", lambda: None)  # VACUUM wants to stand outside a transaction
    masking.mask()
    assert found() == set()
    assert {model: model._base_manager.count() for model in kept} == kept
    assert {one.opened() for one in Phone.objects.all()} == {masking.OTHER}, "a page that shows it opens"
    matter.refresh_from_db()
    assert (matter.state, matter.place_code, len(matter.title)) == ("working", HUAISHUPING, masking.WORD)
