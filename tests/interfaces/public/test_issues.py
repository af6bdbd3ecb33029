"""Common issues, units' words and accountability in public: written by people, no person named, small counts hidden."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from huiyin.casework.actions import decided, issues
from huiyin.casework.actions.decided import Paper
from huiyin.casework.models import Issue
from huiyin.casework.rules.issues import About
from huiyin.casework.rules.petitions import half_of
from huiyin.core.now import now
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer
from huiyin.publication.actions.issues import show as publish
from huiyin.publication.queries import issues as public
from huiyin.publication.queries.issues import told
from tests import factories as make
from tests.cast import Cast
from tests.interfaces.desk.seat import seat
from tests.rows import row

PAGE = "/issues/"


@pytest.fixture(autouse=True)
def _county(cast: Cast) -> None:
    make.put_in_force(at=now())


def an_issue(cast: Cast) -> Issue:
    at, by = now(), cast.zhou.viewer(now())
    about = About(
        title="村组道路硬化", text="下雨走不出去。", topic="roads", owner=cast.bodies.farming, plan="分三批。"
    )
    issue = issues.register(by=by, at=at, about=about)
    day = at.date() + timedelta(days=60)
    issues.promise(by=by, at=at, issue_id=issue.id, said="六十天里通第一批", until=day, who="马国强")
    return issue


def read(path: str = PAGE) -> str:
    answer = Client().get(path)
    assert answer.status_code == 200
    return answer.content.decode()


@row("R-217", "R-215")
def test_everybody_reads_what_was_found_who_is_responsible_what_is_planned_and_what_became_of_it(cast: Cast) -> None:
    issue, client = an_issue(cast), seat(cast.zhou)
    assert "村组道路硬化" not in read() and PAGE in read("/wall/")
    address = f"/desk/issues/{issue.id}/public/"
    html = client.get(address).content.decode()
    assert "下雨走不出去。" in html and "分三批。" in html
    form = {"do": "show", "key": str(uuid4()), "found": "四十个组的路没有硬化", "plan": "分三批", "became": ""}
    assert client.post(address, form | {"found": " "}).status_code == 422
    assert [client.post(address, form).status_code for _ in range(2)] == [302, 302]
    html = read()
    told = ("村组道路硬化", "望川县农业农村局", "四十个组的路没有硬化", "分三批", "六十天里通第一批")
    assert all(word in html for word in told)
    assert "马国强" not in html, "who promised it is a person"
    assert client.post(address, form | {"do": "hide", "key": str(uuid4())}).status_code == 302
    assert "村组道路硬化" not in read()


@row("R-217")
def test_the_day_it_was_settled_is_the_countys(cast: Cast) -> None:
    issue, after_midnight = an_issue(cast), now().replace(hour=16, minute=30)
    by = cast.zhou.viewer(now())
    publish(by=by, at=now(), issue_id=issue.id, found="四十个组的路没有硬化")
    issues.settle(by=by, at=after_midnight, issue_id=issue.id, note="三批都通了")
    (shown,) = told(Viewer.system("test"), now()).issues
    assert shown.settled_on == after_midnight.date() + timedelta(days=1), "half past midnight where people live"


@row("R-217", "SG-20")
def test_words_that_point_at_a_person_are_not_published(cast: Cast) -> None:
    issue, client = an_issue(cast), seat(cast.zhou)
    address = f"/desk/issues/{issue.id}/public/"
    form = {"do": "show", "key": str(uuid4()), "found": "联系电话 160-0000-1234 的那户", "plan": "", "became": ""}
    wrong = client.post(address, form)
    assert wrong.status_code == 422 and "is-wrong" in wrong.content.decode()
    assert "1234" not in read()
    assert seat(cast.ma).get(address).status_code == 403
    assert seat(cast.zheng).get(address).status_code == 404


@row("R-405", "SG-46")
def test_counts_of_persons_are_public_for_whole_half_years_and_from_ten_on(cast: Cast) -> None:
    at = now()
    first = half_of(at.date()).from_
    for kind, on, many in (
        ("talked", first - timedelta(days=1), 12),
        ("held", first - timedelta(days=1), 9),
        ("unit_circulated", first - timedelta(days=1), 3),
        ("unit_circulated", first, 63),
    ):
        paper = Paper(kind, "县委办公室", "1号", on, cast.bodies.town, many)
        decided.record_decision(by=cast.zhao.viewer(at), at=at, paper=paper)
    part = read().partition('id="decided"')[2]
    assert "约谈的人次</span><span>12" in part
    assert "问责的人次</span><span>不到 10，不写" in part
    assert "诫勉谈话的人次</span><span>不到 10，不写" in part, "nought tells as much"
    assert "通报批评的单位</span><span>3" in part, "units are no persons"
    assert "63" not in part, "a half year that is not over is not told"


@row("R-405", "SG-46")
def test_of_several_programmes_the_strictest_says_which_count_is_too_few(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    at, book = now(), current(now()).rulebook
    day = half_of(at.date()).from_ - timedelta(days=1)
    paper = Paper("talked", "县委办公室", "1号", day, cast.bodies.town, 12)
    decided.record_decision(by=cast.zhao.viewer(at), at=at, paper=paper)
    assert "约谈的人次</span><span>12" in read()
    own = next(iter(book.programmes.values()))
    strict = own.model_copy(update={"publication": own.publication.model_copy(update={"min_cells": 20})})
    several = book.model_copy(update={"programmes": {**book.programmes, "strict": strict}})
    monkeypatch.setattr(public, "current", lambda _at: replace(current(at), rulebook=several))
    assert "约谈的人次</span><span>不到 20，不写" in read()
