"""What is said on the walks, and how often which step is taken."""

from dataclasses import dataclass, field
from datetime import datetime

SAID = {
    **{"reason": "还要等配件", "note": "已到现场看过", "minutes": "三家一起到场，先送水", "reply": "泵换好了。"},
    **{"participants": "两家", "outcome": "说定了", "plan": "分两期", "cause": "泵老化", "basis": "供水办法第九条"},
    **{"explained_by": "镇里", "view": "听明白了", "question": "水表归谁管"},
}
"""Every prose a step may ask for."""
NEEDED = {
    **{"decline": ("reason", "reply"), "answer": ("reply", "participants", "outcome", "cause")},
    **{"assign": ("plan",), "pass": ("reason", "reply"), "apply": ("reason",), "send_back": ("reason",)},
    **{"discuss": ("minutes",), "bring_in": ("question",), "decide": ("reason",)},
    **dict.fromkeys(("invite", "ask_expert"), ("question",)),
}
"""… by step; all others are given a note."""
WORD = (("yes", 5), ("yes", 5), ("yes", 1), ("no", 1), ("part", 3), ("unsure", 3))
RARE = {
    **{"archive": 0.15, "analyse": 0.3, "decline": 0.4, "transfer": 0.5, "supervise": 0.35, "classify": 0.6},
    **{"ask_more": 0.25, "bring_in": 0.4, "invite": 0.4, "ask_expert": 0.4, "discuss": 0.6, "take": 1.6},
}
"""Of steps that lead nowhere, or away, how often they are taken where they could be; what leads far is dearer."""

BODIES = {"li": "town", "ma": "town", "luo": "village", "bai": "farming", "wu": "other_town"}
STAND = BODIES | {"chen": "centre", "zhou": "centre", "xu": "centre", "sun": "office", "tang": "office"}
"""Whose desks stand in one body."""
UNSEEN = frozenset({"decline", "pass"})
"""Steps that end a matter without anybody looking into it."""


@dataclass
class Answer:
    """One answer to the resident, with the attempts and the word that came after it."""

    text: str
    delivered: bool = False
    attempts: list[tuple[datetime, str]] = field(default_factory=list)
    word: str = ""


@dataclass
class Running:
    """A deadline."""

    name: str
    started: datetime
    first_due: datetime
    due: datetime
    unit: str
    over: datetime | None = None
    met: datetime | None = None
    ended: datetime | None = None
    paused: datetime | None = None
    until: datetime | None = None
    used: int = 0
    granted: list[int] = field(default_factory=list)

    @property
    def runs(self) -> bool:
        """Neither met nor ended."""
        return self.met is None and self.ended is None
