"""For whom a matter waits, by its state alone: a key of the label group `waits` (R-188, R-403)."""

WAITS = {
    "received": "accepting",
    "accepted": "dispatching",
    "discussing": "dispatching",
    "raised": "dispatching",
    "applied": "level",
    "submitted": "leader",
    "disputed": "county",
    "reopened": "dispatching",
    "assigned": "taking",
    "working": "handling",
    "answered": "calling",
    "more_asked": "resident",
    "paused": "pause",
}
OTHER = "other"


def waits(state: str) -> str:
    """Who has to do something next; `other` for states that a later programme adds."""
    return WAITS.get(state, OTHER)
