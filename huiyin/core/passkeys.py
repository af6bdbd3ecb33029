"""Passkeys (W3C Web Authentication, Level 3): what a browser is to ask one, and whether what it answers holds.

More is wanted of a passkey here than that it was there: its PRF extension (CTAP's `hmac-secret`) answers 32 secret
bytes to whatever it is asked, always the same and only after its user was verified; these open a key (`core.boxes`).
They come beside what is signed. Verifying is the library fido2's; what it leaves to its callers (the signature counter,
a page in a foreign frame) is looked at here.
"""

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fido2.server import Fido2Server
    from fido2.webauthn import AttestedCredentialData, CollectedClientData, PublicKeyCredentialDescriptor

ALGORITHMS = (-7, -8, -257)
"""Of COSE: ECDSA with P-256, Ed25519, RSA with SHA-256; what authenticators have."""
CHALLENGE_BYTES, OUTPUT_BYTES = 32, 32
CREDENTIAL_MOST, ANSWER_MOST = 1023, 16_000
"""Bytes of a credential's id and characters of an answer at most."""


class Unproved(Exception):
    """What was answered is no proof that this passkey was used here, now and by its user."""


class Copied(Unproved):
    """Its counter went back: two devices use one passkey (Level 3, section 7.2, step 22)."""


@dataclass(frozen=True)
class Site:
    """Where a passkey is made and used: the page's whole origin, and the domain it is bound to (RP id)."""

    origin: str
    domain: str


@dataclass(frozen=True)
class Known:
    """A passkey that was made: its id, COSE key and last counter, and what it is asked for its secret bytes."""

    credential: bytes
    public: bytes
    counter: int
    asked: bytes


def site_of(origin: str) -> Site | None:
    """The site of an origin such as `https://desk.example:8443`; None where browsers have no passkeys: an address of
    numbers, and a page that did not come over TLS unless from this machine (`localhost`)."""
    scheme, _, rest = origin.partition("://")
    if rest.startswith("["):  # an IPv6 address
        return None
    domain = rest.partition(":")[0]
    try:
        ip_address(domain)
    except ValueError:
        here = domain == "localhost" or domain.endswith(".localhost")
        return Site(origin, domain) if domain and (scheme == "https" or here) else None
    return None


def fresh() -> bytes:
    """A challenge, or something to ask a passkey for."""
    return secrets.token_bytes(CHALLENGE_BYTES)


def to_make(site: Site, nonce: bytes, asked: bytes, *, user: bytes, name: str, has: Sequence[bytes]) -> dict[str, Any]:
    """What a browser needs to make a passkey, as JSON (bytes as base64url); none beside one that it `has`."""
    from fido2.webauthn import PublicKeyCredentialUserEntity, ResidentKeyRequirement, UserVerificationRequirement

    options, _ = _server(site).register_begin(
        PublicKeyCredentialUserEntity(id=user, name=name, display_name=name),
        credentials=[_named(one) for one in has],
        resident_key_requirement=ResidentKeyRequirement.PREFERRED,
        user_verification=UserVerificationRequirement.REQUIRED,
        challenge=nonce,
        extensions={"prf": {"eval": {"first": encoded(asked)}}},
    )
    return dict(options)


def to_show(site: Site, nonce: bytes, known: Sequence[tuple[bytes, bytes]]) -> dict[str, Any]:
    """What a browser needs to use one of the passkeys known by (id, asked), as JSON."""
    from fido2.webauthn import UserVerificationRequirement

    wanted = {encoded(credential): {"first": encoded(asked)} for credential, asked in known}
    options, _ = _server(site).authenticate_begin(
        credentials=[_named(credential) for credential, _ in known],
        user_verification=UserVerificationRequirement.REQUIRED,
        challenge=nonce,
        extensions={"prf": {"evalByCredential": wanted}},
    )
    return dict(options)


def nonce_of(answer: str) -> bytes:
    """The challenge an answer says it is for. Raises Unproved."""
    try:
        return bytes(_client_data(_read(answer)).challenge)
    except Unproved:
        raise
    except Exception as problem:  # whatever parsing foreign bytes raises
        raise Unproved from problem


def made(site: Site, nonce: bytes, answer: str, asked: bytes) -> Known:
    """The passkey that was just made for a challenge, its user verified. Raises Unproved."""
    try:
        given = _read(answer)
        data = _server(site).register_complete(_state(nonce), given)
        new: AttestedCredentialData | None = data.credential_data
        if new is None or _client_data(given).cross_origin or encoded(new.credential_id) != given["rawId"]:
            raise Unproved
        if new.public_key.get(3) not in ALGORITHMS or len(new.credential_id) > CREDENTIAL_MOST:
            raise Unproved
        return Known(bytes(new.credential_id), _cbor(dict(new.public_key)), data.counter, asked)
    except Unproved:
        raise
    except Exception as problem:  # whatever parsing foreign bytes raises
        raise Unproved from problem


def shown(site: Site, nonce: bytes, answer: str, known: Sequence[Known]) -> tuple[Known, int]:
    """Which of the passkeys known was just used for a challenge, its user verified, and its counter now.

    Raises Unproved; Copied where the counter did not grow.
    """
    from fido2.webauthn import AuthenticationResponse

    try:
        given = _read(answer)
        held = {one.credential: _held(one) for one in known}
        used = _server(site).authenticate_complete(_state(nonce), list(held.values()), given)
        if _client_data(given).cross_origin:
            raise Unproved
        counter = AuthenticationResponse.from_dict(given).response.authenticator_data.counter
        found = next(one for one in known if one.credential == used.credential_id)
    except Unproved:
        raise
    except Exception as problem:  # whatever parsing foreign bytes raises
        raise Unproved from problem
    if (counter or found.counter) and counter <= found.counter:
        raise Copied
    return found, counter


def encoded(data: bytes) -> str:
    """Bytes as base64url without padding, as WebAuthn's JSON has them."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """The bytes again. Raises ValueError."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _read(answer: str) -> dict[str, Any]:
    """An answer as the browser's script wrote it. Raises Unproved, ValueError."""
    given = json.loads(answer) if len(answer) <= ANSWER_MOST else None
    if not isinstance(given, dict):
        raise Unproved
    return given


def _client_data(given: dict[str, Any]) -> "CollectedClientData":
    from fido2.webauthn import CollectedClientData

    return CollectedClientData(decoded(given["response"]["clientDataJSON"]))


def _server(site: Site) -> "Fido2Server":
    """fido2's, for one origin and no other: subdomains are other pages."""
    from fido2.server import Fido2Server
    from fido2.webauthn import PublicKeyCredentialRpEntity

    rp = PublicKeyCredentialRpEntity(id=site.domain, name=site.domain)
    server = Fido2Server(rp, verify_origin=lambda origin: origin == site.origin)
    server.allowed_algorithms = [one for one in server.allowed_algorithms if one.alg in ALGORITHMS]
    return server


def _state(nonce: bytes) -> dict[str, Any]:
    """What fido2 compares an answer with."""
    return {"challenge": encoded(nonce), "user_verification": "required"}


def _held(known: Known) -> "AttestedCredentialData":
    from fido2.webauthn import AttestedCredentialData

    nobody = bytes(16)  # of which make it is, is not kept
    length = len(known.credential).to_bytes(2, "big")
    return AttestedCredentialData(nobody + length + known.credential + known.public)


def _cbor(key: dict[int, Any]) -> bytes:
    from fido2 import cbor

    return cbor.encode(key)


def _named(credential: bytes) -> "PublicKeyCredentialDescriptor":
    from fido2.webauthn import PublicKeyCredentialDescriptor, PublicKeyCredentialType

    return PublicKeyCredentialDescriptor(type=PublicKeyCredentialType.PUBLIC_KEY, id=credential)
