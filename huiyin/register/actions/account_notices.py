"""Telling an account's owner what others did with it: at the desk, and by every wire there is to them (trust.md A6).

A word of warning: it goes at any hour, names who did it and whom to ring, and holds no key.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from huiyin.channels.actions import outbox
from huiyin.channels.queries import lines
from huiyin.core import text
from huiyin.core.actions import action
from huiyin.core.models import Account, Official
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from huiyin.programme.words import phrase
from huiyin.register.models import AccountTold
from huiyin.register.queries import staff

PURPOSE = "account"
Wire = tuple[str, str]
"""A channel and an address."""


def tell(by: Viewer, at: datetime, account: Account, kind: str, who: UUID | None = None) -> None:
    """Lay it before the owner at the desk, and write down what goes to their duty telephone and mailbox; part of the
    action that did it. `who` did it, where that is not who acts."""
    if account.person_id is None:
        return
    person = who or by.person_id
    AccountTold.objects.create(person_id=account.person_id, kind=kind, by_id=person, at=at)
    send(by, at, account, kind, person, wires_of(account))


def send(
    by: Viewer, at: datetime, account: Account, kind: str, who: UUID | None, wires: Iterable[Wire], mark: str = ""
) -> None:
    """The same words to some addresses of the owner, each once; part of an action."""
    county = current(at).rulebook.county
    name = staff.persons(by, [who]).get(who, "") if who else ""
    signed = {"centre": county.centre, "telephone": county.telephone, "name": name or phrase("messages", "machine")}
    body = phrase("messages", f"account_{kind}", **signed)
    for number, (channel, address) in enumerate(wires):
        if lines.is_on(by, channel):
            outbox.send(
                by=by,
                at=at,
                channel=channel,
                purpose=PURPOSE,
                about=f"account:{account.pk}",
                key=f"account:{account.pk}:{kind}:{at.isoformat()}:{channel}:{mark}{number}",
                address=address,
                title=phrase("messages", "title_account", **signed),
                body=body,
            )


def wires_of(account: Account) -> list[Wire]:
    """The owner's duty telephone where it takes messages, and the account's mailbox."""
    found: list[Wire] = []
    owner = Official.objects.filter(person__account=account)
    written = owner.values_list("duty_phone", flat=True).first() or ""
    try:
        digits = text.phone(written)
    except Refused:  # none is written down, or it is no telephone
        digits = ""
    if digits.startswith("1"):
        found.append(("sms", digits))
    if account.email:
        found.append(("email", account.email))
    return found


@action
def tell_more(*, by: Viewer, at: datetime, account_id: int, kind: str, who: UUID | None, wires: Iterable[Wire]) -> None:
    """The same to addresses that a higher room keeps for the owner, and that were not written to."""
    account = Account.objects.get(pk=account_id)
    send(by, at, account, kind, who, [one for one in wires if one not in wires_of(account)], mark="more")


@action
def read(*, by: Viewer, at: datetime) -> int:
    """The owner has read what they were told until now. Returns how many were unread."""
    if by.person_id is None:
        raise Refused("sign_in")
    return AccountTold.objects.filter(person_id=by.person_id, read_at=None, at__lte=at).update(read_at=at)
