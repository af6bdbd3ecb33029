"""The checker that imports nothing of the project, on rows made up for it."""

import ast
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.faults import check

RIGHT: dict[str, list[tuple[Any, ...]]] = {
    "matters": [("aa", "47301168", "路灯 m1"), ("bb", "47301169", "路灯 m2")],
    "events": [(1, "a-a", b"\x01"), (2, "b-b", b"\x02")],
    "leaves": [(2, 2, 2)],
    "total": [(2,)],
}
SENT = [
    {"marker": "m1", "state": "acknowledged", "code": "47301168", "receipt": "01"},
    {"marker": "m2", "state": "unknown", "code": "", "receipt": ""},
    {"marker": "m3", "state": "unknown", "code": "", "receipt": ""},
]


def test_all_is_well_when_what_was_acknowledged_is_there_once() -> None:
    faults, counts = check.check(RIGHT, SENT)
    assert faults == []
    assert counts == {"matters": 2, "events": 2, "acknowledged": 1, "unknown": 2}


@pytest.mark.parametrize(
    ("changed", "sent", "sentence"),
    [
        ({"matters": RIGHT["matters"][1:]}, SENT, "m1: acknowledged as 47301168 and lost"),
        ({"matters": [*RIGHT["matters"], ("cc", "1", "路灯 m1")]}, SENT, "m1: 2 matters of one key"),
        ({"matters": [*RIGHT["matters"], ("cc", "1", "路灯 m2")]}, SENT, "m2: 2 matters of one key"),
        ({"matters": [*RIGHT["matters"], ("cc", "1", "路灯 m9")]}, SENT, "matter 1 was sent by nobody"),
        ({"matters": [("aa", "1", "路灯 m1"), RIGHT["matters"][1]]}, SENT, "m1: acknowledged as 47301168, kept as 1"),
        ({"events": RIGHT["events"][:1]}, SENT, "matter bb has 0 opening events"),
        ({"events": [*RIGHT["events"], (3, "b-b", b"\x03")]}, SENT, "matter bb has 2 opening events"),
        ({"events": [*RIGHT["events"], (3, "c-c", b"\x03")]}, SENT, "tells of matter cc, which is not there"),
        (
            {"events": [(1, "a-a", b"\x07"), RIGHT["events"][1]]},
            SENT,
            "m1: its event is not in the log under the receipt",
        ),
        ({"events": [(1, "a-a", None), RIGHT["events"][1]]}, SENT, "m1: its event is not in the log under the receipt"),
        ({"leaves": [(1, 1, 1)]}, SENT, "2 events, 1 leaves of 1 events, numbered up to 1"),
        ({"leaves": [(2, 2, 3)]}, SENT, "2 events, 2 leaves of 2 events, numbered up to 3"),
        ({}, [SENT[0] | {"state": "changed"}, *SENT[1:]], "m1: the same key was answered in two ways"),
    ],
)
def test_each_fault_is_named(changed: dict[str, Any], sent: list[dict[str, str]], sentence: str) -> None:
    faults, _ = check.check(RIGHT | changed, sent)
    assert any(sentence in fault for fault in faults), faults


def test_the_checker_imports_nothing_of_the_project() -> None:
    tree = ast.parse(Path(check.__file__).read_text(encoding="utf-8"))
    names = {
        alias.name.split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
    }
    names |= {str(node.module).split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert names == {"json", "sqlite3", "sys", "collections", "contextlib", "pathlib", "typing", "psycopg"}


def test_the_checker_runs_on_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    database, ledger = tmp_path / "db.sqlite3", tmp_path / "ledger.jsonl"
    connection = sqlite3.connect(database)
    connection.executescript(
        "CREATE TABLE casework_matter (id, code, text); CREATE TABLE core_event (id, subject, name);"
        "CREATE TABLE core_leaf (seq, event_id, hash);"
        "INSERT INTO casework_matter VALUES ('aa', '47301168', '路灯 m1');"
        f"INSERT INTO core_event VALUES (1, 'a-a', '{check.OPENED}');"
        "INSERT INTO core_leaf VALUES (0, 1, x'01');"
    )
    connection.close()
    ledger.write_text(json.dumps(SENT[0]) + "\n", encoding="utf-8")
    assert check.main(str(database), str(ledger)) == 0
    assert capsys.readouterr().out == "acknowledged 1 · events 1 · matters 1\n"
    ledger.write_text(json.dumps(SENT[0]) + "\n" + json.dumps(SENT[0] | {"marker": "m9"}) + "\n", encoding="utf-8")
    assert check.main(str(database), str(ledger)) == 1
    assert capsys.readouterr().err == "m9: acknowledged as 47301168 and lost\n"
