"""Whether accompaniment may be offered, what was said to it, and who wishes it of this official (SG-02)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from huiyin.casework.models import Accompaniment, Matter, Party
from huiyin.core.rulebook import version
from huiyin.core.viewer import Viewer
from huiyin.register.queries import people, places


@dataclass(frozen=True)
class Offer:
    """What the page of a matter says: whether it may be offered now, or what was answered."""

    open: bool
    answer: str = ""
    outcome: str = ""


@dataclass(frozen=True)
class Wish:
    """A resident of the official's own households who wishes to be accompanied: number, place and day, no words."""

    code: str
    place: str
    at: datetime


def is_offered(viewer: Viewer, matter: Matter, at: datetime) -> bool:
    """Whether a matter is a first petition that may be offered company: one query, none where its channel is another.

    Never a held or sealed one, never for who gives no number, and never the second time somebody comes.
    """
    channels = version(matter.rulebook_id).replies(matter.programme).accompaniment.channels
    if matter.channel not in channels or matter.held or matter.sealed or matter.closed_at is not None:
        return False
    blind = matter.parties.filter(role="reporter", disclosure="named").values_list("phone_blind", flat=True).first()
    if not blind:
        return False
    # What lies aside, or is the viewer's own, counts as never said: no offer that stays away may tell of it (SG-01).
    before = Matter.objects.filter(
        pk__in=Party.objects.filter(phone_blind=blind).values("matter_id"),
        channel__in=channels,
        opened_at__lt=matter.opened_at,
    )
    return not before.filter(held=False, sealed=False).unbound(viewer).exists()


def offer(viewer: Viewer, matter: Matter, at: datetime) -> Offer:
    """The offer on a matter's page; no query where its channel has none."""
    channels = version(matter.rulebook_id).replies(matter.programme).accompaniment.channels
    if matter.channel not in channels or not viewer.may("matter.open"):
        return Offer(open=False)
    row = Accompaniment.objects.filter(matter=matter).first()
    return (
        Offer(open=False, answer=row.answer, outcome=row.outcome) if row else Offer(open=is_offered(viewer, matter, at))
    )


def wished(viewer: Viewer, at: datetime) -> Sequence[Wish]:
    """Who of the viewer's own households accepted company and still waits; three queries, none for who has no
    households. A matter that is held, sealed or about the viewer by now is not among them."""
    if viewer.official_id is None:
        return ()
    own = people.linked_households(viewer, at)
    if not own:
        return ()
    rows = Accompaniment.objects.filter(answer="accepted", outcome="", household_id__in=own)
    free = Matter.objects.filter(held=False, sealed=False, closed_at__isnull=True).unbound(viewer)
    found = list(rows.filter(matter__in=free).select_related("matter").order_by("-answered_at")[:20])
    names = places.paths(viewer, {row.matter.place_code for row in found}) if found else {}
    return [Wish(row.matter.code, names.get(row.matter.place_code, ""), row.answered_at or row.at) for row in found]
