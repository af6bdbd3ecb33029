"""May this step be taken, by whom, with what in hand (R-171, R-189, R-231, SG-32)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from huiyin.programme.refusal import Refused
from huiyin.programme.schema.dimensions import DIMENSIONS
from huiyin.programme.schema.matters import Flow, Matters, Step
from huiyin.programme.steps import handed_back, of_class, of_clocks, untimely

PARTS = ("handler", "supervisor", "caller")
DECIDES, HOLDS = "matter.decide", "matter.held"
"""Who has the first decides what units handed round. No leader reads what is sealed: there whoever holds it decides."""


@dataclass(frozen=True)
class Standing:
    """Where a matter is: plain facts, no row."""

    state: str
    before: str
    kind: str
    nature: str
    topic: str
    way: str
    parts: Mapping[str, UUID | None] = field(default_factory=dict)
    first_asked: UUID | None = None
    intent: str = ""
    heading: str = ""
    handling: str = ""
    level: str = ""
    dated: bool = False
    """Whether a day of its own was named already (`Clock.agreed`); it is not named twice."""
    excluded: frozenset[UUID] = frozenset()
    held: bool = False
    sealed: bool = False
    transfers: int = 0
    """How often units handed it back in this round."""
    decided: bool = False
    """Whether the county has decided in this round who handles it."""
    filed: bool = False
    """Whether it lies in the archive since it was last over."""
    stood: frozenset[tuple[UUID, UUID]] = frozenset()
    """Who has acted in it in whose stead."""


@dataclass(frozen=True)
class Actor:
    """Who takes the step."""

    person: UUID | None
    verbs: frozenset[str]
    resident: bool = False
    system: bool = False
    behalf: UUID | None = None
    """Whom a delegate acts for: their part may be taken, but only by somebody who has no other."""

    def may(self, verb: str) -> bool:
        """Whether the actor's posts give the verb."""
        return self.system or verb in self.verbs


@dataclass(frozen=True)
class Decision:
    """A step that may be taken: the state it leads to and the parts as they will be."""

    step: Step
    source: str
    target: str
    parts: dict[str, UUID | None]
    way: str


def take_step(*, matters: Matters, standing: Standing, name: str, actor: Actor, given: Mapping[str, Any]) -> Decision:
    """Decide one step. `given` holds what is in hand, by need; parts come as `handler`, `supervisor`, `caller`.

    Raises Refused: step_not_allowed, step_past, filed_already, not_allowed, not_your_part, needs_<need>,
    needs_<dimension>, way_unknown, way_not_allowed, handling_not_allowed, same_person, first_visitor_stays,
    conflict_excluded, held_undecided, pause_reason_unknown; of `transfer` what `programme.steps.handed_back` refuses.
    """
    flow = matters.flow_of(standing.kind)
    step = flow.taking(name, standing.state)
    if step is None:
        raise untimely(flow, name, standing.state)
    if standing.held and not actor.system:
        raise Refused("held_undecided")
    if name == "archive" and standing.filed:
        raise Refused("filed_already")
    _who(step, standing, actor)
    way = str(given.get("way") or standing.way)
    _ways(matters, standing, step, way)
    for lack in lacking(matters=matters, standing=standing, step=step, given=given, way=way):
        raise lack
    parts = {part: given.get(part) or standing.parts.get(part) for part in PARTS}
    if step.part and parts[step.part] is None and not (actor.resident or actor.system):
        parts[step.part] = actor.person  # whoever takes a step of a part that nobody has, has it from then on
    distinct(flow, parts)
    _own_hands(step, standing, actor, parts)
    _first_visitor(flow, name, standing, parts)
    _apart(step, standing, actor, parts, given)
    named: str = step.target
    if name == "transfer":
        named = handed_back(flow, step, transfers=standing.transfers, decided=standing.decided)
    target = {"same": standing.state, "previous": standing.before}.get(named, named)
    return Decision(step=step, source=standing.state, target=target, parts=parts, way=way)


def _apart(
    step: Step, standing: Standing, actor: Actor, parts: Mapping[str, UUID | None], given: Mapping[str, Any]
) -> None:
    """Whoever must keep out has no part in what follows, nor acts for somebody who has; they may hand it back. What the
    resident says, or the machine notes (an arrival, a day that has come), gives nobody a part, and stands also where a
    hand must go: a resident would else be refused on account of somebody they never chose."""
    if (actor.system or actor.resident) and not any(given.get(part) for part in PARTS):
        return
    if step.name == "transfer":
        hands = {given.get(part) for part in PARTS}
    else:
        hands = {*parts.values(), *((actor.person, actor.behalf) if step.part else ())}
    if standing.excluded & (hands - {None}):
        raise Refused("conflict_excluded")


def distinct(flow: Flow, parts: Mapping[str, UUID | None]) -> None:
    """Handler, supervisor and caller are different persons, whatever the flow says; the flow may ask for more."""
    for group in (PARTS, *flow.distinct):
        persons = [parts[part] for part in group if parts.get(part) is not None]
        if len(set(persons)) < len(persons):
            raise Refused("same_person")


def _own_hands(step: Step, standing: Standing, actor: Actor, parts: Mapping[str, UUID | None]) -> None:
    """Who has acted in the stead of one of the parts has no other, nor takes a step of one for somebody else."""
    acting = {one for one in (actor.person, actor.behalf) if one is not None} if step.part else set()
    for part, person in parts.items():
        stood = {one for one, other in standing.stood if other == person}
        others = {one for name, one in parts.items() if name != part and one != standing.parts.get(name)}
        if stood & (others | (acting if step.part != part else set())):
            raise Refused("same_person")


class Turns(NamedTuple):
    """Of the steps of a round: how often units handed it back, whether the county decided, whether it was archived."""

    transfers: int = 0
    decided: bool = False
    filed: bool = False


def turns(steps: Iterable[str]) -> Turns:
    """What the steps of a matter, in order, say of its round."""
    found = Turns()
    for name in steps:
        if name == "reopen":
            found = Turns()
        found = Turns(
            found.transfers + (name == "transfer"),
            found.decided or name == "decide",
            name == "archive" or (found.filed and name not in OUT_OF_THE_ARCHIVE),
        )
    return found


OUT_OF_THE_ARCHIVE = ("accept", "assign", "take")
"""Steps that only somebody takes who works on a matter again."""


def _first_visitor(flow: Flow, name: str, standing: Standing, parts: Mapping[str, UUID | None]) -> None:
    """Where the programme says so, whoever took the matter handles it to the end (R-190): nobody else, and not back.

    The rule yields where they may not: whom a matter is about, or who withdrew, is kept from it (SG-01), and one who
    is not in service any more is no `first_asked`.
    """
    first, handler = standing.first_asked, parts["handler"]
    if flow.owner_rule != "first_visitor_to_close" or first is None or first in standing.excluded:
        return
    if handler not in (None, first, standing.parts.get("handler")) or (name == "transfer" and handler == first):
        raise Refused("first_visitor_stays", field="owner")


def possible(*, matters: Matters, standing: Standing, actor: Actor) -> tuple[Step, ...]:
    """The steps this actor might take now, needs aside; what a page offers as buttons."""
    if standing.held and not actor.system:
        return ()
    open_steps = []
    flow = matters.flow_of(standing.kind)
    for step in flow.possible(standing.state):
        if step.name == "archive" and standing.filed:
            continue
        try:
            _who(step, standing, actor)
            if step.name == "transfer":
                handed_back(flow, step, transfers=standing.transfers, decided=standing.decided)
                _first_visitor(flow, step.name, standing, standing.parts)
        except Refused:
            continue
        open_steps.append(step)
    return tuple(open_steps)


def pause_reasons(matters: Matters, kind: str) -> dict[str, str]:
    """For what a step may stop the clocks of a kind of matter, by name, with its title."""
    clocks = [matters.clocks[name] for name in matters.flow_of(kind).clocks]
    return {name: title for clock in clocks if clock.pause for name, title in clock.pause.reasons.items()}


def ordinary(matters: Matters, kind: str, usual: str) -> str:
    """The kind under which a matter goes on that somebody must now be given: what was answered on the spot and is
    taken up again, or turns out to be about an official, is an ordinary matter from then on.
    """
    ways = matters.kinds[kind].ways
    if not ways or any(matters.ways[way].step == "assign" for way in ways):
        return kind
    fits = usual in matters.kinds and matters.kinds[usual].flow == matters.kinds[kind].flow
    return usual if fits else kind


def _who(step: Step, standing: Standing, actor: Actor) -> None:
    """The step's verb, part or door."""
    if actor.system:
        return
    if actor.resident and step.resident:
        return
    if actor.resident or step.by is None:
        raise Refused("step_not_allowed", step=step.name, state=standing.state)
    if not actor.may(step.by) and not (standing.sealed and step.by == DECIDES and actor.may(HOLDS)):
        raise Refused("not_allowed", verb=step.by)
    if step.part:
        _part(step.part, standing, actor)


def _part(part: str, standing: Standing, actor: Actor) -> None:
    """The part must be the actor's, or free while the actor holds no other."""
    persons = {one for one in (actor.person, actor.behalf) if one is not None}
    if standing.parts.get(part) not in (None, *persons):
        raise Refused("not_your_part", part=part)
    held = {name for name, person in standing.parts.items() if person in persons}
    if held - {part}:
        raise Refused("same_person")


def _ways(matters: Matters, standing: Standing, step: Step, way: str) -> None:
    """A way is known, allowed for the kind, and taken by its own step."""
    if not way:
        return
    kind = matters.kinds[standing.kind]
    if way not in matters.ways:
        raise Refused("way_unknown", field="way", way=way)
    if kind.ways and way not in kind.ways:
        raise Refused("way_not_allowed", field="way", way=matters.ways[way].title)
    if leaves_by_way(matters, step) and matters.ways[way].step != step.name:
        raise Refused("way_not_allowed", field="way", way=matters.ways[way].title)


def lacking(
    *, matters: Matters, standing: Standing, step: Step, given: Mapping[str, Any], way: str
) -> Iterator[Refused]:
    """All that the step, and the way it opens, still ask for, each with its field; in the order to ask for it."""
    needs = list(step.needs)
    if way in matters.ways and matters.ways[way].step == step.name:
        needs += matters.ways[way].needs
    try:
        needs += of_class(matters, step, str(given.get("handling") or standing.handling))
    except Refused as refused:
        yield refused
    needs += () if standing.dated else of_clocks(matters, matters.flow_of(standing.kind), step, way)
    if leaves_by_way(matters, step):
        needs += matters.kinds[standing.kind].requires
    known = dimensions(standing) | {"way": way, "level": standing.level}
    yield from (Refused(f"needs_{need}", field=need) for need in dict.fromkeys(needs) if not _has(need, given, known))
    why = given.get("pause_reason")
    if why and why not in pause_reasons(matters, standing.kind):
        yield Refused("pause_reason_unknown", field="pause_reason")
    if "owner" in needs and given.get("owner") and not (given.get("handler") or standing.parts.get("handler")):
        # A body alone answers to nobody: one named person does.
        yield Refused("needs_owner", field="handler")


def leaves_by_way(matters: Matters, step: Step) -> bool:
    """Whether a step gives a matter away or is the choice of a way: its own step, taken by no particular part."""
    return step.part is None and (step.name in GIVES or step.name in {rule.step for rule in matters.ways.values()})


GIVES = ("assign", "instruct")


def _has(need: str, given: Mapping[str, Any], known: Mapping[str, str]) -> bool:
    return bool(given.get(need) or known.get(need))


def dimensions(standing: Standing) -> dict[str, str]:
    """What the matter is said to be so far, dimension by dimension."""
    return {name: str(getattr(standing, name)) for name in DIMENSIONS}
