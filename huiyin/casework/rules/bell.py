"""How many things that somebody has not read are counted, and how their number is said."""

BELL = 100
"""No further is counted: nobody reads a number like that, and each page would pay for it."""


def said(many: int) -> str:
    """What was counted up to `BELL`, as a bell or a message says it."""
    return str(many) if many < BELL else f"{BELL - 1}+"
