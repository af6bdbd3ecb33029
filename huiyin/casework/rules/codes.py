"""Matter codes and proofs: sayable in any dialect, typable on any phone (decisions.md, Identity of a matter)."""

import secrets

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 characters, so that each carries five bits."""
CODE_DIGITS = 9
TRIES_AN_HOUR = 5
"""So many tries an hour has a code, by whatever door: a telephone's end is too short to be guessed at freely."""


def new_code() -> str:
    """Eight random digits, the first not 0, and an ISO 7064 MOD 11,10 check digit; never consecutive."""
    body = str(secrets.randbelow(90_000_000) + 10_000_000)
    return body + check_digit(body)


def check_digit(body: str) -> str:
    """ISO 7064 MOD 11,10: catches every single wrong digit and nearly every swapped pair."""
    product = 10
    for digit in body:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return str((11 - product) % 10)


def spoken(code: str) -> str:
    """4730-1168-5: a code in groups that can be said; what is no code as it is."""
    return f"{code[:4]}-{code[4:8]}-{code[8:]}" if len(code) == CODE_DIGITS and code.isdigit() else code


def read_code(text: str) -> str | None:
    """Nine digits out of what a person typed ("4730-1168-5", full-width digits), or None if it cannot be one."""
    digits = "".join(str(int(c)) for c in text if c.isdecimal())
    if len(digits) != CODE_DIGITS or len(text) > 40 or check_digit(digits[:8]) != digits[8]:
        return None
    return digits


def new_proof() -> str:
    """Sixteen characters, 80 bits, without letters that look like digits."""
    return proof_from(secrets.token_bytes(16))


def proof_from(digest: bytes) -> str:
    """Sixteen characters made of sixteen bytes of a keyed hash; each byte gives five even bits."""
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:16])


def read_proof(text: str) -> str | None:
    """A typed proof without spaces and dashes, in capitals; None if it cannot be one."""
    proof = "".join(c for c in text.upper() if c not in " -")
    return proof if len(proof) == 16 and set(proof) <= set(ALPHABET) else None
