"""Who holds keys of the sealed compartment: pairs are made by their holders, custodians let each other in (R-187).

The first two custodians are made by whoever runs the machine, of two bodies; every further one by a custodian whose
own key is open. A lost key is made good by another custodian, who gives its successor what they hold themselves.
"""

from datetime import datetime
from uuid import UUID

from huiyin.casework.actions import books
from huiyin.casework.actions.compartment import wrap
from huiyin.casework.actions.steps import find
from huiyin.casework.events import KeyholderEnded, KeyholderMade, KeysGiven
from huiyin.casework.models import Keyholder, Matter, Passkey, SealedKey
from huiyin.casework.queries import compartment as sealed
from huiyin.core import boxes
from huiyin.core.actions import action
from huiyin.core.boxes import Unopened
from huiyin.core.events import record
from huiyin.core.looks import look
from huiyin.core.rowlevel import OPEN, looking_as
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.queries import staff


@action
def make_pair(*, by: Viewer, at: datetime, passphrase: str) -> Keyholder:
    """Make one's own pair of keys, for what one will handle; only its passphrase opens it, and nobody keeps that.

    Raises Refused: not_allowed, keys_made, passphrase_short, text_too_long.
    """
    if by.person_id is None or by.on_behalf_of is not None or not (by.may("matter.accept") or by.may("matter.held")):
        raise Refused("not_allowed", verb="matter.accept")
    if sealed.holder_of(by, by.person_id) is not None:
        raise Refused("keys_made", field="passphrase")
    secret = boxes.new_secret()
    row = Keyholder(
        person_id=by.person_id, public=boxes.public_of(secret), locked=boxes.lock(secret, passphrase), made_at=at
    )
    row.save(force_insert=True)
    record(KeyholderMade(subject=str(row.id), custodian=False), by=by, at=at)
    return row


@action
def change_passphrase(*, by: Viewer, at: datetime, old: str, new: str) -> Keyholder:
    """Another passphrase for the same keys; their passkeys open them as before.

    Raises Refused: keys_missing, passphrase_wrong, passphrase_short.
    """
    secret, own = sealed.unlock(by, old), sealed.holder_of(by, by.person_id)
    if own is None:
        raise Refused("keys_missing")
    own.locked = boxes.lock(secret, new)
    own.save()
    record(KeyholderMade(subject=str(own.id), custodian=own.custodian), by=by, at=at)
    return own


@looking_as(OPEN)
@action
def appoint(*, by: Viewer, at: datetime, person_id: UUID, secret: bytes | None = None) -> Keyholder:
    """Make somebody who sees held matters a custodian, and give them what the one who lets them in can open.

    The machine appoints the first two, of different bodies; after that only a custodian with their own key (`secret`).
    Raises Missing; Refused: custodian_unfit, keys_missing, custodian_same_body, custodian_by_custodian.
    """
    row = sealed.holder_of(by, person_id)
    if row is None:
        raise Refused("keys_missing", field="person")
    known = [one for one in sealed.custodians(by) if one.id != row.id]
    if not _fit(by, at, person_id):
        raise Refused("custodian_unfit", field="person")
    if secret is not None:
        _custodian(by, secret)
    elif not by.everything or len(known) >= sealed.LEAST:
        raise Refused("custodian_by_custodian")
    _of_two_bodies(by, at, row, known)
    row.custodian, row.let_in_by_id = True, by.person_id
    row.save()
    record(KeyholderMade(subject=str(row.id), custodian=True), by=by, at=at)
    if secret is not None:
        _give_all(by, at, row, secret)
    return row


@looking_as(OPEN)
@action
def give_again(*, by: Viewer, at: datetime, person_id: UUID, secret: bytes) -> int:
    """Give somebody's new keys what they are to open: to a custodian all, to a handler what they handle (recovery).

    `secret` is the private key of the custodian who gives. Returns how many matters. Raises Refused:
    custodian_by_custodian, keys_missing.
    """
    _custodian(by, secret)
    row = sealed.holder_of(by, person_id)
    if row is None:
        raise Refused("keys_missing", field="person")
    count = _give_all(by, at, row, secret)
    record(KeyholderMade(subject=str(row.id), custodian=row.custodian), by=by, at=at)
    return count


@looking_as(OPEN)
@action
def end(*, by: Viewer, at: datetime, person_id: UUID) -> Keyholder:
    """End somebody's keys: lost, or no longer theirs to hold. One's own, or as a custodian a handler's; by the machine
    anybody's. No custodian ends another's, so that nobody becomes the only one by themselves.

    Raises Refused: not_allowed, keys_missing, custodian_last: the last one's end would close everything for good.
    """
    row = sealed.holder_of(by, person_id)
    if row is None:
        raise Refused("keys_missing")
    known = sealed.custodians(by)
    others = () if row.custodian else known
    if not (by.everything or by.person_id in {person_id, *(one.person_id for one in others)}):
        raise Refused("not_allowed", verb="matter.held")
    if row.custodian and len(known) == 1 and SealedKey.objects.exists():
        raise Refused("custodian_last")
    for one in (*SealedKey.objects.filter(holder=row), *Passkey.objects.filter(holder=row)):
        one.delete()
    row.ended_at, row.ended_by_id, row.locked = at, by.person_id, None
    row.save()
    record(KeyholderEnded(subject=str(row.id)), by=by, at=at)
    return row


@action
def open_matter(*, by: Viewer, at: datetime, matter_id: UUID, own: bytes | None) -> bytes | None:
    """A locked matter's private key for this one request, by the viewer's own; leaves a look. None: not opened.

    Raises Missing.
    """
    matter = Matter.objects.reachable_by(by).filter(id=matter_id).first()
    if matter is None:
        raise Missing
    secret = sealed.secret_for(by, matter, own)
    look(by=by, at=at, kind="matter.opened" if secret else "matter.sealed", subject=str(matter_id))
    return secret


@action
def give_to_handler(*, by: Viewer, at: datetime, matter_id: UUID, own: bytes | None) -> int:
    """Let whoever handles a locked matter open it, by the keys of who may open it. Returns to how many.

    Raises Missing; Refused: sealed_not_open, handler_without_key.
    """
    matter = find(by, matter_id)
    secret = sealed.secret_for(by, matter, own)
    if secret is None:
        raise Refused("sealed_not_open")
    return hand(by, at, matter, secret)


def hand(by: Viewer, at: datetime, matter: Matter, secret: bytes) -> int:
    """Give the key to the handler who has none yet; part of an action. Raises Refused("handler_without_key")."""
    holder = fit_handler(by, matter.handler_id) if matter.handler_id else None
    if holder is None or SealedKey.objects.filter(matter=matter, holder=holder).exists():
        return 0
    wrap(matter, holder, secret)
    record(KeysGiven(subject=str(matter.id), holders=matter.sealed_keys.count()), by=by, at=at)
    return 1


def fit_handler(by: Viewer, person_id: UUID | None) -> Keyholder:
    """The keys of a handler to be. Raises Refused("handler_without_key")."""
    holder = sealed.holder_of(by, person_id)
    if holder is None:
        raise Refused("handler_without_key", field="handler")
    return holder


def _give_all(by: Viewer, at: datetime, row: Keyholder, secret: bytes) -> int:
    """Every matter the giver opens that the receiver is to open and stands apart from."""
    given = 0
    mine = SealedKey.objects.filter(holder=sealed.holder_of(by, by.person_id))
    has = set(SealedKey.objects.filter(holder=row).values_list("matter_id", flat=True))
    for key in mine.exclude(matter_id__in=has).select_related("matter").order_by("id"):
        matter = key.matter
        if not (row.custodian or matter.handler_id == row.person_id):
            continue
        if row.person_id in books.kept_away(by, matter, at):
            continue
        try:
            opened = boxes.open_box(secret, key.box, sealed.about(matter.id, "key", str(key.holder_id)))
        except Unopened as wrong:
            raise Refused("passphrase_wrong", field="passphrase") from wrong
        wrap(matter, row, opened)
        given += 1
    return given


def _custodian(by: Viewer, secret: bytes | None) -> Keyholder:
    """The viewer's own keys as a custodian's, proved by the private half."""
    own = sealed.holder_of(by, by.person_id)
    if own is None or not own.custodian or secret is None or boxes.public_of(secret) != bytes(own.public):
        raise Refused("custodian_by_custodian")
    return own


def _of_two_bodies(by: Viewer, at: datetime, row: Keyholder, known: list[Keyholder]) -> None:
    """The first two stand in different bodies, so that no head of one has both. Raises Refused."""
    if len(known) != 1:
        return
    bodies = staff.bodies_of(by, [row.person_id, *(one.person_id for one in known)], at)
    mine = bodies.get(row.person_id, frozenset())
    if any(mine & bodies.get(one.person_id, frozenset()) for one in known):
        raise Refused("custodian_same_body", field="person")


def _fit(by: Viewer, at: datetime, person_id: UUID) -> bool:
    """Whether somebody sees held matters of the county today."""
    place = current(at).rulebook.county.code
    found = staff.candidates(Viewer.system("custodian"), at, verb="matter.held", place_code=place)
    return any(one.person_id == person_id for one in found)
