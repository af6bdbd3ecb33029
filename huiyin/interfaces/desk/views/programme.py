"""The rulebook in force, on one page: who carries it, by which rules, on what basis, what changed (R-001 …)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from huiyin.casework.queries import briefs
from huiyin.casework.queries.briefs import Tied
from huiyin.casework.queries.one import explain_due
from huiyin.core import rulebook
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.shapes import Tab
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.programme.clock import explain
from huiyin.programme.compare import Change, compare
from huiyin.programme.contact import following
from huiyin.programme.refusal import Missing
from huiyin.programme.schema.about import About, Document, Phase, Undertaking
from huiyin.programme.schema.matters import Flow, Matters, Topic
from huiyin.programme.schema.rulebook import Programme, Rulebook
from huiyin.programme.schema.topics import MANY
from huiyin.programme.words import phrase

VERSIONS_SHOWN = 6
WIDTH = 1000.0
"""Of the time line's drawing: units across."""

CARRIED = ("groups", "participants", "offices", "chain", "plans")
AROUND = (
    *("adopted", "rotation", "campaigns", "meetings", "guidance", "reach", "learning", "inventory"),
    *("values", "summary"),
)
"""Fields of a programme that share a section, shown when one of them says something."""


@guarded
@require_safe
def programme(request: Asked) -> HttpResponse:
    """Everything in force; `name` picks one of several programmes."""
    viewer = request.viewer
    if not viewer.may("programme.see"):
        raise Missing
    at = request.at
    active = rulebook.current(at)
    book = active.rulebook
    name = request.GET.get("name", book.county.intake.programme)
    if name not in book.programmes:
        raise Missing
    shown = book.programmes[name]
    context = {
        **_outline(shown, at.astimezone(book.county.tz).date()),
        "standing": _standing(active.version_id, name, language(), at.astimezone(book.county.tz).date()),
        "tabs": [
            Tab(label=one.about.title, href=f"?name={key}", here=key == name) for key, one in book.programmes.items()
        ],
        "undertakings": _undertakings(viewer, name, shown),
        "clocks": [clock_row(key, shown, book, at) for key in shown.matters.clocks],
        "hash": book.hash,
        "versions": versions(at),
        "replays": [(one, _parts(one, book)) for one in rulebook.replays()],
        "in_force": {digest for _, digest, _ in rulebook.versions()},
    }
    return show(request, "desk/programme/programme.html", context)


def ready(at: datetime) -> None:
    """Draw what the first reader of the day would wait for a tenth of a second, in the language of the process."""
    active = rulebook.current(at)
    county = active.rulebook.county
    _standing(active.version_id, county.intake.programme, language(), at.astimezone(county.tz).date())


def _undertakings(viewer: Viewer, name: str, shown: Programme) -> list[tuple[Undertaking, str, Tied]]:
    """The programme's tasks and projects, each with the key of its briefs (R-224) and how many there are; one query."""
    keyed = [(one, f"{name}.{one.key}" if one.key else "") for one in shown.about.undertakings]
    tied = briefs.tied(viewer, [key for _, key in keyed if key])
    return [(one, key, tied.get(key, briefs.NONE)) for one, key in keyed]


def _outline(shown: Programme, today: date) -> dict[str, Any]:
    """What the list of contents and the sections both ask for."""
    return {
        "about": shown.about,
        "line": time_line(shown.about, today),
        "carried": any(getattr(shown.about, name) for name in CARRIED),
        "around": any(getattr(shown.about, name) for name in AROUND),
    }


@lru_cache(maxsize=64)
def _standing(version_id: UUID, name: str, spoken: str, today: date) -> dict[str, SafeString]:
    """The sections that only a new version or a new day changes, drawn once in each language: a stored version never
    changes, and nothing of whoever reads goes in. `carried` stands before the clocks, `ways` behind them.
    """
    book = rulebook.version(version_id)
    shown = book.programmes[name]
    context = {
        **_outline(shown, today),
        "matters": shown.matters,
        "topics_shown": _topics(shown.matters),
        "appraisal": shown.appraisal,
        "contact": shown.contact,
        "days": [(one, following(one, today)) for one in shown.contact.days.values()] if shown.contact else [],
        "publication": shown.publication,
        "rules": (found := list(rules(shown, book))),
        "documents": [(key, document, _links(document, found)) for key, document in shown.about.documents.items()],
        "kinds": [(key, kind, shown.about.basis_of(f"kinds.{key}")) for key, kind in shown.matters.kinds.items()],
        "flows": [flow_table(key, flow, shown, book) for key, flow in shown.matters.flows.items()],
        "roles": [(key, role, sorted(role.verbs)) for key, role in book.county.roles.items()],
        "tiers": list(book.county.tiers.items()),
        "today": today,
    }
    return {part: render_to_string(f"desk/programme/{part}.html", context) for part in ("carried", "ways")}


def _parts(one: rulebook.Gone, book: Rulebook) -> list[tuple[str, list[tuple[str, Sequence[int]]]]]:
    """What was found by class and by unit, as far as it was kept: each table with its lines; names in words."""
    nobody = phrase("programmes", "replay_nobody", language())
    classes = [(_class(str(name), book), numbers) for name, *numbers in one.found.get("classes", ())]
    units = [(str(name) or nobody, numbers) for name, *numbers in one.found.get("units", ())]
    return [(kind, lines) for kind, lines in (("class", classes), ("unit", units)) if lines]


def _class(name: str, book: Rulebook) -> str:
    """A class by its title, where the method in force still has it."""
    programme_, _, topic = name.partition(".")
    page = book.programmes.get(programme_)
    known = page.matters.topics.get(topic) if page else None
    return known.title if known else topic or phrase("figures", "none", language())


@dataclass(frozen=True)
class Bar:
    """A phase on the time line: where it begins and how long it is, in units of the drawing."""

    phase: Phase
    x: float
    width: float
    now: bool


@dataclass(frozen=True)
class Line:
    """The time line; `today` is where today stands, negative outside. Phases may overlap: each has a row."""

    bars: Sequence[Bar]
    today: float
    width: float

    @property
    def now(self) -> list[Phase]:
        """The phases today belongs to."""
        return [bar.phase for bar in self.bars if bar.now]


def time_line(about: About, today: date) -> Line | None:
    """The phases drawn to scale; None where there are none."""
    if not about.phases:
        return None
    first = min(phase.from_ for phase in about.phases)
    days = (max(phase.until for phase in about.phases) - first).days
    here = about.phases_on(today)
    bars = [
        Bar(
            phase,
            round((phase.from_ - first).days * WIDTH / days, 1),
            round((phase.until - phase.from_).days * WIDTH / days, 1),
            phase in here,
        )
        for phase in about.phases
    ]
    place = (today - first).days / days
    return Line(bars, round(place * WIDTH, 1) if 0 <= place <= 1 else -1.0, WIDTH)


@dataclass(frozen=True)
class Rule:
    """A rule in force and the documents it rests on; `section` is the part of the pages it stands in."""

    ref: str
    section: str
    title: str
    anchor: str
    basis: Sequence[Document]


def rules(shown: Programme, book: Rulebook) -> Iterator[Rule]:
    """Every rule a document may establish; closing and call-back belong to their flow."""
    about, matters = shown.about, shown.matters
    titles: dict[str, dict[str, str]] = {
        "flows": {key: flow.title for key, flow in matters.flows.items()},
        "callback": {key: flow.title for key, flow in matters.flows.items()},
        "closing": {key: flow.title for key, flow in matters.flows.items()},
        "clocks": {key: clock.title for key, clock in matters.clocks.items()},
        "kinds": {key: kind.title for key, kind in matters.kinds.items()},
        "ways": {key: way.title for key, way in matters.ways.items()},
        "boards": {key: board.title for key, board in shown.publication.boards.items()},
        "goals": {key: goal.title for key, goal in about.goals.items()},
    }
    for section, named in titles.items():
        for key, title in named.items():
            ref = f"{section}.{key}"
            yield Rule(ref, section, title, f"{section}-{key}", about.basis_of(ref))


def flow_table(key: str, flow: Flow, shown: Programme, book: Rulebook) -> dict[str, Any]:
    """A flow as a table: each step from where to where, by which roles, with what in hand."""
    spoken = language()
    return {
        "key": key,
        "flow": flow,
        "basis": shown.about.basis_of(f"flows.{key}"),
        "initial": book.label("state", flow.initial, spoken),
        "final": [book.label("state", state, spoken) for state in flow.final],
        "steps": [
            {
                "step": step,
                "title": step.title or book.label("step", step.name, spoken),
                "source": [book.label("state", state, spoken) for state in step.source],
                "target": "" if step.target in ("same", "previous") else book.label("state", step.target, spoken),
                "roles": [book.county.roles[role].title for role in book.county.roles_with(step.by)] if step.by else [],
            }
            for step in flow.steps
        ],
    }


def clock_row(key: str, shown: Programme, book: Rulebook, at: datetime) -> dict[str, Any]:
    """A clock with a sum worked out for somebody who came just now."""
    clock = shown.matters.clocks[key]
    due = explain_due(clock.limit, at, book)
    return {
        "key": key,
        "clock": clock,
        "basis": shown.about.basis_of(f"clocks.{key}"),
        "due": due,
        "sum": explain(due, language()),
        "starts": [_step(name, book) for name in clock.starts_on],
        "met": [_step(name, book) for name in clock.met_by],
        "wakes": book.county.roles[clock.escalate_to].title,
        "approver": book.county.roles[clock.extension.approved_by].title if clock.extension else "",
    }


def versions(at: datetime) -> list[dict[str, Any]]:
    """The newest versions, each with what it changed against the one before, as sentences."""
    known = rulebook.versions()[: VERSIONS_SHOWN + 1]
    found = []
    for number, (version_id, digest, since) in enumerate(known[:VERSIONS_SHOWN]):
        before = known[number + 1][0] if number + 1 < len(known) else None
        changes = _changes(before, version_id) if before else None
        found.append(
            {
                "hash": digest,
                "since": since,
                "ahead": since > at,
                "first": changes is None,
                "changes": [change.in_words(language(), english) for change, english in changes or ()],
            }
        )
    return found


@lru_cache(maxsize=64)
def _changes(before: UUID, after: UUID) -> list[tuple[Change, dict[str, str]]]:
    """What one stored version changed against another, neither of which ever changes, and their words in English."""
    with rulebook.as_written():
        old, new = rulebook.version(before), rulebook.version(after)
    english = old.english | new.english
    return [(change, english) for change in compare(old, new)]


def _step(name: str, book: Rulebook) -> str:
    """A step's name, with `open` for the moment a matter arrives."""
    return book.label("step", name, language())


def _links(document: Document, found: Sequence[Rule]) -> list[Rule]:
    """The rules a document establishes."""
    return [rule for rule in found if rule.ref in document.establishes]


def _topics(matters: Matters) -> list[tuple[str, Topic]]:
    """The topics to name on the page: all of a short list, the first level of a long tree."""
    found = list(matters.topics.items())
    return found if len(found) <= MANY else [(name, topic) for name, topic in found if topic.parent is None]
