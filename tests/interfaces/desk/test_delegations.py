"""Lending powers at the desk and by command: by whom, to whom, until when, and taken back."""

import re
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from huiyin.core.now import now
from huiyin.programme.refusal import Refused
from huiyin.register.actions.staff import delegate
from huiyin.register.models import Delegation
from huiyin.register.queries import delegations as ask
from tests import factories as make
from tests.cast import Cast, Member
from tests.interfaces.desk.seat import appointed, seat
from tests.rows import row

pytestmark = pytest.mark.django_db
PAGE = "/desk/delegations/"
KEY = re.compile(r'name="key" value="([^"]+)"')


@pytest.fixture(autouse=True)
def _county(cast: Cast) -> None:
    make.put_in_force(at=now())


def of(member: Member) -> str:
    return f"{PAGE}{member.post_id}/"


def form(client: Client, member: Member, **more: object) -> dict[str, object]:
    """The form of a post as it was opened, for today and ten days more."""
    found = KEY.search(client.get(of(member)).content.decode())
    assert found
    today = now().date()
    said = {"key": found[1], "since": today.isoformat(), "last": (today + timedelta(days=10)).isoformat()}
    return {**said, "to": "郑海", **more}


def text(client: Client, path: str = PAGE) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


@row("R-052")
def test_a_holder_lends_some_powers_and_takes_them_back(cast: Cast) -> None:
    client, other = seat(cast.li), appointed("郑海", cast.bodies.farming, "handler", "科员")
    assert "没有托出去的" in text(client)
    given = form(client, cast.li, verbs=["matter.accept", "matter.reply"])
    assert [client.post(of(cast.li), given).status_code for _ in range(2)] == [302, 302]
    made = Delegation.objects.get()
    assert made.verbs == "matter.accept matter.reply"
    assert made.until == now().date() + timedelta(days=11), "the last day is the day named"
    page = text(client)
    assert "存好了。" in page
    assert "李卫东 → 郑海" in page
    assert "接受承办、答复" in page
    assert "李卫东 → 郑海" in text(seat(other)), "whoever it is lent to sees it too"
    assert "今天收回" not in text(seat(other))
    assert "李卫东 → 郑海" not in text(seat(cast.bai))
    ended = client.post(PAGE, {"do": "end", "delegation": str(made.pk)})
    assert ended.status_code == 302
    assert "李卫东 → 郑海" not in text(client)
    day = Delegation.objects.get().until
    assert client.post(PAGE, {"do": "end", "delegation": str(made.pk)}).status_code == 302
    assert Delegation.objects.get().until == day


@row("R-052")
def test_who_keeps_the_register_registers_it_for_others_and_never_for_themselves(cast: Cast) -> None:
    admin = seat(cast.xu)
    appointed("郑海", cast.bodies.farming, "handler", "科员")
    assert of(cast.li) in admin.post(PAGE, {"q": "李卫东"}).content.decode()
    assert admin.post(of(cast.li), form(admin, cast.li, to="许平")).status_code == 422
    assert not Delegation.objects.exists()
    assert admin.post(of(cast.li), form(admin, cast.li)).status_code == 302
    assert "李卫东 → 郑海" in text(admin)


@pytest.mark.parametrize("who", ["luo", "chen", "zhou"])
def test_nobody_else_lends_or_ends_anothers_powers(cast: Cast, who: str) -> None:
    client = seat(getattr(cast, who))
    assert client.get(of(cast.li)).status_code == 404
    assert client.post(of(cast.li), {"to": "郑海"}).status_code == 404
    assert of(cast.li) not in client.post(PAGE, {"q": "李卫东"}).content.decode()
    today = date(2026, 11, 25)
    made = delegate(
        by=make.SYSTEM,
        at=now(),
        post_id=cast.li.post_id,
        to_person_id=cast.bai.person_id,
        since=today,
        until=today + timedelta(days=9),
    )
    assert client.post(PAGE, {"do": "end", "delegation": str(made)}).status_code in (403, 404)
    assert Delegation.objects.get().until == today + timedelta(days=9)


def test_what_is_lent_is_not_lent_on(cast: Cast) -> None:
    today = now().date()
    whole = {"post_id": cast.xu.post_id, "since": today, "until": today + timedelta(days=9)}
    delegate(by=make.SYSTEM, at=now(), to_person_id=cast.li.person_id, **whole)  # type: ignore[arg-type]  # as named
    acting = cast.li.viewer(now(), acting_for=cast.xu.person_id)
    assert acting.may("register.edit")
    with pytest.raises(Refused, match="not_allowed"):
        delegate(by=acting, at=now(), to_person_id=cast.bai.person_id, **whole)  # type: ignore[arg-type]  # as named


def test_all_that_is_wrong_is_told_at_once_and_kept(cast: Cast) -> None:
    client = seat(cast.li)
    answer = client.post(of(cast.li), form(client, cast.li, to="没有这人", since="2020-01-01", last=""))
    page = answer.content.decode()
    assert answer.status_code == 422
    for sentence in ("没有找到这位干部", "这个日期已经过去了", "请写明哪一天"):
        assert page.count(sentence) == 2, "on top and at the field"
    assert 'value="没有这人"' in page
    late, early = (f"{now() + timedelta(days=count):%Y-%m-%d}" for count in (30, 10))
    backwards = form(client, cast.li, to="白", since=late, last=early)
    assert "结束要在开始之后" in client.post(of(cast.li), backwards).content.decode()


def test_of_several_who_are_called_so_one_is_chosen(cast: Cast) -> None:
    client = seat(cast.li)
    one = appointed("郑海", cast.bodies.farming, "handler", "科员")
    appointed("郑海", cast.bodies.town, "handler", "办事员")
    given = form(client, cast.li)
    page = client.post(of(cast.li), given).content.decode()
    assert "有几位对得上，请选是哪一位" in page
    assert "农业农村局 科员" in page
    given["key"] = KEY.search(page)[1]  # type: ignore[index]  # it is there
    assert client.post(of(cast.li), given | {"person": str(one.person_id)}).status_code == 302
    assert Delegation.objects.get().to_id == one.person_id


@row("R-052")
def test_the_command_lists_lends_and_takes_back(cast: Cast) -> None:
    def run(*words: str) -> str:
        out = StringIO()
        call_command("delegations", *words, "--language", "en", stdout=out)
        return out.getvalue()

    today = now().date()
    span = ("--from", today.isoformat(), "--last", (today + timedelta(days=5)).isoformat())
    by = ("--by", cast.xu.account.username)
    assert run("add", str(cast.li.post_id), "--to", str(cast.bai.person_id), *span, *by)
    listed = run("list", *by)
    assert "李卫东" in listed
    made = Delegation.objects.get()
    assert str(made.pk) in listed
    run("end", str(made.pk), *by)
    assert ask.delegations(cast.xu.viewer(now()), now()) == ()
    with pytest.raises(CommandError, match="Nobody lends"):
        run("add", str(cast.li.post_id), "--to", str(cast.xu.person_id), *span, *by)
    with pytest.raises(CommandError, match="no active account"):
        run("list", "--by", "nobody")
