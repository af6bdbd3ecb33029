"""How many things that wait for somebody are counted, and how their number is said."""

BELL = 100
"""Of what somebody was told and has not read, and of the matters in the navigation, no further is counted: nobody reads
a number like that, and each page would pay for it."""
TABS = 1000
"""The tabs of a list count further; how many there are of a county's thousands is what figures and ledgers are for."""


def said(many: int, most: int = BELL) -> str:
    """What was counted up to `most`, as a bell, a message or the navigation says it."""
    return str(many) if many < most else f"{most - 1}+"
