"""Which earlier matters are the caller's own: what is said now may be added to one of them."""

from huiyin.casework.models import Matter, Party
from huiyin.core import text
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused


def own_codes(viewer: Viewer, typed: str) -> frozenset[str]:
    """Codes of open matters in sight that were opened with this number; nothing for what is no number. One query."""
    try:
        blind = vault().blind("phone", text.phone(typed))
    except Refused:
        return frozenset()
    mine = Party.objects.filter(phone_blind=blind).values("matter_id")
    found = Matter.objects.visible_to(viewer).filter(id__in=mine, closed_at__isnull=True)
    return frozenset(found.values_list("code", flat=True))
