"""Matters about somebody in office: read by two dispatchers of different bodies until it is said who is meant."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from huiyin.casework.actions import aside, keyholders
from huiyin.casework.actions import held as actions
from huiyin.casework.queries import compartment, files
from huiyin.casework.queries import held as queries
from huiyin.casework.queries.held import HeldPage
from huiyin.core.looks import look
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common import typed
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.shapes import Pager, Tab
from huiyin.interfaces.desk import opened
from huiyin.interfaces.desk.faces import clock_face
from huiyin.interfaces.desk.forms.steps import StepForm
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.interfaces.desk.timeline import timeline
from huiyin.interfaces.desk.topic_finder import choices as topic_choices
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.words import label
from huiyin.register.queries import staff

OWN_FIELDS = (
    *("topic", "nature", "way", "owner", "supervisor", "note", "reply", "public_text", "attached", "seen"),
    "instruction",
)
"""What the page asks for in its own way when it hands a matter on, or not at all."""


@guarded
@require_safe
def held(request: Asked) -> HttpResponse:
    """The register of its own: codes and dates, no subject line."""
    viewer, _ = _who(request)
    all_of_them = request.GET.get("show") == "all"
    found = queries.held(viewer, undecided=not all_of_them, after=request.GET.get("after", "")[:80])
    tabs = [
        Tab(label=label("held_list", "undecided", language()), href="?", count=found.undecided, here=not all_of_them),
        Tab(label=label("held_list", "all", language()), href="?show=all", count=found.whole, here=all_of_them),
    ]
    following = urlencode({**({"show": "all"} if all_of_them else {}), "after": found.after})
    pager = Pager(after=f"?{following}" if found.after else "")
    return show(request, "desk/held/held.html", {"rows": found.rows, "tabs": tabs, "pager": pager})


@guarded
@require_http_methods(["GET", "POST"])
def held_one(request: Asked, code: str) -> HttpResponse:
    """Read one, say whom it is about or that it is about nobody in office, and hand it on. Reading leaves a trace."""
    viewer, at = _who(request)
    page = queries.held_one(viewer, code, at, opened.key(request))
    if request.method == "GET":
        return _page(request, page, Shown())
    do = request.POST.get("do", "")
    if do == "find":
        asked = typed.sought(request.POST.get("q", ""), needed=True)
        return _page(request, page, Shown(asked.words, asked.problem, do), status=422 if asked.problem else 200)
    try:
        return _act(request, page, do)
    except Missing:
        raise
    except Refused as refused:
        problem = refused.sentence(language())
        query = typed.sought(request.POST.get("q", "")).usable
        return _page(request, page, Shown(query=query, problem=problem, do=do), status=422)


@dataclass(frozen=True)
class Shown:
    """What the page shows on top of the matter: a search for officials, a refusal and what it was about."""

    query: str = ""
    problem: str = ""
    do: str = ""


def _act(request: Asked, page: HeldPage, do: str) -> HttpResponse:
    """One of: name, clear, assign, raise, shut, give."""
    viewer, at = _who(request)
    post, matter_id, seen = request.POST, page.one.matter.id, typed.whole(request.POST.get("seen", ""))
    note = post.get("note", "")
    match do:
        case "name":
            persons = _ids(post.getlist("persons"))
            aside.name_subjects(by=viewer, at=at, matter_id=matter_id, persons=persons, seen=seen)
        case "clear":
            aside.clear(by=viewer, at=at, matter_id=matter_id, note=note, seen=seen)
            return redirect("desk:held_one" if page.one.matter.locked else "desk:matter", page.one.matter.code)
        case "shut":
            actions.shut(by=viewer, at=at, matter_id=matter_id)
        case "give":
            keyholders.give_to_handler(by=viewer, at=at, matter_id=matter_id, own=opened.own(request))
        case "assign":
            topic, way = post.get("topic", ""), post.get("way", "")
            parts = _parts(page, post.get("handler", ""), post.get("supervisor", ""))
            besides = _besides(page, post)
            given: dict[str, Any] = {"topic": topic, "way": way, "parts": parts, "own": opened.own(request)}
            more = besides.given() if besides else {}
            actions.hand_over(by=viewer, at=at, matter_id=matter_id, seen=seen, more=more, **given)
        case "raise":
            actions.hand_up(by=viewer, at=at, matter_id=matter_id, note=note, seen=seen)
        case _:
            raise Refused("value_unknown")
    return redirect("desk:held_one", page.one.matter.code)


def _page(request: Asked, page: HeldPage, shown: Shown, *, status: int = 200) -> HttpResponse:
    viewer, at = _who(request)
    matter = page.one.matter
    if not matter.locked:  # opening a locked one, or finding it closed, has left its look
        look(by=viewer, at=at, kind="matter.sealed", subject=str(matter.id))
    programme = page.one.rulebook.matters(matter.programme)
    ticked = _ids(request.POST.getlist("persons"), strict=False) or [person for person, _ in page.about]
    ways = [(name, way.title) for name, way in programme.ways.items() if way.step == "assign"]
    context = {
        "page": page,
        "sides": compartment.sides(viewer, page.one.laid) if matter.locked else None,
        "matter": matter,
        "shown": shown,
        "people": _people(viewer, at, page, ticked, typed.sought(shown.query).usable),
        "steps": timeline(page.one, at, page.one.wired),
        "files": files.of_matter(viewer, matter, page.one.laid),
        **(opened.door(request) if matter.locked else {}),
        "clocks": [clock_face(row, at) for row in page.one.clocks if row.met_at is None and row.ended_at is None],
        "topics": topic_choices(programme),
        "ways": sorted(ways, key=lambda way: not programme.ways[way[0]].sealed),
        "assignable": any(step.name in ("assign", "accept") for step in page.one.steps) and not matter.handler_id,
        "typed": request.POST,
        "besides": _besides(page, request.POST if shown.do == "assign" else None),
    }
    return show(request, "desk/held/one.html", context, status=status)


def _people(viewer: Viewer, at: datetime, page: HeldPage, ticked: list[UUID], query: str) -> list[dict[str, Any]]:
    """Whom one may tick: who is suspected or ticked already, and who was found by name, pinyin or body."""
    found: dict[UUID, dict[str, Any]] = {}
    rows = staff.called(viewer, at, query)
    names = dict(page.about) | staff.persons(viewer, ticked)
    for person in [*ticked, *(person for person, _ in page.about)]:
        found.setdefault(person, {"id": person, "name": names.get(person, ""), "post": "", "on": person in ticked})
    for row in rows:
        entry = found.setdefault(row.person_id, {"id": row.person_id, "name": row.name, "post": "", "on": False})
        entry["post"] = entry["post"] or f"{row.body_name} {row.title}"
    return list(found.values())


def _besides(page: HeldPage, data: QueryDict | None) -> StepForm | None:
    """What handing on asks for in this programme that the page has no field of its own for."""
    matter = page.one.matter
    steps = page.one.rulebook.flow(matter.programme, matter.kind).steps
    assign = next((step for step in steps if step.name == "assign"), None)
    if assign is None:
        return None
    form = StepForm(data, page=page.one, step=assign, offered=None)
    for name in OWN_FIELDS:
        form.fields.pop(name, None)
    return form


def _parts(page: HeldPage, handler: str, supervisor: str) -> dict[str, UUID | None]:
    """The chosen post's body and person; a post that does not stand apart is none."""
    chosen = next((row for row in page.handlers if str(row.post_id) == handler), None)
    watch = next((row for row in page.supervisors if str(row.post_id) == supervisor), None)
    return {
        "owner": chosen.body_id if chosen else None,
        "handler": chosen.person_id if chosen else None,
        "supervisor": watch.person_id if watch else None,
    }


def _ids(values: list[str], *, strict: bool = True) -> list[UUID]:
    found = []
    for value in values[:20]:
        one = typed.identity(value)
        if one is not None:
            found.append(one)
        elif strict:
            raise Refused("official_unknown", field="persons")
    return found


def _who(request: Asked) -> tuple[Viewer, datetime]:
    """Who holds such matters, and when. Raises Missing for everybody else."""
    viewer = request.viewer
    if not viewer.may("matter.held"):
        raise Missing
    return viewer, request.at
