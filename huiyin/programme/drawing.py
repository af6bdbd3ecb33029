"""Which of some things are drawn: by a seed that is told afterwards, so that anybody can draw again (SG-33)."""

import hashlib


def drawn(seed: str, one: str, thousandths: int) -> bool:
    """Whether `one` is among the drawn share: SHA-256 of "seed:one", read as a fraction of 1, is below it."""
    number = int.from_bytes(hashlib.sha256(f"{seed}:{one}".encode()).digest(), "big")
    return number * 1000 < thousandths << 256


def commitment(seed: str) -> str:
    """What is told of a seed before anything is drawn by it: SHA-256 of its text, in hexadecimal digits."""
    return hashlib.sha256(seed.encode()).hexdigest()
