"""English is complete: on the English pages of the invented county, Chinese is only what people and places are called
and what people wrote."""

import io
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import models
from django.test import Client

from huiyin.core.models import Account, RulebookVersion
from huiyin.core.now import now
from huiyin.core.rulebook import current
from tests.interfaces.desk.seat import signed_in
from tests.interfaces.test_every_address import OF_ONE_MATTER, PAGES
from tests.rows import row

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
ROLES = ("", "clerk", "dispatcher", "handler", "supervisor", "caller", "head", "leader", "auditor", "admin", "official")
HAN = re.compile("[\u3400-\u9fff]+")
NO_TEXT = re.compile(r"<(script|style)\b.*?</\1>|<[^>]*\blang=\"zh[^>]*>[^<]*<|<!--.*?-->", re.DOTALL)
MATTERS, OK = 12, 200
ALSO = ("简体中文", "张丽华", "本县")
"""What leads to the other language is written in it; whom the page of people names as an example; the county before it
has a name."""


def written_by_people() -> list[str]:
    """Every text of the database except the method itself: names, and what people wrote."""
    found: list[str] = []
    for model in apps.get_models():
        if model is RulebookVersion or not model._meta.managed:
            continue
        columns = [
            one.name for one in model._meta.concrete_fields if isinstance(one, models.CharField | models.TextField)
        ]
        for values in model._default_manager.values_list(*columns) if columns else ():
            found += [str(value) for value in values if value and HAN.search(str(value))]
    return found


def kept(page: Any) -> Iterator[str]:
    """What is still Chinese in a method told in English: names of bodies, places and documents."""
    if isinstance(page, str):
        yield page
    elif isinstance(page, dict | list):
        for one in page.values() if isinstance(page, dict) else page:
            yield from kept(one)


def addresses(client: Client, seen: set[str]) -> Iterator[str]:
    """Pages that need nothing to be named, and one of each shape that they lead to, none twice."""
    for route in PAGES:
        if route.part or route in OF_ONE_MATTER or "{" in route.example or route.example in seen:
            continue
        answer = client.get(route.example)
        if answer.status_code != OK:
            continue
        seen.add(route.example)
        yield route.example
        for address in re.findall(r'href="(/[^"#?]+)"', answer.content.decode("utf-8", "replace")):
            shape = re.sub(r"[0-9a-f-]{8,}", "*", address)
            if shape not in seen and not address.startswith(("/static/", "/language/", "/big/")):
                seen |= {shape, address}
                yield address


def visible(page: str) -> str:
    """What a reader sees or hears of a page: text, and the attributes that are read out."""
    plain = NO_TEXT.sub(" ", page)
    read_out = re.findall(r'\b(?:aria-label|title|placeholder|alt)="([^"]*)"', plain)
    return unescape(" | ".join([re.sub(r"<[^>]+>", "|", plain), *read_out]))


@row("SG-50")
def test_english_pages_say_the_method_in_english() -> None:
    call_command("demo", households=60, matters=MATTERS, stdout=io.StringIO())
    book = current(now()).rulebook
    names, method = "\n".join(kept(book.told("en").model_dump(mode="json"))), set(book.english)
    values = [*written_by_people(), names, *ALSO]
    data, method = "\n".join(values), method - set(values)
    wrong: dict[str, set[str]] = {}
    seen: set[str] = set()
    for role in ROLES:
        client = Client()
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        if role:
            client.cookies[settings.SESSION_COOKIE_NAME] = signed_in(Account.objects.get(username=f"{role}1"))
        for address in addresses(client, seen):
            answer = client.get(address)
            if answer.status_code != OK or "html" not in answer.headers["Content-Type"]:
                continue
            for run in HAN.findall(visible(answer.content.decode())):
                if run not in data or run in method:
                    wrong.setdefault(run, set()).add(f"{role} {address}")
    assert {run: sorted(where)[:3] for run, where in wrong.items()} == {}
