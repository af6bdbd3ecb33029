"""Which matters go together, as far as the viewer may see them; others are not even counted (R-235, R-236)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import BooleanField, Count, Exists, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from huiyin.casework.models import Joining, Matter, Reply
from huiyin.casework.queries.books import actor_of, standing_of
from huiyin.casework.queries.matters import COLUMNS, MatterRow, rows_of
from huiyin.casework.queries.near import Likely, Twin, likely
from huiyin.casework.rules import codes, flow
from huiyin.core.rulebook import version
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused

LIVE = Q(split_at__isnull=True)
PROSE = ("cause", "basis", "explained_by", "view")
"""What flows and handling classes may ask for with an answer, besides it."""
FULL = 200
"""So many members of one lead are shown at most."""


@dataclass(frozen=True)
class Member:
    """A matter that follows: since when, why, and whether it may be answered now (`refused` says why not)."""

    row: MatterRow
    at: datetime
    reason: str
    joint: bool
    spokesperson: bool
    answered: bool
    refused: Refused | None


@dataclass(frozen=True)
class Family:
    """A matter with the ones that go along with it. `lead` is None where it is not in sight or it leads itself."""

    matter: Matter
    lead: MatterRow | None
    lead_answer: str
    since: datetime | None
    members: Sequence[Member]
    alike: Sequence[Twin]
    asks: Sequence[str]
    """Of `PROSE`, what the answer to one of those that may be answered asks for."""
    before: Sequence[Joining]
    """Of earlier times: what followed it, or what it followed, and was split again."""

    @property
    def unassigned(self) -> int:
        """How many that follow are with nobody while the matter itself is with somebody."""
        open_ones = [one for one in self.members if one.row.closed_at is None]
        return sum(not one.row.handler for one in open_ones) if self.matter.handler_id else 0

    @property
    def ready(self) -> list[Member]:
        """Those that may be answered now."""
        return [one for one in self.members if one.refused is None and not one.answered]


def family(viewer: Viewer, typed: str, *, alike: bool = False) -> Family:
    """A matter, its joined ones and what is like it; ten queries at most. Raises Missing, also of what lies aside."""
    code = codes.read_code(typed)
    matter = Matter.objects.visible_to(viewer).filter(code=code).first() if code else None
    if matter is None:
        raise Missing
    rows = list(Joining.objects.filter(Q(lead=matter) | Q(member=matter)).order_by("-at", "-id")[:FULL])
    ids = {row.lead_id for row in rows} | {row.member_id for row in rows} - {matter.id}
    seen = {one.id: one for one in Matter.objects.visible_to(viewer).filter(id__in=ids)}
    near = _alike(viewer, matter, known={*seen}) if alike else []
    told = rows_of(
        viewer,
        [{name: getattr(one, name) for name in COLUMNS} for one in seen.values()] + [one.row for one in near],
    )
    shown = {row.id: row for row in told}
    live = [row for row in rows if row.split_at is None]
    over = next((row for row in live if row.member_id == matter.id and row.lead_id in seen), None)
    answer = _answer(over.lead_id if over else matter.id)
    follow = [matter] if over else [seen[row.member_id] for row in live if row.member_id in seen]
    wanted = {need for one in follow if one.answered_at is None for need in _asks(one)}
    return Family(
        matter=matter,
        lead=shown[over.lead_id] if over else None,
        lead_answer=answer,
        since=over.at if over else None,
        members=[
            Member(
                shown[row.member_id],
                row.at,
                row.reason,
                row.joint,
                row.spokesperson,
                seen[row.member_id].answered_at is not None,
                _refusal(viewer, seen[row.member_id], has_answer=bool(answer)),
            )
            for row in reversed(live)
            if row.lead_id == matter.id and row.member_id in seen
        ],
        asks=[name for name in PROSE if name in wanted],
        alike=[one.told(shown[one.row["id"]]) for one in near],
        before=[row for row in rows if row.split_at and {row.lead_id, row.member_id} - {matter.id} <= set(seen)],
    )


def _alike(viewer: Viewer, matter: Matter, known: set[UUID]) -> list[Likely]:
    """Open matters that may be the same thing and have nothing to do with it yet."""
    words = f"{matter.title}\n{matter.text}"
    found = likely(viewer, words, place_code=matter.place_code, besides=matter.id)
    return [one for one in found if one.row["id"] not in known and one.row["closed_at"] is None]


def _asks(member: Matter) -> set[str]:
    """What the answer to a matter asks for, by its flow and its class."""
    page = version(member.rulebook_id).matters(member.programme)
    answers = [step for step in page.flow_of(member.kind).steps if step.name == "answer"]
    own = page.handlings[member.handling].needs.get("answer", ()) if member.handling in page.handlings else ()
    return {*own, *(need for step in answers for need in step.needs)}


def _answer(lead_id: UUID) -> str:
    """The newest answer to the leading matter; what it tells was answered there, not what is kept of it."""
    found = Reply.objects.filter(matter_id=lead_id).order_by("-at", "-id").values_list("text", flat=True).first()
    return found or ""


def _refusal(viewer: Viewer, member: Matter, *, has_answer: bool) -> Refused | None:
    """Why a member may not be answered by the viewer now; None where it may."""
    if not has_answer:
        return Refused("lead_not_answered")
    page = version(member.rulebook_id).matters(member.programme)
    directly = member.way in page.ways and page.ways[member.way].step == "answer"
    if member.handler_id is None and not directly:
        return Refused("member_unassigned")
    line, state = page.flow_of(member.kind), member.state
    name = "answer" if line.taking("answer", state) or not line.taking("take", state) else "take"
    given = {"reply": "-"} if name == "answer" else {}
    try:
        flow.take_step(matters=page, standing=standing_of(member), name=name, actor=actor_of(viewer), given=given)
    except Refused as refused:
        return refused
    return None


def marks(viewer: Viewer) -> dict[str, Coalesce | Exists]:
    """Columns for one matter's own query: how many follow it, whether it follows one; only what the viewer may see."""
    live = Joining.objects.filter(LIVE)
    follow = live.filter(_seen(viewer, "member_id"), lead=OuterRef("pk"))
    counted = follow.order_by().values("lead").annotate(many=Count("pk")).values("many")
    leads = live.filter(_seen(viewer, "lead_id"), member=OuterRef("pk"))
    return {
        "followers_many": Coalesce(Subquery(counted, output_field=IntegerField()), 0),
        "follows_one": Exists(leads, output_field=BooleanField()),
    }


def _seen(viewer: Viewer, side: str) -> Exists:
    """Whether the viewer may see that side of a joining; asked row by row, of the few that there are."""
    return Exists(Matter.objects.visible_to(viewer).filter(pk=OuterRef(side)))


def crowded(viewer: Viewer, *, tell_from: int, most: int = 50) -> Sequence[tuple[MatterRow, int]]:
    """Open matters in sight that so many residents bring together or more, the most first (R-235)."""
    seen = Matter.objects.visible_to(viewer)
    live = Joining.objects.filter(LIVE, _seen(viewer, "member_id")).order_by()
    leads = live.values("lead_id").annotate(many=Count("pk")).filter(many__gte=tell_from - 1)
    counts = {lead: many + 1 for lead, many in leads.values_list("lead_id", "many")}
    rows = seen.filter(closed_at__isnull=True, id__in=counts).values(*COLUMNS)
    found = sorted(rows, key=lambda row: (-counts[row["id"]], row["id"]))[:most]
    return [(row, counts[row.id]) for row in rows_of(viewer, found)]


def counted(viewer: Viewer) -> tuple[int, int]:
    """Open matters in sight, and how many things they are if those that go together count once. Both are said: one
    number alone would hide either the people or the work."""
    follow = Joining.objects.filter(LIVE, _seen(viewer, "lead_id")).values("member_id")
    rows = Matter.objects.visible_to(viewer).filter(closed_at__isnull=True)
    told = rows.aggregate(all=Count("pk"), follow=Count("pk", filter=Q(pk__in=follow)))
    return told["all"], told["all"] - told["follow"]
