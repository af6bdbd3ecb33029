"""What a round's lines were when the machine laid them, and whether they still are: the log is asked, not the lines.

Lines are drawn up by the hundred thousand and carry no evidence of their own. The round's `digest` commits to all of
them as they were laid; each choice by hand is an event that says whom it took the place of. So a line may differ from
what was laid only by an event, and then as its last event says.
"""

import hashlib
from uuid import UUID

from huiyin.core.models import Event
from huiyin.core.viewer import Viewer
from huiyin.register.events import ProposalAdjusted
from huiyin.register.models import LinkProposal, LinkRound

CHUNK = 20_000


def digest(viewer: Viewer, row: LinkRound) -> str:
    """SHA-256 over household and official of every line as it was laid, in their order; empty where a line says
    another official than the last event about it."""
    chosen = _by_hand(row)
    found = hashlib.sha256(b"huiyin-link-round-v1\x00" + row.pk.bytes)
    lines = LinkProposal.objects.filter(round=row).order_by("pk").values_list("household_id", "official_id")
    for household, official in lines.iterator(chunk_size=CHUNK):
        laid: UUID | None = official
        if household in chosen:
            laid, last = chosen.pop(household)
            if official != last:
                return ""
        found.update(household.bytes + (b"\x00" * 16 if laid is None else laid.bytes))
    return found.hexdigest() if not chosen else ""


def _by_hand(row: LinkRound) -> dict[UUID, tuple[UUID | None, UUID]]:
    """Households for which somebody chose: whom the machine had laid, who was chosen last."""
    chosen: dict[UUID, tuple[UUID | None, UUID]] = {}
    told = Event.objects.filter(subject=str(row.pk), name=ProposalAdjusted.NAME).order_by("id")
    for data in told.values_list("data", flat=True):
        household, before = UUID(data["household"]), data["instead_of"]
        laid = chosen[household][0] if household in chosen else UUID(before) if before else None
        chosen[household] = laid, UUID(data["official"])
    return chosen


def left(viewer: Viewer, round_id: UUID) -> bool:
    """Whether a round's lines are still kept."""
    return LinkProposal.objects.filter(round_id=round_id).exists()
