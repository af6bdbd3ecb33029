"""An answer that was read out waits for the word of whoever was there. Ids, codes and numbers only."""

from dataclasses import dataclass
from typing import ClassVar

from huiyin.core.events import Fact


@dataclass(frozen=True, kw_only=True)
class ReplyReadOut(Fact):
    """An answer was read out to the resident; it is delivered once the person named as present says so (R-209)."""

    NAME: ClassVar[str] = "casework.reply_read_out"
    reply: str


@dataclass(frozen=True, kw_only=True)
class ReadingEnded(Fact):
    """A reading counts no more: the person named was not there (`denied`), or who read took it back (`taken_back`)."""

    NAME: ClassVar[str] = "casework.reading_ended"
    reply: str
    why: str
