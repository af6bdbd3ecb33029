"""Two custodians of different bodies and what they read; tests of the sealed compartment begin here."""

from collections.abc import Callable
from datetime import datetime

from huiyin.casework.actions import aside, held, keyholders
from huiyin.casework.models import Matter
from huiyin.casework.queries import compartment, one
from huiyin.casework.queries.one import OnePage
from huiyin.core.viewer import Viewer
from tests.cast import Cast, Member
from tests.rooms.casework import spine

MACHINE = Viewer.system("custodian")
PHRASE = "傍晚的水渠边有三只白鹭"
ABOUT_LI = "柳湾镇的李卫东态度很差，要钱才给办。"


def phrase_of(member: Member) -> str:
    """A passphrase of their own."""
    return f"{PHRASE} {member.name}"


def with_keys(member: Member, at: datetime) -> None:
    """Somebody makes a pair of keys for what they will handle."""
    keyholders.make_pair(by=member.viewer(at), at=at, passphrase=phrase_of(member))


def two_custodians(cast: Cast, at: datetime) -> None:
    """Zhou and Sun, dispatchers of different bodies, become custodians."""
    for member in (cast.zhou, cast.sun):
        with_keys(member, at)
        keyholders.appoint(by=MACHINE, at=at, person_id=member.person_id)


def own_key(member: Member, at: datetime, phrase: str = "") -> bytes:
    """Their private key, by their passphrase."""
    return compartment.unlock(member.viewer(at), phrase or phrase_of(member))


def key(member: Member, at: datetime, phrase: str = "") -> Callable[[Matter], bytes | None]:
    """What opens a page for them, as the desk does it."""
    viewer, own = member.viewer(at), own_key(member, at, phrase)
    return lambda row: keyholders.open_matter(by=viewer, at=at, matter_id=row.id, own=own)


def page(member: Member, matter: Matter, at: datetime) -> OnePage:
    """A matter as they read it with their keys open."""
    return one.by_code(member.viewer(at), matter.code, at, key(member, at))


def sides(member: Member, matter: Matter, at: datetime) -> list[str]:
    """The letters of the sides of a locked dispute whose words they read with their keys open."""
    found = compartment.sides(member.viewer(at), page(member, matter, at).laid)
    return [one[0] for one in found.sides] if found else []


def sealed(cast: Cast, at: datetime, text: str = ABOUT_LI) -> tuple[Matter, str]:
    """A complaint about Li, named by Zhou, and handed to Bai in a county department on the sealed way; its proof."""
    found = spine.opened(cast, at, text=text)
    return hand_over(cast, at, found.matter), found.proof


def hand_over(cast: Cast, at: datetime, matter: Matter) -> Matter:
    """Hand a held matter about Li to Bai on the sealed way."""
    zhou = cast.zhou.viewer(at)
    aside.name_subjects(by=zhou, at=at, matter_id=matter.id, persons=[cast.li.person_id])
    parts = {"owner": cast.bodies.farming, "handler": cast.bai.person_id, "supervisor": cast.zhao.person_id}
    done = held.hand_over(by=zhou, at=at, matter_id=matter.id, topic="water", way="discipline", parts=parts)
    return Matter.objects.get(pk=done.pk)
