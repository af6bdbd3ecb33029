"""Checks of links.toml against the county and the rest of its programme."""

from collections.abc import Iterator

from huiyin.programme.problems import Problem
from huiyin.programme.schema.county import County
from huiyin.programme.schema.links import ANY, Links, Pairing


def check_links(page: str, links: Links, county: County) -> Iterator[Problem]:
    """Every mistake of the page: unknown tiers, more than one pairing that leads, supporting links that claim all."""
    for name, pairing in links.pairings.items():
        yield from _pairing(page, f"pairings.{name}", pairing, county)
    for name in links.leads()[1:]:
        # One household has one lead in a programme; who is to be the second is a supporting link.
        yield Problem(page, f"pairings.{name}", "second_lead", {"first": links.leads()[0]})


def _pairing(page: str, key: str, pairing: Pairing, county: County) -> Iterator[Problem]:
    for tier in pairing.loads:
        if tier != ANY and tier not in county.tiers:
            yield Problem(page, f"{key}.loads", "tier_not_kept", {"tier": tier})
    if pairing.link == "lead":
        yield from _lead(page, key, pairing)
    if pairing.giver != "official" and set(pairing.loads) != {ANY}:
        yield Problem(page, f"{key}.loads", "loads_of_any", {})
    if pairing.turns and not pairing.rotating:
        yield Problem(page, f"{key}.turns", "turns_not_rotating", {})
    if pairing.must and sum(one.least for one in pairing.must) > max(load.most for load in pairing.loads.values()):
        yield Problem(page, f"{key}.must", "must_too_much", {})


def _lead(page: str, key: str, pairing: Pairing) -> Iterator[Problem]:
    """A lead is one official for every household: not for some, not of free will, not a body."""
    if pairing.categories:
        yield Problem(page, key, "lead_of_some", {})
    if pairing.giver != "official":
        yield Problem(page, key, "lead_of_official", {})
    if pairing.voluntary:
        yield Problem(page, key, "lead_voluntary", {})
