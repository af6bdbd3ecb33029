"""The published format: its test vectors, the export, and the verifier that stands alone."""

import gzip
import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from huiyin.core import sealing
from huiyin.core.canonical import ROW_PREFIX, encode, leaf_of
from huiyin.core.keys import COSIGNATURE, SIGNATURE, Signer, Verifier, body, line
from huiyin.core.merkle import Edge, consistency, root
from huiyin.core.models import Leaf
from huiyin_witness import verify_log
from tests.evidence import people, watched
from tests.rows import row
from tools.steps import ROOT

PAGE = (ROOT / "docs" / "reference" / "log-format.md").read_text(encoding="utf-8")
EVENT = json.loads(PAGE.split("```json\n")[1].split("\n```")[0])
LEAVES = [bytes.fromhex(text.split()[2]) for text in PAGE.splitlines() if text.startswith("seq ")]
NOTE = "huiyin.invalid/log/0123456789abcdef\n2\n" + PAGE.split("```text\nhuiyin.invalid/log/0123456789abcdef\n2\n")[1]
NOTE = NOTE.split("```")[0]
KEY, WITNESS = (
    text for text in PAGE.splitlines() if text.count("+") > 1 and text.startswith(("huiyin.invalid", "witness.ex"))
)


def test_both_programs_give_the_published_leaf() -> None:
    assert PAGE.count(f"leaf    {LEAVES[0].hex()}") == 1
    assert verify_log.leaf(EVENT) == leaf_of(encode(EVENT)) == LEAVES[0]
    assert verify_log.leaf(EVENT | {"id": 8}) == leaf_of(encode(EVENT | {"id": 8})) == LEAVES[1]


def test_both_programs_give_the_published_root() -> None:
    tree = verify_log.Tree()
    for one in LEAVES:
        tree.add(one)
    assert f"root    {tree.root().hex()}" in PAGE
    assert tree.root() == root(LEAVES)


def test_a_row_commits_as_published() -> None:
    salt, state, commits = (PAGE.split(f"\n{name}")[1].split("\n")[0].strip() for name in ("salt ", "row ", "commits "))
    data = ROW_PREFIX + bytes.fromhex(salt) + encode(json.loads(state))
    assert hashlib.sha256(data).hexdigest() == commits


def test_both_programs_read_and_write_the_published_checkpoint() -> None:
    checkpoint = verify_log.Checkpoint.parse(NOTE)
    assert (checkpoint.size, checkpoint.root) == (2, root(LEAVES))
    assert verify_log.Key.parse(KEY).signed(checkpoint)
    assert verify_log.Key.parse(WITNESS).signed(checkpoint)
    signer = Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
    verifier = signer.verifier("huiyin.invalid/log/0123456789abcdef")
    assert str(verifier) == KEY
    text = body(verifier.name, 2, root(LEAVES), datetime.fromisoformat("2026-11-18T01:44:02Z"))
    assert text == checkpoint.body
    assert line(verifier.name, verifier.id, signer.sign(text)).decode() in NOTE
    witness = Verifier.parse(WITNESS)
    data = checkpoint.signatures[1][2]
    assert witness.cosigned(text, int.from_bytes(data[:8], "big"), data[8:])
    assert not witness.cosigned(text, int.from_bytes(data[:8], "big") + 1, data[8:])


@given(st.binary(max_size=80), st.binary(min_size=32, max_size=32), st.integers(0, 511))
def test_our_own_ed25519_agrees_with_the_library(message: bytes, seed: bytes, bit: int) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = private.public_key().public_bytes_raw(), private.sign(message)
    assert verify_log.ed25519(public, message, signature)
    wrong = bytearray(signature)
    wrong[bit // 8] ^= 1 << bit % 8
    assert not verify_log.ed25519(public, message, bytes(wrong))
    assert not verify_log.ed25519(public, message + b"x", signature)


@pytest.mark.parametrize(
    ("secret", "public", "message", "signature"),
    [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24"
            "655141438e7a100b",
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aee"
            "b00d291612bb0c00",
        ),
    ],
)
def test_the_vectors_of_rfc_8032_come_out(secret: str, public: str, message: str, signature: str) -> None:
    assert Ed25519PrivateKey.from_private_bytes(bytes.fromhex(secret)).public_key().public_bytes_raw().hex() == public
    assert verify_log.ed25519(bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature))


def test_a_signature_that_is_none_is_refused() -> None:
    public = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw()
    too_large = bytes(32) + (verify_log.L).to_bytes(32, "little")
    for key, signature in ((public, b""), (b"", bytes(64)), (b"\xff" * 32, bytes(64)), (public, too_large)):
        assert not verify_log.ed25519(key, b"m", signature)


@pytest.mark.parametrize("new", [1, 2, 3, 7, 8, 13, 32, 33])
def test_the_verifier_takes_the_proofs_the_product_makes_and_no_others(new: int) -> None:
    leaves = [hashlib.sha256(b"\x00%d" % number).digest() for number in range(new)]

    def subtree(start: int, end: int) -> bytes:
        return root(leaves[start:end])

    for old in range(1, new + 1):
        proof = consistency(old, new, subtree)
        assert verify_log.grows_into(old, root(leaves[:old]), new, root(leaves), proof)
        assert not verify_log.grows_into(old, root(leaves[1:]), new, root(leaves), proof)
        assert not verify_log.grows_into(old, root(leaves[:old]), new, root(leaves), [*proof, bytes(32)])
        for at in range(len(proof)):
            assert not verify_log.grows_into(old, root(leaves[:old]), new, root(leaves), proof[:at] + proof[at + 1 :])


@pytest.fixture
def exported(db: None, at: datetime, tmp_path: Path) -> Path:
    """An export of a log that a witness has seen."""
    people(5, at)
    watched(tmp_path / "witness", at)
    people(3, at)
    path = tmp_path / "log.jsonl"
    call_command("audit", "export", str(path))
    return path


def alone(path: Path, *more: str) -> "subprocess.CompletedProcess[str]":
    """Run the one file in a folder of its own, with nothing of ours and no third party's library in reach."""
    program = path.parent / "alone" / "verify_log.py"
    program.parent.mkdir(exist_ok=True)
    shutil.copy(ROOT / "huiyin_witness" / "verify_log.py", program)
    command = [sys.executable, "-I", "-S", str(program), str(path), *more]
    return subprocess.run(command, cwd=program.parent, capture_output=True, text=True, check=False)


@row("SG-49")
@pytest.mark.slow
def test_the_verifier_alone_finds_an_export_right(exported: Path) -> None:
    witness = exported.parent / "witness"
    key = json.loads((witness / "witness.json").read_text(encoding="utf-8"))["key"]
    seen = exported.parent / "seen.txt"
    note = json.loads(next((witness / "logs").iterdir()).read_text(encoding="utf-8"))["note"]
    seen.write_text(note, encoding="utf-8")
    receipt = bytes(Leaf.objects.order_by("-seq")[0].hash).hex()
    given = ["--key", str(sealing.verifier()), "--witness", key, "--seen", str(seen), "--receipt", receipt]
    done = alone(exported, *given)
    assert (done.returncode, done.stderr) == (0, "")
    newest = sealing.newest()
    assert newest is not None
    assert done.stdout == f"{newest.size} entries hold, root {bytes(newest.root).hex()}\n"
    packed = exported.with_suffix(".jsonl.gz")
    packed.write_bytes(gzip.compress(exported.read_bytes()))
    assert alone(packed).returncode == 0
    assert alone(exported, "--receipt", "ab" * 32).stderr == f"no entry has the receipt {'ab' * 32}\n"
    assert "nothing here is signed by the witness" in alone(exported, "--witness", WITNESS).stderr
    assert "names another key" in alone(exported, "--key", KEY).stderr
    assert alone(exported, "--key", "nonsense").returncode == 2
    assert alone(exported.with_name("nothing")).returncode == 1


def lines_of(path: Path) -> list[dict[str, Any]]:
    """An export's lines."""
    return [json.loads(text) for text in path.read_text(encoding="utf-8").splitlines()]


def said(lines: list[dict[str, Any]], **asked: Any) -> str:
    """What the verifier says of lines."""
    return "\n".join(verify_log.check(map(json.dumps, lines), verify_log.Asked(**asked)).faults)


def again(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leaves and end reckoned anew, as a forger would."""
    edge = Edge()
    for value in lines:
        if "event" in value:
            value["leaf"] = verify_log.leaf(value["event"]).hex()
            value["seq"] = edge.size
            edge.add(bytes.fromhex(value["leaf"]))
        elif "end" in value:
            value["end"] = {"size": edge.size, "root": edge.root().hex()}
    return lines


Change = Callable[[list[dict[str, Any]]], list[dict[str, Any]]]


@row("SG-49")
@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda lines: lines[:-1], "no right end"),
        (lambda lines: lines[:3] + lines[4:], "is missing: entry 3 stands in its place"),
        (lambda lines: [lines[0], lines[2], lines[1], *lines[3:]], "entry 0 is missing"),
        (lambda lines: again(lines[:3] + lines[4:]), "the tail was cut"),
        (lambda lines: again([*lines[:2], lines[1], *lines[2:]]), "has another root: the log was rewritten"),
        (lambda lines: [one for one in lines if "checkpoint" not in one], "no checkpoint is in the file"),
        (lambda lines: [lines[0] | {"format": "huiyin-log-2"}, *lines[1:]], "the format is huiyin-log-2"),
        (lambda lines: [lines[0] | {"origin": "x"}, *lines[1:]], "is of another log"),
        (lambda lines: [lines[0] | {"key": KEY}, *lines[1:]], "is not signed by the log's key"),
        (lambda lines: [*lines, {"what": 1}], "unknown kind of line"),
        (lambda lines: [*lines, {"event": 1, "seq": 0, "leaf": ""}], "cannot be read"),
    ],
)
def test_the_verifier_names_what_was_done_to_an_export(exported: Path, change: Change, sentence: str) -> None:
    assert said(lines_of(exported)) == ""
    assert sentence in said(change(lines_of(exported)))


@row("SG-49")
def test_a_missing_entry_is_said_once_and_what_follows_is_still_read(exported: Path) -> None:
    lines = lines_of(exported)
    assert len(lines) > 5, "entries come after the gap"
    told = said(lines[:2] + lines[3:])
    assert told.count("is missing") == 1
    assert "entry 1 is missing: entry 2 stands in its place" in told
    assert "the tail was cut" in told


@row("SG-49")
@pytest.mark.parametrize("column", ["name", "subject", "by_name", "request_id", "at"])
def test_the_verifier_names_an_entry_with_one_changed_letter(exported: Path, column: str) -> None:
    lines = lines_of(exported)
    lines[3]["event"][column] += "x"
    assert f"entry 2 (event {lines[3]['event']['id']}) was changed" in said(lines)
    assert "has another root: the log was rewritten" in said(again(lines))


def test_the_verifier_takes_a_witnessed_root_over_a_rewritten_and_signed_log(exported: Path) -> None:
    """What a witness holds is compared even if the file's own checkpoints agree with the forgery."""
    lines = again([one for one in lines_of(exported) if "checkpoint" not in one])
    seen = verify_log.Checkpoint.parse(next(one for one in lines_of(exported) if "checkpoint" in one)["checkpoint"])
    lines[0]["sizes"] = []
    lines[1]["event"]["name"] = "x.y"
    assert "the witnessed checkpoint at" in said(again(lines), seen=[seen])


def test_a_file_that_cannot_be_written_is_refused(db: None, at: datetime, tmp_path: Path) -> None:
    people(1, at)
    with pytest.raises(CommandError, match="No such file"):
        call_command("audit", "export", str(tmp_path / "no" / "log.jsonl"))


def test_keys_of_both_kinds_are_told_apart() -> None:
    assert Verifier.parse(KEY).kind == SIGNATURE
    assert Verifier.parse(WITNESS).kind == COSIGNATURE
    for wrong in (KEY.replace("45a0a7b7", "45a0a7b8"), KEY[:-8], "a+b", "a+b+***"):
        with pytest.raises(ValueError):
            Verifier.parse(wrong)
        with pytest.raises(ValueError, match="key"):
            verify_log.Key.parse(wrong)


def test_notes_that_are_none_are_refused() -> None:
    good = NOTE
    for wrong in (
        "",
        "x\n\n",
        good.replace("\n2\n", "\n02\n"),
        good.replace("\n2\n", "\n-2\n"),
        good.replace("— ", "- "),
    ):
        with pytest.raises(ValueError):
            verify_log.Checkpoint.parse(wrong)
