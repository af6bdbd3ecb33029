"""What officials were handed of the kit where no paper tells it (R-119)."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.models import Official
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.events import KitHanded, KitStruck
from huiyin.register.models import KitGiven, Link
from huiyin.register.models.periods import standing
from huiyin.register.queries import kit
from huiyin.register.queries.days import today

BY_HAND = "hand"


@action
def hand_over(*, by: Viewer, at: datetime, item: str, official_ids: Collection[UUID]) -> int:
    """Some officials who lead households in scope have an item ("programme.name") now; who has it has no second.

    Gives how many were handed one. Raises Refused: not_allowed, value_unknown, needs_officials, official_unknown.
    """
    by.need("register.edit")
    known = kit.items(by, at).get(item)
    if known is None or known.shown_by != BY_HAND:
        raise Refused("value_unknown", field="item")
    wanted, day = set(official_ids), today(by, at)
    if not wanted:
        raise Refused("needs_officials", field="official")
    led = Link.objects.filter(standing(day), by.scope("household__place_code"), kind="lead", official_id__in=wanted)
    if wanted - set(led.values_list("official_id", flat=True)):
        raise Refused("official_unknown", field="official")
    programme, _, name = item.partition(".")
    # Whoever hands over at the same moment waits here, in one order, and finds what was written.
    list(Official.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk"))
    had = KitGiven.objects.filter(official__in=wanted, programme=programme, item=name, struck_at=None)
    fresh = sorted(wanted - set(had.values_list("official_id", flat=True)))
    row = {"programme": programme, "item": name, "day": day, "at": at, "by_id": by.person_id}
    KitGiven.objects.bulk_create([KitGiven(official_id=one, **row) for one in fresh])
    if fresh:
        record(KitHanded(subject=item, count=len(fresh), on=day.isoformat()), by=by, at=at)
    return len(fresh)


@action
def strike(*, by: Viewer, at: datetime, item: str, official_id: UUID) -> None:
    """It was a mistake: they do not have it; said twice, it is said once. Raises Missing, Refused(not_allowed)."""
    by.need("register.edit")
    programme, _, name = item.partition(".")
    led = Link.objects.filter(
        standing(today(by, at)), by.scope("household__place_code"), kind="lead", official_id=official_id
    )
    rows = KitGiven.objects.select_for_update(of=("self",), no_key=True)
    row = rows.filter(official_id=official_id, programme=programme, item=name).order_by("-at", "-pk").first()
    if row is None or not led.exists():
        raise Missing
    if row.struck_at is not None:
        return
    row.struck_at = at
    row.save()
    record(KitStruck(subject=item, official=str(official_id)), by=by, at=at)
