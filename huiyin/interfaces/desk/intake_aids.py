"""What helps a clerk while words come in: topics by the words that hit, the place, the body, the caller's past."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from huiyin.casework.queries import matters
from huiyin.casework.queries.callers import closed_codes
from huiyin.casework.queries.matters import MatterRow
from huiyin.casework.queries.near import Twin
from huiyin.core import text
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common import reading
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.typed import identity
from huiyin.interfaces.desk.forms.intake import OTHER_TOPIC, IntakeForm
from huiyin.programme.refusal import Refused
from huiyin.programme.schema.matters import Matters
from huiyin.programme.schema.rulebook import Rulebook
from huiyin.register.actions.people import look_up_phone
from huiyin.register.queries import places, staff
from huiyin.register.queries.people import Caller

MOST_TOPICS = 3
BODY_KINDS = ("department", "town_government", "centre")


@dataclass(frozen=True)
class Suggestion:
    """A topic with the words that speak for it; `key` is the digit that takes it."""

    name: str
    title: str
    words: tuple[str, ...]
    key: str
    on: bool


@dataclass(frozen=True)
class Owners:
    """Bodies to hand it to, and for a dispatcher the people who could take and supervise it."""

    choices: tuple[tuple[str, str], ...]
    chosen: str
    suggested: str
    usual: str
    handlers: tuple[tuple[str, str], ...] = ()
    supervisors: tuple[tuple[str, str], ...] = ()
    assigns: bool = False


NEAR = 3
"""How many earlier matters like a new one are shown without asking."""


@dataclass(frozen=True)
class Aids:
    """Everything that follows from the words typed so far."""

    topics: tuple[Suggestion, ...]
    owners: Owners
    similar: Sequence[Twin]
    own: frozenset[str] = frozenset()
    """Codes of those that the same number opened: what is said now may be added to them."""
    again: frozenset[str] = frozenset()
    """Codes of those that ended a short while ago: the same trouble takes them up again."""

    @property
    def first(self) -> str:
        """The topic suggested first; the form carries it, so that a choice of the clerk's own is known as one."""
        return self.topics[0].name if self.topics else ""

    @property
    def near(self) -> list[Twin]:
        """The likeliest, and every one that something can be done with at once: a telephone leaves no time for ten."""
        return [twin for at, twin in enumerate(self.similar) if at < NEAR or self._at_hand(twin)]

    @property
    def further(self) -> list[Twin]:
        """The others, shown when asked for."""
        return [twin for at, twin in enumerate(self.similar) if at >= NEAR and not self._at_hand(twin)]

    def _at_hand(self, twin: Twin) -> bool:
        return twin.same_village or twin.same_number or twin.row.code in self.own or twin.row.code in self.again

    @property
    def chosen(self) -> str:
        """The suggestion that is on; empty where the clerk took another."""
        return next((one.name for one in self.topics if one.on), "")


@dataclass(frozen=True)
class Before:
    """Who a number may be, and what it asked before; `wrong` is the sentence about a number that is none."""

    people: Sequence[Caller] = ()
    rows: Sequence[MatterRow] = ()
    again: frozenset[str] = frozenset()
    wrong: str = ""


def suggestions(page: Matters, said: str, form: IntakeForm) -> tuple[Suggestion, ...]:
    """The topics whose words stand in what was said. The first is taken until the clerk takes another."""
    names = page.suggest(said)[:MOST_TOPICS]
    posted = form.value("topic")
    by_hand = posted == OTHER_TOPIC or (posted and posted != form.value("suggested"))
    chosen = posted if by_hand else (names[0] if names and not form.value("topic_other") else "")
    if by_hand and posted != OTHER_TOPIC and posted in page.topics and posted not in names:
        names = (*names[: MOST_TOPICS - 1], posted)
    return tuple(
        Suggestion(
            name,
            page.topics[name].title,
            tuple(word for word in page.topics[name].keywords if word in said),
            str(number),
            name == chosen,
        )
        for number, name in enumerate(names, start=1)
    )


def owners(viewer: Viewer, form: IntakeForm, book: Rulebook, topics: Sequence[Suggestion], at: datetime) -> Owners:
    """The bodies of the county; the one that usually answers for the topic is proposed."""
    bodies = staff.bodies(viewer, at, kinds=BODY_KINDS)
    page = book.matters(book.county.intake.programme)
    topic = page.topics.get(next((one.name for one in topics if one.on), form.value("topic_other")))
    usual = topic.body or "" if topic else ""
    suggested = next((str(body.id) for body in bodies if usual and body.name.endswith(usual)), "")
    posted = form.value("owner")
    chosen = posted if posted and posted != form.value("owner_suggested") else suggested
    assigns = viewer.may("matter.assign")
    return Owners(
        choices=tuple((str(body.id), body.name) for body in bodies),
        chosen=chosen,
        suggested=suggested,
        usual=usual,
        handlers=_people(viewer, at, verb="matter.accept", body=chosen) if assigns and chosen else (),
        supervisors=_people(viewer, at, verb="matter.supervise") if assigns else (),
        assigns=assigns,
    )


def place_of(viewer: Viewer, form: IntakeForm) -> str:
    """The code of the place meant: the one picked, or the only one that is called so; empty where none is given.

    Raises Refused("place_unknown") for none and for several, with the field.
    """
    typed, code = form.place_typed, form.value("place_code").strip()
    if not typed:
        return ""
    found = places.search_places(viewer, typed, limit=8)
    if code and (code == typed or any(one.code == code for one in found) or _called(viewer, code, typed)):
        return code
    exact = [one for one in found if typed in (one.name, one.path, one.code)]
    if len(found) == 1 or len(exact) == 1:
        return (exact or list(found))[0].code
    raise Refused("place_several" if found else "place_unknown", field="place_code")


def caller_of(viewer: Viewer, phone: str, at: datetime) -> Before:
    """Who has a number and what it asked before; looking somebody up leaves a trace, and a day has so many numbers."""
    if not phone.strip():
        return Before()
    try:
        digits = text.phone(phone)
        reading.within_numbers(viewer, digits, at)
        people = look_up_phone(by=viewer, at=at, phone=digits)
        return Before(people, matters.earlier(viewer, digits), closed_codes(viewer, digits, at))
    except Refused as refused:
        return Before(wrong=refused.sentence(language()))


def to_compare(viewer: Viewer, phone: str, at: datetime) -> str:
    """A typed number that earlier matters may be compared with: it counts like one that is looked up. Empty for none,
    and once a day's are used up.
    """
    try:
        digits = text.phone(phone) if phone.strip() else ""
        if digits:
            reading.within_numbers(viewer, digits, at)
    except Refused:
        return ""
    return digits


def _called(viewer: Viewer, code: str, typed: str) -> bool:
    """Whether a picked code still is what stands in the field."""
    return places.path_names(viewer, code) == typed


def _people(viewer: Viewer, at: datetime, *, verb: str, body: str = "") -> tuple[tuple[str, str], ...]:
    body_id = identity(body)
    if body and body_id is None:
        return ()
    rows = staff.candidates(viewer, at, verb=verb, body_id=body_id)
    return tuple((str(row.person_id), f"{row.name} · {row.body_name} {row.title}") for row in rows)
