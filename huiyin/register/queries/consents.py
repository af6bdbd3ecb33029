"""The numbers of a household: from where each is, and what may be sent to it. Numbers are masked (SG-16)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from huiyin.channels.queries import messages
from huiyin.core import text
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing
from huiyin.programme.schema.county import Unasked
from huiyin.register.models import Household, Phone, PhoneConsent, Resident
from huiyin.register.models.people import PURPOSES
from huiyin.register.models.periods import standing
from huiyin.register.queries import household_file, staff
from huiyin.register.queries.days import today
from huiyin.register.queries.people import HouseholdPage, opened_many
from huiyin.register.rules.consents import NOT_ASKED, STOPPED


@dataclass(frozen=True)
class Word:
    """What stands for one purpose: agreed, declined, not_asked, stopped (the number wrote STOP); since when, who told
    it (`source`), who wrote it down."""

    purpose: str
    said: str
    on: date | None = None
    source: str = ""
    by: str = ""


@dataclass(frozen=True)
class NumberRow:
    """A number of a household, masked."""

    id: UUID
    person_id: UUID
    name: str
    masked: str
    source: str
    since: date
    words: tuple[Word, ...]

    @property
    def service(self) -> str:
        """Whether service messages may go to it."""
        return self.words[0].said


def of_household(viewer: Viewer, household_id: UUID, at: datetime) -> tuple[NumberRow, ...]:
    """The numbers of a household in sight, by person; five questions. Raises Missing."""
    day = today(viewer, at)
    row = Household.objects.visible_to(viewer, day).filter(pk=household_id).first()
    if row is None:
        raise Missing
    return _kept(viewer, row, day)


def of_file(viewer: Viewer, page: HouseholdPage, at: datetime) -> tuple[NumberRow, ...]:
    """The same for a file that was opened already; two questions, none where there is no number."""
    names = {one.person_id: one.name for one in page.residents}
    return _numbers(viewer, names, list(page.phones), today(viewer, at))


def by_key(viewer: Viewer, key: str, at: datetime) -> tuple[NumberRow, ...]:
    """The same for the household itself. Raises Missing."""
    day = today(viewer, at)
    return _kept(viewer, household_file.household_of_key(viewer, key, at), day)


def unasked(viewer: Viewer, at: datetime) -> Unasked:
    """What the county's method says of messages nobody asked for."""
    return current(at).rulebook.county.unasked


def said_of(viewer: Viewer, phones: Iterable[Phone], day: date) -> dict[tuple[UUID, bytes, str], PhoneConsent]:
    """What was said of some numbers, by person, blind index and purpose; one question."""
    people = {one.person_id for one in phones}
    rows = PhoneConsent.objects.filter(standing(day), person_id__in=people) if people else ()
    return {(row.person_id, bytes(row.blind), row.purpose): row for row in rows}


def _kept(viewer: Viewer, household: Household, day: date) -> tuple[NumberRow, ...]:
    living = Resident.objects.filter(standing(day), household=household).order_by("since", "pk")
    names = dict(living.values_list("person_id", "person__name"))
    phones = list(Phone.objects.filter(standing(day), person_id__in=names).order_by("pk"))
    return _numbers(viewer, names, phones, day)


def _numbers(viewer: Viewer, names: Mapping[UUID, str], phones: list[Phone], day: date) -> tuple[NumberRow, ...]:
    """`names` of who lives there, the first to come first, and the rows of their numbers."""
    phones.sort(key=lambda one: list(names).index(one.person_id))
    numbers = opened_many(phones)
    said = said_of(viewer, phones, day)
    stopped = messages.stopped(viewer, "sms", [one for one in numbers if one])
    by = staff.persons(viewer, {row.by_id for row in said.values() if row.by_id})
    return tuple(
        NumberRow(
            phone.pk,
            phone.person_id,
            names[phone.person_id],
            text.mask_phone(number) if number else "",
            phone.source,
            phone.since,
            tuple(_word(phone, purpose, number, said, stopped, by) for purpose in PURPOSES),
        )
        for phone, number in zip(phones, numbers, strict=True)
    )


def _word(
    phone: Phone,
    purpose: str,
    number: str | None,
    said: Mapping[tuple[UUID, bytes, str], PhoneConsent],
    stopped: Mapping[str, datetime],
    by: Mapping[UUID, str],
) -> Word:
    if number is not None and number in stopped:
        return Word(purpose, STOPPED, stopped[number].date(), "self")
    row = said.get((phone.person_id, bytes(phone.blind), purpose))
    if row is None:
        return Word(purpose, NOT_ASKED)
    return Word(purpose, row.said, row.since, row.source, by.get(row.by_id, "") if row.by_id else "")
