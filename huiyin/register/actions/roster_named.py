"""Whom lines mean that name an official or a household's head instead of a number, as offices keep their lists.

Within the unit and the village that are written one hit is taken. Where there are several, or none there but somebody
of the name near by, the line is held with those there are, and a person picks; nobody of the name at all is a refusal.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from huiyin.core.models import Official
from huiyin.core.viewer import Viewer, at_or_under
from huiyin.register.models import Household, Post, Resident
from huiyin.register.models.periods import standing
from huiyin.register.rules import codes
from huiyin.register.rules.lines import Line
from huiyin.register.rules.verdicts import PICKS, Verdict

VILLAGE = codes.WIDTHS[4]
Seat = tuple[str, UUID, frozenset[str]]
"""Of somebody in service: staff number, id, and the bodies they serve in with those directly above."""
Home = tuple[str, UUID, str, bool]
"""Of somebody who lives there: the household's code, id and place, and whether they are its head."""


class Named:
    """The officials and households that some lines may name; two questions, whatever their number."""

    def __init__(self, by: Viewer, day: date, values: Collection[Mapping[str, Any]]) -> None:
        self.by = by
        self._seats: dict[str, dict[UUID, Seat]] = {}
        self._homes: dict[tuple[str, str], dict[UUID, Home]] = {}
        self._serve(day, {one["official"] for one in values if one.get("official")})
        homes = [one for one in values if one.get("name") and one.get("place")]
        self._live(day, {one["name"] for one in homes}, {one["place"][:VILLAGE] for one in homes})

    def _serve(self, day: date, names: set[str]) -> None:
        held = Post.objects.filter(standing(day), official__until=None, official__person__name__in=names)
        columns = ("official__person__name", "official_id", "official__number", "body__name", "body__parent__name")
        for name, official, number, *bodies in held.values_list(*columns) if names else ():
            some = self._seats.setdefault(name, {})
            before = some[official][2] if official in some else frozenset()
            some[official] = (number, official, before | {one for one in bodies if one})

    def _live(self, day: date, names: set[str], villages: set[str]) -> None:
        lives = Resident.objects.filter(standing(day), household__until=None, person__name__in=names)
        columns = ("person__name", "household_id", "household__code", "household__place_code", "relation")
        near = lives.filter(at_or_under(villages, "household__place_code")) if names else lives.none()
        for name, household, code, place, relation in near.values_list(*columns):
            if not self.by.sees(place):
                continue
            some = self._homes.setdefault((name, place[:VILLAGE]), {})
            head = relation == "head" or (household in some and some[household][3])
            some[household] = (code, household, place, head)

    def officials(self) -> set[UUID]:
        """Every official who may be meant."""
        return {official for some in self._seats.values() for official in some}

    def homes(self) -> set[UUID]:
        """Every household that may be meant."""
        return {home for some in self._homes.values() for home in some}

    def official(self, name: str, body: str) -> UUID | Verdict:
        """The one in service of the name, in the body or in one directly under it where a body is written."""
        some = sorted(self._seats.get(name, {}).values())
        here = [one for one in some if not body or body in one[2]]
        if len(here) == 1:
            return here[0][1]
        if not some:
            return Verdict("refused", "official_named_unknown", column="official")
        reason = "officials_named" if here else "official_elsewhere"
        return Verdict("held", reason, about=[f"official:{one[1]}" for one in (here or some)[: len(PICKS)]])

    def household(self, name: str, place: str, column: str = "name") -> UUID | Verdict:
        """The one whose head has the name, in the group or village that is written; `column` holds the name."""
        if not self.by.sees(place):
            return Verdict("refused", "place_beyond", column="village")
        some = sorted(self._homes.get((name, place[:VILLAGE]), {}).values())
        here = [one for one in some if one[3] and codes.inside(one[2], place)]
        if len(here) == 1:
            return here[0][1]
        if not some:
            return Verdict("refused", "household_named_unknown", column=column)
        reason = "households_named" if here else "household_near"
        return Verdict("held", reason, about=[f"household:{one[1]}" for one in (here or some)[: len(PICKS)]])


def picked(lines: Sequence[tuple[Line, str, Sequence[str]]]) -> list[tuple[Line, str]]:
    """Held lines with what was decided on them: where somebody was picked, the line has their number from then on, and
    nothing is left of the decision. `lines` are a line, its decision and whom it may be about; two questions."""
    refs = {about[PICKS.index(how)] for _, how, about in lines if how in PICKS}
    keys = {kind: {UUID(key) for one, _, key in (ref.partition(":") for ref in refs) if one == kind} for kind in KEYS}
    numbers: dict[str, str] = {}
    for kind, (model, column, _) in KEYS.items():
        rows = model._default_manager.filter(pk__in=keys[kind], until=None).values_list("pk", column)
        numbers |= {f"{kind}:{pk}": number for pk, number in rows}
    found = []
    for line, how, about in lines:
        if how in PICKS:
            ref = about[PICKS.index(how)]
            name = KEYS[ref.partition(":")[0]][2]
            line, how = Line(line.number, {**line.values, name: numbers.get(ref, "")}, line.notes), ""
        found.append((line, how))
    return found


KEYS: dict[str, tuple[type[Official | Household], str, str]] = {
    "official": (Official, "number", "number"),
    "household": (Household, "code", "code"),
}
"""Of what may be picked: its table, the column of its number, and the line's value that holds it."""
