"""Which matter a message speaks of, and what went to and fro about one."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from huiyin.casework.models import Matter, Party, Reply
from huiyin.casework.rules import messages as rules
from huiyin.casework.rules.messages import Meant
from huiyin.channels.queries import messages as wire
from huiyin.channels.queries.messages import Line, Said
from huiyin.core.rulebook import current
from huiyin.core.vault import Damaged, Shredded, vault
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused

ABOUT = "matter:"


def of_matter(viewer: Viewer, matter: Matter) -> Sequence[Line]:
    """What went out and came in about a matter that the viewer has open. Two queries."""
    return wire.about(viewer, f"{ABOUT}{matter.id}")


def meant_by(viewer: Viewer, said: Said, meant: Meant) -> UUID | None:
    """The one matter that a message speaks of; None for a new one. Raises Refused where it is not plain which.

    A mail speaks of what it answers; an SMS of the code in it, or with “1” and “2” of the one answer its number waits
    to judge. Only from the number or mailbox that the answer went to, or that the matter came from.
    """
    if said.channel == "email":
        return _thread(viewer, said, meant)
    if meant.meaning in ("yes", "no"):
        return _asked(viewer, said, meant)
    if meant.code and meant.meaning == "words":
        blind = vault().blind("phone", said.address)
        found = Party.objects.filter(phone_blind=blind, matter__code=meant.code).values_list("matter_id", flat=True)
        if not found:
            raise Refused("message_not_own")
        return found[0]
    return None


def channel_of(viewer: Viewer, at: datetime, of_wire: str) -> str:
    """The county's channel that a gateway is; the first there is where its method names none."""
    book = current(at).rulebook
    channels = book.matters(book.county.intake.programme).channels
    return next((name for name, one in channels.items() if one.wire == of_wire), next(iter(channels)))


def phone_of(viewer: Viewer, party: Party) -> str:
    """A reporter's number in clear, for the machine that writes to it; empty after an erasure."""
    if not party.phone:
        return ""
    subject = f"{ABOUT}{party.matter_id}"
    try:
        return vault().open(subject, table="casework.party", column="phone", row=str(party.pk), sealed=party.phone)
    except (Shredded, Damaged):
        return ""


def transport_id(viewer: Viewer, said: Said) -> str:
    """The id that an answer by mail names, so that it stands under what it answers."""
    return wire.transport_id(viewer, said.id) if said.channel == "email" else ""


def _asked(viewer: Viewer, said: Said, meant: Meant) -> UUID | None:
    told = wire.answered_to(viewer, said.channel, said.address)
    ids = {UUID(about.removeprefix(ABOUT)): ref for about, ref in told.items() if about.startswith(ABOUT)}
    waiting = Matter.objects.filter(id__in=ids, state="answered", held=False, sealed=False)
    newest = dict(Reply.objects.filter(matter_id__in=ids).order_by("at", "id").values_list("matter_id", "id"))
    code_of = {str(one): code for one, code in waiting.values_list("id", "code") if newest.get(one) == ids[one]}
    found = rules.one_of([str(one) for one in ids], code_of, meant.code)
    if not found:
        raise Refused("message_no_question" if not code_of else "message_which")
    return UUID(found)


def _thread(viewer: Viewer, said: Said, meant: Meant) -> UUID | None:
    if said.answers is None:
        if meant.meaning in ("yes", "no"):
            raise Refused("message_no_question")
        return None
    about = wire.about_of(viewer, said.answers, said.channel, said.address)
    if not about.startswith(ABOUT):
        raise Refused("message_not_own")
    matter = Matter.objects.filter(id=UUID(about.removeprefix(ABOUT))).first()
    if matter is None:
        raise Refused("message_not_own")
    if meant.meaning in ("yes", "no") and (matter.state != "answered" or matter.held or matter.sealed):
        raise Refused("message_no_question")
    if not meant.words and meant.meaning not in ("yes", "no"):
        raise Refused("message_unclear")
    return matter.id
