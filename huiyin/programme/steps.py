"""May this step be taken, from this state, by this person, with this in hand; and what follows for the clocks.

Everything it knows comes from the programme: there is no `if kind` here (R-171, R-231). Whether persons are excluded or
must differ is decided above, on persons; this is about states, verbs, parts and what is in hand.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Literal

from huiyin.programme.refusal import Refused
from huiyin.programme.schema.matters import Clock, Flow, Matters, Need, Step


@dataclass(frozen=True)
class Taker:
    """Who takes a step: the verbs and parts of a member of staff, or the resident, or the engine itself."""

    verbs: frozenset[str] = frozenset()
    parts: frozenset[str] = frozenset()
    """What this person is in the matter: handler, supervisor, caller."""
    who: Literal["staff", "resident", "system"] = "staff"


@dataclass(frozen=True)
class Taken:
    """A step that may be taken: the state it leads to and what it does to the clocks (by name).

    What it starts, meets, ends, pauses and resumes holds for clocks that do not run, or do run, respectively.
    """

    step: Step
    target: str
    starts: tuple[str, ...] = ()
    meets: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    pauses: tuple[str, ...] = ()
    resumes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Standing:
    """Where a matter stands."""

    kind: str
    state: str
    previous: str = ""
    """The state before this one; needed for steps that lead back."""
    way: str = ""
    """The way of handling, chosen before or given with this step."""
    has: frozenset[str] = field(default_factory=frozenset)
    """What the matter holds already: topic, nature, way, owner, supervisor …"""
    level: str = "village"
    transfers: int = 0
    """How often units handed it back in this round."""
    decided: bool = False
    """Whether the county has decided in this round who handles it."""
    handling: str = ""
    """How far it can be solved, chosen before or given with this step."""


_ALONG = (
    ("received",),
    ("accepted", "more_asked", "discussing", "raised", "applied", "submitted", "disputed", "reopened"),
    ("assigned",),
    ("working", "paused"),
    ("answered",),
    ("closed", "declined", "retained", "passed", "joined", "withdrawn"),
)
"""The states in the order in which a matter goes along."""
_PLACE = {state: place for place, states in enumerate(_ALONG) for state in states}


def handed_back(flow: Flow, step: Step, *, transfers: int, decided: bool) -> str:
    """Where handing back leads: to the dispatcher, or with the last allowed time to the county's decision.

    Raises Refused: transfer_decided where the county has decided, transfers_used_up.
    """
    if decided:
        raise Refused("transfer_decided")
    if transfers >= flow.max_transfers:
        raise Refused("transfers_used_up", most=flow.max_transfers)
    last = transfers + 1 == flow.max_transfers
    return DISPUTED if last and flow.taking("decide", DISPUTED) is not None else step.target


DISPUTED = "disputed"
"""Units have handed the matter round; only the county's decision leads on."""


def untimely(flow: Flow, name: str, state: str) -> Refused:
    """Why a step cannot be taken from a state that has it not: it is no step of this flow, the matter is past it, or
    another comes before it.
    """
    sources = [_PLACE[source] for step in flow.steps if step.name == name for source in step.source]
    if not sources:
        return Refused("step_unknown", step=name)
    code = "step_past" if _PLACE[state] > max(sources) else "step_not_allowed"
    return Refused(code, step=name, state=state)


def take(matters: Matters, standing: Standing, name: str, taker: Taker, given: Collection[str] = ()) -> Taken:
    """Decide one step. `given` names what comes with it.

    Raises Refused: step_unknown, step_not_allowed, step_past, not_allowed, not_your_part, way_not_allowed,
    handling_not_allowed or needs_<what>; of `transfer` as `handed_back`.
    """
    flow = matters.flow_of(standing.kind)
    step = _step(flow, standing, name)
    _may(step, taker)
    needs = [*step.needs, *_chosen(matters, standing, step), *of_class(matters, step, standing.handling)]
    for need in (*needs, *of_clocks(matters, flow, step, standing.way)):
        if need not in given and need not in standing.has:
            raise Refused(f"needs_{need}", field=need)
    named: str = step.target
    if name == "transfer":
        named = handed_back(flow, step, transfers=standing.transfers, decided=standing.decided)
    target = {"same": standing.state, "previous": standing.previous}.get(named, named)
    return _clocked(matters, flow, step, target, standing)


def of_class(matters: Matters, step: Step, handling: str) -> tuple[Need, ...]:
    """What a matter's handling class asks for at a step (R-200).

    Raises Refused("handling_not_allowed") where a matter of that class may not leave acceptance so: what can be solved
    now is not handed on.
    """
    one = matters.handlings.get(handling)
    if one is None:
        return ()
    leaving = {name for each in matters.handlings.values() for name in each.steps}
    if step.part is None and one.steps and step.name in leaving and step.name not in one.steps:
        raise Refused("handling_not_allowed", field="handling", handling=one.title)
    return one.needs.get(step.name, ())


def of_clocks(matters: Matters, flow: Flow, step: Step, way: str) -> tuple[Need, ...]:
    """A step that starts a clock with a day of its own asks for that day (R-226)."""
    clocked = way not in matters.ways or matters.ways[way].clocked
    clocks = [matters.clocks[name] for name in flow.clocks]
    dated = (one for one in clocks if one.agreed and step.name in one.starts_on and (clocked or not one.follows_way))
    return ("deadline",) if any(dated) else ()


def opening(matters: Matters, kind: str) -> tuple[str, ...]:
    """The clocks that start when a matter of this kind arrives."""
    flow = matters.flow_of(kind)
    return tuple(name for name in flow.clocks if "open" in matters.clocks[name].starts_on)


def possible(matters: Matters, standing: Standing, taker: Taker) -> tuple[Step, ...]:
    """The steps this person may take now, in written order; what they still need is not asked."""
    flow = matters.flow_of(standing.kind)
    return tuple(step for step in flow.possible(standing.state) if _fits(step, taker))


def _step(flow: Flow, standing: Standing, name: str) -> Step:
    step = flow.taking(name, standing.state)
    if step is not None:
        return step
    raise untimely(flow, name, standing.state)


def _fits(step: Step, taker: Taker) -> bool:
    if taker.who == "resident":
        return step.resident
    if taker.who == "system":
        return step.system
    return step.by is not None and step.by in taker.verbs and (step.part is None or step.part in taker.parts)


def _may(step: Step, taker: Taker) -> None:
    if _fits(step, taker):
        return
    if taker.who == "staff" and step.part is not None and step.by in taker.verbs:
        raise Refused("not_your_part", part=step.part)
    if taker.who == "staff" and step.by is None:
        raise Refused("step_not_allowed", step=step.name, state=step.source[0])
    raise Refused("not_allowed")


def _chosen(matters: Matters, standing: Standing, step: Step) -> tuple[str, ...]:
    """What choosing a way asks for. A way's own step, taken by no particular part, is the choice of that way.

    (A handler's answer to an assigned matter is held by a part and chooses nothing.)
    """
    if step.part is not None or step.name not in {way.step for way in matters.ways.values()}:
        return ()
    kind = matters.kinds[standing.kind]
    if not standing.way:
        return (*kind.requires, "way")
    way = matters.ways[standing.way]
    if way.step != step.name or (kind.ways and standing.way not in kind.ways):
        raise Refused("way_not_allowed", field="way", way=way.title)
    return (*kind.requires, *way.needs)


def _clocked(matters: Matters, flow: Flow, step: Step, target: str, standing: Standing) -> Taken:
    clocks = {name: matters.clocks[name] for name in flow.clocks}
    clocked = not standing.way or matters.ways[standing.way].clocked

    def named(test: str) -> tuple[str, ...]:
        return tuple(name for name, clock in clocks.items() if step.name in _moments(clock, test))

    starts = tuple(
        name
        for name in named("starts")
        if (clocked or not clocks[name].follows_way) and clocks[name].level in (None, standing.level)
    )
    return Taken(step, target, starts, named("meets"), named("ends"), named("pauses"), named("resumes"))


def _moments(clock: Clock, test: str) -> tuple[str, ...]:
    return {
        "starts": clock.starts_on,
        "meets": clock.met_by,
        "ends": clock.ended_by,
        "pauses": clock.pause.on if clock.pause else (),
        "resumes": clock.pause.until if clock.pause else (),
    }[test]
