"""Places that end, begin and get other names or codes; whoever belongs there goes with them, in one transaction.

What happened keeps the code of its day; who belongs where today follows. So every list, map, paper and round that
groups by the places of today is right without knowing anything of this: a household stands under the place it is in
now, and where it was before is in its abodes. Links and matters stay with their holders.
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Max, Q

from huiyin.core import text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer, at_or_under
from huiyin.programme.refusal import Refused
from huiyin.register.actions import staff
from huiyin.register.actions.edition import new_edition
from huiyin.register.actions.place_bearings import put_over
from huiyin.register.actions.roster_rows import Written, fresh_id
from huiyin.register.events import PlacesChanged
from huiyin.register.models import Abode, Household, Place, PlaceChange, PlaceSuccession, Post
from huiyin.register.queries import place_plan
from huiyin.register.queries.place_plan import WORDS_MOST, Asked, Plan
from huiyin.register.rules import naming, succession
from huiyin.register.rules.succession import Node

ASKED = 500


@action
def change(*, by: Viewer, at: datetime, asked: Asked, seen: int | None = None) -> UUID:
    """Join, divide, recode or rename places on a day, with every household, post, body, tie and area there.

    `seen` is how many households somebody was shown that it concerns. Returns the change. Raises Refused as
    `place_plan.plan`, and place_moved_since where it concerns others by now.
    """
    found = place_plan.plan(by, at, asked, lock=True)
    if seen is not None and seen != len(found.homes):
        raise Refused("place_moved_since", field="old")
    out = Written(found.day, at)
    _put_places(found, out)
    _put_homes(found, out)
    put_over(found, out)
    before = out.put_in()
    new_edition()  # names, lists to choose from and scopes are kept under it
    made = _keep(found, by, at, before)
    for post in sorted((row for row, _ in out.changes.values() if isinstance(row, Post)), key=lambda row: row.pk):
        if post.pk in asked.ending:  # all others go on over what came of their place
            staff.tell_ended(post, by=by, at=at)
    return made


def _keep(found: Plan, by: Viewer, at: datetime, before: list[list[Any]]) -> UUID:
    """What was done, by whom and why, and what rows were before."""
    asked = found.asked
    row = PlaceChange(
        kind=asked.kind,
        old_codes=[one.code for one in found.olds],
        new_codes=[one.code for one in found.parts],
        on=found.day,
        why=text.line(asked.why, most=WORDS_MOST, field="why"),
        source=text.line(asked.source, most=WORDS_MOST, field="source"),
        rest=found.olds[0].code if asked.kind == "split" and found.rest_stays else "",
        households=len(found.homes),
        before=before,
        at=at,
        by_id=by.person_id,
    )
    row.save(force_insert=True)
    fact = PlacesChanged(
        subject=str(row.pk),
        kind=row.kind,
        old_codes=row.old_codes,
        new_codes=row.new_codes,
        on=found.day.isoformat(),
        households=row.households,
    )
    record(fact, by=by, at=at)
    return row.pk


def _put_places(found: Plan, out: Written) -> None:
    """The rows of the places themselves, and what led to what."""
    renamed = found.asked.kind == "renamed" or bool(found.stays and found.stays != found.olds[0].name)
    ending = found.ends | ({found.olds[0].code} if renamed else set())
    for row in Place.objects.filter(code__in=ending, until=None):
        out.change(row, until=max(found.day, row.since or found.day))
    begins = list(found.begins)
    if renamed and found.stays:
        old = found.olds[0]
        begins.append(Node(old.code, found.stays, old.level, old.parent_code))
    for node in begins:
        out.add(Place, _place(node, found.day))
    goes_on = found.olds[0].code not in found.ends and not found.rest_stays
    pairs = [
        (was, new)
        for was, codes in found.reach.items()
        for new in codes
        if not (goes_on and was == found.olds[0].code)  # its own past stays its own
    ]
    near = {code for pair in pairs for code in pair}
    known = PlaceSuccession.objects.filter(Q(new_code__in=near) | Q(old_code__in=near))
    for was, new in sorted(succession.closed(pairs, known.values_list("old_code", "new_code"))):
        state = {"id": fresh_id(), "old_code": was, "new_code": new, "on": found.day.isoformat()}
        out.add(PlaceSuccession, state)


def _place(node: Node, day: date) -> dict[str, Any]:
    pinyin, initials = naming.keys(node.name)
    return {
        "id": fresh_id(),
        "code": node.code,
        "name": node.name,
        "level": node.level,
        "parent_code": node.parent_code,
        "pinyin": pinyin,
        "initials": initials,
        "since": day.isoformat(),
    }


def _put_homes(found: Plan, out: Written) -> None:
    """Every household where it goes; where it was up to the day is kept, also of those that have left since."""
    ids = list(found.homes)
    for start in range(0, len(ids), ASKED):
        some = ids[start : start + ASKED]
        rows = list(Household.objects.select_for_update(of=("self",)).filter(pk__in=some).order_by("pk"))
        last = Abode.objects.filter(household__in=some, replaced_at=None).values_list("household")
        began: dict[UUID, date] = dict(last.annotate(Max("until")))
        doors = _doors(rows)
        for row in rows:
            since = began.get(row.pk, row.since)
            if since < found.day:
                out.abode_at(row, row.place_code, row.status, doors.get(row.pk, ""), since, found.day)
            out.change(row, place_code=found.homes[row.pk])
    for former in _abodes(found):
        new = succession.lies_in(former.place_code, found.became)
        out.change(former, replaced_at=out.at)
        for place, since, until in (
            (former.place_code, former.since, found.day),
            (new, max(found.day, former.since), former.until),
        ):
            if until is not None and since < until:
                out.abode_at(former.household, place, former.status, former.opened_door(), since, until)


def _doors(rows: Iterable[Household]) -> dict[UUID, str]:
    """Doors in clear, all keys asked for at once; without those that have none."""
    sealed = [(row.pk, row.subject, row.door) for row in rows if row.door is not None]
    items = ((subject, str(pk), door) for pk, subject, door in sealed)
    found = vault().open_many(items, table="household", column="door")
    return {pk: door for (pk, *_), door in zip(sealed, found, strict=True) if door is not None}


def _abodes(found: Plan) -> Iterable[Abode]:
    """Where households were in what ended after the day it ended: they had left before this was written down."""
    gone = Abode.objects.filter(at_or_under(found.became), replaced_at=None)
    return gone.filter(until__gt=found.day).select_related("household").order_by("pk")
