"""A column that comes with a later version leaves what the log knows of older rows as it is."""

import hashlib

import pytest
from django.apps import apps
from django.db import models
from django.db.migrations import AddField
from django.db.migrations.loader import MigrationLoader

from huiyin.core.audit import kept_models
from huiyin.core.canonical import ROW_PREFIX, encode, row_digest, row_state, state_digest

BEFORE = {"core": "0008", "register": "0045", "casework": "0042", "publication": "0003", "channels": "0001"}
"""The last migration of each room whose columns every commitment has."""

SALT = bytes(range(16))


def latecomers() -> dict[type[models.Model], set[str]]:
    """The columns that migrations added to kept rows since, by model."""
    found: dict[type[models.Model], set[str]] = {}
    kept = set(kept_models())
    for (app, name), migration in MigrationLoader(None).disk_migrations.items():
        for one in migration.operations:
            if app in BEFORE and name[:4] > BEFORE[app] and isinstance(one, AddField):
                model = apps.get_model(app, one.model_name)
                if model in kept:
                    found.setdefault(model, set()).add(one.name)
    return found


def test_each_column_that_was_added_later_is_said_to_be() -> None:
    added = latecomers()
    assert len(added) >= 4
    said = {model: set(getattr(model, "LATER", ())) for model in kept_models()}
    assert {model: names for model, names in said.items() if names} == added


@pytest.mark.parametrize("model", sorted(latecomers(), key=str), ids=str)
def test_a_row_from_before_is_what_the_log_knows_and_a_change_of_the_new_column_shows(
    model: type[models.Model],
) -> None:
    row = model(salt=SALT)
    fields = [field for field in model._meta.concrete_fields if field.name in getattr(model, "LATER", ())]
    state = row_state(row)
    before = {name: value for name, value in state.items() if name not in {field.attname for field in fields}}
    assert row_digest(row) == hashlib.sha256(ROW_PREFIX + SALT + encode(before)).hexdigest()
    for field in fields:
        assert state_digest(model, SALT, state | {field.attname: "2026-11-27"}) != row_digest(row), field
