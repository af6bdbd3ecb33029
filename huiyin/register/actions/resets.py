"""Letting somebody in again who lost both the telephone and the recovery codes: one asks, another of another unit
confirms, and each holds one half of the key, so that neither alone can be the owner (trust.md A6, A8).
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from huiyin.core import four_eyes, signin, text, tokens
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.models import Account
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import account_notices as notices
from huiyin.register.actions.access import Given, looked_after, make_key, opened_by_two
from huiyin.register.events import ResetAsked, ResetConfirmed, ResetDeclined
from huiyin.register.models import AccountReset
from huiyin.register.models.access import TABLE
from huiyin.register.queries import resets, serving

HALF = signin.FIRST_LENGTH // 2
REASON_LEAST, REASON_MOST = 4, 200


@action
def ask_reset(*, by: Viewer, at: datetime, person_id: UUID, reason: str) -> Given:
    """Ask that somebody's second factor be taken off; the first half of the key to come, shown once. Nothing ends yet.

    Raises Missing for nobody in scope; Refused: not_allowed, access_own, reset_reason, reset_not_needed, reset_asked,
    account_closed.
    """
    by.need("register.edit")
    looked_after(by, at, person_id)
    why = text.line(reason, most=REASON_MOST, field="reason") if reason.strip() else ""
    if len(why) < REASON_LEAST:
        raise Refused("reset_reason", field="reason", most=REASON_MOST)
    account = _account(person_id)
    if AccountReset.objects.filter(person_id=person_id, state="asked").exists():
        raise Refused("reset_asked", field="reason")
    row = AccountReset(person_id=person_id, account_id=account.pk, reason=why, asked_at=at, asked_by_id=by.person_id)
    half = signin.letters(HALF)
    row.half = vault().seal(f"person:{person_id}", table=TABLE, column="half", row=str(row.pk), text=half)
    row.save(force_insert=True)
    record(ResetAsked(subject=str(person_id), reset=str(row.pk), account=account.pk), by=by, at=at)
    notices.tell(by, at, account, "reset_asked")
    return Given(account.username, half, at)


@action
def decline_reset(*, by: Viewer, at: datetime, reset_id: UUID) -> None:
    """Nothing is taken off: the second person says so, whoever asked takes it back, or the owner does not want it."""
    row = _open(reset_id)
    apart = four_eyes.is_another(by, {row.person_id, row.asked_by_id})
    if apart or by.person_id is None:
        _second(by, at, row)
    _end(row, by, at, "declined")
    record(ResetDeclined(subject=str(row.person_id), reset=str(row.pk), account=row.account_id), by=by, at=at)
    notices.tell(by, at, Account.objects.get(pk=row.account_id), "reset_declined")


@action
def confirm_reset(*, by: Viewer, at: datetime, reset_id: UUID) -> Given:
    """As the second person: second factor, password, sessions and tokens end; the second half of the key, shown once.
    The key opens with both halves only.

    Raises Missing; Refused: not_allowed, access_own, reset_same_person, reset_same_unit, account_closed.
    """
    row = _open(reset_id)
    _second(by, at, row)
    had = {row.asked_by_id} | four_eyes.acted(ResetAsked, row.person_id, reset=str(row.pk))
    four_eyes.need_another(by, had, "reset_same_person")
    if _units(by, had, row.asked_at, at) & (_units(by, by.persons, row.asked_at, at) | by.body_ids):
        raise Refused("reset_same_unit")
    account = _account(row.person_id)
    sealed = bytes(row.half or b"")
    first = vault().open(f"person:{row.person_id}", table=TABLE, column="half", row=str(row.pk), sealed=sealed)
    second = signin.letters(HALF)
    _end(row, by, at, "confirmed")
    given = _taken_off(by, at, row, account, first + second)
    return replace(given, key=second)


@action
def reset_here(*, by: Viewer, at: datetime, person_id: UUID, reason: str) -> Given:
    """From the machine itself, for the last who could let others in: both at once, the whole key.

    Raises Missing for nobody in service; Refused: not_allowed for anybody but the machine, reset_not_needed,
    account_closed.
    """
    if not by.everything:
        raise Refused("not_allowed", verb="register.edit")
    looked_after(by, at, person_id)
    account = _account(person_id)
    for one in AccountReset.objects.filter(person_id=person_id, state="asked"):
        decline_reset(by=by, at=at, reset_id=one.pk)
    why = text.line(reason, most=REASON_MOST, field="reason")
    row = AccountReset(person_id=person_id, account_id=account.pk, reason=why, asked_at=at)
    _end(row, by, at, "confirmed")
    record(ResetAsked(subject=str(person_id), reset=str(row.pk), account=account.pk), by=by, at=at)
    return _taken_off(by, at, row, account, "")


def _taken_off(by: Viewer, at: datetime, row: AccountReset, account: Account, key: str) -> Given:
    signin.unbind(account)
    tokens.revoke(by=by, at=at, account=account)  # whoever has the account open elsewhere may have made some
    made = make_key(by, at, account, key)
    fact = ResetConfirmed(subject=str(row.person_id), reset=str(row.pk), account=account.pk, until=made.said)
    record(fact, by=by, at=at)
    notices.tell(by, at, account, "reset_confirmed")
    return made


def _account(person_id: UUID) -> Account:
    """The account in need of it. Raises Refused: account_closed, reset_not_needed."""
    account = Account.objects.select_for_update(of=("self",)).filter(person_id=person_id).first()
    if account is None or not (signin.is_bound(account) or opened_by_two(account)):
        raise Refused("reset_not_needed", field="reason")
    if not account.is_active:
        raise Refused("account_closed", field="reason")
    return account


def _open(reset_id: UUID) -> AccountReset:
    row = AccountReset.objects.select_for_update(of=("self",)).filter(pk=reset_id, state="asked").first()
    if row is None:
        raise Missing
    return row


def _second(by: Viewer, at: datetime, row: AccountReset) -> None:
    """Raises Missing, Refused unless the viewer may be the second person, whoever asked."""
    if not resets.may_decide(by):
        raise Missing
    looked_after(by, at, row.person_id)


def _units(by: Viewer, persons: Iterable[UUID | None], since: datetime, at: datetime) -> frozenset[UUID]:
    """The units where some people served between two moments."""
    return frozenset().union(*serving.bodies_since(by, [one for one in persons if one], since, at).values())


def _end(row: AccountReset, by: Viewer, at: datetime, state: str) -> None:
    row.state, row.half, row.decided_at, row.decided_by_id = state, None, at, by.person_id
    row.save()
