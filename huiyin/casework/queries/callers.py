"""Which earlier matters are the caller's own: what is said now may be added to one of them."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from huiyin.casework.models import Matter, Party
from huiyin.core import four_eyes, text
from huiyin.core.rulebook import version
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from huiyin.register.queries import staff


def of_number(blind: bytes) -> QuerySet[Party]:
    """Who reported from a number, for who types it at the desk. Whoever asked for confidence is found by none: it would
    be told without a reason and a look, to who handles the matter too (SG-23)."""
    return Party.objects.filter(phone_blind=blind).exclude(disclosure="confidential")


def stands_apart(viewer: Viewer, matter: Matter) -> bool:
    """Whether the viewer has nothing to do with handling a matter: neither handler nor supervisor, nor who acts for
    one of them, nor of the unit that has it. Who asked for confidence is known to nobody else (SG-23)."""
    parts = four_eyes.hands(matter.id, [matter.handler_id, matter.supervisor_id])
    return four_eyes.is_another(viewer, parts) and matter.owner_body_id not in staff.bodies_held(viewer)


def may_open(viewer: Viewer, matter: Matter, disclosure: str) -> bool:
    """Whether the viewer's posts open who reported a matter: of who asked for confidence only those of them who stand
    apart from it and ring people up, or hold what is about officials."""
    if not viewer.may("matter.reveal"):
        return False
    if disclosure != "confidential":
        return True
    return (viewer.may("matter.call_back") or viewer.may("matter.held")) and stands_apart(viewer, matter)


def own_codes(viewer: Viewer, typed: str) -> frozenset[str]:
    """Codes of open matters in sight that were opened with this number; nothing for what is no number. One query."""
    try:
        blind = vault().blind("phone", text.phone(typed))
    except Refused:
        return frozenset()
    mine = of_number(blind).values("matter_id")
    found = Matter.objects.visible_to(viewer).filter(id__in=mine, closed_at__isnull=True)
    return frozenset(found.values_list("code", flat=True))


def closed_codes(viewer: Viewer, typed: str, at: datetime) -> frozenset[str]:
    """Codes of matters opened with this number that ended a short while ago: the same trouble takes them up again.

    One query; nothing for what is no number.
    """
    try:
        blind = vault().blind("phone", text.phone(typed))
    except Refused:
        return frozenset()
    mine = of_number(blind).filter(role="reporter").values("matter_id")
    found = Matter.objects.visible_to(viewer).filter(id__in=mine, state="closed").order_by("-closed_at")
    return frozenset(
        code
        for code, programme, book, closed_at in found.values_list("code", "programme", "rulebook_id", "closed_at")[:50]
        if closed_at and at - closed_at <= timedelta(days=version(book).replies(programme).recurrence.days)
    )
