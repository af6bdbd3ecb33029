"""Lines of households and residents against the register: who is new, who is known and changed, who must be looked at.

Everything is asked for a thousand lines at once and written by a few statements; a line that may be about somebody
else is held with the reason, and a person decides. Same rules when lines are staged and when they are applied.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Max, Q

from huiyin.core import text
from huiyin.core.models import Person
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer
from huiyin.register.actions.roster_rows import Written
from huiyin.register.models import (
    Abode,
    Departure,
    Erased,
    Household,
    Identity,
    Link,
    OverlayHousehold,
    Phone,
    PhoneConsent,
    Place,
    Resident,
)
from huiyin.register.models.people import CONSENTS
from huiyin.register.queries import following
from huiyin.register.queries.people import PHONE_COLUMN
from huiyin.register.rules.codes import WIDTHS
from huiyin.register.rules.erased import COLUMN, told_by
from huiyin.register.rules.lines import Line
from huiyin.register.rules.verdicts import AGREED, Verdict

ID_COLUMN = "register.identity.number"
VILLAGE = WIDTHS[4]


@dataclass
class Known:
    """What the register holds of the households and people that some lines speak of."""

    households: dict[str, Household] = field(default_factory=dict)
    by_number: dict[bytes, Identity] = field(default_factory=dict)
    identities: dict[UUID, Identity] = field(default_factory=dict)
    homes: dict[UUID, Resident] = field(default_factory=dict)
    members: dict[UUID, list[Resident]] = field(default_factory=dict)
    phones: dict[UUID, list[Phone]] = field(default_factory=dict)
    consents: dict[tuple[str, bytes], PhoneConsent] = field(default_factory=dict)
    """What stands of service messages, by person and number; read where a line says something of them."""
    began: dict[UUID, date] = field(default_factory=dict)
    """Since when households that moved or went away before have been where and how they are."""
    callers: dict[bytes, list[Person]] = field(default_factory=dict)
    erased: frozenset[bytes] = frozenset()
    dead: frozenset[UUID] = frozenset()
    places: frozenset[str] = frozenset()
    """Places of the lines that hold today."""

    def head(self, household: Household | None) -> Resident | None:
        """Who heads a household today."""
        return (
            next((one for one in self.members.get(household.pk, ()) if one.relation == "head"), None)
            if household
            else None
        )

    def named(self, household: Household | None, name: str) -> list[Resident]:
        """Those of a household who are called so."""
        return [one for one in self.members.get(household.pk, ()) if one.person.name == name] if household else []


@dataclass
class _Case:
    """A line on trial: its values, blind indexes, and whom it turns out to be about."""

    line: Line
    decision: str
    number: bytes | None
    phones: dict[bytes, str]
    household: Household | None = None
    person: Person | None = None

    @property
    def values(self) -> dict[str, Any]:
        return self.line.values

    def agreed(self, what: str) -> bool:
        """Whether a person's decision covers it."""
        return what in AGREED.get(self.decision, ())


class People:
    """Some lines of households or residents, with what is known of them."""

    def __init__(
        self, by: Viewer, at: datetime, kind: str, lines: Sequence[tuple[Line, str]], day: date, *, planning: bool
    ) -> None:
        self.by, self.at, self.kind, self.day, self.planning = by, at, kind, day, planning
        self.since = day.isoformat()
        keeper = vault()
        self.cases = [
            _Case(
                line,
                decision,
                keeper.blind(ID_COLUMN, line.values["id"]) if line.values["id"] else None,
                {keeper.blind(PHONE_COLUMN, phone): phone for phone in line.values["phones"]},
            )
            for line, decision in lines
        ]
        self.known = _known(self.cases)

    def verdicts(self) -> list[Verdict]:
        """A verdict for each line, in their order."""
        judge = self._household if self.kind == "households" else self._resident
        return [judge(case) for case in self.cases]

    def _household(self, case: _Case) -> Verdict:
        values, known = case.values, self.known
        household = case.household = known.households.get(values["code"])
        if self._erased(case):
            return Verdict("refused", "person_erased", column="name")
        if not self.by.sees(values["place"]) or (household is not None and not self.by.sees(household.place_code)):
            return Verdict("refused", "place_beyond", column="place_code")
        if values["place"] not in known.places:  # it ended since the list was read
            return Verdict("refused", "place_closed", column="place_code")
        if household is not None:
            if household.until is not None and household.until > household.since and not case.agreed("same"):
                return Verdict("held", "household_ended", about=[_ref(household)])
            if _moved(household, values["place"]) and not case.agreed("move"):
                return Verdict("held", "household_moved", about=[_ref(household)])
        return self._about_person(case) or self._compared(case)

    def _resident(self, case: _Case) -> Verdict:
        values, known = case.values, self.known
        household = case.household = known.households.get(values["code"])
        if self._erased(case):
            return Verdict("refused", "person_erased", column="name")
        if household is None or household.until is not None:
            return Verdict("refused", "household_of_list_unknown", column="household_code")
        if not self.by.sees(household.place_code):
            return Verdict("refused", "place_beyond", column="household_code")
        held = self._about_person(case)
        if held is not None:
            return held
        head = known.head(household)
        if (
            values["relation"] == "head"
            and head is not None
            and (case.person is None or head.person_id != case.person.pk)
        ):
            return Verdict("refused", "head_known", column="relation")
        return self._compared(case)

    def _erased(self, case: _Case) -> bool:
        """Whether the line speaks of somebody who was erased; the list of an older day does not bring them back."""
        if not self.known.erased:
            return False
        texts = told_by(case.values, case.number, case.phones.keys())
        return any(vault().blind(COLUMN, text) in self.known.erased for text in texts)

    def _about_person(self, case: _Case) -> Verdict | None:
        """Find whom the line is about; a verdict where a person has to say so."""
        if case.number is not None and case.number in self.known.by_number:
            return self._by_number(case, self.known.by_number[case.number])
        named = self.known.named(case.household, case.values["name"])
        if named:
            return self._by_name(case, named)
        return self._unknown(case)

    def _by_number(self, case: _Case, identity: Identity) -> Verdict | None:
        person = identity.person
        if person.name != case.values["name"] and not case.agreed("same"):
            return Verdict("held", "id_other_name", about=[_ref(person)])
        home = self.known.homes.get(person.pk)
        elsewhere = home is not None and (case.household is None or home.household_id != case.household.pk)
        if elsewhere and not case.agreed("move"):
            return Verdict(
                "held", "lives_elsewhere", about=[_ref(person), f"household:{home.household_id}" if home else ""]
            )
        case.person = person
        return None

    def _by_name(self, case: _Case, named: list[Resident]) -> Verdict | None:
        """Somebody of that name lives there: the same, unless two numbers or two people say otherwise."""
        if case.decision == "new":
            return None
        if len(named) > 1:
            return Verdict("held", "names_alike", about=[_ref(one.person) for one in named])
        person = named[0].person
        known = self.known.identities.get(person.pk)
        differs = known is not None and known.blind is not None and case.number is not None
        born = known.birth_year if known is not None else None
        if (differs or (born and case.values["born"] and born != case.values["born"])) and not case.agreed("same"):
            return Verdict("held", "name_other_id" if differs else "name_other_birth", about=[_ref(person)])
        case.person = person
        return None

    def _unknown(self, case: _Case) -> Verdict | None:
        """Nobody of that number or name: perhaps known by telephone, perhaps a new head of a known household."""
        alike = [
            person
            for blind in case.phones
            for person in self.known.callers.get(blind, ())
            if person.name == case.values["name"] and person.pk in self.known.homes
        ]
        if alike and case.decision not in ("new", "move"):
            return Verdict("held", "phone_and_name_known", about=[_ref(person) for person in alike])
        if alike and case.decision == "move":
            case.person = alike[0]
            return None
        head = self.known.head(case.household) if self.kind == "households" else None
        if head is not None and case.decision not in ("same", "move", "new"):
            return Verdict("held", "head_differs", about=[_ref(head.person)])
        if head is not None and case.decision != "new":
            case.person = head.person
        return None

    def _compared(self, case: _Case) -> Verdict:
        """New, changed or the same, with the plan of what would be written."""
        if case.person is not None and case.person.pk in self.known.dead:
            return Verdict("refused", "person_died", column="name")
        fresh = case.household is None or case.person is None
        if fresh and not self.planning:
            return Verdict("new")  # nobody asks yet what exactly would be written
        plan = Written(self.day, self.at)
        self._write(case, plan)
        if not plan:
            return Verdict("same")
        return Verdict("new" if fresh else "changed", plan=plan)

    def _write(self, case: _Case, out: Written) -> None:
        values = case.values
        since = values["since"] or self.since
        home = self._put_household(case, out, since) if self.kind == "households" else str(_there(case.household).pk)
        person = case.person
        if person is None:
            known = out.person(values["name"])
            out.home(known, home, values["relation"], since)
            if case.number is not None or values["born"] or values["sex"]:
                out.identity(known, case.number, values)
            for blind, number in case.phones.items():
                out.phone(known, blind, number, since, _source(case))
                self._put_consent(case, known, blind, out)
            self._not_head(case, None, out)
            return
        if person.name != values["name"]:
            pinyin, initials = text.pinyin_keys(values["name"])
            out.change(person, name=values["name"], pinyin=pinyin, initials=initials)
        self._put_home(case, person, home, out, since)
        self._put_identity(case, person, out)
        self._put_phones(case, person, out, since)

    def _put_household(self, case: _Case, out: Written, since: str) -> str:
        values, row = case.values, case.household
        if row is None:
            return out.household(values, since)
        new = self._news_of(row, values, since, out)
        moved = row.until is None and _moved(row, values["place"])
        if moved or (row.until is None and "status" in new):
            self._remember(row, out)
        if moved:
            self._end_links(row, values["place"], out)
        out.change(row, **new)
        return str(row.pk)

    def _news_of(self, row: Household, values: dict[str, Any], since: str, out: Written) -> dict[str, Any]:
        """What a line says of a known household that is not so yet."""
        new: dict[str, Any] = {}
        if row.until is not None:
            new |= {"until": None, "since": date.fromisoformat(since)}
        if _moved(row, values["place"]) or len(values["place"]) > len(row.place_code):
            new["place_code"] = values["place"]
        if values["status"] and values["status"] != row.status:
            new["status"] = values["status"]
        if values["size"] is not None and values["size"] != row.people_stated:
            new["people_stated"] = values["size"]
        if values["door"] and values["door"] != row.opened_door():
            new["door"] = out.sealed(row.subject, "household", "door", str(row.pk), values["door"])
        return new

    def _end_links(self, row: Household, place: str, out: Written) -> None:
        """Whoever does not reach the new place is no longer there for the household, as when it is moved by hand."""
        for link in self._left_behind[row.pk, place]:
            out.change(link, until=max(self.day, link.since))
        for held in self._grids_left[row.pk] if row.place_code[:VILLAGE] != place[:VILLAGE] else ():
            out.change(held, until=max(self.day, held.since))

    @cached_property
    def _left_behind(self) -> dict[tuple[UUID, str], list[Link]]:
        """Of all households the lines move, the links that do not follow; asked when the first one moves."""
        known = [(self.known.households.get(case.values["code"]), case.values["place"]) for case in self.cases]
        moves = {(row.pk, place) for row, place in known if row is not None and _moved(row, place)}
        return following.left_behind(self.by, moves, self.day, self.at)

    @cached_property
    def _grids_left(self) -> Mapping[UUID, list[OverlayHousehold]]:
        """The grids households of the lines are part of by name; asked when the first one moves."""
        found = defaultdict[UUID, list[OverlayHousehold]](list)
        homes = [row.pk for row in self.known.households.values()]
        for held in OverlayHousehold.objects.filter(household__in=homes, until=None, replaced_at=None):
            found[held.household_id].append(held)
        return found

    def _remember(self, row: Household, out: Written) -> None:
        """Keep where and how a household was before the list; what lasted no day is not worth a line."""
        began = self.known.began.get(row.pk, row.since)
        if began < self.day:
            out.abode(row, began, self.day)

    def _not_head(self, case: _Case, person: Person | None, out: Written) -> None:
        """Who headed the household of a list of households does so no longer, if the list names another."""
        head = self.known.head(case.household) if self.kind == "households" else None
        if head is not None and (person is None or head.person_id != person.pk):
            out.replace(head, relation="other")

    def _put_home(self, case: _Case, person: Person, household: str, out: Written, since: str) -> None:
        home = self.known.homes.get(person.pk)
        relation = case.values["relation"]
        self._not_head(case, person, out)
        if home is None:
            out.home(str(person.pk), household, relation, since)
        elif str(home.household_id) != household:
            begin = max(date.fromisoformat(since), home.since)
            out.change(home, until=begin)
            out.home(str(person.pk), household, relation, begin.isoformat())
        elif relation not in ("other", home.relation):
            out.replace(home, relation=relation)

    def _put_identity(self, case: _Case, person: Person, out: Written) -> None:
        values, row = case.values, self.known.identities.get(person.pk)
        if row is None:
            if case.number is not None or values["born"] or values["sex"]:
                out.identity(str(person.pk), case.number, values)
            return
        new: dict[str, Any] = {}
        if case.number is not None and (row.blind is None or bytes(row.blind) != case.number):
            sealed = out.sealed(row.subject, "identity", "number", str(row.pk), values["id"])
            new |= {"blind": case.number, "number": sealed}
        if values["born"] and values["born"] != row.birth_year:
            new["birth_year"] = values["born"]
        if values["sex"] and values["sex"] != row.sex:
            new["sex"] = values["sex"]
        out.change(row, **new)

    def _put_phones(self, case: _Case, person: Person, out: Written, since: str) -> None:
        """The list's numbers, where it gives any, instead of those of before."""
        if not case.phones:
            return
        kept = self.known.phones.get(person.pk, [])
        for row in kept:
            if bytes(row.blind) not in case.phones:
                out.change(row, until=max(self.day, row.since))
        have = {bytes(row.blind) for row in kept}
        for blind, number in case.phones.items():
            if blind not in have:
                out.phone(str(person.pk), blind, number, since, _source(case))
            self._put_consent(case, str(person.pk), blind, out)

    def _put_consent(self, case: _Case, person: str, blind: bytes, out: Written) -> None:
        """What the list says of service messages, where nobody has said anything yet, or a list has.

        What people said at the desk, or by themselves, a list neither gives nor takes away.
        """
        said = case.values.get("phone_consent", "")
        if said not in CONSENTS:
            return
        former = self.known.consents.get((person, blind))
        if former is not None and (former.source != "roster" or former.said == said):
            return
        if former is not None:
            ends = {"replaced_at": self.at} if former.since == self.day else {"until": max(self.day, former.since)}
            out.change(former, **ends)
        out.consent(person, blind, said)


def _source(case: _Case) -> str:
    """From where the line's numbers are; lines staged before that was read are of a list."""
    return case.values.get("phone_source") or "roster"


def _there(household: Household | None) -> Household:
    if household is None:
        raise RuntimeError("a resident without a household was let through")
    return household


def _known(cases: Iterable[_Case]) -> Known:
    """Nine questions for all the lines together."""
    cases, known = list(cases), Known()
    wanted = {case.values["place"] for case in cases if "place" in case.values}
    open_ = Place.objects.filter(code__in=wanted, until=None).order_by("code")
    known.places = frozenset(row.code for row in open_.select_for_update(no_key=True)) if wanted else frozenset()
    codes = {case.values["code"] for case in cases}
    numbers = [case.number for case in cases if case.number is not None]
    blinds = {blind for case in cases for blind in case.phones}
    known.erased = frozenset(bytes(one) for one in Erased.objects.values_list("mark", flat=True))
    known.households = {row.code: row for row in Household.objects.filter(code__in=codes)}
    for identity in Identity.objects.filter(blind__in=numbers).select_related("person") if numbers else ():
        known.by_number[bytes(identity.blind or b"")] = identity
    people = {identity.person_id for identity in known.by_number.values()}
    for phone in (
        Phone.objects.filter(blind__in=blinds, until=None, replaced_at=None).select_related("person") if blinds else ()
    ):
        known.callers.setdefault(bytes(phone.blind), []).append(phone.person)
        people.add(phone.person_id)
    homes = [row.pk for row in known.households.values()]
    if homes or people:
        lives = Q(household__in=homes) | Q(person__in=people)
        for home in (
            Resident.objects.filter(lives, until=None, replaced_at=None).select_related("person").order_by("pk")
        ):
            known.homes[home.person_id] = home
            known.members.setdefault(home.household_id, []).append(home)
        past = Abode.objects.filter(household__in=homes, replaced_at=None).values_list("household")
        known.began = dict(past.annotate(Max("until")))
    everybody = people | known.homes.keys()
    if everybody:
        died = Departure.objects.filter(person__in=everybody, why="died", replaced_at=None)
        known.dead = frozenset(died.values_list("person_id", flat=True))
        known.identities = {row.person_id: row for row in Identity.objects.filter(person__in=everybody)}
        for phone in Phone.objects.filter(person__in=everybody, until=None, replaced_at=None):
            known.phones.setdefault(phone.person_id, []).append(phone)
        if any(case.values.get("phone_consent") for case in cases):
            said = PhoneConsent.objects.filter(person__in=everybody, purpose="service", until=None, replaced_at=None)
            known.consents = {(str(row.person_id), bytes(row.blind)): row for row in said}
    return known


def _moved(household: Household, place: str) -> bool:
    """Whether a list puts a household elsewhere; a village for a household whose group is known is no elsewhere."""
    return not household.place_code.startswith(place) and not place.startswith(household.place_code)


def _ref(row: Household | Person) -> str:
    return f"{'household' if isinstance(row, Household) else 'person'}:{row.pk}"
