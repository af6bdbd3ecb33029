"""Checks of levels, of handing on and of keeping back: what a flow that has one of these steps must have besides."""

from collections.abc import Iterator

from huiyin.programme.problems import Problem
from huiyin.programme.schema.matters import Flow, Matters, StepName

_PARTNERS: dict[StepName, tuple[tuple[StepName, str], ...]] = {
    "apply": (("take_up", "applied"), ("send_back", "applied"), ("climb", "applied")),
    "submit": (("instruct", "submitted"), ("send_back", "submitted"), ("come_back", "submitted")),
}
"""What must lead on from where a step leads: nothing waits for an answer that nobody can give."""
_HANDS = frozenset[StepName]({"instruct", "decide"})
"""Steps that hand a matter on as `assign` does; clocks that know the one must know the others."""
_BY_TIME = frozenset[StepName]({"climb", "come_back"})
_PAUSED = frozenset({"pause_reason", "until"})


def check_ways(page: str, key: str, flow: Flow, matters: Matters) -> Iterator[Problem]:
    """Problems of one flow."""
    names = {step.name for step in flow.steps}
    yield from _partners(page, key, flow)
    yield from _climbs(page, key, flow, matters)
    yield from _clocks(page, flow, matters, names)
    for step in flow.steps:
        if step.name in _HANDS and not {"owner", "supervisor"} <= set(step.needs):
            yield Problem(page, key, "assigns_nobody", {"step": step.name})
        if step.name == "instruct" and "instruction" not in step.needs:
            yield Problem(page, key, "instruct_without_words", {})
        if step.name == "pause" and _stops(flow, matters) and not set(step.needs) >= _PAUSED:
            yield Problem(page, key, "pause_without_end", {})
        if step.name in _BY_TIME and (step.by is not None or step.resident or not step.system):
            yield Problem(page, key, f"{step.name}_by_time_only", {})


def _stops(flow: Flow, matters: Matters) -> bool:
    """Whether a clock of the flow stands still on `pause`."""
    clocks = [matters.clocks[name] for name in flow.clocks if name in matters.clocks]
    return any(clock.pause and "pause" in clock.pause.on for clock in clocks)


def _partners(page: str, key: str, flow: Flow) -> Iterator[Problem]:
    for step in flow.steps:
        for partner, state in _PARTNERS.get(step.name, ()):
            if step.target != state or flow.taking(partner, state) is None:
                yield Problem(page, key, "step_without_partner", {"step": step.name, "partner": partner})
    for routing, name in (("apply_upward", "apply"), ("auto_escalate", "climb")):
        if flow.routing == routing and not any(step.name == name for step in flow.steps):
            yield Problem(page, key, "routing_without_step", {"routing": routing, "step": name})


def _climbs(page: str, key: str, flow: Flow, matters: Matters) -> Iterator[Problem]:
    climbing = [name for name in flow.clocks if name in matters.clocks and matters.clocks[name].climbs]
    steps = {step.name for step in flow.steps}
    if flow.routing == "auto_escalate" and not any(matters.clocks[name].level for name in climbing):
        yield Problem(page, key, "nothing_climbs", {})
    if climbing and "climb" not in steps:
        yield Problem(page, key, "step_missing", {"step": "climb"})
    if "apply" in steps and not any("apply" in matters.clocks[name].starts_on for name in climbing):
        yield Problem(page, key, "apply_without_end", {})
    returning = [name for name in flow.clocks if name in matters.clocks and matters.clocks[name].returns]
    if returning and "come_back" not in steps:
        yield Problem(page, key, "step_missing", {"step": "come_back"})
    if "submit" in steps and not any("submit" in matters.clocks[name].starts_on for name in returning):
        yield Problem(page, key, "submit_without_end", {})


def _clocks(page: str, flow: Flow, matters: Matters, names: set[StepName]) -> Iterator[Problem]:
    for name in flow.clocks:
        clock = matters.clocks.get(name)
        if clock is None:
            continue
        for other in names & _HANDS:
            if any("assign" in moments and other not in moments for moments in (clock.starts_on, clock.met_by)):
                yield Problem(page, f"clocks.{name}", "clock_forgets_step", {"step": other})
        if clock.pause and "pause" in clock.pause.on and not clock.pause.reasons:
            yield Problem(page, f"clocks.{name}", "pause_without_reasons", {})
