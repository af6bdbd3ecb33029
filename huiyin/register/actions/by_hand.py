"""A household and its people written down one by one, by the same rules as a list of them.

Where the register may know the person already, nothing is written: it is asked whether it is the same, and a person
says so. What is known of a place the writer does not look after answers like nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NoReturn
from uuid import UUID

from huiyin.core import text
from huiyin.core.actions import action
from huiyin.core.models import Official, Person
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer, subtree
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.sheets import Fault
from huiyin.register.actions import people
from huiyin.register.actions.edition import new_edition
from huiyin.register.actions.roster_meant import Meant
from huiyin.register.actions.roster_people import ID_COLUMN, People
from huiyin.register.models import Household, Identity, Place, Resident
from huiyin.register.queries.days import today
from huiyin.register.queries.people import kept_home
from huiyin.register.rules import lines
from huiyin.register.rules.lines import Line, Tools
from huiyin.register.rules.verdicts import Verdict
from huiyin.register.rules.whereabouts import Whereabouts

MOST_ALIKE = 5
"""So many of one name in a village are offered; with more, who writes adds what tells them apart."""


@dataclass(frozen=True)
class Told:
    """What a form says, by the columns of a list; and what a person decided on who may be the same.

    `decision` is empty, `new`, `same` or `move`; `whom` the person that was chosen of several.
    """

    texts: Mapping[str, str]
    decision: str = ""
    whom: UUID | None = None


@action
def new_household(*, by: Viewer, at: datetime, told: Told) -> UUID:
    """Register a household with its head. Returns its id.

    Raises Refused: code_taken; same_asked where the head may be known (its values: `reason`, `about`);
    person_elsewhere; person_erased; whatever a line of a list is refused for.
    """
    by.need("register.edit")
    line = _line("households", by, at, told)
    values = line.values
    if not by.sees(values["place"]):
        raise Refused("not_allowed", verb="register.edit")
    if Household.objects.filter(code=values["code"]).exists():
        raise Refused("code_taken", field="household_code")
    whom = _whom("households", by, at, line, told, values["place"])
    since = _since(values)
    made = people.add_household(
        by=by,
        at=at,
        code=values["code"],
        place_code=values["place"],
        door=values["door"],
        status=values["status"] or "present",
        since=since,
    )
    if values["size"]:
        row = Household.objects.get(pk=made)
        row.people_stated = values["size"]
        row.save()
    _settle(by, at, made, whom, values, since)
    return made


@action
def new_resident(*, by: Viewer, at: datetime, household_id: UUID, told: Told) -> UUID:
    """Register somebody in a household; who is known elsewhere moves there. Returns the person's id.

    Raises Missing; Refused: head_known, lives_here, and as `new_household`.
    """
    home = kept_home(by, household_id, lock=True)
    line = _line("residents", by, at, Told({**told.texts, "household_code": home.code}))
    whom = _whom("residents", by, at, line, told, home.place_code)
    if whom is not None and Resident.objects.filter(person=whom, household=household_id, until=None).exists():
        raise Refused("lives_here", field="name")
    return _settle(by, at, household_id, whom, line.values, _since(line.values))


@action
def new_kin(*, by: Viewer, at: datetime, household_id: UUID, person_id: UUID, texts: Mapping[str, str]) -> UUID:
    """Write down a relative or friend of somebody who lives there, so that the two are kept apart in duties (SG-45).

    The other is named with a staff number, an ID number, or the number of their household. A link between them ends
    today. Raises Missing; Refused: kin_who_missing, person_of_list_unknown, person_of_list_many, number_other_name,
    kin_of_oneself, kin_known.
    """
    home = kept_home(by, household_id)
    if not home.people(today(by, at)).filter(pk=person_id).exists():
        raise Missing
    row = _line("relatives", by, at, Told({"number": "-", **texts})).values
    officials = {one.number: one for one in Official.objects.filter(number=row["other"]).select_related("person")}
    meant = Meant(by, [row], officials)
    other = meant.who(row)
    if isinstance(other, Verdict):
        unseen = other.reason == "place_beyond"
        raise Refused("person_of_list_unknown" if unseen else other.reason, field=other.column)
    there = meant.homes.get(other.pk)
    if not row["other"] and (there is None or not by.sees(there.household.place_code)):
        raise Refused("person_of_list_unknown", field="household_code")
    if other.pk == person_id:
        raise Refused("kin_of_oneself", field="name")
    return people.add_kin(by=by, at=at, person_id=person_id, relative_id=other.pk, relation=row["relation"])


def _line(kind: str, by: Viewer, at: datetime, told: Told) -> Line:
    """What was typed, read as a line of a list is; what a list would only leave out is refused here."""
    code = told.texts.get("place_code", "")
    known = Place.objects.filter(code=code, until=None).values_list("code", "name")
    tools = Tools(text.phone, text.id_number, text.person, Whereabouts(known), today(by, at), text.office_phone)
    names = list(told.texts)
    found = lines.read(kind, 1, [told.texts[one] for one in names], {one: at_ for at_, one in enumerate(names)}, tools)
    if found is None:
        raise Refused("value_missing", field="name")
    if isinstance(found, Fault):
        raise Refused(found.code, field=found.column, **found.values)
    for column, note in found.notes:
        before, why, *_ = [*note.split(":"), ""]
        if before == "left_out":
            text.phone(told.texts[column], field=column)
            raise Refused(why, field=column)
        if before in ("relation_other", "value_left_out"):
            raise Refused("value_unknown", field=column)
        if before in ("birth_from_id", "sex_from_id"):
            raise Refused("not_as_id", field=column)
    return found


def _whom(kind: str, by: Viewer, at: datetime, line: Line, told: Told, place: str) -> Person | None:
    """Whom the line is about: somebody known, or nobody yet. Raises Refused("same_asked") where a person has to say."""
    day = today(by, at)
    taker = People(by, at, kind, [(line, told.decision)], day, planning=False)
    verdict = taker.verdicts()[0]
    if verdict.what == "held":
        verdict = _asked(by, taker, verdict)
    if verdict.what == "refused":
        raise Refused(verdict.reason, field=verdict.column, **verdict.values)
    known = taker.cases[0].person
    if known is not None:
        return known if _mine(by, taker, [known.pk], line) else None
    if told.decision == "new":
        return None
    alike = _alike(line, place)
    if told.decision == "move" and told.whom in alike:
        return alike[told.whom]
    if alike:
        _ask("named_near", [f"person:{one}" for one in alike])
    return None


def _asked(by: Viewer, taker: People, verdict: Verdict) -> Verdict:
    """Ask whoever writes, unless what it is about lies where they may not look."""
    about = [UUID(ref.partition(":")[2]) for ref in verdict.about if ref.startswith("person:")]
    if _mine(by, taker, about, taker.cases[0].line):
        _ask(verdict.reason, verdict.about)
    return Verdict("new")


def _mine(by: Viewer, taker: People, people_: Iterable[UUID], line: Line) -> bool:
    """Whether they live where the writer keeps the register; False answers as if nobody had been found.

    Raises Refused("person_elsewhere") for an ID number, of which there are no two.
    """
    homes = [taker.known.homes[one].household_id for one in people_ if one in taker.known.homes]
    places = Household.objects.filter(pk__in=homes).values_list("place_code", flat=True)
    mine = all(by.sees(code) for code in places)
    if not mine and line.values["id"]:
        raise Refused("person_elsewhere", field="id_number")
    return mine


def _ask(reason: str, about: list[str]) -> NoReturn:
    raise Refused("same_asked", field="decision", reason=reason, about=" ".join(one for one in about if one))


def _alike(line: Line, place: str) -> dict[UUID, Person]:
    """Those of the same name in the village of whom nothing says that they are others."""
    low, high = subtree(place[:12])
    rows = Resident.objects.filter(
        person__name=line.values["name"],
        household__place_code__gte=low,
        household__place_code__lt=high,
        until=None,
        replaced_at=None,
    ).select_related("person")
    found = {row.person_id: row.person for row in rows.order_by("pk")[:MOST_ALIKE]}
    known = {row.person_id: row for row in Identity.objects.filter(person__in=found)} if found else {}
    return {one: person for one, person in found.items() if one not in known or not _other(known[one], line)}


def _other(known: Identity, line: Line) -> bool:
    """Whether number, birth or sex say that it is somebody else."""
    number = line.values["id"]
    if number and known.blind is not None:
        return bytes(known.blind) != vault().blind(ID_COLUMN, number)
    pairs = ((known.birth_year, line.values["born"]), (known.sex, line.values["sex"]))
    return any(bool(before) and bool(now) and before != now for before, now in pairs)


def _since(values: Mapping[str, Any]) -> date | None:
    return date.fromisoformat(values["since"]) if values["since"] else None


def _settle(
    by: Viewer, at: datetime, home: UUID, whom: Person | None, values: Mapping[str, Any], since: date | None
) -> UUID:
    """They live there now; what tells them from others is kept beside."""
    told = {"relation": values["relation"], "phone": (values["phones"] or [""])[0], "since": since}
    if whom is None:
        made = people.add_resident(by=by, at=at, household_id=home, name=values["name"], **told)
    else:
        if whom.name != values["name"]:
            whom.name = values["name"]
            whom.pinyin, whom.initials = text.pinyin_keys(whom.name)
            whom.save()
            new_edition()
        made = people.add_resident(by=by, at=at, household_id=home, person_id=whom.pk, **told)
    _identify(made, values)
    return made


def _identify(person_id: UUID, values: Mapping[str, Any]) -> None:
    """ID number (sealed), year of birth and sex, where any of them is told."""
    if not (values["id"] or values["born"] or values["sex"]):
        return
    row = Identity.objects.filter(person_id=person_id).first()
    fresh = row is None
    if row is None:
        row = Identity(person_id=person_id)
    if values["id"]:
        row.blind = vault().blind(ID_COLUMN, values["id"])
        row.number = vault().seal(row.subject, table="identity", column="number", row=str(row.pk), text=values["id"])
    row.birth_year, row.sex = values["born"] or row.birth_year, values["sex"] or row.sex
    row.save(force_insert=fresh)
