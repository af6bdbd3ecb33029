"""One post as whoever keeps the register puts it right or gives another; bodies by name; and a link before it ends."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from huiyin.core import rulebook
from huiyin.core.models import Official
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing
from huiyin.register.models import Body, Link, Post
from huiyin.register.models.periods import standing
from huiyin.register.queries.days import today
from huiyin.register.queries.people import kept_home

MOST = 12


@dataclass(frozen=True)
class OnePost:
    """A post as it is recorded now."""

    id: UUID
    person_id: UUID
    official_id: UUID
    name: str
    body_id: UUID
    body: str
    role: str
    title: str
    place_code: str
    responsibility: str
    since: date
    until: date | None


@dataclass(frozen=True)
class OneLink:
    """A link of a household that stands, and what ending it leaves: how many others it has, whether one leads."""

    id: UUID
    official_id: UUID
    person_id: UUID
    name: str
    kind: str
    programme: str
    since: date
    others: tuple[str, ...]
    uncovered: bool


def one(viewer: Viewer, at: datetime, post_id: UUID) -> OnePost:
    """The post. Raises Missing for another's county, for one that was replaced, and for the viewer's own."""
    viewer.need("register.edit")
    row = Post.objects.select_related("official__person", "body").filter(pk=post_id, replaced_at=None).first()
    if row is None or not viewer.sees(row.place_code) or row.official.person_id in viewer.persons:
        raise Missing
    person = row.official.person
    told = (row.role, row.title, row.place_code, row.responsibility, row.since, row.until)
    return OnePost(row.pk, person.pk, row.official_id, person.name, row.body_id, row.body.name, *told)


def whose(viewer: Viewer, post_id: UUID) -> UUID | None:
    """Whose post it was, of one that was put right or has ended since a page of it was opened: there it goes on. None
    for what the viewer has no business with."""
    row = Post.objects.filter(pk=post_id).select_related("official").first()
    if row is None or not viewer.may("register.edit") or not viewer.sees(row.place_code):
        return None
    return None if row.official.person_id in viewer.persons else row.official.person_id


def roles(viewer: Viewer, at: datetime) -> dict[str, str]:
    """The roles of the county by name, with their titles."""
    return {name: role.title for name, role in rulebook.current(at).rulebook.county.roles.items()}


def bodies_named(viewer: Viewer, name: str) -> tuple[tuple[UUID, str], ...]:
    """Bodies in scope of a name: the one that is called so, else those whose names have it inside."""
    rows = Body.objects.filter(viewer.scope("place_code"), until=None).order_by("place_code", "name")
    exact = list(rows.filter(name=name.strip()).values_list("pk", "name")[:MOST])
    return tuple(exact or rows.filter(name__contains=name.strip()[:60]).values_list("pk", "name")[:MOST])


def numbered(viewer: Viewer, number: str) -> tuple[UUID, str] | None:
    """Person and name of a staff number; None where nobody has it."""
    return Official.objects.filter(number=number.strip()[:30]).values_list("person_id", "person__name").first()


def link(viewer: Viewer, household_id: UUID, link_id: UUID, at: datetime) -> OneLink:
    """A link that stands. Raises Missing also where the viewer does not keep the register."""
    home, day = kept_home(viewer, household_id), today(viewer, at)
    rows = list(Link.objects.filter(standing(day), household=home).select_related("official__person").order_by("pk"))
    row = next((found for found in rows if found.pk == link_id), None)
    if row is None:
        raise Missing
    rest = [found for found in rows if found.pk != link_id]
    return OneLink(
        row.pk,
        row.official_id,
        row.official.person_id,
        row.official.person.name,
        row.kind,
        row.programme,
        row.since,
        tuple(found.official.person.name for found in rest),
        not any(found.kind == "lead" for found in rest),
    )
