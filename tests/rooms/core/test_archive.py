"""Encrypted streams: whole and in order, or they do not open."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.core import archive
from huiyin.core.archive import CHUNK_BYTES, HEAD_BYTES, TAG_BYTES, Unusable, open_part, write_part

KEY = b"0123-4567-89ab-cdef-0123-4567"
WHOLE = CHUNK_BYTES + TAG_BYTES
OWN = dict(archive.SCRYPT)
"""What the product takes; when tests are running a cheaper one is in its place."""


def sealed(folder: Path, content: bytes, name: str = "part") -> bytes:
    size, digest = write_part(folder / name, KEY, lambda out: out.writelines([content]))
    data = (folder / name).read_bytes()
    assert (size, digest) == (len(data), archive.file_digest(folder / name))
    return data


def opened(data: bytes, key: bytes = KEY, name: str = "part") -> bytes:
    return open_part(io.BytesIO(data), key, name).read()


@pytest.mark.parametrize("size", [0, 1, 5, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES + 17])
def test_what_was_written_is_read(tmp_path: Path, size: int) -> None:
    content = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    data = sealed(tmp_path, content)
    assert opened(data) == content
    assert content[:64] not in data or size < 64
    assert (tmp_path / "part").stat().st_mode & 0o077 == 0


def test_the_recovery_key_costs_whoever_guesses_32_mib_and_opens_at_no_other_price(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (OWN["n"], OWN["r"], OWN["p"]) == (2**15, 8, 1)
    cheap = archive.SCRYPT["n"]
    assert cheap < OWN["n"]
    archive.derived.cache_clear()
    with monkeypatch.context() as patch:
        patch.setitem(archive.SCRYPT, "n", OWN["n"])
        data = sealed(tmp_path, b"short")
        assert opened(data) == b"short"
    archive.derived.cache_clear()
    with pytest.raises(Unusable):
        opened(data)


@settings(max_examples=10)
@given(blocks=st.lists(st.binary(max_size=200), max_size=20))
def test_it_does_not_matter_how_it_was_written(tmp_path_factory: pytest.TempPathFactory, blocks: list[bytes]) -> None:
    path = tmp_path_factory.mktemp("archive") / "part"
    write_part(path, KEY, lambda out: out.writelines(blocks))
    assert opened(path.read_bytes()) == b"".join(blocks)


SABOTAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda data: b"",
    "the head alone": lambda data: data[:HEAD_BYTES],
    "half a head": lambda data: data[: HEAD_BYTES // 2],
    "one byte short": lambda data: data[:-1],
    "cut between chunks": lambda data: data[: HEAD_BYTES + WHOLE],
    "cut after two chunks": lambda data: data[: HEAD_BYTES + 2 * WHOLE],
    "one byte more": lambda data: data + b"\x00",
    "the last chunk twice": lambda data: data + data[HEAD_BYTES + 2 * WHOLE :],
    "two chunks exchanged": lambda data: (
        data[:HEAD_BYTES]
        + data[HEAD_BYTES + WHOLE : HEAD_BYTES + 2 * WHOLE]
        + data[HEAD_BYTES : HEAD_BYTES + WHOLE]
        + data[HEAD_BYTES + 2 * WHOLE :]
    ),
    "the first chunk missing": lambda data: data[:HEAD_BYTES] + data[HEAD_BYTES + WHOLE :],
    "something else": lambda data: b"PK\x03\x04" * 1000,
}


@pytest.mark.parametrize("name", SABOTAGE)
def test_a_stream_that_was_tampered_with_does_not_open(tmp_path: Path, name: str) -> None:
    data = sealed(tmp_path, b"0123456789abcdef" * (CHUNK_BYTES // 16 * 2 + 5))
    with pytest.raises(Unusable):
        opened(SABOTAGE[name](data))


def test_no_flipped_bit_goes_unnoticed(tmp_path: Path) -> None:
    data = sealed(tmp_path, b"short")
    salt = range(
        len(archive.MAGIC) + 1, len(archive.MAGIC) + archive.SALT_BYTES
    )  # one of its bytes will do: each costs
    for place in sorted(set(range(len(data))) - set(salt)):
        other = bytearray(data)
        other[place] ^= 1 << place % 8
        with pytest.raises(Unusable):
            opened(bytes(other))


def test_another_key_and_another_name_do_not_open(tmp_path: Path) -> None:
    data = sealed(tmp_path, b"content")
    for key, name in ((KEY + b"x", "part"), (KEY, "keys")):
        with pytest.raises(Unusable):
            opened(data, key, name)


def test_nothing_unproved_is_given_out_before_the_fault(tmp_path: Path) -> None:
    data = bytearray(sealed(tmp_path, b"a" * CHUNK_BYTES + b"b" * CHUNK_BYTES))
    data[-20] ^= 1
    reader = open_part(io.BytesIO(bytes(data)), KEY, "part")
    assert reader.read(CHUNK_BYTES) == b"a" * CHUNK_BYTES
    with pytest.raises(Unusable):
        reader.read()


def test_a_recovery_key_can_be_copied_by_hand_and_is_long_enough() -> None:
    line = archive.new_recovery_key()
    assert archive.recovery_key(b"  " + line + b"\r\n") == line.strip()
    assert len(set(line.decode().strip()) - set("0123456789abcdef-")) == 0
    with pytest.raises(Unusable, match="recovery_short"):
        archive.recovery_key(b"secret\n")
