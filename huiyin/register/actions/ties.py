"""Links that give no household its official: begun, ended, and a whole set with its composition (R-083)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import Model

from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.models import Official
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions.links import link
from huiyin.register.events import Tied, TieEnded
from huiyin.register.models import Body, Household, Tie
from huiyin.register.queries import apart, sets
from huiyin.register.queries import ties as asked
from huiyin.register.queries.days import today

M = TypeVar("M", bound=Model)


@action
def tie(
    *,
    by: Viewer,
    at: datetime,
    programme: str,
    pairing: str,
    official_id: UUID | None = None,
    body_id: UUID | None = None,
    household_id: UUID | None = None,
    to_place: str = "",
    to_body_id: UUID | None = None,
    to_household_id: UUID | None = None,
    since: date | None = None,
) -> UUID:
    """Link an official, a body or a household to a place, a body or a household under a pairing (R-070 to R-098).

    Raises Refused as `queries.ties.may` does; besides official_unknown, body_unknown, household_unknown, official_near,
    own_household, kept_apart.
    """
    by.need("register.edit")
    row = Tie(programme=programme, pairing=pairing, to_place=to_place, since=since or today(by, at), recorded_at=at)
    row.official = _one(Official, official_id, "official_unknown")
    row.body = _one(Body, body_id, "body_unknown")
    row.household = _one(Household, household_id, "household_unknown")
    row.to_body = _one(Body, to_body_id, "body_unknown")
    row.to_household = _one(Household, to_household_id, "household_unknown")
    if row.household is not None and (not by.sees(row.household.place_code) or household_id == to_household_id):
        raise Refused("household_unknown", field="household_id")
    asked.may(by, at, row)
    if row.official is not None and row.to_household is not None:
        apart.not_near(by, [row.official.pk])
        if apart.is_apart(by, at, day=row.since, household_id=row.to_household.pk, official_id=row.official.pk):
            raise Refused("kept_apart", field="official_id")
    row.save(force_insert=True)
    fact = Tied(subject=str(row.pk), programme=programme, pairing=pairing, since=row.since.isoformat())
    record(fact, by=by, at=at)
    return row.pk


@action
def end_tie(*, by: Viewer, at: datetime, tie_id: UUID, until: date | None = None) -> None:
    """End a tie on a day (default: today). Raises Missing; Refused("period_wrong")."""
    by.need("register.edit")
    rows = Tie.objects.select_for_update(of=("self",)).select_related("to_body", "to_household")
    row = rows.filter(pk=tie_id, until=None, replaced_at=None).first()
    if row is None or not by.sees(asked.place_of(row)):
        raise Missing
    day = until or today(by, at)
    if day < row.since:
        raise Refused("period_wrong", field="until")
    row.until = day
    row.save()
    record(TieEnded(subject=str(row.pk), until=day.isoformat()), by=by, at=at)


@action
def link_set(
    *, by: Viewer, at: datetime, programme: str, pairing: str, official_id: UUID, household_ids: Sequence[UUID]
) -> tuple[UUID, ...]:
    """Give an official a whole set of households under a pairing with a composition, or none of them (R-083).

    Raises Refused: pairing_unknown, tie_tier, tie_reach, set_size, composition_lacking with what lacks; and what `link`
    raises.
    """
    by.need("register.edit")
    links, found = asked.page_of(by, at, programme, pairing)
    if not found.of_households():
        raise Refused("pairing_unknown", field="pairing")
    homes = list(dict.fromkeys(household_ids))
    places = set(Household.objects.filter(pk__in=homes).values_list("place_code", flat=True))
    load = found.loads[asked.bears(by, links, found, official_id, places, today(by, at))]
    if not load.least <= len(homes) <= load.most:
        raise Refused("set_size", field="household_ids", least=load.least, most=load.most, count=len(homes))
    lacking = sets.lacking(by, at, programme=programme, asked=found, household_ids=homes)
    if lacking:
        raise Refused("composition_lacking", field="household_ids", what=", ".join(lacking))
    return tuple(
        link(
            by=by,
            at=at,
            official_id=official_id,
            household_id=home,
            kind=found.link,
            programme=programme,
            pairing=pairing,
            origin="set",
        )
        for home in homes
    )


def _one(model: type[M], key: UUID | None, code: str) -> M | None:
    """The row of a key that was given; what there is not is refused."""
    if key is None:
        return None
    found = model._default_manager.filter(pk=key).first()
    if found is None:
        raise Refused(code)
    return found
