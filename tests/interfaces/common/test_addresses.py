"""`{% url %}` of ours says what Django's says, for every route and whatever it is given."""

from itertools import product
from typing import Any
from uuid import UUID

import pytest
from django.template import Context, Template
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from huiyin.interfaces.common.templatetags import addresses

GIVEN: tuple[Any, ...] = (
    *("473011685", "370000000000", "water", "desk", "a/b", "a&b", "水", "<x>", ""),
    *(7, -1, UUID(int=9)),
)


def named(found: Any, before: str = "") -> list[str]:
    """Every name of a route, with its door."""
    names = []
    for one in found.url_patterns:
        if isinstance(one, URLResolver):
            names += named(one, f"{before}{one.namespace}:" if one.namespace else before)
        elif isinstance(one, URLPattern) and one.name:
            names.append(f"{before}{one.name}")
    return names


def told(name: str, *given: Any) -> str:
    """What the template says, or that there is no such address."""
    marks = " ".join(f"given.{number}" for number in range(len(given)))
    try:
        return Template(f'{{% url "{name}" {marks} %}}').render(Context({"given": given}))
    except NoReverseMatch:
        return "none"


def plainly(name: str, *given: Any) -> str:
    """What Django says."""
    try:
        return Template("{{ address }}").render(Context({"address": reverse(name, args=given)}))
    except NoReverseMatch:
        return "none"


@pytest.mark.parametrize("name", sorted(set(named(get_resolver()))))
def test_every_address_is_djangos(name: str) -> None:
    for given in [(), *((one,) for one in GIVEN), *product(GIVEN[:2], GIVEN[2:4])]:
        for _ in range(2):  # found, and kept
            assert told(name, *given) == plainly(name, *given), given


def test_a_value_that_is_a_part_of_the_route_spoils_no_later_one() -> None:
    addresses._shapes.clear()
    for code in ("matters", "abcdefg", "matters"):
        assert told("desk:matter", code) == f"/desk/matters/{code}/"


def test_what_was_found_once_is_not_looked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told("desk:matter", "473011685") == "/desk/matters/473011685/"
    monkeypatch.setattr(addresses, "reverse", lambda *_, **__: pytest.fail("asked again"))
    assert told("desk:matter", "473011693") == "/desk/matters/473011693/"


def test_an_address_may_be_kept_under_a_name_and_may_be_missing() -> None:
    source = '{% url "desk:matter" code as there %}{% url "nowhere" as none %}[{{ there }}{{ none }}]'
    assert Template(source).render(Context({"code": "473011685"})) == "[/desk/matters/473011685/]"
