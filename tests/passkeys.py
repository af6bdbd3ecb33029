"""A passkey as software: an EC key, a counter and a secret for the PRF extension, and what a browser makes of it.

    key = Passkey("http://localhost")
    made = key.make(options)
    shown, output = key.show(options)

`options` are what `huiyin.core.passkeys` gives the browser; the answers are what its script puts into the form. `added`
and `answered` do what that script does, for a client whose host is `localhost`.
"""

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from fido2.cose import ES256
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from huiyin.core.passkeys import decoded, encoded

PAGE, ASK, OPEN = (f"/desk/sealed/passkeys/{part}" for part in ("", "ask/", "open/"))
NAME = "办公室电脑"
UP, UV, AT = (AuthenticatorData.FLAG[name] for name in ("UP", "UV", "AT"))
Options = dict[str, Any]


@dataclass
class Passkey:
    """One passkey; what a test wants wrong about its answers is set on it."""

    origin: str
    verified: bool = True
    counts: bool = True
    foreign_frame: bool = False
    counter: int = 0
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def make(self, options: Options) -> str:
        """It is made: attestation `none`."""
        asked = options["publicKey"]
        client = self._client(CollectedClientData.TYPE.CREATE, asked["challenge"])
        point = self.key.public_key().public_numbers()
        public = ES256({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)})  # RFC 9053, 7.1
        credential = AttestedCredentialData.create(bytes(16), self.id, public)
        attested = AttestationObject.create("none", self._data(asked["rp"]["id"], credential), {})
        return self._answer(client, attestationObject=attested)

    def show(self, options: Options) -> tuple[str, str]:
        """It is used: the answer, and the 32 bytes of its PRF for what it is asked."""
        asked = options["publicKey"]
        domain = asked["rpId"] if "rpId" in asked else asked["rp"]["id"]
        client = self._client(CollectedClientData.TYPE.GET, asked["challenge"])
        data = self._data(domain)
        signature = self.key.sign(data + client.hash, ec.ECDSA(hashes.SHA256()))
        prf = asked["extensions"]["prf"]
        salt = decoded((prf["eval"] if "eval" in prf else prf["evalByCredential"][encoded(self.id)])["first"])
        output = hmac.digest(self.secret, hashlib.sha256(b"WebAuthn PRF\x00" + salt).digest(), hashlib.sha256)
        return self._answer(client, authenticatorData=data, signature=signature), encoded(output)

    def _client(self, kind: str, challenge: str) -> CollectedClientData:
        return CollectedClientData.create(kind, challenge, self.origin, self.foreign_frame)

    def _data(self, domain: str, credential: bytes = b"") -> AuthenticatorData:
        self.counter += self.counts
        flags = UP | (UV if self.verified else 0) | (AT if credential else 0)
        hashed = hashlib.sha256(domain.encode()).digest()
        data: AuthenticatorData = AuthenticatorData.create(hashed, flags, self.counter, credential)
        return data

    def _answer(self, client: bytes, **parts: bytes) -> str:
        id, response = encoded(self.id), {"clientDataJSON": client, **parts}
        written = {name: encoded(value) for name, value in response.items()}
        return json.dumps({"id": id, "rawId": id, "type": "public-key", "response": written})


def added(client: Client, key: Passkey, *, name: str = NAME, **other: str) -> Any:
    """It is made, tried and sent, as the page's script does."""
    options = client.post(ASK, {"what": "add", "name": name}).json()
    made = key.make(options)
    shown, output = key.show(options)
    form = {"do": "add", "name": name, "made": made, "shown": shown, "output": output}
    return client.post(PAGE, form | other)


def answered(client: Client, key: Passkey) -> dict[str, str]:
    """What the script sends after asking for a challenge."""
    shown, output = key.show(client.post(ASK, {"what": "open"}).json())
    return {"shown": shown, "output": output}
