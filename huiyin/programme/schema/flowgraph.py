"""Which states of a flow lead where."""

from collections.abc import Iterator

from huiyin.programme.schema.matters import Flow


def _edges(flow: Flow, without: str = "") -> Iterator[tuple[str, str]]:
    for step in flow.steps:
        if step.name == without or step.target == "same":
            continue
        if step.name == "transfer" and flow.taking("decide", "disputed") is not None:
            yield from ((source, "disputed") for source in step.source)
        for source in step.source:
            if step.target != "previous":
                yield source, step.target
                continue
            # Back to wherever one came from: any state with a step into `source`.
            for other in flow.steps:
                if other.target == source:
                    yield from ((source, before) for before in other.source)


def entering(flow: Flow) -> set[str]:
    """Every state the flow names."""
    named: set[str] = {flow.initial, *flow.final}
    for step in flow.steps:
        named |= set(step.source)
        if step.target not in ("same", "previous"):
            named.add(step.target)
    return named


def reached(flow: Flow, without: str = "", start: str = "") -> set[str]:
    """States reachable from `start` (the initial one), taking no step named `without`."""
    seen: set[str] = set()
    wait = [start or flow.initial]
    edges = list(_edges(flow, without))
    while wait:
        state = wait.pop()
        if state not in seen:
            seen.add(state)
            wait.extend(target for source, target in edges if source == state)
    return seen


def can_reach(flow: Flow, state: str, goals: set[str]) -> bool:
    """Whether one of `goals` can be reached from `state`."""
    return bool(reached(flow, start=state) & goals)
