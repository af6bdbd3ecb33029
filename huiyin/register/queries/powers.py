"""Duties that posts and lent powers give, and who consented to them (trust.md A8)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from huiyin.core.models import Account
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing
from huiyin.register.models import Delegation, ImportRun, Post, PowerGrant
from huiyin.register.models.periods import lasting
from huiyin.register.queries import serving, staff

VERBS = ("register.edit", "audit.see")
"""Who consents: somebody who may give such a post themselves, or an auditor."""
PATIENCE = timedelta(days=14)
"""How long consent is waited for; then it has lapsed."""
LATELY, MOST = timedelta(days=90), 200


@dataclass(frozen=True)
class GrantRow:
    """Who is to have which duty, by which post or lent out of whose; who gave it, when, and what became of it.

    `alone` says that the machine gave it while there was nobody to consent. `list_name` is the file it came with.
    """

    id: UUID
    person_id: UUID
    name: str
    duty: str
    body: str
    title: str
    lender: str
    state: str
    asked_at: datetime
    asked_by: str
    run_id: UUID | None
    list_name: str
    decided_at: datetime | None
    decided_by: str
    may: bool

    @property
    def alone(self) -> bool:
        """Whether nobody consented to what holds."""
        return self.state == "given" and not self.decided_by

    @property
    def lapses_at(self) -> datetime:
        """Until when it waits."""
        return self.asked_at + PATIENCE


def may_decide(viewer: Viewer) -> bool:
    """Whether the viewer may consent somewhere."""
    return any(viewer.may(verb) for verb in VERBS)


def waiting(viewer: Viewer) -> QuerySet[PowerGrant]:
    """Those that wait for a second person who may be the viewer: not their own, nor what they gave."""
    rows = here(viewer).filter(state="asked")
    return rows.exclude(asked_by_id__in=viewer.persons).exclude(person_id__in=viewer.persons)


def listed(viewer: Viewer, at: datetime) -> tuple[GrantRow, ...]:
    """Those in the viewer's scope: what waits, what was decided in the last months, and for good what nobody consented
    to. Newest first; `may` where nothing stands in the way of the viewer's consent. Raises Missing for who may not
    decide. At most eight questions."""
    if not may_decide(viewer):
        raise Missing
    shown = Q(state="asked") | Q(asked_at__gt=at - LATELY) | Q(state="given", decided_by_id=None)
    rows = here(viewer).filter(shown)
    found = list(
        rows.select_related("person", "post__body", "post__official__person").order_by("-asked_at", "pk")[:MOST]
    )
    names = staff.persons(viewer, {who for one in found for who in (one.asked_by_id, one.decided_by_id) if who})
    lists = ImportRun.objects.filter(pk__in={one.run_id for one in found if one.run_id})
    files = dict(lists.values_list("pk", "file_name"))
    barred = near(viewer, [one for one in found if one.state == "asked"], at)
    return tuple(
        GrantRow(
            one.pk,
            one.person_id,
            one.person.name,
            one.duty,
            one.post.body.name,
            one.post.title,
            one.post.official.person.name if one.delegation_id else "",
            one.state,
            one.asked_at,
            names.get(one.asked_by_id, "") if one.asked_by_id else "",
            one.run_id,
            files.get(one.run_id, "") if one.run_id else "",
            one.decided_at,
            names.get(one.decided_by_id, "") if one.decided_by_id else "",
            one.state == "asked" and one.pk not in barred,
        )
        for one in found
    )


def of_delegations(viewer: Viewer, delegation_ids: Collection[UUID]) -> dict[UUID, str]:
    """How far consent is to lent powers that have a duty among them: a state of `PowerGrant`."""
    rows = PowerGrant.objects.filter(delegation__in=list(delegation_ids))
    return dict(rows.values_list("delegation_id", "state")) if delegation_ids else {}


def near(
    viewer: Viewer, grants: Iterable[PowerGrant], at: datetime, *, since: datetime | None = None
) -> dict[UUID, str]:
    """What keeps the viewer from deciding, by grant: `person` where they gave it, get it or act for one of the two,
    `unit` where they serve in a unit of who gave it, or both did at some time `since` a moment. Three questions, one
    more with `since`."""
    asked = list(grants)
    runs = parts_in_runs(asked)
    hands = {one.pk: {one.asked_by_id, one.asked_for_id} - {None} | runs.get(one.run_id, set()) for one in asked}
    givers = {who for some in hands.values() for who in some if who}
    units = serving.bodies_since(viewer, [*givers, *viewer.persons], since or at, at)
    own = viewer.body_ids | frozenset().union(*(units[who] for who in viewer.persons))
    lent = _lenders_to(viewer, at) | (_lenders_to(viewer, since) if since else frozenset())
    found: dict[UUID, str] = {}
    for one in asked:
        if (hands[one.pk] | {one.person_id}) & (viewer.persons | lent):
            found[one.pk] = "person"
        elif any(units.get(who, frozenset()) & own for who in hands[one.pk] if who):
            found[one.pk] = "unit"
    return found


def parts_in_runs(grants: Iterable[PowerGrant]) -> dict[UUID | None, set[UUID | None]]:
    """Who brought the lists of some grants in."""
    ids = {one.run_id for one in grants if one.run_id}
    return {run: {who} for run, who in ImportRun.objects.filter(pk__in=ids).values_list("pk", "added_by_id") if who}


def others(person_ids: Collection[UUID], since: date, until: date | None, at: datetime) -> dict[UUID, set[str]]:
    """The duties of some people by their posts and what is lent to them, in a period; consented to or not."""
    county, found = current(at).rulebook.county, dict[UUID, set[str]]()
    known = [name for name in county.roles if county.duty_of(name)]
    period = Q(replaced_at=None) & lasting(since) & (Q() if until is None else Q(since__lt=until))
    held = Post.objects.filter(period, official__person_id__in=person_ids, role__in=known)
    for person, role in held.values_list("official__person_id", "role"):
        found.setdefault(person, set()).add(county.duty_of(role))
    lent = Delegation.objects.filter(period, lasting(since, "post__"), to__in=person_ids, post__role__in=known)
    for person, role, verbs in lent.values_list("to_id", "post__role", "verbs"):
        found.setdefault(person, set()).add(county.duty_of(role, verbs))
    return {person: duties - {""} for person, duties in found.items()}


def could_consent(grant: PowerGrant, at: datetime) -> bool:
    """Whether anybody could consent to it at the desk: of another unit, with an account somebody has set a password
    for. Three questions and one more."""
    machine, place = Viewer.system("powers"), grant.post.place_code
    hands = [who for who in (grant.asked_by_id, grant.asked_for_id) if who]
    theirs = frozenset().union(*staff.bodies_of(machine, hands, at).values())
    rows = staff.candidates(machine, at, verb=VERBS, place_code=place, without=[*hands, grant.person_id])
    persons = {row.person_id for row in rows if row.body_id not in theirs}
    accounts = Account.objects.filter(person__in=persons, is_active=True) if persons else Account.objects.none()
    return any(one.has_usable_password() for one in accounts)


def here(viewer: Viewer) -> QuerySet[PowerGrant]:
    """Those of posts in the viewer's scope that have not ended."""
    rows = PowerGrant.objects.filter(viewer.scope("post__place_code"), post__replaced_at=None)
    if viewer.day is None:
        return rows if viewer.everything else rows.none()
    lent = Q(delegation=None) | Q(lasting(viewer.day, "delegation__"), delegation__replaced_at=None)
    return rows.filter(lasting(viewer.day, "post__"), lent)


def _lenders_to(viewer: Viewer, at: datetime) -> frozenset[UUID]:
    """Who lends powers to the viewer today, whether or not they act with them now."""
    return frozenset(one.person_id for one in staff.may_act_for(viewer, at))
