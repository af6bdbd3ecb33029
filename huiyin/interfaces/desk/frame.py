"""What stands around a page of the desk: navigation with the viewer's counts, who they are, the search."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, get_urlconf, reverse

from huiyin.casework.queries import nudges, today
from huiyin.casework.queries.today import Tally
from huiyin.casework.rules.bell import BELL, said
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.shapes import NavGroup, NavItem
from huiyin.interfaces.common.typed import sought
from huiyin.programme.refusal import Missing
from huiyin.programme.words import label
from huiyin.register.queries import portraits, staff

ME = "huiyin_me"
GROUPS = (
    ("", ("today", "intake", "messages", "matters", "calls", "promises", "held")),
    ("ways", ("asked", "reading", "sessions", "kept", "sealed", "numbered")),
    ("books", ("issues", "early", "ledgers", "things", "suggestions")),
    (
        "register",
        ("people", "staff", "households", "about_places", "links", "papers", "rosters", "delegations", "programme"),
    ),
    ("counts", ("late", "judged", "figures", "reports", "tracing")),
    ("back", ("rechecks", "notices", "comments", "wall", "log")),
)
PLACES = {
    # name: (address, icon, verb that opens it)
    "today": ("desk:today", "sun", ""),
    "intake": ("desk:intake", "phone-incoming", "matter.open"),
    "messages": ("desk:messages", "messages", "matter.open"),
    "matters": ("desk:matters", "list-details", "matter.see"),
    "issues": ("desk:issues", "stack", "matter.see"),
    "ledgers": ("desk:ledgers", "notes", "matter.see"),
    "early": ("desk:early", "leaf", ""),
    "things": ("desk:things", "checkbox", ""),
    "suggestions": ("desk:suggestions", "message-plus", "matter.see"),
    "calls": ("desk:calls", "phone-call", "matter.call_back"),
    "rechecks": ("desk:rechecks", "arrows-diff", "stats.see"),
    "promises": ("desk:promises", "calendar", "matter.see"),
    "held": ("desk:held", "lock", "matter.held"),
    "asked": ("desk:asked", "message-question", "matter.see"),
    "reading": ("desk:reading", "writing", "matter.instruct"),
    "sessions": ("desk:sessions", "users", "matter.see"),
    "kept": ("desk:kept", "archive", "matter.see"),
    "numbered": ("desk:numbered", "eye", "matter.see"),
    "sealed": ("desk:sealed", "key", "matter.accept"),
    "people": ("desk:people", "search", ""),
    "staff": ("desk:staff", "building", "register.see"),
    "households": ("desk:households", "home", "register.see"),
    "about_places": ("desk:about_places", "map-pin", "register.see"),
    "links": ("desk:links", "users", "register.see"),
    "papers": ("desk:papers", "printer", "register.edit"),
    "rosters": ("desk:rosters", "table-import", "register.import"),
    "delegations": ("desk:delegations", "switch-horizontal", "register.edit"),
    "programme": ("desk:programme", "book-2", "programme.see"),
    "late": ("desk:late", "hourglass", "matter.approve"),
    "judged": ("desk:judged", "message-check", "matter.approve"),
    "figures": ("desk:figures", "sum", "stats.see"),
    "reports": ("desk:reports", "report", "stats.see"),
    "tracing": ("desk:tracing", "route", "matter.trace"),
    "notices": ("desk:notices", "writing", "matter.publish"),
    "comments": ("desk:comments", "message-2", "matter.see"),
    "wall": ("public:wall", "speakerphone", ""),
    "log": ("desk:log", "history", "audit.see"),
}


ALSO = {"messages": ("desk:onair",), "people": ("desk:phones",), "households": ("desk:relief",)}
"""Pages that are reached from another and stand under its name."""


def frame_of(request: HttpRequest) -> dict[str, Any]:
    """The desk's part of the frame; one query, for what a view has not counted. Empty where nobody is signed in."""
    if not request.user.is_authenticated:
        return {}
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]  # set by our middleware
    at = request.at  # type: ignore[attr-defined]  # set by our middleware
    tally = request.tally if hasattr(request, "tally") else today.tally(viewer, at)
    name, role, principal, lent = _who(viewer, request)
    return {
        "now": at,
        "nav": _groups(viewer, request.path, tally),
        "person": name,
        "role": role,
        "search_url": reverse("desk:search") if viewer.may("matter.see") else "",
        "search": sought(request.GET.get("q", "")).words if request.path == reverse("desk:matters") else "",
        "signout_url": reverse("account_logout"),
        "account_url": reverse("mfa_index"),
        "harassed_url": reverse("public:harassed"),
        "acting_for": principal,
        "acting_back": viewer.official_id is not None,
        "acting_url": reverse("desk:acting") if lent or principal else "",
        "lend_url": reverse("desk:delegations") if viewer.official_id and not viewer.may("register.edit") else "",
        # Beside a sealed matter nothing else is told: no count, no bell.
        "notices": _unread(viewer, tally),
        "notices_url": reverse("desk:told"),
        "photo_url": reverse("desk:own_portrait") if viewer.official_id and portraits.rules(viewer, at) else "",
        "shortcuts": not request.user.keys_off,
    }


def _unread(viewer: Viewer, tally: Tally | None) -> str | None:
    """What the bell says; no bell where no counts are shown, nor for who sees no matters, unless as a mediator they
    were told something."""
    if tally is None or viewer.person_id is None:
        return None
    if not viewer.may("matter.see"):
        return said(many) if (many := nudges.unread(viewer)) else None
    return said(nudges.unread(viewer) if tally.unread is None else tally.unread)


def _groups(viewer: Viewer, path: str, tally: Tally | None) -> tuple[NavGroup, ...]:
    many = {"today": tally.todo, "matters": tally.open, "calls": tally.calls} if tally else {}
    counts = {name: said(count, BELL) for name, count in many.items()}
    groups = []
    for words, doors in _doors(language(), get_urlconf()):
        items = [
            NavItem(label=one.label, href=one.href, icon=one.icon, count=counts.get(one.name), here=one.holds(path))
            for one in doors
            if not one.verb or viewer.may(one.verb)
        ]
        if items:
            groups.append(NavGroup(label=words, items=items))
    return tuple(groups)


@dataclass(frozen=True)
class _Door:
    """One place of the navigation in one language, whoever may go there."""

    name: str
    label: str
    href: str
    icon: str
    verb: str
    below: tuple[str, ...]

    def holds(self, path: str) -> bool:
        """Whether a page stands under it."""
        return path == self.href if self.name == "today" else path.startswith(self.below)


@lru_cache(16)
def _doors(spoken: str, urls: str | None) -> tuple[tuple[str, tuple[_Door, ...]], ...]:
    """The groups with all their places: the same for everybody, so the addresses are made once per language."""
    return tuple(
        (label("nav", group, spoken) if group else "", tuple(found for name in names if (found := _door(name, spoken))))
        for group, names in GROUPS
    )


def _door(name: str, spoken: str) -> _Door | None:
    address, picture, verb = PLACES[name]
    try:
        href = reverse(address)
    except NoReverseMatch:
        return None
    below = (href, *(reverse(other) for other in ALSO.get(name, ())))
    return _Door(name, label("nav", name, spoken), href, picture, verb, below)


def _who(viewer: Viewer, request: HttpRequest) -> tuple[str, str, str, bool]:
    """Name, post, whom one acts for, whether one might act for somebody; kept in the session until that changes."""
    posts = f"{sorted(map(str, viewer.body_ids))} {sorted(viewer.roles)}"
    key = f"{viewer.day} {posts} {viewer.edition} {viewer.on_behalf_of}"
    kept = request.session.get(ME)
    if not kept or kept[0] != key:
        kept = request.session[ME] = [key, *_post(viewer, request), *_lent(viewer, request)]
    return kept[1], kept[2], kept[3], kept[4]


def _lent(viewer: Viewer, request: HttpRequest) -> tuple[str, bool]:
    lent = staff.may_act_for(viewer, request.at)  # type: ignore[attr-defined]  # set by our middleware
    return next((one.name for one in lent if one.person_id == viewer.on_behalf_of), ""), bool(lent)


def _post(viewer: Viewer, request: HttpRequest) -> tuple[str, str]:
    if viewer.person_id is None:
        return request.user.get_username(), ""
    try:
        post = staff.official(viewer, viewer.person_id, request.at)[0]  # type: ignore[attr-defined]  # set by our middleware
    except Missing:
        return request.user.get_username(), ""
    return post.name, f"{post.body_name} · {post.title}"
