"""Checks that cross pages, and the invariants no programme can switch off.

Each check yields problems; nothing is raised, so that a county sees all its mistakes at once.
"""

from collections.abc import Callable, Iterator

from huiyin.programme.problems import Problem
from huiyin.programme.schema.about import About
from huiyin.programme.schema.county import DUTY_OF, County
from huiyin.programme.schema.dimensions import DIMENSIONS
from huiyin.programme.schema.flowgraph import can_reach, entering, reached
from huiyin.programme.schema.linkchecks import check_links
from huiyin.programme.schema.matters import WORST, Clock, Flow, Kind, Matters
from huiyin.programme.schema.peoplechecks import check_grids, check_people, check_places
from huiyin.programme.schema.publication import Publication
from huiyin.programme.schema.replies import check_replies
from huiyin.programme.schema.rulebook import Programme, Rulebook
from huiyin.programme.schema.waychecks import check_ways
from huiyin.programme.words import WRITTEN, has_label

_ALWAYS_DISTINCT = frozenset({"handler", "supervisor", "caller"})
_MUST_HAVE = ("answer", "deliver", "call_back", "reopen", "close")
_NEVER_SOLVED = frozenset({"retain", "pass", "decline"})
_ENDS_WITH_WORD = ("decline", "retain", "pass")


def check(book: Rulebook) -> list[Problem]:
    """Every cross-page problem of a rulebook, in the order of its pages."""
    found = [*_words(book), *_county(book.county, book)]
    for name, programme in book.programmes.items():
        folder = f"programmes/{name}"
        found += _about(f"{folder}/programme.toml", programme)
        found += _matters(f"{folder}/matters.toml", programme.matters, book.county)
        found += _publication(f"{folder}/publication.toml", programme.publication, programme.matters)
        if programme.links is not None:
            found += check_links(f"{folder}/links.toml", programme.links, book.county)
        if programme.people is not None:
            found += check_people(f"{folder}/people.toml", programme.people)
        if programme.replies is not None:
            found += check_replies(f"{folder}/replies.toml", programme.replies, programme.matters)
        if programme.places is not None:
            found += check_places(f"{folder}/places.toml", programme.places)
    found += check_grids({name: programme.places for name, programme in book.programmes.items()})
    return found


def _words(book: Rulebook) -> Iterator[Problem]:
    """A county renames labels; it cannot add new ones or languages."""
    for language, groups in book.words.items():
        for group, renamed in groups.items():
            for key in renamed:
                if language not in WRITTEN or not has_label(group, key):
                    yield Problem("words.toml", f"{language}.{group}", "words_unknown", {"key": key})


def _county(county: County, book: Rulebook) -> Iterator[Problem]:
    page = "county.toml"
    role = county.roles.get(county.held.role)
    if role is None:
        yield Problem(page, "held.role", "role_unknown", {"role": county.held.role})
    elif "matter.held" not in role.verbs:
        yield Problem(page, "held.role", "held_role_blind", {"role": county.held.role})
    yield from _powers(page, county)
    programme = book.programmes.get(county.intake.programme)
    if programme is None:
        yield Problem(page, "intake.programme", "programme_unknown", {"programme": county.intake.programme})
    elif county.intake.kind not in programme.matters.kinds:
        yield Problem(page, "intake.kind", "kind_unknown", {"kind": county.intake.kind})
    for level in {role.level for role in county.roles.values()} - set(county.ladder):
        yield Problem(page, "ladder", "level_not_on_ladder", {"level": level})


def _powers(page: str, county: County) -> Iterator[Problem]:
    """Who reads complaints about officials is one role, whatever a method says (SG-01), and duties stand apart (SG-49,
    A8)."""
    for name, role in county.roles.items():
        if "matter.held" in role.verbs and name != county.held.role:
            told: dict[str, str | int] = {"role": name, "held": county.held.role}
            yield Problem(page, f"roles.{name}.verbs", "held_role_more", told)
        both = [verb for verb in DUTY_OF if verb in role.verbs]
        if len({DUTY_OF[verb] for verb in both}) > 1:
            yield Problem(page, f"roles.{name}.verbs", "powers_apart", {"role": name, "verbs": ", ".join(both)})


def _about(page: str, programme: Programme) -> Iterator[Problem]:
    about, matters = programme.about, programme.matters
    known = _rules(about, matters, programme.publication)
    known |= {f"pairings.{name}" for name in programme.links.pairings} if programme.links else frozenset()
    for key, document in about.documents.items():
        for rule in document.establishes:
            if rule not in known:
                yield Problem(page, f"documents.{key}", "rule_unknown", {"rule": rule})
    for rule in sorted(rule for rule in known if rule.split(".")[0] in ("flows", "clocks")):
        if not about.basis_of(rule):
            yield Problem(page, "documents", "rule_without_basis", {"rule": rule})
    for number, phase in enumerate(about.phases, start=1):
        if phase.from_ < about.from_ or (about.until is not None and phase.until > about.until):
            yield Problem(page, f"phases.{number}", "phase_outside", {"phase": phase.title})


def _rules(about: About, matters: Matters, publication: Publication) -> frozenset[str]:
    """Every rule a document may establish, written as `section.name`."""
    flows = tuple(matters.flows)
    sections: dict[str, tuple[str, ...]] = {
        "flows": flows,
        "closing": flows,
        "callback": flows,
        "clocks": tuple(matters.clocks),
        "kinds": tuple(matters.kinds),
        "ways": tuple(matters.ways),
        "boards": tuple(publication.boards),
        "goals": tuple(about.goals),
    }
    return frozenset(f"{section}.{name}" for section, names in sections.items() for name in names)


def _matters(page: str, matters: Matters, county: County) -> Iterator[Problem]:
    yield from _dimensions(page, matters)
    yield from _kinds(page, matters)
    yield from _disputes(page, matters)
    yield from _grades(page, matters)
    yield from _clocks(page, matters, county)
    for name, flow in matters.flows.items():
        yield from _flow(page, f"flows.{name}", flow, matters, county)
        yield from check_ways(page, f"flows.{name}", flow, matters)


def _dimensions(page: str, matters: Matters) -> Iterator[Problem]:
    if "web" not in matters.channels:
        yield Problem(page, "channels", "channels_without_web")
    if not any(nature.held for nature in matters.natures.values()):
        yield Problem(page, "natures", "nothing_held")
    complaint = matters.natures.get("complaint")
    if complaint is not None and not complaint.held:
        yield Problem(page, "natures.complaint", "complaint_not_held")
    wired = [name for name, channel in matters.channels.items() if channel.authorless and channel.wire]
    yield from (Problem(page, f"channels.{name}", "authorless_wire", {}) for name in wired)
    for name, way in matters.ways.items():
        if way.counts_as_solved and way.step in _NEVER_SOLVED:
            yield Problem(page, f"ways.{name}", "way_not_solving", {"step": way.step})
    for name, heading in matters.headings.items():
        if heading.ours and not heading.held:
            yield Problem(page, f"headings.{name}", "ours_not_held", {"heading": heading.title})
    yield from _topics(page, matters)


def _topics(page: str, matters: Matters) -> Iterator[Problem]:
    for name, topic in matters.topics.items():
        if topic.parent is not None and topic.parent not in matters.topics:
            yield Problem(page, f"topics.{name}", "topic_unknown", {"topic": topic.parent})
        elif topic.parent == name:
            yield Problem(page, f"topics.{name}", "topic_own_parent")


def _kinds(page: str, matters: Matters) -> Iterator[Problem]:
    for name, kind in matters.kinds.items():
        key = f"kinds.{name}"
        if kind.flow not in matters.flows:
            yield Problem(page, key, "flow_unknown", {"flow": kind.flow})
            continue
        yield from _asked_of(page, key, kind, matters)
        flow = matters.flows[kind.flow]
        steps = {step.name for step in flow.steps}
        for way in kind.ways or tuple(matters.ways):
            if way not in matters.ways:
                yield Problem(page, key, "way_unknown", {"way": way})
            elif matters.ways[way].step not in steps:
                yield Problem(page, key, "way_without_step", {"way": way, "step": matters.ways[way].step})


def _grades(page: str, matters: Matters) -> Iterator[Problem]:
    """Each grade once, and one that says "not satisfied": it takes a matter up again (R-214)."""
    values = [grade.value for grade in matters.grades]
    if len(set(values)) < len(values):
        yield Problem(page, "grades", "grade_twice")
    if not any(grade.value == WORST and not grade.satisfied for grade in matters.grades):
        yield Problem(page, "grades", "grades_without_worst", {"value": WORST})


def _disputes(page: str, matters: Matters) -> Iterator[Problem]:
    """What a mediated dispute is stands on the page, and its nature is never published (R-221)."""
    disputes = matters.disputes
    if disputes is None:
        return
    if disputes.kind not in matters.kinds:
        yield Problem(page, "disputes.kind", "kind_unknown", {"kind": disputes.kind})
    if disputes.topic not in matters.topics:
        yield Problem(page, "disputes.topic", "topic_unknown", {"topic": disputes.topic})
    nature = matters.natures.get(disputes.nature)
    if nature is None:
        yield Problem(page, "disputes.nature", "nature_unknown", {"nature": disputes.nature})
    elif nature.publishable:
        yield Problem(page, f"natures.{disputes.nature}", "dispute_published", {"nature": nature.title})


def _asked_of(page: str, key: str, kind: Kind, matters: Matters) -> Iterator[Problem]:
    for dimension in kind.requires:
        if not matters.values(dimension):
            yield Problem(page, key, "dimension_empty", {"dimension": dimension})
    for nature in kind.natures:
        if nature not in matters.natures:
            yield Problem(page, key, "nature_unknown", {"nature": nature})


def _clocks(page: str, matters: Matters, county: County) -> Iterator[Problem]:
    for name, clock in matters.clocks.items():
        key = f"clocks.{name}"
        roles = [clock.escalate_to] + ([clock.extension.approved_by] if clock.extension else [])
        for role in roles:
            if role not in county.roles:
                yield Problem(page, key, "role_unknown", {"role": role})
        if clock.agreed and clock.limit.unit != "calendar_days":
            yield Problem(page, key, "agreed_unit")
        caps = [part.max_total for part in (clock.extension, clock.pause) if part is not None]
        caps += [special.limit for special in clock.special]
        if any(cap.unit != clock.limit.unit for cap in caps):
            yield Problem(page, key, "unit_differs", {"unit": clock.limit.unit})


def _flow(page: str, key: str, flow: Flow, matters: Matters, county: County) -> Iterator[Problem]:
    for rule in _RULES:
        checker: Callable[[Flow, Matters, County], Iterator[tuple[str, dict[str, str | int]]]] = rule
        for code, values in checker(flow, matters, county):
            yield Problem(page, key, code, values)


_DECIDED = frozenset(
    {
        *("decline", "retain", "pass", "assign", "extend", "classify", "pause", "raise", "transfer"),
        *("apply", "take_up", "send_back", "submit", "instruct", "decide", "number"),
    }
)
"""Steps that decide about somebody's matter: a named person takes them, never the engine (SG-08)."""

_Found = Iterator[tuple[str, dict[str, str | int]]]


def _parts(flow: Flow, _matters: Matters, _county: County) -> _Found:
    """R-231: handler, supervisor and caller are three persons."""
    if not any(set(group) >= _ALWAYS_DISTINCT for group in flow.distinct):
        yield "not_distinct", {}


def _verbs(flow: Flow, _matters: Matters, county: County) -> _Found:
    for step in flow.steps:
        if step.by is None and not (step.resident or step.system):
            yield "step_by_nobody", {"step": step.name}
        elif step.system and step.name in _DECIDED:
            yield "step_decided_by_machine", {"step": step.name}
        elif step.by is not None and not county.roles_with(step.by):
            yield "verb_without_role", {"step": step.name, "verb": step.by}
    for stage in flow.stages:
        for name in stage.steps:
            if name != "open" and name not in {step.name for step in flow.steps}:
                yield "stage_unknown_step", {"stage": stage.title, "step": name}


def _asked(flow: Flow, matters: Matters, _county: County) -> _Found:
    """What steps ask for must be something the programme has; handling classes speak of the flow's steps."""
    for need in {need for step in flow.steps for need in step.needs}:
        if need in DIMENSIONS and not matters.values(need):
            yield "dimension_empty", {"dimension": need}
    steps = {step.name for step in flow.steps}
    for handling in matters.handlings.values():
        for step in (*handling.steps, *handling.needs):
            if step not in steps:
                yield "way_without_step", {"way": handling.title, "step": step}


def _clock_names(flow: Flow, matters: Matters, _county: County) -> _Found:
    steps = {step.name for step in flow.steps} | {"open"}
    for name in flow.clocks:
        clock = matters.clocks.get(name)
        if clock is None:
            yield "clock_unknown", {"clock": name}
            continue
        pause = (*clock.pause.on, *clock.pause.until) if clock.pause else ()
        for step in (*clock.starts_on, *clock.met_by, *clock.ended_by, *pause):
            if step not in steps:
                yield "clock_unknown_step", {"clock": name, "step": step}
        if clock.extension and "extend" not in steps:
            yield "clock_unknown_step", {"clock": name, "step": "extend"}


def _required_steps(flow: Flow, _matters: Matters, _county: County) -> _Found:
    """Invariant 1: an answer, its delivery, the resident's word, and the way back."""
    names = {step.name for step in flow.steps}
    for name in _MUST_HAVE:
        if name not in names:
            yield "step_missing", {"step": name}
    if any(step.name == "answer" and "reply" not in step.needs for step in flow.steps):
        yield "answer_without_reply", {}
    if any(step.name == "reopen" and not step.resident for step in flow.steps):
        yield "reopen_not_resident", {}


def _residents_own(flow: Flow, _matters: Matters, _county: County) -> _Found:
    """What residents do themselves asks for no more than they have in hand, and taking back is theirs alone (S21)."""
    for step in flow.steps:
        if step.resident and (beyond := sorted(set(step.needs) - _IN_THEIR_HANDS.get(step.name, set()))):
            yield "step_beyond_resident", {"step": step.name, "needs": ", ".join(beyond)}
        if step.name == "withdraw" and step.by is not None:
            yield "withdraw_by_staff", {}


_IN_THEIR_HANDS = {"reopen": {"note"}, "more_given": {"note"}, "call_back": {"outcome"}}
"""What steps of residents may ask for: their words, or what they said."""


def _word_at_the_end(flow: Flow, _matters: Matters, _county: County) -> _Found:
    """R-209, R-183: whoever is not helped is told why."""
    for step in flow.steps:
        if step.name in _ENDS_WITH_WORD and "reply" not in step.needs:
            yield "end_without_word", {"step": step.name}


def _ways_out(flow: Flow, _matters: Matters, _county: County) -> _Found:
    live = reached(flow)
    for state in sorted(entering(flow) - live):
        yield "state_unreachable", {"state": state}
    stuck = sorted(state for state in live - set(flow.final) if not can_reach(flow, state, set(flow.final)))
    if stuck:
        yield "no_way_out", {"states": ", ".join(stuck)}
    for state in flow.final:
        if state not in live:
            yield "final_unreachable", {"state": state}


def _closing(flow: Flow, matters: Matters, _county: County) -> _Found:
    """Closed is reached through an answer, and only from the state the call-back is made in."""
    if "closed" in reached(flow, without="answer"):
        yield "closed_without_answer", {}
    for step in flow.steps:
        if step.target == "closed" and step.name != "close":
            yield "closed_by_other", {"step": step.name}
        if step.name == "close" and set(step.source) != {"answered"}:
            yield "close_not_from_answered", {}
    if flow.callback.of == "all" and flow.callback.share < 1:
        yield "callback_share_ignored", {}
    if flow.callback.of == "share":
        timed = [name for name in flow.clocks if name in matters.clocks and _times_calls(matters.clocks[name])]
        if timed:
            yield "callback_share_timed", {"clocks": ", ".join(timed)}


def _times_calls(clock: Clock) -> bool:
    """Whether a deadline runs from the answer to the closing: who was not drawn has longer than that to speak."""
    return bool({"answer", "deliver"} & set(clock.starts_on)) and "close" in clock.met_by


_RULES = (
    *(_parts, _verbs, _clock_names, _required_steps, _residents_own, _asked),
    *(_word_at_the_end, _ways_out, _closing),
)
"""Every check of a flow."""


def _publication(page: str, publication: Publication, matters: Matters) -> Iterator[Problem]:
    redaction = publication.redaction
    for topic in (*redaction.never_topics, *redaction.town_only_topics):
        if topic not in matters.topics:
            yield Problem(page, "redaction", "topic_unknown", {"topic": topic})
    for hidden in redaction.never_natures:
        if hidden not in matters.natures:
            yield Problem(page, "redaction", "nature_unknown", {"nature": hidden})
    for name, nature in matters.natures.items():
        if nature.held and nature.publishable and name not in redaction.never_natures:
            yield Problem(page, "redaction.never_natures", "held_published", {"nature": name})
