"""Every column of every table stands in one class of protection, and is kept as its class says."""

import tomllib

from django.apps import apps
from django.db import models

from huiyin.core import masking
from tools.steps import ROOT

KEPT = tomllib.loads((ROOT / "docs" / "reference" / "data.toml").read_text(encoding="utf-8"))
COLUMNS = {
    (table, column): name
    for table, classes in KEPT["fields"].items()
    for name, columns in classes.items()
    for column in columns.split()
}


def own_fields() -> dict[tuple[str, str], "models.Field[object, object]"]:
    """Every column of our own tables."""
    own = [model for model in apps.get_models() if model.__module__.startswith("huiyin.")]
    return {(model._meta.label, field.name): field for model in own for field in model._meta.local_fields}


def test_every_column_stands_in_one_class() -> None:
    assert sorted(set(own_fields()) - set(COLUMNS)) == []
    listed = [
        column for classes in KEPT["fields"].values() for columns in classes.values() for column in columns.split()
    ]
    assert len(listed) == len(COLUMNS)


def test_no_class_is_given_to_a_column_that_is_gone() -> None:
    assert sorted(set(COLUMNS) - set(own_fields())) == []


def test_every_class_is_explained() -> None:
    assert set(COLUMNS.values()) <= set(KEPT["classes"])


def test_what_is_locked_or_secret_is_kept_as_bytes_or_a_digest() -> None:
    fields = own_fields()
    in_clear = [
        key
        for key, name in COLUMNS.items()
        if name in {"locked", "secret"} and not isinstance(fields[key], models.BinaryField)
    ]
    assert in_clear == [("core.Account", "password")]  # Argon2's own text


def test_a_column_that_sounds_personal_is_not_called_open_or_working() -> None:
    telling = {"phone", "door", "phone_number", "reporter_name", "reporter_phone", "identity", "address"}
    allowed = {("register.Body", "phone"), ("register.Body", "address"), ("register.Objection", "door")}
    # the last says by which door of ours an objection came in: the desk or the household's own key
    wrong = [key for key, name in COLUMNS.items() if name in {"open", "working"} and key[1] in telling]
    assert sorted(set(wrong) - allowed) == []


def test_what_is_about_somebody_is_masked_where_a_backup_is_restored_for_trying_out() -> None:
    """Beside codes, grades and days, which name nobody."""
    plain = {
        *(("casework.CaseTally", one) for one in ("satisfied", "points", "reasonable_satisfied", "was_satisfied")),
        *(("register.NeedLook", one) for one in ("programme", "category", "high", "found")),
        *(("register.Membership", one) for one in ("category", "high", "paper_until")),
        *(("register.Identity", "birth_year"), ("register.Identity", "sex"), ("register.Kin", "relation")),
        *(("register.Resident", "relation"), ("register.Departure", "why"), ("register.Departure", "on")),
        ("casework.Judgement", "grade"),
    }
    guarded = {"personal", "locked", "compartment", "trace", "secret"}
    left = {
        key
        for key, field in own_fields().items()
        if COLUMNS[key] in guarded and key[0] not in masking.EMPTIED and not masking.how(field)
    }
    assert left == plain
    labels = {f"{table}.{column}" for table, column in own_fields()}
    assert labels >= masking.NAMES | masking.KEPT, "no column that is gone"
