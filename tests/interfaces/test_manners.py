"""Manners of pages: a method that a page does not take, a body beyond measure, a county with nothing in it yet."""

import re
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from huiyin.core.models import Event
from huiyin.core.now import now
from huiyin.register.models import Place
from tests import factories as make
from tests.cast import HUAISHUPING, Cast
from tests.interfaces.desk.made import a_matter
from tests.interfaces.desk.seat import seat
from tests.interfaces.public import asking
from tests.routes import ROUTES
from tests.rows import row

ONLY_READ = [
    route
    for route in ROUTES
    if route.pattern
    in {
        *("", "wall/", "wall/<str:code>/", "wall/<str:code>/board/"),
        *("about/kept/", "about/rules/", "about/help/", "about/accessibility/"),
        *("desk/", "desk/search/", "desk/matters/", "desk/matters/print/", "desk/matters/bodies/"),
        *("desk/matters/places/", "desk/matters/<str:code>/", "desk/matters/<str:code>/print/"),
        *("desk/matters/<str:code>/files/<uuid:file_id>/", "desk/intake/done/", "desk/intake/slip/"),
        *("desk/calls/", "desk/calls/next/", "desk/held/", "desk/notices/", "desk/programme/", "desk/log/"),
    }
]
"""Pages that are read and take nothing."""


@row("R-157")
@pytest.mark.parametrize("who", ["", "chen", "zhou", "he", "qian"])
def test_a_page_that_is_only_read_takes_no_form(cast: Cast, who: str) -> None:
    make.put_in_force(at=now())
    matter = a_matter(cast, now())
    client = seat(getattr(cast, who)) if who else Client()
    before, wrong = Event.objects.count(), []
    assert len(ONLY_READ) == 25
    for route in ONLY_READ:
        if not who and route.pattern.startswith("desk/"):
            continue
        plain = re.sub(r"<uuid:\w+>", str(matter.id), re.sub(r"<int:\w+>", "1", route.pattern))
        code = HUAISHUPING if plain.startswith("wall/") else matter.code
        answer = client.post("/" + plain.replace("<str:name>", "answer").replace("<str:code>", code), {"q": "x"})
        if answer.status_code != 405 or "GET" not in answer.headers.get("Allow", ""):
            wrong.append(f"{route.pattern}: {answer.status_code}")
        if "只能看" not in answer.content.decode():
            wrong.append(f"{route.pattern}: no sentence")
    assert wrong == []
    assert Event.objects.count() == before


ONLY_SENT = [route for route in ROUTES if route.takes == "POST" and not route.pattern.startswith(("api/", "hooks/"))]
"""Addresses of forms, which a reload, the back button or signing in asks for as pages."""


@row("R-157")
def test_the_address_of_a_form_leads_to_the_page_it_stands_on(cast: Cast) -> None:
    make.put_in_force(at=now())
    matter, client, wrong = a_matter(cast, now()), seat(cast.zhou), []
    before, texts = Event.objects.count(), {"uuid": str(matter.id), "int": "1", "str": matter.code}
    for route in ONLY_SENT:
        plain = route.pattern.replace("language/<str:code>", "language/en")
        address = "/" + re.sub(r"<(\w+):\w+>", lambda found: texts[found[1]], plain)
        answer, above = client.get(address), ""
        while answer.status_code == 302 and len(answer.headers["Location"]) < len(above or address):
            above = answer.headers["Location"]
            answer = client.get(above)
        if not above or answer.status_code not in (200, 404):
            wrong.append(f"{route.pattern}: {answer.status_code} at {above}")
    assert len(ONLY_SENT) > 40 and wrong == []
    assert client.get("/desk/matters/export/?open=all").headers["Location"] == "/desk/matters/?open=all"
    assert client.get(f"/desk/matters/{matter.code}/kept/").headers["Location"] == f"/desk/matters/{matter.code}/"
    assert Client().get("/desk/told/digest/").headers["Location"].startswith("/account/login/")
    assert Event.objects.count() == before


def test_looking_with_head_is_looking(cast: Cast) -> None:
    make.put_in_force(at=now())
    matter, client = a_matter(cast, now(), "take"), seat(cast.li)
    before = Event.objects.count()
    assert client.head(f"/desk/matters/{matter.code}/").status_code == 200
    for address in ("recuse/", "step/answer/"):
        assert client.head(f"/desk/matters/{matter.code}/{address}").status_code == 405
    assert Event.objects.count() == before


@pytest.mark.parametrize("address", ["/ask/", "/track/", "/track/more/"])
def test_twenty_megabytes_of_words_are_refused_with_a_sentence_that_says_why(
    cast: Cast, client: Client, address: str
) -> None:
    answer = client.post(address, {**asking.form(client), "text": "x" * 20_000_000}, "application/json")
    assert answer.status_code in (201, 404, 413, 422)  # a body of no form holds no words
    typed = "&".join(["text=" + "x" * 20_000_000, "disclosure=named"])
    answer = client.post(address, typed, "application/x-www-form-urlencoded")
    assert answer.status_code == 413
    assert "太大" in answer.content.decode()
    assert "2 万字" in answer.content.decode()
    several = client.post(address, {"text": "x" * 20_000_000})
    assert several.status_code == 413


def test_a_body_beyond_measure_is_refused_before_it_is_read(cast: Cast, client: Client) -> None:
    answer = client.post("/ask/", {"text": "水停了"}, headers={"content-length": str(200 * 1024 * 1024)})
    assert answer.status_code == 413
    assert "30 MB" in answer.content.decode()


def test_a_county_without_places_has_an_empty_wall(db: None, client: Client) -> None:
    make.put_in_force("general", at=now())
    assert not Place.objects.exists()
    answer = client.get("/wall/")
    assert answer.status_code == 200
    assert "墙上还没有东西" in answer.content.decode()
    assert client.get("/wall/?q=槐树坪").status_code == 200
    assert client.get("/").status_code == 200
    assert client.get("/wall/990101101201/").status_code == 404


def test_a_county_without_places_has_an_empty_directory(db: None, client: Client) -> None:
    make.put_in_force("general", at=now())
    answer = client.get("/officials/")
    assert answer.status_code == 200
    assert "这里还没有公开的岗位" in answer.content.decode()
    assert client.get("/officials/990101101201/").status_code == 404


def test_a_name_that_is_not_ours_is_refused_and_fills_no_log(db: None) -> None:
    """Anybody may send it as often as they like: each would leave thirty lines."""
    assert Client().get("/", headers={"Host": "evil.example"}).status_code == 400
    loggers: Any = settings.LOGGING["loggers"]
    told = loggers["django.security.DisallowedHost"]
    assert told["handlers"] and not told["propagate"]  # a logger without any handler writes to stderr by itself
