"""Which passkeys open somebody's keys of the sealed compartment, and where (R-187)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from huiyin.casework.models import Keyholder, Passkey
from huiyin.casework.queries.compartment import holder_of
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused

MOST = 5
"""So many passkeys may open one person's keys."""


@dataclass(frozen=True)
class PasskeyRow:
    """A passkey as its holder knows it: by its name, where it was made, since when, when it last opened."""

    id: UUID
    name: str
    domain: str
    added_at: datetime
    used_at: datetime | None


def own_passkeys(viewer: Viewer) -> Sequence[PasskeyRow]:
    """The viewer's own, longest first; one query."""
    rows = Passkey.objects.filter(holder__in=_in_use(viewer))
    columns = ("id", "name", "domain", "added_at", "used_at")
    return [PasskeyRow(*row) for row in rows.order_by("added_at", "id").values_list(*columns)]


def opens_by(viewer: Viewer, domain: str) -> tuple[bool, bool]:
    """Whether the viewer has keys, and whether a passkey of this domain opens them; one query."""
    passkeys = Exists(Passkey.objects.filter(holder=OuterRef("pk"), domain=domain))
    found = _in_use(viewer).values_list(passkeys, flat=True).first()
    return found is not None, bool(found)


def own_holder(viewer: Viewer) -> Keyholder:
    """The viewer's own keys, not in another's name. Raises Refused("keys_missing")."""
    found = holder_of(viewer, viewer.person_id) if viewer.on_behalf_of is None else None
    if found is None:
        raise Refused("keys_missing")
    return found


def has_room(viewer: Viewer) -> Keyholder:
    """The viewer's own keys, if one more passkey may open them. Raises Refused: keys_missing, passkeys_full."""
    found = own_holder(viewer)
    if found.passkeys.count() >= MOST:
        raise Refused("passkeys_full", most=MOST)
    return found


def _in_use(viewer: Viewer) -> QuerySet[Keyholder]:
    """The viewer's own pair, at most one."""
    rows = Keyholder.objects.filter(ended_at__isnull=True)
    return rows.filter(person_id=viewer.person_id) if viewer.person_id else rows.none()
