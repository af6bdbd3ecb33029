"""Taking a change of places back, as long as nothing has been built on it: everything is as it was before.

As with a list (`roster_undo`), the event of the change commits to every row as it was written then. If one of them is
another by now, nothing is taken back: then another change, with a day of its own, puts it right.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from uuid import UUID

from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.kept import Kept
from huiyin.core.models import Event
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions.edition import new_edition
from huiyin.register.actions.roster_undo import as_written, set_back
from huiyin.register.events import PlacesChanged, PlacesChangeUndone
from huiyin.register.models import (
    BodyName,
    Household,
    OverlayPlace,
    Place,
    PlaceChange,
    PlaceShape,
    PlaceSuccession,
)
from huiyin.register.models.periods import Dated
from huiyin.register.queries.place_plan import in_use

PERIODS = (Place, OverlayPlace, PlaceShape, BodyName)
"""What is no dated fact but has a period: taken back, it never began."""


@action
def take_back(*, by: Viewer, at: datetime, change_id: UUID) -> int:
    """Take a change back; how many households went back. Raises Missing; Refused: not_allowed, place_built_on."""
    by.need("register.edit")
    row = PlaceChange.objects.select_for_update().filter(pk=change_id, undone_at=None).first()
    if row is None or not all(by.sees(code) for code in (*row.old_codes, *row.new_codes)):
        raise Missing
    event = Event.objects.filter(name=PlacesChanged.NAME, subject=str(row.pk)).first()
    rows, changed = as_written(event) if event is not None else ({}, ["?"])
    before = {f"{label}:{key}": columns for label, key, columns in row.before}
    new = {key: one for key, one in rows.items() if key not in before}
    begun = {one.code for one in new.values() if isinstance(one, Place)} - set(row.old_codes)
    if changed or _built_on(event, row) or in_use(by, begun, {one.pk for one in rows.values()}):
        raise Refused("place_built_on")
    _never(new.values(), at)
    set_back({key: one for key, one in rows.items() if key in before}, before)
    _reach_back(new, begun, row)
    row.undone_at = at
    row.save()
    new_edition()
    homes = sum(isinstance(one, Household) for one in rows.values())
    record(PlacesChangeUndone(subject=str(row.pk), households=homes), by=by, at=at)
    return homes


def _built_on(event: Event | None, row: PlaceChange) -> bool:
    """Whether a later change concerns one of its places."""
    if event is None:
        return True
    codes = {*row.old_codes, *row.new_codes}
    later = Event.objects.filter(name=PlacesChanged.NAME, pk__gt=event.pk).values_list("subject", "data")
    near = [UUID(one) for one, data in later if codes & {*data["old_codes"], *data["new_codes"]}]
    return PlaceChange.objects.filter(pk__in=near, undone_at=None).exists()


def _never(rows: Iterable[Kept], at: datetime) -> None:
    """What the change brought never held."""
    held: dict[type[Kept], list[Kept]] = {}
    for row in rows:
        column, value = ("replaced_at", at) if isinstance(row, Dated) else ("until", getattr(row, "since", None))
        if isinstance(row, (Dated, *PERIODS)):
            setattr(row, column, value)
            held.setdefault(type(row), []).append(row)
    for model, some in held.items():
        model._default_manager.bulk_update(some, ["replaced_at" if issubclass(model, Dated) else "until"])


def _reach_back(new: Mapping[str, Kept], begun: set[str], row: PlaceChange) -> None:
    """The old places are nobody's past; whatever was kept under a code that was given and taken back is theirs."""
    gone = [one for one in new.values() if isinstance(one, PlaceSuccession)]
    for one in gone:
        one.delete()
    back = sorted({(one.new_code, one.old_code) for one in gone if one.new_code in begun})
    PlaceSuccession.objects.bulk_create(
        PlaceSuccession(old_code=old, new_code=new_code, on=row.on) for old, new_code in back
    )
