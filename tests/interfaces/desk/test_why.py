"""`huiyin why`: the reasons as sentences, for one pair of eyes."""

from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from huiyin.casework.actions.extensions import ask, decide
from huiyin.casework.actions.steps import take_step
from huiyin.core.models import Look
from tests.cast import Cast
from tests.rooms.casework import spine

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, at: datetime) -> None:
    monkeypatch.setattr("huiyin.interfaces.desk.management.commands.why.now", lambda: at + timedelta(hours=1))


def said(code: str, who: str, language: str = "zh-Hans") -> str:
    out = StringIO()
    call_command("why", code, "--by", who, "--language", language, stdout=out)
    return out.getvalue()


def test_a_deadline_is_told_with_its_sum_and_each_step_with_what_stands_against_it(cast: Cast, at: datetime) -> None:
    matter = spine.assigned(cast, at)
    told = said(matter.code, cast.li.account.username)
    assert f"{matter.code[:4]}-{matter.code[4:8]}-{matter.code[8:]}" in told
    assert "当天不算" in told
    assert "可以“" in told
    assert "不能“" in told
    other = said(matter.code, cast.chen.account.username)
    assert other != told
    assert other.count("不能“") > told.count("不能“")


def test_more_time_is_told_with_its_reason(cast: Cast, at: datetime) -> None:
    matter = spine.assigned(cast, at)
    take_step(by=cast.li.viewer(at), at=at, matter_id=matter.id, step="take", given={})
    asked = ask(by=cast.li.viewer(at), at=at, matter_id=matter.id, amount=2, reason="等配件到货")
    decide(by=cast.zhao.viewer(at), at=at, extension_id=asked.id, approve=True)
    assert "等配件到货" in said(matter.code, cast.li.account.username)


def test_it_speaks_english_too(cast: Cast, at: datetime) -> None:
    told = said(spine.assigned(cast, at).code, cast.li.account.username, "en")
    assert "May “" in told
    assert "May not “" in told
    assert "Handling and reply: " in told
    assert "办理答复" not in told


def test_whoever_may_not_see_a_matter_learns_nothing_and_who_holds_it_learns_whom_it_is_kept_from(
    cast: Cast, at: datetime
) -> None:
    held = spine.opened(cast, at, text="柳湾镇的李卫东态度很差，要钱才给办。").matter
    for nobody in (cast.li.account.username, "nobody"):
        with pytest.raises(CommandError):
            said(held.code, nobody)
    assert not Look.objects.exists()
    assert "回避" in said(held.code, cast.zhou.account.username)
    seen = Look.objects.get()
    assert (seen.kind, seen.subject, seen.person_id) == ("matter.sealed", str(held.id), cast.zhou.person_id)


def test_without_an_account_it_is_a_dispatchers_sight_in_the_demo_and_nobodys_elsewhere(
    cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    matter = spine.assigned(cast, at)
    with pytest.raises(CommandError, match="--by") as refused:
        call_command("why", matter.code)
    assert refused.value.returncode == 2
    monkeypatch.setattr("huiyin.interfaces.desk.management.commands.why.is_demo", lambda: True)
    out = StringIO()
    call_command("why", matter.code, stdout=out)
    assert "当天不算" in out.getvalue()
