"""The vault: nothing leaves it without its key, and a destroyed key is gone for good."""

import fcntl
import os
import sqlite3
import subprocess
import sys
import threading
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.core.keyfiles import UnsafeKeys, keys_folder
from huiyin.core.keystore import LocalKeyStore
from huiyin.core.vault import Damaged, Shredded, Vault
from huiyin.programme.refusal import Refused

AT = datetime(2026, 11, 18, 1, 44, tzinfo=UTC)
PLACE = {"table": "register.resident", "column": "phone", "row": "r1"}


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(LocalKeyStore(tmp_path))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Vault:
    return Vault(LocalKeyStore(tmp_path_factory.mktemp("vault")))


@given(text=st.text(st.characters(exclude_categories=["Cs"])))
def test_whatever_was_sealed_is_opened_again(shared: Vault, text: str) -> None:
    sealed = shared.seal("person:1", **PLACE, text=text)
    assert shared.open("person:1", **PLACE, sealed=sealed) == text


def test_a_hundred_thousand_characters_are_sealed_and_opened(vault: Vault) -> None:
    text = "啊" * 100_000
    assert vault.open("p", **PLACE, sealed=memoryview(vault.seal("p", **PLACE, text=text))) == text


def test_a_lone_surrogate_is_refused_with_a_sentence(vault: Vault) -> None:
    with pytest.raises(Refused) as refused:
        vault.seal("p", **PLACE, text="a\ud800")
    assert refused.value.sentence()


@pytest.mark.parametrize(
    "elsewhere",
    [{"table": "other"}, {"column": "door"}, {"row": "r2"}, {"table": "register.residentp", "column": "hone"}],
)
def test_a_ciphertext_moved_elsewhere_does_not_open(vault: Vault, elsewhere: dict[str, str]) -> None:
    sealed = vault.seal("p", **PLACE, text="16000001234")
    with pytest.raises(Damaged):
        vault.open("p", **{**PLACE, **elsewhere}, sealed=sealed)


def test_a_ciphertext_of_another_person_does_not_open(vault: Vault) -> None:
    sealed = vault.seal("p", **PLACE, text="16000001234")
    vault.prepare(["q"])
    with pytest.raises(Damaged):
        vault.open("q", **PLACE, sealed=sealed)


def test_no_bit_of_a_ciphertext_can_be_flipped(vault: Vault) -> None:
    sealed = vault.seal("p", **PLACE, text="16000001234")
    for place in range(len(sealed) * 8):
        other = bytearray(sealed)
        other[place // 8] ^= 1 << place % 8
        with pytest.raises(Damaged):
            vault.open("p", **PLACE, sealed=bytes(other))


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" * 20, b"\x02" * 60])
def test_what_is_no_ciphertext_is_said_to_be_damaged(vault: Vault, sealed: bytes) -> None:
    with pytest.raises(Damaged):
        vault.open("p", **PLACE, sealed=sealed)


def test_the_suite_and_the_key_stand_in_every_ciphertext(vault: Vault) -> None:
    one, other = (vault.seal("p", **PLACE, text="same") for _ in range(2))
    key = vault.store.key("p")
    assert key is not None
    assert one[0] == other[0] == 1
    assert one[1:9] == other[1:9] == key.id
    assert one[9:21] != other[9:21]


def test_nonces_do_not_repeat(vault: Vault) -> None:
    assert len({vault.seal("p", **PLACE, text="x")[9:21] for _ in range(20_000)}) == 20_000


def test_a_destroyed_key_opens_nothing_and_its_subject_gets_no_other(vault: Vault) -> None:
    sealed = vault.seal("p", **PLACE, text="16000001234")
    assert vault.destroy("p", at=AT)
    with pytest.raises(Shredded):
        vault.open("p", **PLACE, sealed=sealed)
    with pytest.raises(Shredded):
        vault.seal("p", **PLACE, text="again")
    with pytest.raises(Shredded):
        vault.prepare(["q", "p"])
    assert vault.store.key("q") is None, "all or none"


def test_another_process_sees_a_destroyed_key_at_once(tmp_path: Path) -> None:
    here, there = Vault(LocalKeyStore(tmp_path)), Vault(LocalKeyStore(tmp_path))
    sealed = here.seal("p", **PLACE, text="x")
    assert there.open("p", **PLACE, sealed=sealed) == "x"
    here.destroy("p", at=AT)
    with pytest.raises(Shredded):
        there.open("p", **PLACE, sealed=sealed)


def test_the_bytes_of_a_destroyed_key_are_in_no_file(tmp_path: Path) -> None:
    vault = Vault(LocalKeyStore(tmp_path))
    vault.seal("p", **PLACE, text="x")
    with sqlite3.connect(tmp_path / "keys" / "vault.sqlite3") as reader:
        wrapped = reader.execute("SELECT wrapped FROM data_key").fetchone()[0]
    reader.close()
    vault.destroy("p", at=AT)
    for path in (tmp_path / "keys").iterdir():
        assert wrapped not in path.read_bytes()


def test_a_lost_key_is_not_called_erased(tmp_path: Path) -> None:
    sealed = Vault(LocalKeyStore(tmp_path / "one")).seal("p", **PLACE, text="x")
    with pytest.raises(Damaged, match="key backup"):
        Vault(LocalKeyStore(tmp_path / "other")).open("p", **PLACE, sealed=sealed)


def test_blind_indexes_are_equal_for_equal_texts_of_a_column_only(vault: Vault, tmp_path: Path) -> None:
    assert vault.blind("phone", "16000001234") == vault.blind("phone", "16000001234")
    assert len(vault.blind("phone", "16000001234")) == 16
    assert vault.blind("phone", "16000001234") != vault.blind("id", "16000001234")
    assert vault.blind("phone", "16000001234") != vault.blind("phone", "16000001235")
    stranger = Vault(LocalKeyStore(tmp_path / "stranger"))
    assert vault.blind("phone", "16000001234") != stranger.blind("phone", "16000001234"), "D6: no guess without the key"


def test_the_key_files_belong_to_their_owner_only(vault: Vault, tmp_path: Path) -> None:
    vault.seal("p", **PLACE, text="x")
    files = list((tmp_path / "keys").iterdir())
    assert {path.name for path in files} >= {"master", "blind", "vault.sqlite3"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in files), files
    assert (tmp_path / "keys").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["master", "blind", "vault.sqlite3"])
def test_key_files_that_others_can_read_are_refused(tmp_path: Path, name: str) -> None:
    Vault(LocalKeyStore(tmp_path)).seal("p", **PLACE, text="x")
    (tmp_path / "keys" / name).chmod(0o644)
    with pytest.raises(UnsafeKeys, match="chmod 600"):
        Vault(LocalKeyStore(tmp_path)).seal("p", **PLACE, text="x")


def test_a_missing_master_is_never_replaced_by_a_new_one(tmp_path: Path) -> None:
    Vault(LocalKeyStore(tmp_path)).seal("p", **PLACE, text="x")
    (tmp_path / "keys" / "master").unlink()
    with pytest.raises(UnsafeKeys, match="key backup"):
        LocalKeyStore(tmp_path)


@pytest.mark.parametrize("content", [b"", b"1:abc\n", b"nonsense", b"1:" + b64encode(b"short") + b"\n", b"\xff\xfe"])
def test_a_damaged_master_is_refused(tmp_path: Path, content: bytes) -> None:
    LocalKeyStore(tmp_path)
    (tmp_path / "keys" / "master").write_bytes(content)
    with pytest.raises(UnsafeKeys):
        LocalKeyStore(tmp_path)


def test_turning_the_master_keeps_every_text_readable(tmp_path: Path) -> None:
    store = LocalKeyStore(tmp_path)
    running = Vault(LocalKeyStore(tmp_path))
    sealed = {f"p{n}": running.seal(f"p{n}", **PLACE, text=f"text {n}") for n in range(50)}
    old = (tmp_path / "keys" / "master").read_bytes()
    assert store.rotate() == 50
    assert (tmp_path / "keys" / "master").read_bytes() != old
    for vault in (Vault(store), Vault(LocalKeyStore(tmp_path)), running):
        assert [vault.open(s, **PLACE, sealed=b) for s, b in sealed.items()] == [f"text {n}" for n in range(50)]


def test_eight_threads_that_race_for_one_person_get_one_key(vault: Vault) -> None:
    sealed: list[bytes] = []
    threads = [
        threading.Thread(target=lambda n=n: sealed.append(vault.seal("p", **PLACE, text=str(n)))) for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(vault.open("p", **PLACE, sealed=one) for one in sealed) == [str(n) for n in range(8)]


RACER = """
import sys
from pathlib import Path
from huiyin.core.keystore import LocalKeyStore
store = LocalKeyStore(Path(sys.argv[1]))
for n in range(200):
    store.make([f"p{n}"])
print(store.key("p7").secret.hex(), store.blind_key().hex())
"""


def test_processes_that_start_at_once_on_an_empty_home_agree(tmp_path: Path) -> None:
    racers = [
        subprocess.Popen([sys.executable, "-c", RACER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    said = {racer.communicate()[0] for racer in racers}
    assert all(racer.returncode == 0 for racer in racers)
    assert len(said) == 1


def test_who_starts_while_another_looks_for_the_keys_waits_for_it(tmp_path: Path) -> None:
    folder = os.open(keys_folder(tmp_path), os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    second = threading.Thread(target=LocalKeyStore, args=[tmp_path])
    second.start()
    second.join(0.2)
    assert second.is_alive()
    os.close(folder)
    second.join(60)
    assert not second.is_alive()


def test_a_forked_child_opens_a_connection_of_its_own(tmp_path: Path) -> None:
    store = LocalKeyStore(tmp_path)
    store.make(["p"])
    mine = store._open()
    child = os.fork()
    if child == 0:
        store.make(["q"])
        os._exit(0 if store._open() is not mine else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert store.key("q") is not None


def test_keys_never_show_in_a_representation(vault: Vault) -> None:
    vault.prepare(["p"])
    key = vault.store.key("p")
    assert key is not None
    assert key.secret.hex() not in repr(key)
