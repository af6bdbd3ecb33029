"""Matter codes and proofs: sayable in any dialect, typable on any phone (decisions.md, Identity of a matter)."""

import secrets
from unicodedata import normalize

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 characters, so that each carries five bits."""
CODE_DIGITS = 9
PROOF_CHARACTERS = 16
_BETWEEN = " -\u2010\u2011\u2012\u2013\u2014\u2212\u00b7."
"""What people put between the groups of a proof: a blank, the dashes of several keyboards, a dot."""
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
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:PROOF_CHARACTERS])


def read_proof(text: str) -> str | None:
    """A typed proof without spaces and dashes, in capitals; None if it cannot be one."""
    proof = "".join(c for c in text.upper() if c not in " -")
    return proof if len(proof) == PROOF_CHARACTERS and set(proof) <= set(ALPHABET) else None


def keyed_in(text: str) -> str:
    """What somebody typed as a proof, in capitals and without what stands between its groups; the full-width letters
    and digits of an input method as what they are."""
    return "".join(c for c in normalize("NFKC", text).upper() if c not in _BETWEEN)


def meant_as_proof(typed: str) -> bool:
    """Whether what was `keyed_in` and is no proof was meant as one: half of one or more, with a letter in it."""
    return len(typed) >= PROOF_CHARACTERS // 2 and typed.isalnum() and any("A" <= c <= "Z" for c in typed)
