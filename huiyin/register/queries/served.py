"""What stands beside a category: who serves in it, where somebody is, which office alone takes it away."""

from datetime import datetime
from uuid import UUID

from django.db.models import Count

from huiyin.core import rulebook
from huiyin.core.vault import Shredded, vault
from huiyin.core.viewer import Viewer
from huiyin.register.models import Membership
from huiyin.register.models.periods import standing
from huiyin.register.queries.days import today
from huiyin.register.rules.few import FEWEST

BODIES = 500


def away_of(viewer: Viewer, household_id: UUID, at: datetime) -> tuple[Membership, ...]:
    """Memberships that keep where somebody is; called by the action that leaves a look."""
    rows = Membership.objects.filter(standing(today(viewer, at)), household_id=household_id, where__isnull=False)
    rows = rows if viewer.may("register.sensitive") else rows.filter(high=False)
    return tuple(rows.select_related("person").order_by("since", "pk"))


def office_of(viewer: Viewer, at: datetime, programme: str, category: str) -> str:
    """Whose people alone end a category; empty where anybody who corrects the file may (SG-15)."""
    found = rulebook.current(at).rulebook.programmes.get(programme)
    kinds = found.people.categories if found is not None and found.people is not None else {}
    return kinds[category].office if category in kinds else ""


def where_of(viewer: Viewer, row: Membership) -> str:
    """Where somebody is, in clear, for actions that leave a look; empty where it is not kept, or was erased (R-042)."""
    if row.where is None:
        return ""
    subject = f"person:{row.person_id}"
    try:
        return vault().open(subject, table="membership", column="where", row=str(row.pk), sealed=row.where)
    except Shredded:
        return ""


def counted_by_body(viewer: Viewer, at: datetime) -> tuple[tuple[str, str, str, int | None], ...]:
    """Of categories that name a body: programme, category, body, how many it serves in the viewer's scope; None for
    fewer than ten, and for the smallest beside them until no remainder tells one or fewer than ten (SG-46)."""
    if not viewer.may("register.see"):
        return ()
    rows = Membership.objects.filter(standing(today(viewer, at)), viewer.scope("household__place_code"))
    sums = rows.filter(body__isnull=False).values_list("programme", "category", "body__name").annotate(n=Count("pk"))
    found = list(sums.order_by("programme", "category", "body__name")[:BODIES])
    hidden: set[tuple[str, str, str]] = set()
    for kind in {one[:2] for one in found}:
        some = sorted((one for one in found if one[:2] == kind), key=lambda one: one[3])
        few = sum(one[3] < FEWEST for one in some)
        while 0 < few < len(some) and (few == 1 or sum(one[3] for one in some[:few]) < FEWEST):
            few += 1
        hidden |= {one[:3] for one in some[:few]}
    return tuple((*one[:3], None if one[:3] in hidden else one[3]) for one in found)
