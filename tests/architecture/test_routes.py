"""Every address of the product stands in tests/routes.py, with an example and who may see it."""

import re
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver, path
from django.urls.resolvers import RoutePattern
from django.views.generic import View

from tests.routes import ANYONE, ROUTES, roles_with

Found = list["URLPattern | URLResolver"]


def patterns(found: Found, prefix: str = "") -> Iterator[str]:
    """Every pattern below some, written from the root."""
    for one in found:
        whole = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from patterns(one.url_patterns, whole)
        else:
            yield whole


def unlisted(served: set[str], listed: set[str]) -> list[str]:
    """Addresses that are served and not listed."""
    return sorted(served - listed)


def test_every_address_is_listed() -> None:
    served = set(patterns(get_resolver().url_patterns))
    assert unlisted(served, {route.pattern for route in ROUTES}) == []


def test_no_address_is_listed_that_is_not_served() -> None:
    served = set(patterns(get_resolver().url_patterns))
    assert [route.pattern for route in ROUTES if route.pattern not in served] == []


def test_an_address_that_nobody_listed_is_refused() -> None:
    planted: Found = [
        URLResolver(RoutePattern("desk/"), [path("secret/<int:n>/", View.as_view())]),
        path("ask/", View.as_view()),
    ]
    assert unlisted(set(patterns(planted)), {"ask/"}) == ["desk/secret/<int:n>/"]


def test_every_example_fits_its_address_and_says_who_may_see_it() -> None:
    for route in ROUTES:
        assert route.seen_by, route.pattern
        assert route.seen_by <= roles_with("") | {ANYONE}, route.pattern
        shape = re.sub(r"<[^>]+>", "@", route.pattern)
        if route.example and "(?P" not in route.pattern:
            fitting = re.escape("/" + shape).replace("@", "[^/]+")
            assert re.match(rf"^{fitting}(\?.*)?$", route.example), route.pattern
