"""What casework tells of passkeys that open sealed matters (R-187)."""

from dataclasses import dataclass
from typing import ClassVar

from huiyin.core.events import Fact


@dataclass(frozen=True, kw_only=True)
class PasskeyAdded(Fact):
    """A holder of keys lets a passkey open them as well. Subject: the passkey."""

    NAME: ClassVar[str] = "casework.passkey_added"


@dataclass(frozen=True, kw_only=True)
class PasskeyUsed(Fact):
    """A passkey opened its holder's keys for a quarter of an hour. Subject: the passkey."""

    NAME: ClassVar[str] = "casework.passkey_used"


@dataclass(frozen=True, kw_only=True)
class PasskeyRemoved(Fact):
    """A passkey opens nothing any more. Subject: the passkey."""

    NAME: ClassVar[str] = "casework.passkey_removed"
