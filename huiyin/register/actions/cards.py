"""Printing for a village, and what holders of a card or of a registered number may ask without saying who they are."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from huiyin.core import text
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.ids import uuid7
from huiyin.core.looks import look
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer, subtree
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import links
from huiyin.register.events import OfficialAskedFor, OfficialTold, PrintAsked, PrintMade
from huiyin.register.models import Card, Enquiry, Household, Link, Phone, Place, PrintRun, Resident
from huiyin.register.models.cards import PAPER_KINDS
from huiyin.register.models.periods import standing
from huiyin.register.queries import cards
from huiyin.register.queries.cards import RunRow
from huiyin.register.queries.days import today
from huiyin.register.queries.people import PHONE_COLUMN

MOST_VILLAGES = 2_000
"""More than any county has."""
MOST = 5_000
"""Cards of one run, so that its file stays one that a printer takes; a larger village gets several runs."""
CARD_HOLDER = Viewer.system("card")


@action
def ask_for(*, by: Viewer, at: datetime, kind: str, place_codes: Sequence[str]) -> tuple[UUID, ...]:
    """Ask for papers of a kind for some villages, a run each; the machine makes them. The next edition of each.

    Raises Refused: value_unknown, place_unknown, needs_village, print_under_way.
    """
    by.need("register.edit")
    if kind not in PAPER_KINDS:
        raise Refused("value_unknown", field="kind")
    wanted = list(dict.fromkeys(place_codes))
    if not wanted:
        raise Refused("needs_village", field="place_codes")
    if len(wanted) > MOST_VILLAGES:
        raise Refused("place_unknown", field="place_codes")
    # Locked, in one order: whoever asks for the same village at the same time sees this run, or this one sees theirs.
    villages = Place.objects.select_for_update(no_key=True).filter(code__in=wanted, level="village", until=None)
    known = set(villages.order_by("code").values_list("code", flat=True))
    if not all(code in known and by.sees(code) for code in wanted):
        raise Refused("place_unknown", field="place_codes")
    before = PrintRun.objects.filter(kind=kind, place_code__in=wanted)
    if before.filter(state="asked").exists():
        raise Refused("print_under_way")
    editions: dict[str, int] = {}
    for code, edition in before.values_list("place_code", "edition"):
        editions[code] = max(edition, editions.get(code, 0))
    rows = [
        PrintRun(kind=kind, place_code=code, edition=editions.get(code, 0) + 1, asked_at=at, by_id=by.person_id)
        for code in wanted
    ]
    PrintRun.objects.bulk_create(rows)
    for row in rows:
        fact = PrintAsked(subject=str(row.pk), kind=kind, place_code=row.place_code, edition=row.edition)
        record(fact, by=by, at=at)
    return tuple(row.pk for row in rows)


@action
def make(*, by: Viewer, at: datetime, run_id: UUID) -> int:
    """Make a run that was asked for: for cards one for each household, replacing the one before; where a village has
    more than MOST, the rest comes with a next run that is asked for with it. How many pieces."""
    row = PrintRun.objects.select_for_update().filter(pk=run_id, state="asked").first()
    if row is None:
        return 0
    replaced = 0
    if row.kind == "card":
        row.count, replaced = _issue(row, by, at)
    else:
        row.count = cards.pieces(by, row.kind, row.place_code, at)
    row.state, row.made_at = "made", at
    row.save()
    record(PrintMade(subject=str(row.pk), count=row.count, replaced=replaced), by=by, at=at)
    return row.count


def _issue(run: PrintRun, by: Viewer, at: datetime) -> tuple[int, int]:
    day = today(by, at)
    low, high = subtree(run.place_code)
    homes = Household.objects.filter(place_code__gte=low, place_code__lt=high, until=None)
    # Whoever has one of the run before this one, that was asked for at the same moment, has theirs.
    held = Card.objects.filter(replaced_at=None, issued_at__gt=run.asked_at).values("household_id")
    rest = homes.exclude(pk__in=held).order_by("place_code", "code").values_list("pk", flat=True)
    wanted = list(rest[: MOST + 1])
    if len(wanted) > MOST and at > run.asked_at:
        _ask_for_the_rest(run, by, at)
    wanted = wanted[:MOST]
    leads = dict(
        Link.objects.filter(standing(day), kind="lead", household__in=wanted).values_list("household_id", "official_id")
    )
    before = list(Card.objects.filter(household__in=wanted, replaced_at=None))
    for card in before:
        card.replaced_at = at
    Card.objects.bulk_update(before, ["replaced_at"])
    made = []
    for home in wanted:
        card = Card(id=uuid7(), run=run, household_id=home, official_id=leads.get(home), issued_at=at)
        card.blind = cards.blind_of(cards.code_of(card.pk))
        made.append(card)
    Card.objects.bulk_create(made)
    return len(made), len(before)


def _ask_for_the_rest(run: PrintRun, by: Viewer, at: datetime) -> None:
    """A next run of a village for the households that this one has no room for."""
    rest = PrintRun(
        kind=run.kind, place_code=run.place_code, edition=run.edition + 1, asked_at=run.asked_at, by_id=run.by_id
    )
    rest.save(force_insert=True)
    fact = PrintAsked(subject=str(rest.pk), kind=rest.kind, place_code=rest.place_code, edition=rest.edition)
    record(fact, by=by, at=at)


@action
def wish_another(*, by: Viewer, at: datetime, code: str) -> None:
    """The holder of a card wishes another official; nobody asks why. Asking twice changes nothing. Raises Missing."""
    household, officials = cards.by_card(by, code, at)
    if not officials:
        raise Missing
    try:
        links.wish(by=CARD_HOLDER, at=at, household_id=household, official_id=officials[0].official_id)
    except Refused as refused:
        if refused.code != "nothing_changed":
            raise


@action
def ask_by_phone(*, by: Viewer, at: datetime, phone: str) -> None:
    """Have a clerk ring a number back if it is registered; whoever asks is told the same either way.

    Raises Refused only for what is no telephone number.
    """
    blind = vault().blind(PHONE_COLUMN, text.phone(phone))
    day = today(by, at)
    holders = Phone.objects.filter(standing(day), blind=blind).order_by("pk").values_list("person_id", flat=True)[:5]
    homes = Resident.objects.filter(standing(day), person__in=list(holders)).order_by("pk")
    found = list(homes.values_list("person_id", "household_id"))
    locked = Household.objects.select_for_update(no_key=True).filter(pk__in=[household for _, household in found])
    list(locked.order_by("pk").values_list("pk"))  # who asks for one of them at the same time comes after us
    for person, household in found:
        if Enquiry.objects.filter(household_id=household, told_at=None).exists():
            continue
        row = Enquiry(person_id=person, household_id=household, asked_at=at)
        row.save(force_insert=True)
        record(OfficialAskedFor(subject=str(household), enquiry=str(row.pk)), by=by, at=at)


@action
def number_to_ring(*, by: Viewer, at: datetime, enquiry_id: UUID) -> tuple[str, ...]:
    """The registered numbers of somebody who waits to be rung back; opening them leaves a look. Raises Missing."""
    row = _enquiry(by, enquiry_id)
    look(by, kind="phone", subject=f"household:{row.household_id}", at=at, reason="register.official_asked_for")
    held = Phone.objects.filter(standing(today(by, at)), person_id=row.person_id).order_by("pk")
    return tuple(phone.opened() for phone in held)


@action
def told(*, by: Viewer, at: datetime, enquiry_id: UUID) -> None:
    """A clerk has rung back. Raises Missing outside the scope or where somebody else did already."""
    row = _enquiry(by, enquiry_id)
    row.told_at, row.told_by_id = at, by.person_id
    row.save()
    record(OfficialTold(subject=str(row.household_id), enquiry=str(row.pk)), by=by, at=at)


@action
def take(*, by: Viewer, at: datetime, run_id: UUID) -> RunRow:
    """Take the papers of a run out of the product: names of many households, so it leaves a look. Raises Missing."""
    by.need("register.edit")
    row = cards.run(by, run_id)
    if row.state != "made":
        raise Missing
    look(by, kind="print", subject=f"print:{row.id}", at=at)
    return row


def _enquiry(by: Viewer, enquiry_id: UUID) -> Enquiry:
    """An enquiry that nobody has answered yet, locked."""
    by.need("matter.open")
    locked = Enquiry.objects.select_for_update(of=("self",)).select_related("household")
    row = locked.filter(pk=enquiry_id, told_at=None).first()
    if row is None or not by.sees(row.household.place_code):
        raise Missing
    return row
