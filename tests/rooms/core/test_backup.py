"""Backup, restore, drill: what comes back is proved, and what is in doubt never passes."""

import base64
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable
from contextlib import closing, nullcontext
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from huiyin.core import archive, backup, drill, files, sealing, witnesses
from huiyin.core import restore as restoring
from huiyin.core.actions import action
from huiyin.core.archive import Unusable, recovery_key
from huiyin.core.backup import Manifest
from huiyin.core.events import Fact, record
from huiyin.core.keys import signer
from huiyin.core.models import Event, Mark, StoredFile
from huiyin.core.restore import judge, restore, restore_masked, run
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer
from huiyin.programme.words import phrase
from huiyin.register.models import Household
from huiyin_witness import state, verify_log
from tests.evidence import MACHINE, cut_tail, name_person, people, rewrite, sql
from tests.rows import row

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

PDF = b"%PDF-1.7\ntrailer\n%%EOF\n"
DOORS = [f"望川县柳河镇{number}号门" for number in range(3)]
NAME, PAPER = "欧阳望舒台", "低保申请表扫描件.pdf"  # long: three bytes turn up by chance in any megabyte of cipher
MOST = timedelta(hours=26)


@dataclass(frozen=True, kw_only=True)
class Settled(Fact):
    NAME: ClassVar[str] = "test.settled"


@action
def settle(*, by: Viewer, at: datetime) -> None:
    """Three households with a door each, and an attachment."""
    for number, door in enumerate(DOORS):
        household = Household(code=f"H{number}", place_code="990101101001", since=date(2026, 1, 1))
        household.door = vault().seal(
            household.subject, table="household", column="door", row=str(household.pk), text=door
        )
        household.save()
    files.store(by=by, at=at, subject="matter:1", name=PAPER, data=PDF)
    record(Settled(subject="test"), by=by, at=at)


@dataclass
class Place:
    """A home with something in it, a witness that has seen it, and a backup."""

    home: Path
    witness: Path
    folder: Path
    made: backup.Made
    recovery: bytes

    def hold(self, at: datetime, *, keys: Path | None = None, recovery: bytes = b"", **options: Any) -> drill.Result:
        """A drill of the newest backup, a minute after `at`."""
        witness = options.get("witness", [self.witness])
        moment = at + timedelta(minutes=1)
        return drill.drill(self.folder, keys, recovery or self.recovery, witness, at=moment, most=MOST)

    def look(self, at: datetime) -> drill.Inside:
        """What a drill would find inside if this place were the restored one."""
        return drill.look_inside(at=at, seen=[], canary=self.made.manifest.canary, language="zh-Hans")


@pytest.fixture
def place(tmp_path: Path, settings: Any, at: datetime) -> Place:
    before, settings.HUIYIN_HOME = settings.HUIYIN_HOME, tmp_path / "home"
    settings.HUIYIN_HOME.mkdir()
    if (before / "keys").exists():  # the key under which migrate has signed already
        shutil.copytree(before / "keys", settings.HUIYIN_HOME / "keys")
    settle(by=MACHINE, at=at)
    people(3, at)
    name_person(by=MACHINE, at=at, name=NAME)
    sealing.seal_now(at)
    witness = state.Witness.make(tmp_path / "witness", "city")
    witness.trust(verify_log.Key.parse(str(sealing.verifier())))
    witnesses.push(tmp_path / "witness")
    recovery = backup.local_recovery_key()
    made = backup.make(tmp_path / "backups", recovery, at=at)
    return Place(settings.HUIYIN_HOME, tmp_path / "witness", tmp_path / "backups", made, recovery)


def scratch() -> list[Any]:
    """What a drill has left behind; those of tests beside this one are waited for."""
    if connection.vendor != "postgresql":
        return []
    found: list[Any] = []
    for _ in range(600):
        with connection.cursor() as cursor:
            cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'huiyin_drill_%%'")
            found = list(cursor.fetchall())
        if not found:
            break
        time.sleep(0.5)
    return found


@row("SG-49")
def test_a_backup_comes_back_whole_and_a_witness_that_saw_more_since_vouches_by_a_proof(
    place: Place, at: datetime, capsys: Any
) -> None:
    size = Event.objects.count()
    call_command("backup", str(place.folder), "--language", "en")
    people(5, at)
    sealing.seal_now(at)
    witnesses.push(place.witness)
    seen = Event.objects.count()
    call_command("drill", "--witness", str(place.witness), "--language", "en")
    said = capsys.readouterr().out
    for words in (
        "Backed up:",
        "The keys are apart:",
        f"{size} events",
        f"witness: city ({seen})",
        "4 encrypted fields opened (0 more were erased by law), 1 attachments",
        "s ago (that much would be lost)",
        "restored and verified in",
        "The drill passed.",
    ):
        assert words in said
    told = Event.objects.get(name="core.drilled")
    assert told.data["passed"] is True
    assert Event.objects.get(name="core.backup_made").data["events"] == size
    assert set(Mark.objects.filter(name__in=["backup", "drill"]).values_list("name", flat=True)) == {"backup", "drill"}
    assert not list((place.home / "tmp").iterdir())
    assert not scratch()


def test_the_signatures_kept_in_the_log_vouch_when_the_witness_is_far_away(place: Place, at: datetime) -> None:
    newest = sealing.newest()
    assert newest is not None
    assert [(one.size, one.root) for one in drill.witnessed([])] == [(newest.size, bytes(newest.root))]
    sql("UPDATE core_cosignature SET witness = 'other'")
    with pytest.raises(Unusable, match="drill_no_witness"):
        place.hold(at, witness=[])


def test_the_drill_finds_what_was_wrong_before_the_backup_and_counts_whom_the_law_erased(
    place: Place, at: datetime
) -> None:
    """A row changed and a field altered by SQL, an attachment gone; one household erased, which is no fault."""
    sql("UPDATE register_household SET place_code = '990101101002' WHERE code = 'H1'")
    door = bytearray(bytes(Household.objects.get(code="H0").door or b""))
    door[-1] ^= 1
    sql("UPDATE register_household SET door = %s WHERE code = 'H0'", [bytes(door)])
    files.discard(StoredFile.objects.get().pk)
    vault().destroy(Household.objects.get(code="H2").subject, at=at)
    inside = place.look(at)
    changed, dead = (str(Household.objects.get(code=code).pk) for code in ("H1", "H0"))
    assert any(fault.startswith(f"register.household:{changed}") for fault in inside.faults)
    assert phrase("backup", "field_dead", name=f"register.household.door:{dead}") in inside.faults
    assert phrase("backup", "file_dead", name=str(StoredFile.objects.get().pk)) in inside.faults
    assert (inside.opened, inside.erased) == (2, 1)


def test_a_log_that_forgot_what_the_witness_signed_does_not_pass(place: Place, at: datetime) -> None:
    cut_tail(2)
    rewrite(at, signer(make=False))
    people(2, at + timedelta(seconds=1))
    sealing.seal_now(at + timedelta(seconds=1))
    inside = place.look(at)
    assert {fault.split(":")[0] for fault in inside.faults} <= {"core.person"}, "the log itself looks sound"
    assert drill._against_witness(inside, [witnesses.seen(place.witness)])
    people(3, at + timedelta(seconds=2))
    sealing.seal_now(at + timedelta(seconds=2))
    assert drill._against_witness(inside, [witnesses.seen(place.witness)])


def cut(path: Path, size: int) -> None:
    path.write_bytes(path.read_bytes()[:size])


def flip(path: Path, place: int) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(bytes(data))


def edit(path: Path, **changes: Any) -> None:
    written = json.loads(path.read_bytes())
    written["manifest"] |= changes
    path.write_text(json.dumps(written))


SABOTAGE: dict[str, tuple[str, Callable[[Path, Path], object]]] = {
    "no folder": ("backup_none", lambda made, keys: shutil.rmtree(made)),
    "no manifest": ("backup_none", lambda made, keys: (made / "manifest.json").unlink()),
    "an empty manifest": ("backup_manifest", lambda made, keys: cut(made / "manifest.json", 0)),
    "half a manifest": ("backup_manifest", lambda made, keys: cut(made / "manifest.json", 300)),
    "a manifest of nothing": ("backup_manifest", lambda made, keys: (made / "manifest.json").write_text("{}")),
    "a manifest that is no table": ("backup_manifest", lambda made, keys: (made / "manifest.json").write_text("[1]")),
    "a younger date": (
        "backup_seal",
        lambda made, keys: edit(made / "manifest.json", taken_at="2026-11-18T01:44:30+00:00"),
    ),
    "fewer events": ("backup_seal", lambda made, keys: edit(made / "manifest.json", events=1)),
    "no database": ("archive_missing", lambda made, keys: (made / "database.gz").unlink()),
    "an empty database": ("archive_empty", lambda made, keys: cut(made / "database.gz", 0)),
    "a cut database": ("archive_cut", lambda made, keys: cut(made / "database.gz", -1)),
    "half a database": ("archive_cut", lambda made, keys: cut(made / "database.gz", 5000)),
    "a flipped bit in the head": ("archive_damaged", lambda made, keys: flip(made / "database.gz", 20)),
    "a flipped bit in the middle": ("archive_damaged", lambda made, keys: flip(made / "database.gz", 3000)),
    "a flipped last bit": ("archive_damaged", lambda made, keys: flip(made / "database.gz", -1)),
    "cut attachments": ("archive_cut", lambda made, keys: cut(made / "files.tar", -16)),
    "a flipped bit in the attachments": ("archive_damaged", lambda made, keys: flip(made / "files.tar", -40)),
    "no keys": ("keys_none", lambda made, keys: keys.unlink()),
    "empty keys": ("archive_empty", lambda made, keys: cut(keys, 0)),
    "cut keys": ("archive_damaged", lambda made, keys: cut(keys, -1)),
    "a flipped bit in the keys": ("archive_damaged", lambda made, keys: flip(keys, -100)),
    "older keys": ("keys_none", lambda made, keys: keys.rename(keys.with_name("keys-20261117T000000Z"))),
    "something else for keys": ("archive_foreign", lambda made, keys: keys.write_bytes(b"PK\x03\x04" * 100)),
    "the database for attachments": (
        "archive_cut",
        lambda made, keys: shutil.copy(made / "database.gz", made / "files.tar"),
    ),
}


def test_every_sabotaged_backup_is_refused_with_a_sentence(place: Place, at: datetime) -> None:
    whole = place.folder.with_name("whole")
    place.folder.rename(whole)
    for name, (code, harm) in SABOTAGE.items():
        shutil.copytree(whole, place.folder)
        harm(place.made.folder, place.made.keys)
        with pytest.raises(Unusable) as refused:
            place.hold(at)
        assert refused.value.code == code, name
        for language in ("zh-Hans", "en"):
            assert phrase("backup", code, language, **refused.value.values)
        shutil.rmtree(place.folder)
        assert not list((place.home / "tmp").glob("drill-*")), name
    assert not scratch()


def test_another_recovery_key_a_stale_backup_and_one_from_the_future_are_refused(place: Place, at: datetime) -> None:
    for code, moment, recovery in (
        ("backup_seal", at, recovery_key(archive.new_recovery_key())),
        ("backup_stale", at + timedelta(hours=27), place.recovery),
        ("backup_future", at - timedelta(hours=1), place.recovery),
    ):
        with pytest.raises(Unusable, match=code):
            place.hold(moment, recovery=recovery)


def test_keys_of_another_installation_do_not_pass(place: Place, at: datetime, settings: Any, tmp_path: Path) -> None:
    settings.HUIYIN_HOME = tmp_path / "stranger"
    vault().prepare(["somebody"])
    shutil.copy(place.home / "keys" / "log.pem", settings.HUIYIN_HOME / "keys" / "log.pem")
    inside = place.look(at)
    assert phrase("backup", "canary_dead") in inside.faults
    assert sum("register.household.door" in fault for fault in inside.faults) == 3


def test_a_restored_home_works_and_nothing_is_restored_over_anything(
    place: Place, at: datetime, tmp_path: Path
) -> None:
    target = tmp_path / "target"
    manifest = judge(place.made.folder, place.recovery, at=at, most=None)
    with drill._place(manifest) as (_, url):
        restore(place.made.folder, place.made.keys, place.recovery, manifest, home=target, url=url)
        assert all(path.stat().st_mode & 0o077 == 0 for path in target.rglob("*"))
        assert (target / "keys" / "recovery").read_bytes().strip() == place.recovery
        verified = run(target, url, "audit", "verify", "--witness", str(place.witness), "--language", "en")
        assert (verified.returncode, verified.stderr) == (0, "")
        assert f"events {Event.objects.count()}" in verified.stdout
        for home in (target, tmp_path / "fresh"):
            if home == target or url:
                with pytest.raises(Unusable, match="target_not_empty"):
                    restore(place.made.folder, place.made.keys, place.recovery, manifest, home=home, url=url)


def test_no_planted_number_can_be_read_in_a_backup(place: Place) -> None:
    everything = b"".join(path.read_bytes() for path in place.folder.rglob("*") if path.is_file())
    for text in [*DOORS, NAME, PAPER]:
        for form in (text.encode(), text.encode("gbk"), base64.b64encode(text.encode()), text.encode().hex().encode()):
            assert form not in everything


def test_old_keys_go_after_thirty_days_and_old_backups_after_ninety(place: Place, at: datetime) -> None:
    for days in (0, 20, 31, 89, 100):
        stamp = (at - timedelta(days=days, seconds=1)).strftime(backup.STAMP)
        (place.folder / f"keys-{stamp}").write_bytes(b"")
        (place.folder / stamp).mkdir()
    gone = {path.name for path in backup.prune(place.folder, at=at)}
    stamps = [(at - timedelta(days=days, seconds=1)).strftime(backup.STAMP) for days in (31, 89, 100)]
    assert gone == {f"keys-{stamp}" for stamp in stamps} | {stamps[-1]}
    assert {path.name for path in backup.prune(place.folder, at=at + timedelta(days=1000))} >= {
        (at - timedelta(seconds=1)).strftime(backup.STAMP)
    }
    assert place.made.folder.exists(), "the newest stays whatever its age"


@row("SG-49")
def test_restored_for_trying_out_the_whole_home_holds_nothing_of_anybody(place: Place, tmp_path: Path) -> None:
    """On a server's database the cells are read by test_masking.py: to make one anew takes longer than all of this."""
    folder, home = backup.newest(place.folder), tmp_path / "trial"
    manifest = backup.load(folder, place.recovery)
    if manifest.engine == "postgresql":
        with pytest.raises(Unusable, match="engine_differs"):
            restore_masked(folder, place.recovery, manifest, home=home)
        return
    restore_masked(folder, place.recovery, manifest, home=home)
    left = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    assert b"990101101001" in left, "the shape of it is there"
    planted = [NAME, PAPER, *DOORS, place.recovery.decode()]
    assert [one for one in planted if one.encode() in left] == []
    assert not (home / "files").exists()
    with pytest.raises(Unusable, match="target_not_empty"):
        restore_masked(folder, place.recovery, manifest, home=home)


@row("SG-49")
def test_what_could_not_be_masked_is_taken_back(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, home = backup.newest(place.folder), tmp_path / "trial"
    manifest = backup.load(folder, place.recovery)

    def broken(home: Path, url: str, *said: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.CompletedProcess(said, 1, stdout="", stderr="no room")

    def filled(archive: Path, recovery: bytes, manifest: Manifest, home: Path, url: str) -> None:
        with closing(psycopg.connect(url)) as made, made.cursor() as cursor:
            cursor.execute("CREATE TABLE somebody (name text); CREATE TABLE django_migrations (name text)")
            made.commit()

    monkeypatch.setattr(restoring, "run", broken)
    monkeypatch.setattr(restoring, "_fill_postgres", filled)
    there = drill._scratch_database() if manifest.engine == "postgresql" else nullcontext("")
    with there as url:
        with pytest.raises(Unusable, match="migrate_failed"):
            restore_masked(folder, place.recovery, manifest, home=home, url=url)
        assert list(home.iterdir()) == []
        if url:
            with closing(psycopg.connect(url)) as left:
                assert left.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall() == []


def test_a_full_disk_leaves_no_half_backup(place: Place, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    before = sorted(place.folder.iterdir())
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        backup.make(place.folder, place.recovery, at=at + timedelta(seconds=5))
    assert sorted(place.folder.iterdir()) == before


def test_the_commands_refuse_with_a_sentence_and_a_refusal_is_a_failed_drill(
    place: Place, at: datetime, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match="huiyin backup"):
        call_command("drill")
    call_command("backup", str(tmp_path / "new"))
    made = next(path for path in (tmp_path / "new").iterdir() if path.is_dir())
    flip(made / "database.gz", 2000)
    with pytest.raises(CommandError, match="is not what was backed up"):
        call_command("drill", "--witness", str(place.witness), "--language", "en")
    assert Mark.objects.filter(name="drill_failed").exists()
    assert Event.objects.get(name="core.drilled").data["passed"] is False
    with pytest.raises(CommandError, match="is not what was backed up"):
        call_command("restore", str(made), "--to", str(tmp_path / "nowhere"), "--language", "en")
    assert not (tmp_path / "nowhere").exists()


def test_what_is_silent_inside_and_what_differs_from_its_manifest_do_not_pass(place: Place, at: datetime) -> None:
    manifest = place.made.manifest
    silent = drill._ask_inside(place.home.with_name("nothing"), "", manifest, [])
    assert len(silent.faults) == 1
    assert drill._against_witness(silent, drill.witnessed([]))
    right = drill.Inside(size=manifest.size, root=manifest.root, events=manifest.events)
    assert not drill._against_manifest(right, manifest)
    for other in (
        drill.Inside(size=manifest.size - 1, root=manifest.root, events=manifest.events),
        drill.Inside(size=manifest.size, root="00" * 32, events=manifest.events),
        drill.Inside(size=manifest.size, root=manifest.root, events=manifest.events - 1),
    ):
        assert drill._against_manifest(other, manifest)


@pytest.mark.parametrize(
    ("counts", "opened"),
    [
        ([360, 3, 360], [49, 3, 48]),
        ([3, 0, 5], [3, 0, 5]),
        ([1000, 1000], [50, 50]),
        ([1] * 200, [1] * 100 + [0] * 100),
        ([], []),
    ],
)
def test_what_a_short_column_lacks_of_the_hundred_comes_from_the_longer_ones(
    counts: list[int], opened: list[int]
) -> None:
    found = drill.shares(counts)
    assert sum(found) == min(100, sum(counts))
    assert sorted(found) == sorted(opened)
    assert all(one <= most for one, most in zip(found, counts, strict=True))
