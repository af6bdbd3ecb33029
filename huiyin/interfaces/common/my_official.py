"""Who is my official, at whichever door it is asked: how often, counted for all doors together, and whom else to ring.

A limit that stood at one door only would be gone round by the other.
"""

from datetime import datetime, timedelta

from django.http import HttpRequest

from huiyin.core import text
from huiyin.core.rulebook import current
from huiyin.core.throttle import Wait, allow
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common.network import client_address
from huiyin.register.actions import cards

CARDS, CARDS_IN = 20, timedelta(minutes=1)
"""So many codes of cards from one network, and in which time."""
NUMBERS, NUMBERS_IN = 10, timedelta(hours=1)
"""So many telephone numbers from one network: whoever tries many looks for who is registered."""
RINGS, RINGS_IN = 3, timedelta(days=1)
"""So often one number is written down to be rung back; beyond, the answer is the same and nothing happens."""


def card_wait(request: HttpRequest, at: datetime) -> Wait | None:
    """Count one code of a card; how long to wait, or None to go ahead."""
    return allow("officials.card", client_address(request), limit=CARDS, window=CARDS_IN, at=at)


def ask_back(request: HttpRequest, by: Viewer, typed: str, at: datetime) -> Wait | None:
    """Have a number rung back if it is registered; how long to wait where this network asked too often.

    Nothing tells whether anybody has the number. Raises Refused only for what is no telephone number.
    """
    number = text.phone(typed)
    wait = allow("officials.numbers", client_address(request), limit=NUMBERS, window=NUMBERS_IN, at=at)
    if wait is None and not allow("officials.number", number, limit=RINGS, window=RINGS_IN, at=at):
        cards.ask_by_phone(by=by, at=at, phone=number)
    return wait


def reach(at: datetime) -> dict[str, str]:
    """How to reach somebody else: the centre, its number, its hours."""
    county = current(at).rulebook.county
    return {"centre": county.centre, "phone": county.telephone, "hours": county.hours}
