"""Whatever stands in an address instead of what a page reads there: nothing is found or one sentence is said.

The names a page reads are found by watching it read; a page that is added is walked too.
"""

import re
from collections.abc import Iterator
from functools import partial
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import uuid4

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.db import transaction
from django.http import QueryDict
from django.test import Client

from tests.interfaces.test_every_address import County, county
from tests.routes import ROUTES, Route

__all__ = ["county"]  # a fixture

EACH = ("abc", "9999-12-31")
"""Put in the place of one name after the other, so that no earlier one hides what follows."""
TOGETHER = ("", "\ud800", "9" * 40)
"""Put in the place of all names at once."""
GONE = str(uuid4())
NAMED = re.compile(r"<(?:(\w+):)?(\w+)>")


class Watched(QueryDict):
    """What stands behind the question mark, and which names were read from it."""

    read: set[str] = set()

    def __getitem__(self, key: str) -> Any:
        self.read.add(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self.read.add(key)
        return super().get(key, default)

    def getlist(self, key: str, default: Any = None) -> Any:
        self.read.add(key)
        return super().getlist(key, default)

    def __contains__(self, key: object) -> bool:
        self.read.add(str(key))
        return super().__contains__(key)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[str]]:
    """The names read from an address since this was last emptied."""
    names: set[str] = set()

    def watched(request: WSGIRequest) -> Watched:
        found: Any = Watched(request.environ.get("QUERY_STRING", ""), mutable=False)
        found.read = names
        return found  # type: ignore[no-any-return]  # made above

    monkeypatch.setattr(WSGIRequest, "GET", property(watched, lambda request, given: None))
    yield names


def pages() -> list[Route]:
    return [route for route in ROUTES if "GET" in route.takes]


def asked(client: Client, address: str) -> str:
    """What went wrong with one page; empty where nothing did."""
    try:
        with transaction.atomic():
            status = client.get(address).status_code
    except Exception as fault:
        return f"{address[:200]}: {type(fault).__name__} {str(fault)[:120]}"
    return f"{address[:200]}: {status}" if status >= 500 else ""


def behind(names: dict[str, str]) -> str:
    """A query string; what is no character is sent as the bytes a hand might send."""
    return "&".join(f"{quote(name)}={quote(value, errors='surrogatepass')}" for name, value in names.items())


def test_no_value_behind_the_question_mark_breaks_a_page(county: County, read: set[str]) -> None:
    client, wrong = county.client("zhou"), list[str]()
    for route in pages():
        if not route.example:
            continue
        plain = urlsplit(county.address(route))
        read.clear()
        wrong.append(asked(client, plain.geturl()))
        given = {name: str(value) for name, value in QueryDict(plain.query).items()}
        names = sorted({*read, *given})
        tried = [{**given, name: value} for value in EACH for name in names]
        tried += [dict.fromkeys(names, value) for value in TOGETHER if names]
        wrong += [asked(client, f"{plain.path}?{behind(one)}") for one in tried]
    assert [one for one in wrong if one] == []


def test_no_name_in_a_path_breaks_a_page(county: County) -> None:
    client, wrong = county.client("zhou"), list[str]()
    for route in pages():
        for value in (*EACH, *TOGETHER[1:]) if "<" in route.pattern else ():
            filled = NAMED.sub(partial(put, quote(value, safe="", errors="surrogatepass")), route.pattern)
            wrong.append(asked(client, f"/{filled}"))
    assert [one for one in wrong if one] == []


def put(value: str, found: re.Match[str]) -> str:
    """A value in the place of a name that takes any text, and what nothing is called in that of an id."""
    return {"uuid": GONE, "int": "9" * 30}.get(found[1], value)
