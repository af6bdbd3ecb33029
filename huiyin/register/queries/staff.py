"""Who may do what today, and who is there to do it."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from itertools import chain
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Value

from huiyin.core import rulebook
from huiyin.core.caches import kept
from huiyin.core.models import Account, Official, Person
from huiyin.core.questions import NOBODY, ask
from huiyin.core.request_id import current_request_id
from huiyin.core.viewer import Range, Viewer, merge, subtree
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.schema.county import DUTY_OF, County, Role
from huiyin.register.models import (
    Body,
    Delegation,
    DutyHours,
    OverlayPlace,
    PlaceSuccession,
    Post,
    PowerGrant,
)
from huiyin.register.models.periods import standing
from huiyin.register.models.staff import RESPONSIBILITIES
from huiyin.register.queries.days import today
from huiyin.register.queries.edition import edition_of
from huiyin.register.queries.reach import grids_of, laid_over, lines_of, nearest_first, over
from huiyin.register.queries.rows import OFFICIAL, officials_of
from huiyin.register.queries.rows import OfficialRow as OfficialRow
from huiyin.register.rules import codes, naming

LISTED_MOST, CALLED = 500, 12
COUNTY_WIDTH = 6
"""Digits of a county's code that say something."""


@dataclass(frozen=True)
class BodyRow:
    """A body as lists and pages show it."""

    id: UUID
    name: str
    kind: str
    place_code: str
    parent_id: UUID | None
    system: str
    phone: str
    address: str


@dataclass(frozen=True)
class Named:
    """How texts may call an official: name, pinyin in one run (`zhanglihua`), titles and places of today's posts."""

    person: UUID
    name: str
    pinyin: str
    titles: tuple[str, ...]
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class Lent:
    """A post whose powers somebody may use for another."""

    person_id: UUID
    name: str
    title: str
    body_name: str


EDITION = 'SELECT "key" FROM register_staffedition WHERE id = 1'
"""What `edition_of` asks, as text, to be asked together with the rulebook in force."""


# --- who looks -------------------------------------------------------------------------------------------------------


def under_edition(viewer: Viewer, at: datetime) -> Viewer:
    """Somebody at a public door with the register's edition: names that were asked for under it are not asked again.

    At most one small query, together with that for the rulebook in force.
    """
    try:
        return viewer.but(edition=rulebook.current_and_key(at, EDITION)[1])
    except Refused:  # no rulebook is in force: whatever needs one says so itself
        return viewer


def viewer_for(account: Account, at: datetime, language: str = "", acting_for: UUID | None = None) -> Viewer:
    """What an account may see and do at a moment, from the posts of that day; one small query while nobody is moved.

    Someone with no post of their own who is lent exactly one person's powers acts for that person. Everybody else acts
    with their own posts, or with `acting_for` only with what that person lent them, so that every event can name both.
    A delegate gets the verbs lent, never more than the post's role has. No post, no verbs. The verbs of a duty count
    from a second person's consent, and only over the places of what was consented to (A8).
    """
    # The edition is read first: what is kept under it may be newer than it says, never older.
    in_force, edition = rulebook.current_and_key(at, EDITION)
    active = in_force.rulebook
    day = at.astimezone(active.county.tz).date()
    spoken = language or account.language
    if account.person_id is None or not account.is_active:
        return Viewer(account_id=account.pk, language=spoken, at=at, day=day)
    held = _powers(account.person_id, day, edition)
    own = [row for row in held if row["giver"] == account.person_id]
    lent = [row for row in held if row["giver"] != account.person_id]
    if acting_for is None and not own and len({row["giver"] for row in lent}) == 1:
        acting_for = lent[0]["giver"]
    used = own if acting_for is None else [row for row in lent if row["giver"] == acting_for]
    roles = active.county.roles
    guarded = [row for row in used if _consented(row, roles)]
    return Viewer(
        person_id=account.person_id,
        account_id=account.pk,
        official_id=own[0]["official_id"] if own else None,
        on_behalf_of=acting_for if used else None,
        language=spoken,
        verbs=_verbs(used, roles),
        scopes=_scopes(tuple((row["place_code"], row["overlay_id"]) for row in guarded or used), day, edition),
        body_ids=frozenset(row["body_id"] for row in used),
        roles=frozenset(row["role"] for row in used),
        at=at,
        day=day,
        edition=edition,
    )


def may_act_for(viewer: Viewer, at: datetime) -> tuple[Lent, ...]:
    """Whose powers were lent to the viewer today; the desk offers these as `acting_for`."""
    if viewer.person_id is None:
        return ()
    day = today(viewer, at)
    rows = Delegation.objects.filter(standing(day), standing(day, "post__"), to_id=viewer.person_id).order_by("pk")
    return tuple(
        Lent(*row)
        for row in rows.values_list(
            "post__official__person_id", "post__official__person__name", "post__title", "post__body__name"
        )
    )


@lru_cache(maxsize=20_000)
def _powers(person_id: UUID, day: date, _edition: UUID | None) -> tuple[dict[str, Any], ...]:
    """The posts a person holds and those lent to them: role, place, overlay, body, whose, verbs; one query."""
    rows = ask("staff.powers", _powers_of, NOBODY, person_id, day)
    return tuple(dict(zip(POWERS, row, strict=True)) for row in rows)


POWERS = ("role", "place_code", "overlay_id", "body_id", "official_id", "giver", "lent", "consent", "lenders")


def _powers_of(_viewer: Viewer, person_id: UUID, day: date) -> QuerySet[Any, Any]:
    """With the duty that was consented to: of the post, or of what is lent out of it and of the lender's post."""
    names = ("role", "place_code", "overlay_id", "body_id", "official_id", "official__person_id")
    of_post = FilteredRelation("grants", condition=Q(grants__state="given", grants__delegation=None))
    own = Post.objects.filter(standing(day), official__person_id=person_id).annotate(own=of_post)
    of_lent = FilteredRelation("grants", condition=Q(grants__state="given"))
    of_post = FilteredRelation("post__grants", condition=Q(post__grants__state="given", post__grants__delegation=None))
    rows = Delegation.objects.filter(standing(day), standing(day, "post__"), to_id=person_id)
    lent = rows.annotate(out=of_lent, own=of_post)
    return own.values_list(*names, Value(""), "own__duty", F("own__duty")).union(
        lent.values_list(*(f"post__{name}" for name in names), "verbs", "out__duty", "own__duty"), all=True
    )


def _consented(row: dict[str, Any], roles: Mapping[str, Role]) -> bool:
    """Whether a post, or what is lent out of one, gives a duty that a second person consented to."""
    role = roles.get(row["role"])
    duty = role.duty(row["lent"]) if role else ""
    return bool(duty) and row["consent"] == row["lenders"] == duty


def _verbs(held: Iterable[dict[str, Any]], roles: Mapping[str, Role]) -> frozenset[str]:
    verbs: set[str] = set()
    for row in held:
        role = roles.get(row["role"])
        given: frozenset[str] = frozenset(role.verbs) if role else frozenset()
        if row["lent"]:
            given &= frozenset(row["lent"].split())
        verbs |= given if _consented(row, roles) else given - DUTY_OF.keys()
    return frozenset(verbs)


@lru_cache(maxsize=20_000)
def _scopes(held: tuple[tuple[str, UUID | None], ...], day: date, _edition: UUID | None) -> tuple[Range, ...]:
    """Subtrees of the posts' places and their predecessors, and the villages of the posts' overlays; one query."""
    ranges = [subtree(place) for place, overlay in held if overlay is None]
    overlays = [overlay for _, overlay in held if overlay is not None]
    if not held:
        return ()
    bounds = tuple(bound for both in merge(ranges) for bound in both)
    more = ask("staff.scopes", _scopes_of, NOBODY, day, tuple(overlays), *bounds)
    return merge([*ranges, *(subtree(code) for (code,) in more)])


def _scopes_of(_viewer: Viewer, day: date, overlays: tuple[UUID, ...], *bounds: str) -> QuerySet[Any, Any]:
    """Codes beside the ranges whose bounds are given, from and to in turn: what became them, and the overlays' own."""
    inside = Q(pk__in=[])
    for low, high in zip(bounds[::2], bounds[1::2], strict=True):
        inside |= Q(new_code__gte=low, new_code__lt=high)
    members = OverlayPlace.objects.filter(overlay_id__in=overlays, since__lte=day).filter(
        Q(until__isnull=True) | Q(until__gt=day)
    )
    inside |= Q(new_code__in=members.values("place_code"))
    former = PlaceSuccession.objects.filter(inside, on__lte=day)
    return former.values_list("old_code").union(members.values_list("place_code"), all=True)


# --- who is there ----------------------------------------------------------------------------------------------------


def bodies(viewer: Viewer, at: datetime, *, place_code: str = "", kinds: Collection[str] = ()) -> tuple[BodyRow, ...]:
    """The bodies of today: all, those at or under a place, those of some kinds. Bodies are no secret."""
    found = _open_bodies(today(viewer, at))
    if place_code:
        low, high = subtree(place_code)
        found = found.filter(place_code__gte=low, place_code__lt=high)
    if kinds:
        found = found.filter(kind__in=kinds)
    return tuple(_body(row) for row in found.order_by("place_code", "name"))


def body(viewer: Viewer, body_id: UUID) -> BodyRow:
    """One body, also one that has ended. Raises Missing."""
    found = Body.objects.filter(pk=body_id).first()
    if found is None:
        raise Missing
    return _body(found)


def serves_in(viewer: Viewer, office: str) -> bool:
    """Whether the viewer has a post in an office that a programme names by the end of its name: “民政局” is that of the
    county, and nothing that only has it in its name. At most one query."""
    return bool(office) and any(name.endswith(office) for name in body_names(viewer, viewer.body_ids).values())


def body_names(viewer: Viewer, body_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Names of bodies by id, for lists; one query, none where they were asked for under the same edition before."""
    wanted = set(body_ids)
    known = _bodies_known(viewer.edition) if viewer.edition and current_request_id() else {}
    if missing := wanted - known.keys():
        known.update(Body.objects.filter(pk__in=missing).values_list("pk", "name"))
    return {one: known[one] for one in wanted if one in known}


@lru_cache(maxsize=4)
def _bodies_known(_edition: UUID) -> dict[UUID, str]:
    """Names of bodies as far as they were asked for."""
    return {}


kept(_bodies_known.cache_clear)


def officials(
    viewer: Viewer,
    at: datetime,
    *,
    place_code: str = "",
    body_ids: Collection[UUID] | None = None,
    text: str = "",
    mine: bool = False,
    most: int = LISTED_MOST,
) -> tuple[OfficialRow, ...]:
    """Officials in post today, by place and body: of some bodies, with a post at or under a place, or `most` found by
    name or pinyin; `mine`: whose post is in the viewer's scope."""
    found = _posts(today(viewer, at))
    if mine:
        found = found.filter(viewer.scope("place_code"))
    if place_code:
        low, high = subtree(place_code)
        found = found.filter(place_code__gte=low, place_code__lt=high)
    if body_ids is not None:
        found = found.filter(body_id__in=body_ids)
    for word in naming.query_words(text):
        found = found.filter(
            Q(official__person__name__contains=word)
            | Q(official__person__pinyin__startswith=word)
            | Q(official__person__initials__startswith=word)
            | Q(body__name__contains=word)
            | Q(title__contains=word)
        )
    found = found.order_by("place_code", "body__name", "pk")
    return _rows(found[:most] if text else found)


def called(viewer: Viewer, at: datetime, text: str, *, most: int = CALLED) -> tuple[OfficialRow, ...]:
    """Officials in post whom a text finds, each once by a post of theirs; nobody for no text."""
    # A post each and some to spare: one word may be in the titles of thousands, and only a dozen people are shown.
    rows = officials(viewer, at, text=text, most=most * 8) if text.strip() else ()
    return tuple({row.official_id: row for row in rows}.values())[:most]


def official(viewer: Viewer, person_id: UUID, at: datetime) -> tuple[OfficialRow, ...]:
    """A person's posts of today, main responsibility first. Raises Missing when there is none."""
    found = officials_of(ask("staff.official", _held_by, NOBODY, person_id, today(viewer, at)))
    if not found:
        raise Missing
    return found


def posts_of(viewer: Viewer, official_ids: Collection[UUID], at: datetime) -> tuple[OfficialRow, ...]:
    """The posts of today of some officials, for telling residents how to reach them; one query."""
    return officials_of(ask("staff.posts_of", _posts_of, NOBODY, today(viewer, at), tuple(official_ids)))


def _posts_of(viewer: Viewer, day: date, official_ids: Collection[UUID]) -> QuerySet[Post, Any]:
    return _posts(day).filter(official_id__in=official_ids).values_list(*OFFICIAL.values())


def persons(viewer: Viewer, person_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Names by person id, for timelines and lists; one query."""
    ids = tuple(set(person_ids))
    return dict(_named(viewer, ids) if len(ids) > LISTED_MOST else ask("staff.persons", _named, NOBODY, ids))


def _named(viewer: Viewer, ids: Collection[UUID]) -> QuerySet[Person, Any]:
    return Person.objects.filter(pk__in=ids).values_list("pk", "name")


def on_duty_with(viewer: Viewer, number: str) -> tuple[str, ...]:
    """Names of the officials whose duty telephone has these digits, however it is written; one query."""
    rows = Official.objects.filter(duty_phone__endswith=number[-4:]).values_list("person__name", "duty_phone")
    return tuple(name for name, written in rows if "".join(filter(str.isdigit, written)) == number)


def bodies_of(viewer: Viewer, persons: Collection[UUID], at: datetime, verb: str = "") -> dict[UUID, frozenset[UUID]]:
    """The bodies in which each person holds a post today, one that gives `verb` where it is asked for; persons without
    one map to the empty set."""
    held: dict[UUID, set[UUID]] = {one: set() for one in persons}
    giving = _giving([verb], rulebook.current(at).rulebook.county) if verb else Q()
    rows = Post.objects.filter(giving, standing(today(viewer, at)), official__person_id__in=persons)
    for person, body_id in rows.values_list("official__person_id", "body_id"):
        held[person].add(body_id)
    return {person: frozenset(found) for person, found in held.items()}


def own_bodies(viewer: Viewer) -> QuerySet[Post, UUID]:
    """The bodies where whoever acts, or whom they act for, holds a post on the viewer's day; a subquery.

    Powers that were lent take nobody out of their own body, though `Viewer.body_ids` is then only the lender's.
    """
    day = standing(viewer.day) if viewer.day is not None else Q(pk__in=[])
    rows = Post.objects.filter(day, official__person_id__in=viewer.persons)
    return rows.values_list("body_id", flat=True)


def bodies_held(viewer: Viewer) -> frozenset[UUID]:
    """The bodies whose powers the viewer has, and those they and whom they act for are of; a query for who acts."""
    return viewer.body_ids | (frozenset(own_bodies(viewer)) if viewer.on_behalf_of is not None else frozenset())


def serving(viewer: Viewer, day: date) -> QuerySet[Post, UUID]:
    """Officials in service on a day, those who hold a post: a set of ids to filter by, or a subquery."""
    return Post.objects.filter(standing(day)).values_list("official_id", flat=True)


def main_posts(viewer: Viewer, posts: QuerySet[Post], *columns: str) -> dict[UUID, tuple[Any, ...]]:
    """Of some posts each official's main one, by responsibility, then the oldest: the columns asked for."""
    return best(posts.order_by("pk").values_list("official_id", "responsibility", *columns))


def best(rows: Iterable[tuple[Any, ...]]) -> dict[UUID, tuple[Any, ...]]:
    """The same of rows in the order of the posts: official, responsibility, then the columns asked for."""
    rank = {name: number for number, name in enumerate(RESPONSIBILITIES)}
    found: dict[UUID, tuple[int, tuple[Any, ...]]] = {}
    for official, duty, *row in rows:
        if official not in found or rank[duty] < found[official][0]:
            found[official] = (rank[duty], tuple(row))
    return {official: row for official, (_, row) in found.items()}


def post_words(viewer: Viewer, official_ids: Iterable[UUID], day: date) -> dict[UUID, str]:
    """Each official's main post of a day in words: body and title. Who holds none is not among them."""
    posts = Post.objects.filter(standing(day), official_id__in=list(official_ids))
    found = main_posts(viewer, posts, "body__name", "title")
    return {official: f"{body} {title}" for official, (body, title) in found.items()}


def candidates(
    viewer: Viewer,
    at: datetime,
    *,
    verb: str | Collection[str] = "",
    role: str = "",
    place_code: str = "",
    body_id: UUID | None = None,
    body_kinds: Collection[str] = (),
    without: Collection[UUID] = (),
) -> tuple[OfficialRow, ...]:
    """Who could do something today: posts with one of the verbs or the role, over the place, in a body or kinds.

    Nearest scope first, then name. `without` are persons to leave out (an exclusion). Empty means: go one level up.
    """
    day = today(viewer, at)
    found = _posts(day)
    if verb:
        verbs = (verb,) if isinstance(verb, str) else verb
        found = found.filter(_giving(verbs, rulebook.current(at).rulebook.county))
    if role:
        found = found.filter(role=role)
    if place_code:
        found = found.filter(_covers(place_code, day))
    if body_id is not None:
        found = found.filter(body_id=body_id)
    if body_kinds:
        found = found.filter(body__kind__in=body_kinds)
    rows = _rows(found.exclude(official__person_id__in=without))
    return tuple(sorted(rows, key=nearest_first))


def _giving(verbs: Iterable[str], county: County) -> Q:
    """Posts that give one of some verbs; one of a duty from the consent to it."""
    found = Q(pk__in=[])
    for verb in verbs:
        of_roles = Q(role__in=county.roles_with(verb))
        if duty := DUTY_OF.get(verb):
            given = PowerGrant.objects.filter(post=OuterRef("pk"), delegation=None, duty=duty, state="given")
            of_roles &= Q(Exists(given))
        found |= of_roles
    return found


def officials_named_near(viewer: Viewer, place_code: str, at: datetime) -> tuple[Named, ...]:
    """Everybody in post today from the place's groups up to the county: whom a text from there may name.

    The same tuple object as long as nobody was appointed, moved or ended and the day is the same: one small query,
    none within a request.
    """
    return _named_near(codes.chain(place_code)[0][:12], today(viewer, at), edition_of(viewer))


def in_post(viewer: Viewer, day: date, edition: UUID | None) -> Iterable[Named]:
    """Everybody in post, each once; from what is kept under an edition."""
    return dict.fromkeys(chain.from_iterable(_in_post(day, edition).at.values()))


def officials_named(viewer: Viewer, place_code: str, at: datetime) -> tuple[tuple[Named, ...], tuple[Named, ...]]:
    """The same in two parts: who has a post from the place's groups up to its town, or in a grid over it; and who has
    one in the county or above it, thousands that every place shares. As many questions.
    """
    day, edition = today(viewer, at), edition_of(viewer)
    place = codes.chain(place_code)[0][:12]
    return _named_here(place, day, edition), _named_above(tuple(_seats(place)), day, edition)


@lru_cache(maxsize=512)
def _named_near(place_code: str, day: date, edition: UUID | None) -> tuple[Named, ...]:
    above = _named_above(tuple(_seats(place_code)), day, edition)
    return tuple(dict.fromkeys((*_named_here(place_code, day, edition), *above)))


@lru_cache(maxsize=4096)
def _named_here(place_code: str, day: date, edition: UUID | None) -> tuple[Named, ...]:
    """Who has a post below the county at a place, above or inside it, or in a grid that lies over it."""
    held, (low, high), seats = _in_post(day, edition), subtree(place_code), set(_seats(place_code))
    inside = held.codes[bisect_left(held.codes, low) : bisect_left(held.codes, high)]
    near = [code for code in dict.fromkeys((*codes.chain(place_code), *inside)) if code not in seats]
    grids = laid_over([place_code], day).values_list("overlay_id", flat=True).distinct()
    found = (held.at.get(code, ()) for code in near), (held.over.get(grid, ()) for grid in grids)
    return tuple(dict.fromkeys(one for some in chain(*found) for one in some))


@lru_cache(maxsize=16)
def _named_above(seats: tuple[str, ...], day: date, edition: UUID | None) -> tuple[Named, ...]:
    held = _in_post(day, edition)
    return tuple(dict.fromkeys(one for code in seats for one in held.at.get(code, ())))


def _seats(place_code: str) -> list[str]:
    """The county of a place and what is above it."""
    return [code for code in codes.chain(place_code) if codes.width(code) <= COUNTY_WIDTH]


@dataclass(frozen=True)
class _Held:
    """Everybody in post, by the place of the post and by its grid; `codes` are the places in order."""

    at: dict[str, tuple[Named, ...]]
    over: dict[UUID, tuple[Named, ...]]
    codes: list[str]


@lru_cache(maxsize=4)
def _in_post(day: date, edition: UUID | None) -> _Held:
    """Everybody in post with where: read once for all places, since most villages share most of it."""
    known: dict[UUID, list[tuple[str, str, str, str, UUID | None]]] = {}
    rows = Post.objects.filter(standing(day)).order_by("pk")
    for person, name, pinyin, title, place, overlay in rows.values_list(
        "official__person_id",
        "official__person__name",
        "official__person__pinyin",
        "title",
        "place_code",
        "overlay_id",
    ):
        known.setdefault(person, []).append((name, pinyin, title, place, overlay))
    at: dict[str, list[Named]] = defaultdict(list)
    over: dict[UUID, list[Named]] = defaultdict(list)
    for person, posts in known.items():
        names, sounds, titles, places, overlays = zip(*posts, strict=True)
        named = Named(person, names[0], sounds[0], tuple(dict.fromkeys(titles)), tuple(dict.fromkeys(places)))
        for place in named.places:
            at[place].append(named)
        for overlay in dict.fromkeys(overlays):
            if overlay is not None:
                over[overlay].append(named)
    fixed = ({key: tuple(some) for key, some in at.items()}, {key: tuple(some) for key, some in over.items()})
    return _Held(*fixed, sorted(at))


for _cached in (_powers, _scopes):
    kept(_cached.cache_clear)
for _kept in (_named_near, _named_here, _named_above, _in_post):
    kept(_kept.cache_clear)


def directory(viewer: Viewer, at: datetime, *, place_code: str) -> tuple[OfficialRow, ...]:
    """The public directory of a place and what stands above it, the nearest first: one's village, its town, the county.

    Listed posts only, gone the day a post ends (SG-24). Who is there for a grid of places is not among them: such a
    post reaches only whoever lives in that grid (`grid_heads`).
    """
    whole = Q(overlay__members__isnull=True)
    found = _rows(_posts(today(viewer, at)).filter(whole, listed=True, place_code__in=codes.chain(place_code)))
    return with_hours(viewer, sorted(found, key=lambda row: -codes.width(row.place_code)), at)


def with_hours(viewer: Viewer, rows: Iterable[OfficialRow], at: datetime) -> tuple[OfficialRow, ...]:
    """The same with the hours and the work of today; one query."""
    found = tuple(rows)
    told = duty_words(viewer, {row.official_id for row in found}, today(viewer, at))
    said = [(row, told.get((row.official_id, "hours"), ""), told.get((row.official_id, "work"), "")) for row in found]
    return tuple(replace(row, hours=hours, work=work) for row, hours, work in said)


def duty_words(viewer: Viewer, official_ids: Collection[UUID], day: date) -> dict[tuple[UUID, str], str]:
    """What is told of officials on a day, by official and `hours` or `work`; what nobody said is not among it."""
    if not official_ids:
        return {}
    rows = DutyHours.objects.filter(standing(day), official__in=official_ids)
    return {(official, what): words for official, what, words in rows.values_list("official_id", "what", "words")}


def listed(viewer: Viewer, at: datetime) -> tuple[OfficialRow, ...]:
    """The public posts in the viewer's scope, with their hours, by place; at most 500."""
    if not viewer.may("register.see"):
        return ()
    posts = _posts(today(viewer, at)).filter(viewer.scope("place_code"), listed=True).order_by("place_code", "pk")
    return with_hours(viewer, _rows(posts[:LISTED_MOST]), at)


def covering(
    viewer: Viewer, official_ids: Collection[UUID], place_codes: Collection[str], day: date
) -> dict[str, frozenset[UUID]]:
    """For each of some places, which of some officials hold a post on a day that covers it; three questions."""
    lines, grids = lines_of(place_codes, day), grids_of(place_codes, day)
    posts = Post.objects.filter(standing(day), official_id__in=official_ids)
    held: list[tuple[UUID, str, UUID | None]] = list(posts.values_list("official_id", "place_code", "overlay_id"))
    return {
        place: frozenset(
            one for one, code, overlay in held if (code in line if overlay is None else overlay in grids[place])
        )
        for place, line in lines.items()
    }


def _covers(place_code: str, day: date) -> Q:
    return over(lines_of([place_code], day)[place_code], laid_over([place_code], day).values("overlay_id"))


def _open_bodies(day: date) -> QuerySet[Body]:
    return Body.objects.filter(since__lte=day).filter(Q(until__isnull=True) | Q(until__gt=day))


def _posts(day: date) -> QuerySet[Post]:
    return Post.objects.filter(standing(day)).select_related("official__person", "body")


def _rows(posts: QuerySet[Post]) -> tuple[OfficialRow, ...]:
    return officials_of(posts.values_list(*OFFICIAL.values()))


def _held_by(viewer: Viewer, person_id: UUID, day: date) -> QuerySet[Post, Any]:
    return _posts(day).filter(official__person_id=person_id).values_list(*OFFICIAL.values())


def _body(row: Body) -> BodyRow:
    return BodyRow(row.pk, row.name, row.kind, row.place_code, row.parent_id, row.system, row.phone, row.address)
