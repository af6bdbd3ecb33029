"""Boxes that anybody may close and only one key opens; private keys that only a passphrase or a passkey opens.

A box is `suite (1 byte) | RFC 9180 ciphertext` (HPKE, base mode: X25519, HKDF-SHA256, AES-256-GCM): whoever holds the
public key can put something in and cannot take it out again, this server included. A locked key is `suite | salt (16) |
time, log2 of KiB, lanes (1 byte each) | nonce (12) | AES-256-GCM`, under a key that Argon2id (RFC 9106) makes of the
passphrase. One locked for a passkey is `suite | nonce (12) | AES-256-GCM`, under a key that HKDF-SHA256 (RFC 5869)
makes of what the passkey answers. What opens them is in memory only, for as long as a call takes.
"""

import secrets
import unicodedata

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from huiyin.programme.refusal import Refused

SUITE, SUITE_PASSKEY = 1, 2
KEY_BYTES, SALT_BYTES, NONCE_BYTES = 32, 16, 12
COST = (3, 16, 4)
"""Argon2id's passes, log2 of its KiB and lanes for new locks: RFC 9106's second recommended option, 64 MiB."""
PASSPHRASE_LEAST, PASSPHRASE_MOST = 12, 200
_HPKE = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


class Unopened(Exception):
    """Not this key, not this passphrase, or not what was closed: nothing tells which."""


def new_secret() -> bytes:
    """A private key of 32 random bytes."""
    return X25519PrivateKey.generate().private_bytes_raw()


def public_of(secret: bytes) -> bytes:
    """Its public key, 32 bytes."""
    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes_raw()


def secret_of(phrase: str, about: str) -> bytes:
    """The private key that a random phrase of 80 bits or more stands for, different for everything it is `about`."""
    derived = HKDF(hashes.SHA256(), KEY_BYTES, salt=about.encode(), info=b"huiyin-reporter-1")
    return derived.derive(phrase.encode())


def close(public: bytes | memoryview, data: bytes, about: str) -> bytes:
    """Put something into a box for a public key, bound to what it is `about`."""
    key = X25519PublicKey.from_public_bytes(bytes(public))
    return bytes([SUITE]) + _HPKE.encrypt(data, key, about.encode())


def open_box(secret: bytes, box: bytes | memoryview, about: str) -> bytes:
    """What is in a box. Raises Unopened."""
    box = bytes(box)
    if box[:1] != bytes([SUITE]):
        raise Unopened
    try:
        return _HPKE.decrypt(box[1:], X25519PrivateKey.from_private_bytes(secret), about.encode())
    except (InvalidTag, ValueError) as problem:
        raise Unopened from problem


def lock(secret: bytes, passphrase: str) -> bytes:
    """A private key under a passphrase. Raises Refused: passphrase_short, text_too_long."""
    words = _words(passphrase)
    if len(words) < PASSPHRASE_LEAST:
        raise Refused("passphrase_short", field="passphrase", least=PASSPHRASE_LEAST)
    if len(words) > PASSPHRASE_MOST:
        raise Refused("text_too_long", field="passphrase", most=PASSPHRASE_MOST, over=len(words) - PASSPHRASE_MOST)
    head = bytes([SUITE]) + secrets.token_bytes(SALT_BYTES) + bytes(COST)
    nonce = secrets.token_bytes(NONCE_BYTES)
    return head + nonce + AESGCM(_derived(words, head)).encrypt(nonce, secret, head)


def unlock(locked: bytes | memoryview, passphrase: str) -> bytes:
    """The private key again. Raises Unopened for another passphrase; takes a sixth of a second on purpose."""
    locked, words = bytes(locked), _words(passphrase)
    size = 1 + SALT_BYTES + len(COST)
    head, nonce, sealed = locked[:size], locked[size : size + NONCE_BYTES], locked[size + NONCE_BYTES :]
    if head[:1] != bytes([SUITE]) or len(words) > PASSPHRASE_MOST:
        raise Unopened
    try:
        return AESGCM(_derived(words, head)).decrypt(nonce, sealed, head)
    except InvalidTag as problem:
        raise Unopened from problem


def lock_for(secret: bytes, output: bytes, about: str) -> bytes:
    """A private key under the 32 secret bytes that a passkey answers, bound to the passkey and person in `about`."""
    head, nonce = bytes([SUITE_PASSKEY]), secrets.token_bytes(NONCE_BYTES)
    return head + nonce + AESGCM(_stretched(output, about)).encrypt(nonce, secret, head + about.encode())


def unlock_by(locked: bytes | memoryview, output: bytes, about: str) -> bytes:
    """The private key again. Raises Unopened for what another passkey answers, or where it stands for another."""
    locked = bytes(locked)
    head, nonce, sealed = locked[:1], locked[1 : 1 + NONCE_BYTES], locked[1 + NONCE_BYTES :]
    if head != bytes([SUITE_PASSKEY]) or len(output) != KEY_BYTES:
        raise Unopened
    try:
        return AESGCM(_stretched(output, about)).decrypt(nonce, sealed, head + about.encode())
    except (InvalidTag, ValueError) as problem:
        raise Unopened from problem


def _stretched(output: bytes, about: str) -> bytes:
    """Another key for everything it is `about`: whoever asks the passkey for something else never meets this one."""
    return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=about.encode()).derive(output)


def _words(passphrase: str) -> str:
    """As it is kept in the head: the same letters, however a keyboard made them, and single spaces."""
    return " ".join(unicodedata.normalize("NFKC", passphrase).split())


def _derived(words: str, head: bytes) -> bytes:
    salt, (passes, log_kib, lanes) = head[1 : 1 + SALT_BYTES], head[1 + SALT_BYTES :]
    return hash_secret_raw(
        words.encode(errors="surrogatepass"),
        salt,
        time_cost=passes,
        memory_cost=1 << log_kib,
        parallelism=lanes,
        hash_len=KEY_BYTES,
        type=Type.ID,
    )
