"""First page, help, card and poster speak a county's own languages; what it did not write is said in Chinese."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from huiyin.core import rulebook
from huiyin.core.now import now
from huiyin.interfaces.common.paper import make as paper
from huiyin.interfaces.common.tongues import tongues
from huiyin.programme.schema.county import County, OwnLanguage
from tests import factories as make
from tests.cast import HUAISHUPING, Cast
from tests.rows import row

pytestmark = pytest.mark.django_db
OWN = OwnLanguage(
    title="Wangqo", chinese="望话", spoken=True, says={"welcome": "Sa mi ke ti.", "card": "Ke ti wo lo.", "phone": " "}
)


@pytest.fixture
def speaks(cast: Cast) -> Callable[[dict[str, OwnLanguage]], County]:
    """Put the county in force with languages of its own."""

    def put(languages: dict[str, OwnLanguage]) -> County:
        book = make.county_book()
        county = book.county.model_copy(update={"own_languages": languages})
        changed = book.model_copy(update={"county": county})
        rulebook.activate(by=make.SYSTEM, at=now(), rulebook=changed, in_force_from=now())
        return county

    return put


@row("SG-50")
def test_the_first_page_and_help_speak_an_own_language_and_fall_back_on_chinese(
    speaks: Callable[[dict[str, OwnLanguage]], County], client: Client
) -> None:
    assert "Wangqo" not in client.get("/").content.decode()
    speaks({"wq": OWN})
    home = client.get("/").content.decode()
    assert '<span lang="wq">Wangqo</span> · 望话' in home
    assert '<p class="mb-1" lang="wq">Sa mi ke ti.</p>' in home
    assert '<p class="mb-1" lang="zh-Hans">反映一件事，不用注册，也不用身份证。</p>' in home
    helped = client.get("/about/help/").content.decode()
    assert "接电话的人会说望话。" in helped
    assert '<p class="mb-1" lang="zh-Hans">不会写，就打电话说。</p>' in helped, "blanks are no sentence"


@row("SG-50")
@pytest.mark.parametrize("kind", ["card", "poster"])
def test_card_and_poster_carry_its_sentence(
    cast: Cast,
    at: datetime,
    speaks: Callable[[dict[str, OwnLanguage]], County],
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
) -> None:
    speaks({"wq": OWN, "xy": OWN.model_copy(update={"title": "Xy", "says": {}})})
    told: dict[str, Any] = {}
    drawn = paper.drawn

    def spy(name: str, data: dict[str, Any]) -> bytes:
        told.update(data)
        return drawn(name, data)

    monkeypatch.setattr(paper, "drawn", spy)
    assert paper.preview(cast.xu.viewer(at), kind, HUAISHUPING, now(), origin="https://huiyin.example")
    assert told["tongues"] == [
        {"title": "Wangqo", "words": "Ke ti wo lo."},
        {"title": "Xy", "words": "有事打这个电话。"},
    ]


@row("SG-50")
def test_a_county_without_own_languages_says_nothing_of_them_and_keeps_its_hash() -> None:
    book = make.county_book()
    assert tongues(book.county) == ()
    assert "own_languages" not in book.county.model_dump(mode="json")
