"""What the bulk writer lays is what actions would have made (decisions.md, Numbers to hold)."""

import json
import random
import re
from collections import Counter
from typing import Any

import pytest
from django.db import models

from huiyin.config.bench import clone, common, data, tape, writer
from huiyin.core import canonical
from huiyin.core.audit import verify
from huiyin.core.models import Event, SearchText
from huiyin.core.now import now
from huiyin.core.sealing import seal_now
from tests.searching import matching

MADE = 200
STORIES = 40
VARY = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"  # ids
    r"|\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00))?"  # moments and days
    r"|\b990101\d{3,9}\b|\b\d{9}\b"  # places and codes
)
OWN = (
    "salt",
    "text",
    "proof_key",
    "name",
    "phone",
    "phone_blind",
    "last_four",
    "recorded_at",
    "request_id",
    "rows",
    "id",
)


def _shape(columns: dict[str, Any]) -> str:
    """A row without what must differ between two tellings of one story."""
    kept = {name: value if value is None or name not in OWN else "…" for name, value in columns.items()}
    return VARY.sub("#", json.dumps(kept, sort_keys=True, ensure_ascii=False))


def _columns(row: models.Model) -> dict[str, Any]:
    return {field.attname: canonical.plain(getattr(row, field.attname)) for field in row._meta.concrete_fields}


def _found(tables: list[str]) -> Counter[str]:
    """Every row and event of the database by its shape."""
    found: Counter[str] = Counter()
    for table in tables:
        found.update(f"{table} {_shape(_columns(row))}" for row in tape.model_of(table)._base_manager.all())
    for event in Event.objects.all():
        rows = sorted(f"{key.split(':')[0]}{'' if digest else ' gone'}" for key, digest in event.rows.items())
        found[f"event {_shape(_columns(event))} {rows}"] += 1
    return found


@pytest.mark.slow
@pytest.mark.django_db
def test_two_hundred_matters_by_the_writer_are_those_of_actions_row_by_row_and_event_by_event() -> None:
    county, words = data.settle(60, 7, print, towns=3, villages=12)
    before = _found([])
    tapes = data.record(county, words, STORIES, 7, print)
    tables = sorted({table for one in tapes for table in one.tables()})
    by_actions = _found(tables) - before
    texts = SearchText.objects.count()
    used = set(common.table("casework.Matter")._base_manager.values_list("code", flat=True))
    cloner = clone.Cloner(data.places_of(county), common.words(), random.Random(7), used)
    times = MADE // STORIES
    for number in range(times):
        writer.write(cloner.lay([(one, 0 if one.open else 3 + number) for one in tapes]))
    writer.finish()
    both = _found(tables) - before
    assert both == Counter({shape: count * (times + 1) for shape, count in by_actions.items()})
    assert common.table("casework.Matter")._base_manager.count() == MADE + STORIES
    assert SearchText.objects.count() == texts * (times + 1)
    seal_now(now())
    assert verify(now()).told() == []


@pytest.mark.django_db
def test_what_is_laid_in_bulk_is_found_by_its_own_words() -> None:
    county, words = data.settle(60, 7, print, towns=3, villages=12)
    tapes = data.record(county, words, 3, 7, print)
    cloner = clone.Cloner(data.places_of(county), common.words(), random.Random(7), set())
    writer.write(cloner.lay([(one, 1) for one in tapes]))
    writer.finish()
    matters = tape.model_of("casework.matter")._base_manager
    laid = matters.filter(held=False, sealed=False).order_by("-id").first()
    assert laid is not None
    assert laid.pk in set(matching("matter", _columns(laid)["text"][:20]))
