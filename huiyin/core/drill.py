"""`huiyin drill`: does the backup come back? Restored to a throw-away place, verified, opened, timed.

The restored log is held against what the witness signed, never only against itself; what could not be verified counts
as not verified. The check of the restored place runs as a process of its own on that place's settings.
"""

import json
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote

import psycopg
from django.conf import settings
from django.db import connection
from django.db.models import Model
from psycopg import sql

from huiyin.core import audit, backup, dump, files, sealing, witnesses
from huiyin.core.actions import action
from huiyin.core.archive import Unusable
from huiyin.core.audit import Seen
from huiyin.core.backup import CANARY, CANARY_PLACE, CANARY_TEXT, Manifest
from huiyin.core.events import Fact, record
from huiyin.core.keyfiles import keys_folder, read_private
from huiyin.core.keys import Verifier, signature_lines
from huiyin.core.merkle import consistent
from huiyin.core.models import Checkpoint, Cosignature, Event, Mark, StoredFile
from huiyin.core.restore import judge, restore, run
from huiyin.core.sealed import SealedColumn, closed_columns, sealed_columns
from huiyin.core.vault import Damaged, Shredded, vault
from huiyin.core.viewer import Viewer
from huiyin.programme.words import phrase

FIELDS = 100
FILES = 100


@dataclass(frozen=True, kw_only=True)
class Drilled(Fact):
    """A drill was held: whether everything was proved, how old the backup was and how long it took, in seconds."""

    NAME: ClassVar[str] = "core.drilled"
    passed: bool
    age: int
    took: int


@dataclass
class Inside:
    """What was found in the restored place. `size` and `root` are of the sealed tree, `events` is the whole table."""

    faults: list[str] = field(default_factory=list)
    size: int = 0
    root: str = ""
    events: int = 0
    rows: int = 0
    opened: int = 0
    erased: int = 0
    files: int = 0
    closed: int = 0
    """Texts and files of the sealed compartment: they are there, and nothing here opens them, which is meant."""


@dataclass(frozen=True)
class Result:
    """A drill's outcome; passed when there is no fault."""

    manifest: Manifest
    inside: Inside
    witness: str
    faults: list[str]
    age: timedelta
    took: float

    @property
    def passed(self) -> bool:
        """Nothing is in doubt."""
        return not self.faults


def drill(
    folder: Path, keys: Path | None, recovery: bytes, witnesses_: Sequence[Path], *, at: datetime, most: timedelta
) -> Result:
    """Restore a backup to a throw-away place and prove it.

    Raises Unusable for a backup that is not even to be restored, WitnessRefused for a witness that cannot be asked.
    """
    began = time.monotonic()
    found = backup.newest(folder)
    manifest = judge(found, recovery, at=at, most=most)
    seen = witnessed(witnesses_)
    with _place(manifest) as (home, url):
        restore(found, keys or backup.newest_keys(found, manifest), recovery, manifest, home=home, url=url)
        inside = _ask_inside(home, url, manifest, [one for one in seen if one.size <= manifest.size])
    faults = [*inside.faults, *_against_manifest(inside, manifest), *_against_witness(inside, seen)]
    took = time.monotonic() - began
    named = ", ".join(f"{one.witness} ({one.size})" for one in seen)
    return Result(manifest, inside, named, faults, at - manifest.at, took)


@action
def note(*, by: Viewer, at: datetime, subject: str, passed: bool, age: float, took: float) -> None:
    """Tell how a drill went, and remember it for the health page."""
    record(Drilled(subject=subject, passed=passed, age=int(age), took=int(took)), by=by, at=at)
    Mark.objects.update_or_create(name="drill" if passed else "drill_failed", defaults={"value": subject, "at": at})


def witnessed(folders: Sequence[Path]) -> list[Seen]:
    """What witnesses hold: of the folders given, or else the signatures of theirs that our log keeps, proved again.

    Raises WitnessRefused when a witness cannot be asked, Unusable("drill_no_witness") when nobody vouches for the log.
    """
    seen = [witnesses.seen(folder) for folder in folders] or _kept_signatures()
    if not seen:
        raise Unusable("drill_no_witness")
    return seen


def look_inside(*, at: datetime, seen: Sequence[Seen], canary: str, language: str) -> Inside:
    """Verify the place this process runs on: the log, a hundred encrypted fields, the attachments.

    `at` is when the backup was taken, so that what was young then is not called late now.
    """
    findings = audit.verify(at, seen, language)
    inside = Inside(findings.told(), findings.events, findings.root.hex(), Event.objects.count(), findings.rows)
    _canary(inside, canary, language)
    columns = [(column, _present(column)) for column in sealed_columns()]
    for (column, count), wanted in zip(columns, shares([count for _, count in columns]), strict=True):
        if wanted:
            _open_some(inside, column, count, wanted, language)
    _open_files(inside, language)
    inside.closed += sum(model._base_manager.exclude(**{column: b""}).count() for model, column in closed_columns())
    return inside


def _canary(inside: Inside, canary: str, language: str) -> None:
    """One field that every backup has, so that the keys are proved even where nobody's phone is known yet."""
    try:
        whole = vault().open(CANARY, **CANARY_PLACE, sealed=bytes.fromhex(canary)) == CANARY_TEXT
    except (Damaged, Shredded, ValueError):
        whole = False
    if whole:
        inside.opened += 1
    else:
        inside.faults.append(phrase("backup", "canary_dead", language))


def shares(counts: Sequence[int], whole: int = FIELDS) -> list[int]:
    """How many of each column to open: as evenly as can be, and what a short one lacks comes from the longer ones."""
    found, left = [0] * len(counts), min(whole, sum(counts))
    for number, place in enumerate(sorted(range(len(counts)), key=lambda one: counts[one])):
        found[place] = min(counts[place], -(-left // (len(counts) - number)))
        left -= found[place]
    return found


def _present(column: SealedColumn) -> int:
    return column.model._base_manager.filter(**{f"{column.column}__isnull": False}).count()


def _open_some(inside: Inside, column: SealedColumn, count: int, wanted: int, language: str) -> None:
    """Open rows spread evenly over a table. Erased ones count; a ciphertext that does not open is a fault."""
    rows = column.model._base_manager.filter(**{f"{column.column}__isnull": False}).order_by("pk")
    step = max(1, count // wanted)
    for place in range(0, count, step)[:wanted]:
        row: Model = rows[place]
        try:
            column.open(row)
            inside.opened += 1
        except Shredded:
            inside.erased += 1
        except Damaged:
            name = f"{row._meta.label_lower}.{column.column}:{row.pk}"
            inside.faults.append(phrase("backup", "field_dead", language, name=name))


def _open_files(inside: Inside, language: str) -> None:
    """All attachments have to be there; of the first hundred every byte is proved."""
    for number, row in enumerate(StoredFile.objects.order_by("-pk").iterator(chunk_size=500)):
        try:
            if number < FILES:
                files.content(row)
            elif not files.path_of(row.pk).is_file():
                raise Damaged
            inside.files += 1
        except files.Closed:
            inside.closed += 1
        except Shredded:
            inside.erased += 1
        except Damaged:
            inside.faults.append(phrase("backup", "file_dead", language, name=str(row.pk)))


def _ask_inside(home: Path, url: str, manifest: Manifest, seen: Sequence[Seen]) -> Inside:
    """Run `look_inside` where the backup was restored to; silence is a fault."""
    question = {
        "at": manifest.taken_at,
        "canary": manifest.canary,
        "seen": [asdict(one) | {"root": one.root.hex(), "at": one.at.isoformat()} for one in seen],
    }
    done = run(home, url, "drill", "--inside", json.dumps(question))
    try:
        return Inside(**json.loads(done.stdout.splitlines()[-1]))
    except (ValueError, TypeError, IndexError):
        reason = (done.stderr.strip().splitlines() or ["?"])[-1]
        return Inside([phrase("backup", "inside_silent", reason=reason)])


def _against_manifest(inside: Inside, manifest: Manifest) -> list[str]:
    if inside.faults or (inside.size, inside.root, inside.events) == (manifest.size, manifest.root, manifest.events):
        return []
    return [phrase("backup", "manifest_differs", found=inside.size, size=manifest.size)]


def _against_witness(inside: Inside, seen: Sequence[Seen]) -> list[str]:
    """What a witness signed after the backup was taken has to grow out of the restored tree."""
    return [
        phrase("backup", "witness_differs", witness=one.witness, size=one.size)
        for one in seen
        if one.size >= inside.size and not _grows_into(inside.size, bytes.fromhex(inside.root), one)
    ]


def _grows_into(size: int, root: bytes, later: Seen) -> bool:
    """By a proof that the log at work makes and that is checked against the witness's root alone (RFC 6962 §2.1.2)."""
    if size == later.size:
        return root == later.root
    checkpoint = Checkpoint.objects.filter(size=later.size).first()
    if checkpoint is None or size == 0:
        return False
    try:
        proof = sealing.consistency_proof(size, checkpoint)
    except ValueError:
        return False
    return consistent(size, root, later.size, later.root, proof)


def _kept_signatures() -> list[Seen]:
    """The newest signature of each witness whose key is known here, proved again."""
    newest: dict[str, Seen] = {}
    for one in Cosignature.objects.select_related("checkpoint").order_by("checkpoint__size"):
        path = keys_folder(Path(settings.HUIYIN_HOME)) / f"witness-{one.witness}.key"
        if not path.exists():
            continue
        key = Verifier.parse(read_private(path).decode())
        text, _ = signature_lines(sealing.note(one.checkpoint))
        if key.id == one.key_id and key.cosigned(text, int(one.at.timestamp()), bytes(one.signature)):
            newest[one.witness] = Seen(one.witness, one.checkpoint.size, bytes(one.checkpoint.root), one.at)
    return list(newest.values())


@contextmanager
def _place(manifest: Manifest) -> Iterator[tuple[Path, str]]:
    """A home, and for PostgreSQL a database on the same server, that are gone afterwards whatever happens."""
    parent = Path(settings.HUIYIN_HOME) / "tmp"
    parent.mkdir(exist_ok=True, mode=0o700)
    home = Path(tempfile.mkdtemp(prefix="drill-", dir=parent))
    try:
        if manifest.engine != "postgresql":
            yield home, ""
        elif connection.vendor != "postgresql":
            raise Unusable("engine_differs", engine=manifest.engine)
        else:
            with _scratch_database() as url:
                yield home, url
    finally:
        shutil.rmtree(home)


@contextmanager
def _scratch_database() -> Iterator[str]:
    """An empty database beside ours. Raises Unusable("drill_no_database") where our role may not make one."""
    params = connection.get_connection_params()
    name = f"huiyin_drill_{secrets.token_hex(6)}"
    with dump.connect(params) as server:
        server.commit()
        server.autocommit = True
        try:
            server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        except psycopg.errors.InsufficientPrivilege as problem:
            raise Unusable("drill_no_database", role=str(params.get("user", ""))) from problem
        try:
            # It is thrown away in a minute: nothing in it has to survive a power cut.
            server.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(sql.Identifier(name)))
            yield _url(params, name)
        finally:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def _url(params: dict[str, Any], name: str) -> str:
    password = f":{quote(params['password'], safe='')}" if params.get("password") else ""
    user = quote(params.get("user") or "", safe="") + password
    port = f":{params['port']}" if params.get("port") else ""
    return f"postgres://{user}{'@' if user else ''}{params.get('host') or ''}{port}/{quote(name)}"
