"""Whom lines of a list mean that names people already registered: by staff or ID number, or as one of a household."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.db.models import Q

from huiyin.core.models import Official, Person
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer
from huiyin.register.actions.roster_people import ID_COLUMN
from huiyin.register.models import Identity, Resident
from huiyin.register.rules.verdicts import Verdict


class Meant:
    """Those that some lines may mean, asked for at once: two queries, whatever their number."""

    def __init__(
        self, by: Viewer, values: Collection[Mapping[str, str]], officials: Mapping[str, Official] | None = None
    ) -> None:
        self.by = by
        self._officials = officials or {}
        self._blinds = {one["id"]: vault().blind(ID_COLUMN, one["id"]) for one in values if one["id"]}
        known = Identity.objects.filter(blind__in=list(self._blinds.values())).select_related("person")
        self._by_id = {bytes(row.blind or b""): row.person for row in known}
        self.homes: dict[UUID, Resident] = {}
        """Where somebody lives, by the person."""
        self._named: dict[tuple[str, str], list[Person]] = {}
        self._places: dict[str, str] = {}
        """Of households by their codes."""
        self._live({one["code"] for one in values if one["code"]})

    def who(self, values: Mapping[str, str]) -> Person | Verdict:
        """The person a line means, always of the name that is written; or why it means nobody. Beyond the scope that is
        the same whatever name is written, and an ID number there is nobody's: who tries must not learn who lives where.
        """
        if values.get("other"):
            official = self._officials.get(values["other"])
            found, column = [official.person] if official is not None else [], "other_number"
        elif values["id"]:
            person = self._by_id.get(self._blinds[values["id"]])
            found, column = [person] if person is not None and self._in_sight(person) else [], "id_number"
        elif values["code"] in self._places and not self.by.sees(self._places[values["code"]]):
            return Verdict("refused", "place_beyond", column="household_code")
        else:
            found, column = self._named.get((values["code"], values["name"]), []), "name"
        if not found:
            return Verdict("refused", "person_of_list_unknown", column=column)
        if len(found) > 1:
            return Verdict("refused", "person_of_list_many", column="name")
        if found[0].name != values["name"]:
            return Verdict("refused", "number_other_name", column=column)
        return found[0]

    def lives(self, code: str, name: str) -> bool:
        """Whether somebody of the name lives in the household of the code."""
        return (code, name) in self._named

    def _in_sight(self, person: Person) -> bool:
        """Whether the clerk may see where somebody lives; of who lives nowhere here, an official say, there is nothing
        to see."""
        lives = self.homes.get(person.pk)
        return lives is None or self.by.sees(lives.household.place_code)

    def _live(self, codes: set[str]) -> None:
        """Who lives in the households that are named, and where those live who are named by their numbers."""
        people = [row.person_id for row in self._officials.values()] + [row.pk for row in self._by_id.values()]
        lives = Q(household__code__in=codes, household__until=None) | Q(person_id__in=people)
        rows = Resident.objects.filter(lives, until=None, replaced_at=None).select_related("person", "household")
        for row in rows:
            self.homes[row.person_id] = row
            self._places[row.household.code] = row.household.place_code
            self._named.setdefault((row.household.code, row.person.name), []).append(row.person)
