"""One matter: the resident's words first, then the answer, what was done, the clocks, the people, the steps."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from huiyin.casework.actions import aside
from huiyin.casework.queries import (
    accompanying,
    answering,
    callers,
    compartment,
    drafts,
    files,
    judging,
    matters,
    one,
    promises,
)
from huiyin.casework.queries.elements import of_page
from huiyin.casework.queries.one import OnePage
from huiyin.core.looks import look
from huiyin.core.vault import Shredded
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common import reading, uploads
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.desk import elements, opened
from huiyin.interfaces.desk.faces import clock_face
from huiyin.interfaces.desk.opened import door
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.interfaces.desk.timeline import timeline
from huiyin.programme.clock import explain
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.schema.matters import Step
from huiyin.programme.words import of_method

ORDER = (
    *("answer", "take", "accept", "assign", "call_back", "more_given", "resume", "deliver", "classify", "discuss"),
    *("raise", "ask_more", "extend", "supervise", "transfer", "pause", "reopen", "retain", "pass", "close"),
    *("decline", "archive", "join", "withdraw", "analyse"),
    *("instruct", "decide", "take_up", "send_back", "apply", "submit", "invite", "ask_expert", "bring_in", "number"),
    *("climb", "come_back"),
)
STOPS = frozenset({"decline", "transfer", "withdraw"})
KEYS = {
    **{"accept": "s", "take": "t", "assign": "f", "answer": "r", "call_back": "c", "extend": "y", "transfer": "b"},
    **{"supervise": "u", "classify": "l", "discuss": "h", "ask_more": "m", "reopen": "o", "deliver": "d"},
}
"""The letter that opens a step; also shown on its button."""


@require_safe
@guarded
def matter(request: Asked, code: str) -> HttpResponse:
    """The page of one matter; who may not see it gets the page of what does not exist, and who is to hand it back
    because of their family the page that does so."""
    try:
        return render_matter(request, code)
    except Missing:
        if matters.to_hand_back(request.viewer, code) is None:
            raise
        return redirect("desk:recuse", code)


def render_matter(request: Asked, code: str, *, status: int = 200, **more: Any) -> HttpResponse:
    """The page, with whatever an act has to show on it."""
    viewer: Viewer = request.viewer
    at: datetime = request.at
    page = one.by_code(viewer, code, at, opened.key(request))
    reading.within(viewer, page, at)
    if page.matter.held or page.matter.sealed:
        request.tally = None  # beside a sealed matter nothing else is told
    beside = {
        "files": files.of_matter(viewer, page.matter, page.laid),
        "promises": promises.of_matter(viewer, page.matter, page.laid),
        "drafts": drafts.drafts(viewer, page),
        "offer": accompanying.offer(viewer, page.matter, at),
        **(door(request) if page.matter.locked else {}),
    }
    return show(request, "desk/matter.html", {**matter_context(page, viewer, at), **beside, **more}, status=status)


def matter_context(page: OnePage, viewer: Viewer, at: datetime) -> dict[str, Any]:
    """What the template of a matter needs, in words."""
    matter_row, programme = page.matter, page.rulebook.matters(page.matter.programme)
    offered = buttons(page)
    answer = next((button for button in offered if button["name"] == "answer"), None)
    inline = answer is not None and matter_row.state == "working"
    if page.read_out:  # what waits for somebody's word is not asked for first; it may still arrive by another way
        offered.sort(key=lambda button: button["name"] == "deliver")
    leads = not inline and not (page.read_out and offered and offered[0]["name"] == "deliver")
    main = next(iter(offered), None) if leads else None
    return {
        "page": page,
        "sides": compartment.sides(viewer, page.laid) if matter_row.locked else None,
        "matter": matter_row,
        "aside": matter_row.held or matter_row.sealed,
        "topic": programme.topics[matter_row.topic].title if matter_row.topic in programme.topics else "",
        "nature": called("nature", matter_row.nature, programme.natures),
        "way": called("way", matter_row.way, programme.ways),
        "channel": called("channel", matter_row.channel, programme.channels),
        "wish": wish_of(page),
        "elements": [] if matter_row.locked else elements.rows(of_page(viewer, page)),
        "mediated": programme.disputes is not None and matter_row.kind == programme.disputes.kind,
        "kind": programme.kinds[matter_row.kind].title if _unusual(page) else "",
        "clocks": clocks(page, at),
        "steps": timeline(page, at, page.wired),
        "inline_answer": inline,
        "texts": answering.texts(viewer, page, at) if inline else (),
        "main": main,
        "buttons": [one for one in offered if one is not main and not (inline and one["name"] == "answer")],
        "people": people(page),
        "asked": [extension for row in page.clocks for extension in row.extensions if extension.decided_at is None],
        "may_decide": viewer.may("matter.approve") and matter_row.handler_id not in viewer.persons,
        "may_judge": may_judge(page, viewer),
        "decided": (decided := judging.decided(viewer, matter_row, page.names)),
        "may_review": judging.may_review(viewer, matter_row, decided),
        "may_reveal": _may_reveal(page, viewer),
        "accept": uploads.ACCEPT,
        **_ways(page, viewer),
        "told": [said for said in page.judgements if said.solved],
        "me": viewer.person_id if viewer.on_behalf_of is None else None,
        "may_unname": _named(page) & viewer.persons,
    }


def _may_reveal(page: OnePage, viewer: Viewer) -> bool:
    """Whether there is a number that the viewer may open, with a reason."""
    said = page.reporter
    return said is not None and said.has_phone and callers.may_open(viewer, page.matter, said.disclosure)


def _named(page: OnePage) -> frozenset[UUID | None]:
    """Who may take back whom they named as present when the newest answer was read out."""
    last = page.replies[-1] if page.replies else None
    return frozenset((last.delivered_by_id, page.matter.handler_id)) if last and last.read_out_at else frozenset()


def _ways(page: OnePage, viewer: Viewer) -> dict[str, Any]:
    """What is kept and numbered, and what the viewer may do about it."""
    may_keep = _keeps(page, viewer)
    return {
        "kept": page.kept,
        "number": next(iter(page.numbers), None),
        "may_consent": not page.guest and (may_keep or viewer.may("matter.approve")),
        "may_keep_longer": may_keep and page.matter.state == "retained" and all(one.decided_at for one in page.kept),
    }


def _keeps(page: OnePage, viewer: Viewer) -> bool:
    """Whether the viewer's posts give the verb by which the flow keeps a matter."""
    steps = page.rulebook.flow(page.matter.programme, page.matter.kind).steps
    return not page.guest and any(step.name == "retain" and step.by and viewer.may(step.by) for step in steps)


def wish_of(page: OnePage) -> str:
    """How the resident would like to be answered; empty where they did not say."""
    return str(page.moves[0].data.get("answer_by", "")) if page.moves else ""


def _unusual(page: OnePage) -> bool:
    """Whether the matter is of another kind than what the county takes in ordinarily."""
    intake = page.rulebook.county.intake
    return (page.matter.programme, page.matter.kind) != (intake.programme, intake.kind)


def buttons(page: OnePage) -> list[dict[str, Any]]:
    """The steps that are one click away, the likeliest first."""
    steps = sorted({step.name: step for step in page.steps}.values(), key=lambda step: ORDER.index(step.name))
    return [
        {"name": step.name, "title": step_title(page, step), "key": KEYS.get(step.name, ""), "stop": step.name in STOPS}
        for step in steps
        if step.name not in ("close", "deliver") or page.replies
    ]


def called(group: str, key: str, known: Mapping[str, Any]) -> str:
    """What the method calls one of its channels, natures, ways, clocks; empty for one it has not."""
    return of_method(group, key, known[key].title, language()) if key in known else ""


def step_title(page: OnePage, step: Step) -> str:
    """The county's own word for a step, or the product's."""
    return step.title or page.rulebook.label("step", step.name, language())


def clocks(page: OnePage, at: datetime) -> list[dict[str, Any]]:
    """Each clock with its shape, its sum where it runs, and the words of its state."""
    programme = page.rulebook.matters(page.matter.programme)
    return [
        {
            "title": called("clock", row.name, programme.clocks) or row.name,
            "face": clock_face(row, at),
            "row": row,
            "running": row.met_at is None and row.ended_at is None,
            "sum": explain(row.sum, language()),
        }
        for row in page.clocks
    ]


def people(page: OnePage) -> list[dict[str, Any]]:
    """Who has which part; the body stands beside the handler."""
    found = []
    for part in ("handler", "supervisor", "caller"):
        person = getattr(page.matter, f"{part}_id")
        body = page.body if part == "handler" else ""
        found.append(
            {"part": part, "name": page.names.get(person, "") if person else "", "body": body, "me": part in page.mine}
        )
    return found


def may_judge(page: OnePage, viewer: Viewer) -> bool:
    """Whether an appeal's being reasonable may still be judged by the viewer (the action checks again)."""
    row = page.matter
    mine = bool(viewer.persons & {row.handler_id, row.supervisor_id}) or row.owner_body_id in viewer.body_ids
    return viewer.may("matter.approve") and row.answered_at is None and row.reasonable is None and not mine


@require_POST
@guarded
def reveal(request: Asked, code: str) -> HttpResponse:
    """Open the reporter's name or number: with a reason, written down, shown this once and kept nowhere."""
    viewer: Viewer = request.viewer
    at: datetime = request.at
    page = one.by_code(viewer, code, at)
    reading.within(viewer, page, at, shows=False)
    what, reason = request.POST.get("what", "")[:20], request.POST.get("reason", "")
    try:
        found = aside.reveal(by=viewer, at=at, matter_id=page.matter.id, what=what, reason=reason)
    except Refused as refused:
        if refused.code == "not_found":
            raise
        return render_matter(
            request,
            code,
            status=422,
            reveal_refused=refused.sentence(language()),
            reveal_reason=reason,
            reveal_what=what,
        )
    return render_matter(request, code, revealed=found, revealed_what=what)


@require_safe
@guarded
def file(request: Asked, code: str, file_id: UUID) -> HttpResponse:
    """A file of a matter, to be saved; of a sealed matter it leaves a trace."""
    viewer: Viewer = request.viewer
    found = files.one(viewer, code, file_id, opened.key(request))
    if found.aside:
        look(by=viewer, at=request.at, kind="matter.file", subject=str(found.matter_id))
    try:
        return uploads.handed_out(found.file)
    except Shredded as gone:
        raise Missing from gone


@require_safe
@guarded
def printed(request: Asked, code: str) -> HttpResponse:
    """A work order on paper: the words, the place, the deadline; no phone, no name of who said it."""
    viewer: Viewer = request.viewer
    at: datetime = request.at
    page = one.by_code(viewer, code, at)
    if page.matter.held or page.matter.sealed:
        raise Refused("sealed_no_print")
    reading.within(viewer, page, at)
    return show(request, "desk/matter_print.html", {**matter_context(page, viewer, at), "at": at})
