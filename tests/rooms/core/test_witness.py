"""The witness remembers, and says no to a log that does not."""

import base64
import json
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from huiyin.core import audit, sealing, witnesses
from huiyin.core.keys import COSIGNATURE, Signer, Verifier, signer
from huiyin.core.models import Checkpoint, Cosignature
from huiyin.core.witnesses import WitnessRefused
from huiyin_witness import cli, state, verify_log
from tests.evidence import MACHINE, cut_tail, name_person, people, rewrite, sql, watched
from tests.rows import row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english_terminal")]


@pytest.fixture
def witness(tmp_path: Path, at: datetime) -> Path:
    """A witness that watches this log and has seen its first checkpoint."""
    people(3, at)
    return watched(tmp_path / "witness", at).folder


def own(folder: Path) -> state.Witness:
    """The witness's own program, in this process."""
    return state.Witness(folder)


def told(at: datetime, folder: Path) -> list[str]:
    """What verify says with the witness, in English."""
    return audit.verify(at, [witnesses.seen(folder)], "en").told()


@row("SG-49")
def test_a_pushed_checkpoint_is_kept_with_the_witnesses_word(witness: Path, at: datetime) -> None:
    people(4, at)
    call_command("witness", "push", str(witness))
    newest, found = sealing.newest(), sealing.newest_witnessed()
    assert newest is not None
    assert found is not None
    assert (found.size, found.root) == (newest.size, bytes(newest.root))
    assert found.short == " ".join(bytes(newest.root).hex()[at : at + 4] for at in range(0, 16, 4))
    assert Cosignature.objects.count() == 2
    assert own(witness).newest(sealing.origin()).size == newest.size
    assert told(at, witness) == []


@pytest.mark.slow
def test_the_commands_of_the_witness_are_reached_through_the_product(
    tmp_path: Path, at: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = str(tmp_path / "w")
    call_command("witness", "init", folder, "--name", f"town-{tmp_path.name}")
    people(1, at)
    call_command("witness", "introduce", folder)
    call_command("witness", "push", folder)
    capsys.readouterr()
    call_command("witness", "show", folder)
    assert capsys.readouterr().out.startswith(sealing.origin())
    call_command("audit", "verify", "--witness", folder)
    assert f"witness town-{tmp_path.name}: " in capsys.readouterr().out


def test_the_same_checkpoint_may_be_shown_twice(witness: Path) -> None:
    call_command("witness", "push", str(witness))
    assert Cosignature.objects.count() == 1
    assert len((next((witness / "logs").iterdir())).read_text(encoding="utf-8").splitlines()) == 1


@row("SG-49")
def test_a_smaller_log_is_refused_and_named(witness: Path, at: datetime) -> None:
    before = own(witness).newest(sealing.origin()).size
    cut_tail(2)
    sql("DELETE FROM core_cosignature")
    sql("DELETE FROM core_checkpoint WHERE size > %s", [before - 2])
    rewrite(at, signer(make=False))
    with pytest.raises(CommandError, match=f"shows {before - 2} entries and had {before}: its tail was cut"):
        call_command("witness", "push", str(witness))
    sentences = told(at, witness)
    assert any(
        f"saw {before} entries" in one and f"now there are {before - 2} (the tail was cut" in one for one in sentences
    )


@row("SG-49")
def test_a_log_rewritten_and_signed_with_the_real_key_is_refused_and_named(witness: Path, at: datetime) -> None:
    first = sealing.newest()
    assert first is not None
    sql("UPDATE core_event SET name = 'x.y' WHERE id = (SELECT min(id) FROM core_event)")
    rewrite(at, signer(make=False))
    assert audit.verify(at).told() == [], "alone, the product cannot know"
    assert len(told(at, witness)) == 1
    assert f"the first {first.size} entries, as witness" in told(at, witness)[0]
    people(5, at)
    with pytest.raises(CommandError, match="it was rewritten"):
        call_command("witness", "push", str(witness))


@row("SG-49")
def test_a_rewritten_log_that_kept_the_old_signature_is_named_without_the_witness(witness: Path, at: datetime) -> None:
    kept = list(Cosignature.objects.values("witness", "key_id", "at", "signature"))
    sql("UPDATE core_event SET name = 'x.y' WHERE id = (SELECT min(id) FROM core_event)")
    old = sealing.newest()
    assert old is not None
    root = bytes(old.root)
    rewrite(at, signer(make=False))
    people(1, at)
    sealing.seal_now(at)
    newest = sealing.newest()
    assert newest is not None
    faked = Checkpoint.objects.create(
        size=old.size + 1000, root=root, edge=b"", at=at, key_id=newest.key_id, signature=bytes(64)
    )
    Cosignature.objects.create(checkpoint=faked, **kept[0])
    assert any("saw" in one for one in audit.verify(at, language="en").told())


@row("SG-49")
def test_a_witness_without_its_memory_does_not_start(witness: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for part in ("witness.json", "witness.pem", "logs"):
        path, away = witness / part, witness.parent / "away"
        path.rename(away)
        with pytest.raises(SystemExit) as ended:
            cli.main(["show", str(witness)])
        assert ended.value.code == 1
        assert "does not start without its state" in capsys.readouterr().err
        away.rename(path)
    history = next((witness / "logs").iterdir())
    history.rename(witness.parent / "away")
    with pytest.raises(CommandError, match="a witness without memory would sign a fork"):
        call_command("witness", "push", str(witness))


def test_a_damaged_memory_is_not_believed(witness: Path) -> None:
    history = next((witness / "logs").iterdir())
    entry = json.loads(history.read_text(encoding="utf-8"))
    note = entry["note"]
    for damage in (
        {},
        {"note": 7},
        {"note": note.replace("— witness", "— other")},
        {"note": note.replace("\n7\n", "\n6\n")},
    ):
        history.write_text(json.dumps(damage) + "\n", encoding="utf-8")
        with pytest.raises(state.Refused, match="damaged"):
            own(witness).newest(sealing.origin())
    (witness / "witness.json").write_text("{}", encoding="utf-8")
    with pytest.raises(state.Refused, match="damaged"):
        own(witness)


def test_a_line_cut_by_a_power_failure_is_taken_back(witness: Path, at: datetime) -> None:
    history = next((witness / "logs").iterdir())
    whole = history.read_bytes()
    history.write_bytes(whole + b'{"size": 99, "ro')
    people(1, at)
    call_command("witness", "push", str(witness))
    assert history.read_bytes().startswith(whole)
    assert own(witness).newest(sealing.origin()).size == sealing.newest().size  # type: ignore[union-attr]  # just sealed


def test_the_key_of_the_witness_is_kept_private(witness: Path) -> None:
    assert (witness / "witness.pem").stat().st_mode & 0o777 == 0o600
    (witness / "witness.pem").chmod(0o644)
    with pytest.raises(state.Refused, match="can be read by others"):
        own(witness)
    other = state.Witness.make(witness.parent / "other", "other")
    (witness / "witness.pem").unlink()
    shutil.copy(other.folder / "witness.pem", witness / "witness.pem")
    with pytest.raises(state.Refused, match="not the key of this witness"):
        own(witness)
    (witness / "witness.pem").write_bytes(b"nothing")
    with pytest.raises(state.Refused, match="damaged"):
        own(witness)


def test_a_log_that_was_not_introduced_is_refused(tmp_path: Path, at: datetime) -> None:
    state.Witness.make(tmp_path / "w", "stranger")
    people(1, at)
    sealing.seal_now(at)
    with pytest.raises(CommandError, match="is not watched here"):
        call_command("witness", "push", str(tmp_path / "w"))
    with pytest.raises(CommandError, match="is no witness"):
        call_command("witness", "push", str(tmp_path / "nothing"))


def test_a_second_key_for_a_log_is_refused(witness: Path) -> None:
    other = Signer(Ed25519PrivateKey.generate()).verifier(sealing.origin())
    with pytest.raises(CommandError, match="watched under another key"):
        call_command("witness", "trust", str(witness), str(other))
    with pytest.raises(CommandError, match="the key of a witness"):
        call_command("witness", "trust", str(witness), str(own(witness).key))


def test_a_checkpoint_signed_by_another_key_is_refused(witness: Path, at: datetime) -> None:
    people(1, at)
    last = own(witness).newest(sealing.origin()).size
    sealing.seal_now(at)
    rewrite(at, Signer(Ed25519PrivateKey.generate()))
    newest = sealing.newest()
    assert newest is not None
    with pytest.raises(WitnessRefused, match="not signed by the log's key"):
        witnesses.ask(["sign", witness], witnesses.request(last, newest))


@row("SG-49")
def test_a_proof_that_lies_is_refused(witness: Path, at: datetime) -> None:
    people(9, at)
    sealing.seal_now(at)
    newest = sealing.newest()
    assert newest is not None
    size = own(witness).newest(sealing.origin()).size
    head, _, note = witnesses.request(size, newest).decode().partition("\n\n")
    lines = head.split("\n")
    for number in range(1, len(lines)):
        wrong = bytearray(base64.b64decode(lines[number]))
        wrong[number] ^= 1
        lied = [*lines[:number], base64.b64encode(wrong).decode(), *lines[number + 1 :]]
        with pytest.raises(state.Refused, match="rewritten"):
            own(witness).sign(*cli.parse("\n".join(lied) + "\n\n" + note), 1)
    for cut in (lines[:-1], [*lines, lines[-1]]):
        with pytest.raises(state.Refused, match="rewritten"):
            own(witness).sign(*cli.parse("\n".join(cut) + "\n\n" + note), 1)
    with pytest.raises(state.Refused, match="starts at 1"):
        own(witness).sign(*cli.parse("\n".join(["old 1", *lines[1:]]) + "\n\n" + note), 1)
    assert own(witness).newest(sealing.origin()).size == size
    own(witness).sign(*cli.parse(head + "\n\n" + note), 1)


def test_a_witness_is_made_once(tmp_path: Path) -> None:
    state.Witness.make(tmp_path / "w", "one")
    with pytest.raises(state.Refused, match="not empty"):
        state.Witness.make(tmp_path / "w", "one")
    with pytest.raises(state.Refused, match="no spaces"):
        state.Witness.make(tmp_path / "v", "two words")


@given(st.text(max_size=200))
def test_a_request_that_is_none_is_refused_with_a_sentence(request: str) -> None:
    try:
        old, proof, note = cli.parse(request)
    except state.Refused:
        return
    assert old >= 0
    assert all(len(item) == 32 for item in proof)
    with pytest.raises(ValueError, match=r".*"):
        verify_log.Checkpoint.parse(note)


def test_the_witness_runs_without_the_product(witness: Path) -> None:
    code = (
        "import sys; import huiyin_witness.cli as c; c.main(['show', sys.argv[1]]); "
        "assert not [m for m in sys.modules if m.split('.')[0] in ('huiyin', 'django')]"
    )
    done = subprocess.run([sys.executable, "-c", code, str(witness)], capture_output=True, check=True, text=True)
    assert done.stdout.startswith(sealing.origin())


def test_wrong_usage_exits_with_two(witness: Path) -> None:
    for wrong in ([], ["trust", str(witness), "no-key"], ["size", str(witness)], ["dance", str(witness)]):
        with pytest.raises(SystemExit) as ended:
            cli.main(wrong)
        assert ended.value.code == 2


def test_a_witness_elsewhere_is_served_by_files(
    witness: Path, at: datetime, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import io

    people(2, at)
    size = own(witness).newest(sealing.origin()).size
    capsys.readouterr()
    call_command("witness", "request", str(size))
    request = capsys.readouterr().out.encode()
    line = witnesses.ask(["sign", witness], request)
    newest = sealing.newest()
    assert newest is not None
    monkeypatch.setattr("sys.stdin", io.StringIO(line))
    call_command("witness", "accept", str(newest.size), str(own(witness).key))
    found = sealing.newest_witnessed()
    assert found is not None
    assert found.size == newest.size
    monkeypatch.setattr("sys.stdin", io.StringIO("— nobody AAAA"))
    with pytest.raises(CommandError, match="签名不对"):
        call_command("witness", "accept", str(newest.size), str(own(witness).key))
    with pytest.raises(CommandError, match="there is no checkpoint at 100000"):
        call_command("witness", "accept", "100000", str(own(witness).key))


@row("SG-49")
def test_a_witness_that_changes_its_key_is_not_believed(witness: Path) -> None:
    name = own(witness).key.name
    other = Verifier(name, COSIGNATURE, Signer(Ed25519PrivateKey.generate()).public)
    with pytest.raises(WitnessRefused, match="换了密钥"):
        witnesses.known(str(other))
    for wrong in ("x", f"{name}+00000000+AAAA", str(sealing.verifier())):
        with pytest.raises(WitnessRefused, match="不是见证方的公钥"):
            witnesses.known(wrong)


def test_a_witnessed_checkpoint_of_another_log_proves_nothing(
    witness: Path, at: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    sql("UPDATE core_mark SET value = 'huiyin.invalid/log/other' WHERE name = 'log'")
    with pytest.raises(SystemExit):
        call_command("audit", "verify", "--witness", str(witness))
    assert "is not watched here" in capsys.readouterr().err


def test_a_witness_that_holds_nothing_yet_is_a_fault_and_not_a_pass(
    tmp_path: Path, at: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    state.Witness.make(tmp_path / "w", f"new-{tmp_path.name}")
    name_person(by=MACHINE, at=at, name="甲")
    call_command("witness", "introduce", str(tmp_path / "w"))
    with pytest.raises(SystemExit):
        call_command("audit", "verify", "--witness", str(tmp_path / "w"))
    assert "还没有见过这份日志" in capsys.readouterr().err
