"""The coming days on which somebody can be met, and how many disputes are mediated: public pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from huiyin.casework.queries.mediation import by_place
from huiyin.core.now import now
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer
from huiyin.programme.contact import between, following
from huiyin.programme.schema.contact import Day
from huiyin.publication.queries import disputes, meeting
from huiyin.publication.rules import months
from tests import factories as make
from tests.cast import LIUWAN, QINGSHI, Cast
from tests.interfaces.desk.test_disputes import registered
from tests.rows import row

pytestmark = pytest.mark.django_db
PUBLIC = Viewer.resident()
AT = datetime(2026, 9, 28, 2, tzinfo=UTC)


def tuesdays(**how: Any) -> Day:
    return Day(title="日", who="领导", where="一楼", weekdays=(2,), **how)


@row("AM-10")
def test_first_and_third_tuesday_of_a_span_are_the_following_ones() -> None:
    rule = tuesdays(weeks=(1, 3))
    found = between(rule, date(2026, 9, 28), date(2026, 11, 9))
    assert found == [date(2026, 10, 6), date(2026, 10, 20), date(2026, 11, 3)] == following(rule, date(2026, 9, 28))
    assert between(rule, date(2026, 10, 6), date(2026, 10, 6)) == []


@row("AM-09", "AM-10")
def test_the_page_tells_day_office_and_room_and_which_day_is_off(cast: Cast) -> None:
    found = {one.rule.title: one for one in meeting.coming(PUBLIC, AT)}
    leaders = found["县领导接待日"]
    assert [(one.day, one.works) for one in leaders.days] == [
        (date(2026, 10, 6), False),  # of the national holiday
        (date(2026, 10, 20), True),
        (date(2026, 11, 3), True),
    ]
    html = Client().get("/meet/").content.decode()
    for words in ("县领导班子成员", "望川县群众诉求受理中心一楼", "镇长接待日", "data-print"):
        assert words in html
    for member in (cast.tang, cast.ma):
        assert member.name not in html, "an office, never a person"


@row("AM-10")
@pytest.mark.parametrize(("county", "words"), [("zoucheng-2013", "市政府领导班子成员"), ("hubin", "包村领导")])
def test_the_days_of_the_documents_stand_on_it_as_their_programmes_say(cast: Cast, county: str, words: str) -> None:
    make.put_in_force(county, at=now())
    assert words in Client().get("/meet/").content.decode()


@row("AM-10")
def test_first_page_and_wall_lead_to_it_only_where_a_method_names_days(cast: Cast) -> None:
    for address in ("/", "/wall/", f"/wall/{LIUWAN}/"):
        assert 'href="/meet/"' in Client().get(address).content.decode(), address
    make.put_in_force("yishui-2013", at=now())
    assert not meeting.any_days(PUBLIC, now())
    assert 'href="/meet/"' not in Client().get("/").content.decode()
    assert "没有写固定的日子" in Client().get("/meet/").content.decode()


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch, by_place: dict[str, tuple[int, int]]) -> Iterator[None]:
    monkeypatch.setattr("huiyin.casework.queries.mediation.by_place", lambda viewer, **_: by_place)
    yield


@row("R-221", "SG-46")
def test_disputes_of_few_neighbours_are_not_told_and_cannot_be_reckoned(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    month, village = date(2026, 9, 1), f"{LIUWAN[:9]}201"
    with counted(monkeypatch, {village: (40, 20), f"{QINGSHI[:9]}201": (12, 11)}):
        found = disputes.shown(PUBLIC, AT, month)
        assert found and found.whole and (found.whole.asked, found.whole.solved) == (52, 31)
        told = dict(found.towns)
        assert told["青石镇"] is None, "one of twelve is left: whose it is everybody knows"
        assert told["柳湾镇"] is None, "else 青石镇 is what is left of the county"
    with counted(monkeypatch, {village: (40, 20), f"{QINGSHI[:9]}201": (31, 11)}):
        found = disputes.shown(PUBLIC, AT, month)
        assert found and all(one for name, one in found.towns if name in ("柳湾镇", "青石镇"))
        own = next(iter(current(AT).rulebook.programmes.values()))
        strict = own.model_copy(update={"publication": own.publication.model_copy(update={"min_cells": 20})})
        book = current(AT).rulebook
        several = book.model_copy(update={"programmes": {**book.programmes, "strict": strict}})
        with monkeypatch.context() as patch:
            patch.setattr(disputes, "current", lambda _at: replace(current(AT), rulebook=several))
            found = disputes.shown(PUBLIC, AT, month)
            assert found and found.least == 20 and set(dict(found.towns).values()) == {None}, "the strictest says"
    with counted(monkeypatch, {village: (9, 5)}):
        found = disputes.shown(PUBLIC, AT, month)
        assert found and found.whole is None and set(dict(found.towns).values()) == {None}
        page = Client().get("/disputes/?month=2026-09").content.decode()
        assert "这个月没有能公布的数" in page and "<table" not in page


@row("R-221", "SG-01")
def test_a_held_dispute_is_in_no_public_count_and_months_are_whole(cast: Cast) -> None:
    make.put_in_force(at=now())
    registered(cast)
    registered(cast, title="第二件", a_words="村支书罗大勇偏袒他家。")
    from_, until = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
    assert sum(many for many, _ in by_place(PUBLIC, from_=from_, until=until).values()) == 1
    this = now().strftime("%Y-%m")
    assert Client().get(f"/disputes/?month={this}").content == Client().get("/disputes/").content, "not while it runs"
    assert Client().get("/disputes/?month=1-").status_code == 200
    assert [months.before(date(2026, 1, 1)), months.following(date(2026, 12, 1))] == [
        date(2025, 12, 1),
        date(2027, 1, 1),
    ]
