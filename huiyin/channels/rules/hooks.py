"""Whether a gateway that calls us is ours: a secret that never travels with a message, and a token for each report."""

import hashlib
import hmac

TOKEN_CHARACTERS = 20
"""80 bits. Kannel breaks an Authorization header of more than 76 characters: an id and this just fit."""


def token(secret: str, message_id: str) -> str:
    """What a gateway shows when it reports on one message; of no use for any other."""
    return hmac.digest(secret.encode(), b"report:" + message_id.encode(), hashlib.sha256).hex()[:TOKEN_CHARACTERS]


def known(given: str, wanted: str) -> bool:
    """Whether two secrets are one, in the same time whatever they share. An empty one is none."""
    return bool(wanted) and hmac.compare_digest(given.encode(errors="replace"), wanted.encode())
