"""The short way of writing and asking does what Django's does."""

from datetime import datetime
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.utils import IntegrityError
from django.test.utils import CaptureQueriesContext

from huiyin.core import inserts, lookups
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.ids import uuid7
from huiyin.core.models import Delivery, IdempotencyKey, SearchText
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from huiyin.register.models import Place
from tests.cast import GROUP_THREE, Cast
from tests.evidence import MACHINE, PersonNamed

pytestmark = pytest.mark.django_db


def texts(count: int) -> list[SearchText]:
    return [SearchText(kind="test", subject=uuid7(), tokens=f"水 {number}") for number in range(count)]


@pytest.mark.parametrize("count", [1, 3, inserts.MOST, inserts.MOST + 1])
def test_rows_are_stored_as_django_would_store_them_in_one_statement(count: int) -> None:
    rows = texts(count)
    with CaptureQueriesContext(connection) as asked, transaction.atomic():
        inserts.insert(SearchText, rows)
    assert sum("INSERT" in one["sql"] for one in asked) == 1
    assert all(row.pk and not row._state.adding for row in rows)
    stored = {row.pk: (row.kind, row.subject, row.tokens) for row in SearchText.objects.all()}
    assert stored == {row.pk: (row.kind, row.subject, row.tokens) for row in rows}


def test_every_kind_of_column_comes_back_as_it_was_put() -> None:
    at = now()
    row = IdempotencyKey(
        key=uuid4(), route="r", sender="张", body_hash=b"\x00\xff", result={"a": [1, None]}, created_at=at
    )
    with transaction.atomic():
        inserts.insert(IdempotencyKey, [row])
    again = IdempotencyKey.objects.get(pk=row.pk)
    same = ("key", "route", "sender", "result", "created_at")
    assert [getattr(again, name) for name in same] == [getattr(row, name) for name in same]
    assert bytes(again.body_hash) == b"\x00\xff"


def test_nothing_is_nothing_and_a_row_that_breaks_a_rule_is_refused_by_the_database() -> None:
    inserts.insert(Delivery, [])
    row = texts(1)[0]
    with transaction.atomic():
        inserts.insert(SearchText, [row])
    twin = SearchText(id=row.pk, kind="test", subject=uuid7(), tokens="水")
    with pytest.raises(IntegrityError), transaction.atomic():
        inserts.insert(SearchText, [twin])


@pytest.mark.parametrize("count", [1, 3, inserts.TOGETHER + 1])
def test_rows_are_written_anew_as_django_would_write_them(count: int, cast: Cast) -> None:
    at = now()
    keys = [IdempotencyKey(key=uuid4(), route="r", sender="s", body_hash=b"\x01", created_at=at) for _ in range(count)]
    places = list(Place.objects.order_by("code")[:count])
    with transaction.atomic():
        inserts.insert(IdempotencyKey, keys)
        for number, row in enumerate(keys):
            row.result, row.body_hash, row.sender = {"a": [number, None]}, b"\x00\xff", f"张{number}"
        with CaptureQueriesContext(connection) as asked:
            inserts.rewrite(IdempotencyKey, keys)
            inserts.rewrite(Place, places)
    assert sum("UPDATE" in one["sql"] for one in asked) == -(-count // inserts.TOGETHER) + -(
        -len(places) // inserts.TOGETHER
    )
    same = ("key", "route", "sender", "result", "created_at")
    stored = {row.pk: [getattr(row, name) for name in same] for row in IdempotencyKey.objects.all()}
    assert stored == {row.pk: [getattr(row, name) for name in same] for row in keys}
    names = [field.attname for field in Place._meta.concrete_fields]
    assert list(Place.objects.order_by("code").values_list(*names)[:count]) == [
        tuple(getattr(row, name) for name in names) for row in places
    ], "columns of nothing but NULL too"


def test_a_row_that_is_not_there_is_not_written_anew() -> None:
    rows = texts(2)
    with transaction.atomic():
        inserts.insert(SearchText, rows[:1])
    rows[1].pk = rows[0].pk + 1
    with pytest.raises(LookupError, match="1 rows of SearchText"), transaction.atomic():
        inserts.rewrite(SearchText, rows)


def test_rows_with_and_without_keys_are_not_mixed() -> None:
    one, other = texts(2)
    one.pk = 7
    with pytest.raises(ValueError, match="some rows have keys"):
        inserts.insert(SearchText, [one, other])


def test_a_value_is_looked_up_as_a_queryset_would_find_it(cast: Cast) -> None:
    def asked(code: str) -> object:
        found: QuerySet[Place] = Place.objects.filter(code=code, until__isnull=True)
        return found.values_list("id", flat=True).first()

    assert lookups.value(Place, "id", code=GROUP_THREE, until=None) == asked(GROUP_THREE) is not None
    assert lookups.value(Place, "id", code="999999999999", until=None) is None
    assert lookups.value(Place, "name", code=GROUP_THREE, until=None) == Place.objects.get(code=GROUP_THREE).name


def test_a_kept_row_is_saved_as_django_would_save_it(cast: Cast) -> None:
    place = Place.objects.get(code=GROUP_THREE)
    names = [field.attname for field in Place._meta.concrete_fields]

    @action
    def save(*, by: Viewer, at: datetime, row: Place, columns: list[str] | None = None) -> None:
        row.save(update_fields=columns)
        record(PersonNamed(subject="test"), by=by, at=at)

    def stored(code: str) -> list[object]:
        return [getattr(Place.objects.get(code=code), name) for name in names]

    given = {"code": "990101101201009", "name": "九组", "salt": b"\x00" * 16}
    twin = Place(**{name: getattr(place, name) for name in names if name != "id"} | given)
    save(by=MACHINE, at=now(), row=twin)
    assert stored(twin.code) == [getattr(twin, name) for name in names]
    place.name, place.salt = "三组，改名", b"\xff" * 16
    save(by=MACHINE, at=now(), row=place, columns=["name"])
    assert stored(place.code)[names.index("name")] == "三组，改名"
    assert stored(place.code)[names.index("salt")] != place.salt, "only the columns that were named"
    save(by=MACHINE, at=now(), row=place)
    assert stored(place.code) == [getattr(place, name) for name in names]
