"""The log for auditors: newest first, by keys, ids only."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.html import escape
from pytest_django import DjangoAssertNumQueries

from huiyin.casework.actions import aside
from huiyin.casework.actions.feedback import call_back
from huiyin.casework.actions.intake import Words, open_matter
from huiyin.core import health, journal, sealing
from huiyin.core.journal import Filters
from huiyin.core.looks import look
from huiyin.core.models import Event
from huiyin.core.now import now
from huiyin.core.rulebook import current
from huiyin.interfaces.desk.log_words import spoken
from huiyin.programme.refusal import Refused
from huiyin.programme.words import has_label
from huiyin.register.models import Household
from tests import factories as make
from tests.cast import HUAISHUPING, LIUWAN, ZHANG_PHONE, Cast
from tests.interfaces.desk.seat import seat
from tests.rooms.casework import spine
from tests.rows import row

pytestmark = pytest.mark.django_db
PAGE = "/desk/log/"


def test_an_auditor_sees_what_happened_by_ids_and_never_the_words(cast: Cast) -> None:
    matter = spine.accepted(cast, now() - timedelta(hours=2))
    html = seat(cast.qian).get(PAGE).content.decode()
    assert str(matter.id) in html
    assert "casework.matter_moved" in html
    assert "水小得" not in html
    assert "张丽华" not in html
    assert matter.code not in html


@row("R-171")
def test_the_log_says_steps_states_and_outcomes_in_the_words_of_the_method(cast: Cast) -> None:
    make.put_in_force(at=now() - timedelta(days=10))
    call_back(by=cast.he.viewer(now()), at=now(), matter_id=spine.answered(cast, now()).id, outcome="busy")
    html = seat(cast.qian).get(PAGE).content.decode()
    for words in ("步骤 受理 · 从 已收到 · 到 已受理", "结果 占线 · 时段 ", "从哪里来 "):
        assert words in html, words
    book = make.county_book()
    odd = {"step": "reopen", "source": "nowhere", "target": 7, "seq": 3}
    assert spoken(odd, book) == "步骤 重新办理", "what has no words is left to the values below"
    assert spoken({}, book) == ""


def test_nobody_else_learns_that_there_is_a_log(cast: Cast) -> None:
    for member in (cast.chen, cast.zhou, cast.li, cast.he, cast.tang, cast.xu):
        assert seat(member).get(PAGE).status_code == 404
    assert Client().get(PAGE)["Location"].startswith("/account/login/")


def test_the_log_is_narrowed_by_name_day_and_thing(cast: Cast) -> None:
    matter = spine.accepted(cast, now() - timedelta(hours=2))
    client = seat(cast.qian)
    by_name = client.get(PAGE, {"name": "casework.matter_opened"}).content.decode()
    assert ">casework.matter_moved</span>" not in by_name
    by_thing = client.get(PAGE, {"subject": str(matter.id)}).content.decode()
    assert set(re.findall(r'href="\?subject=([^"]+)"', by_thing)) == {str(matter.id)}
    assert "没有这样的记录" in client.get(PAGE, {"day": "2001-01-01"}).content.decode()
    nonsense = {"day": "yesterday", "older": "x", "newer": "-1", "subject": "'; drop"}
    assert client.get(PAGE, nonsense).status_code == 200


def test_an_auditor_asks_for_a_matter_by_the_number_people_use_and_never_for_a_held_one(cast: Cast) -> None:
    matter, other = (spine.accepted(cast, now() - timedelta(hours=n)) for n in (3, 2))
    aside.reveal(by=cast.zhou.viewer(now()), at=now(), matter_id=matter.id, what="phone", reason="核对地址")
    client, code = seat(cast.qian), f"{matter.code[:4]}-{matter.code[4:8]}-{matter.code[8:]}"
    found = client.get(PAGE, {"subject": code}).content.decode()
    assert str(matter.id) in found and str(other.id) not in found
    looked = client.get(f"{PAGE}looks/", {"subject": code}).content.decode()
    assert "核对地址" in looked and str(matter.id) in looked
    assert "核对地址" not in client.get(f"{PAGE}looks/", {"subject": other.code}).content.decode()
    at = now()
    words = Words(text="投诉钱会计收红包，请查。", channel="web", place_code=HUAISHUPING, reporter_phone=ZHANG_PHONE)
    held = open_matter(by=cast.chen.viewer(at), at=at, words=words).matter
    for page in (PAGE, f"{PAGE}looks/"):
        html = client.get(page, {"subject": held.code}).content.decode()
        assert "密件不按编号查" in html and str(held.id) not in html
    aside.recuse(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, person=cast.qian.person_id)
    for page in (PAGE, f"{PAGE}looks/"):
        assert str(matter.id) not in client.get(page, {"subject": matter.code}).content.decode(), "not about themselves"


def test_pages_follow_each_other_without_gap_or_repeat_and_come_back(cast: Cast) -> None:
    moment = now()
    for n in range(12):
        spine.accepted(cast, moment - timedelta(hours=n + 1))
    viewer, zone = cast.qian.viewer(moment), make.county_book().county.tz
    seen: list[int] = []
    page = journal.events(viewer, Filters(), zone)
    while True:
        seen += [found.id for found in page.rows]
        if not page.older:
            break
        page = journal.events(viewer, Filters(), zone, older=page.older)
    assert seen == list(Event.objects.order_by("-id").values_list("id", flat=True))
    back = journal.events(viewer, Filters(), zone, newer=page.newer)
    assert [found.id for found in back.rows] == seen[-len(page.rows) - len(back.rows) : -len(page.rows)]


def test_checkpoints_stand_with_their_size_and_root_and_say_that_nobody_witnessed_them(cast: Cast) -> None:
    sealing.seal_now(now())
    newest = sealing.newest()
    assert newest is not None
    html = seat(cast.qian).get(PAGE).content.decode()
    assert bytes(newest.root).hex() in html
    assert "还没有人见证" in html
    assert "/desk/log/health/" in html
    assert escape(f"--key '{sealing.verifier()}'") in html


def test_the_questions_refuse_whoever_may_not_see_the_log(cast: Cast) -> None:
    viewer = cast.chen.viewer(now())
    with pytest.raises(Refused):
        journal.events(viewer, Filters(), make.county_book().county.tz)
    with pytest.raises(Refused):
        journal.checkpoints(viewer)


def test_every_kind_of_event_can_be_chosen(cast: Cast) -> None:
    names = journal.names(cast.qian.viewer(now()))
    assert {"casework.matter_opened", "core.rulebook_activated", "core.looks_sealed"} <= set(names)
    rooms = ("casework.", "channels.", "core.", "publication.", "register.")
    assert [name for name in names if name.startswith(rooms) and not has_label("event", name)] == []  # each has words


@pytest.mark.once
def test_the_page_costs_the_same_however_long_the_log(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = seat(cast.qian)
    client.get(PAGE)
    for n in range(3):
        with django_assert_max_num_queries(12):
            assert client.get(PAGE).status_code == 200
        spine.accepted(cast, now() - timedelta(hours=n + 1))


def test_the_auditor_reads_who_looked_and_why_and_what_to_go_after(cast: Cast) -> None:
    matter = spine.accepted(cast, now() - timedelta(hours=2))
    aside.reveal(by=cast.zhou.viewer(now()), at=now(), matter_id=matter.id, what="phone", reason="核对地址")
    look(by=cast.tang.viewer(now()), at=now(), kind="matter.pages_spent", subject=f"account:{cast.tang.account_id}")
    client = seat(cast.qian)
    html = client.get(f"{PAGE}looks/").content.decode()
    assert cast.zhou.name in html and "核对地址" in html and str(matter.id) in html and ZHANG_PHONE not in html
    for page in (PAGE, f"{PAGE}looks/"):
        assert "唐文 一天里打开别人的事项到了数" in client.get(page).content.decode()
    only = client.get(f"{PAGE}looks/", {"kind": "matter.phone"}).content.decode()
    assert "核对地址" in only and ">matter.pages_spent</a>" not in only
    for member in (cast.chen, cast.zhou, cast.li, cast.tang, cast.xu):
        assert seat(member).get(f"{PAGE}looks/").status_code == 404


@row("SG-01")
def test_what_somebody_wrote_to_open_a_sealed_matter_is_read_by_no_auditor(cast: Cast) -> None:
    """The auditor may be the one it is about."""
    at = now()
    words = Words(text="投诉钱会计收红包，请查。", channel="web", place_code=HUAISHUPING, reporter_phone=ZHANG_PHONE)
    matter = open_matter(by=cast.chen.viewer(at), at=at, words=words).matter
    by = cast.zhou.viewer(at)
    aside.name_subjects(by=by, at=at, matter_id=matter.id, persons=[cast.qian.person_id])
    aside.reveal(by=by, at=at, matter_id=matter.id, what="phone", reason="问清红包的事")
    html = seat(cast.qian).get(f"{PAGE}looks/").content.decode()
    assert str(matter.id) in html and "红包" not in html and "能看这件的人" in html


def test_what_people_did_stands_before_any_number_of_wrong_figures(cast: Cast) -> None:
    """Whoever used up a day's pages is not crowded out of what has to be gone after."""
    look(by=cast.tang.viewer(now()), at=now(), kind="matter.pages_spent", subject="account:1")
    for number in range(journal.PAGE + 1):
        look(by=cast.tang.viewer(now()), at=now(), kind="figures.drift", subject=str(number))
    found = journal.alarms(cast.qian.viewer(now()), now())
    assert len(found) == journal.PAGE and found[0].kind == "matter.pages_spent"


def test_looks_follow_page_by_page(cast: Cast) -> None:
    viewer = cast.qian.viewer(now())
    for number in range(journal.PAGE + 5):
        look(by=viewer, at=now(), kind="matter.trace", subject=str(number))
    first = journal.looks(viewer)
    rest = journal.looks(viewer, older=first.older)
    assert [one.subject for one in (*first.rows, *rest.rows)][: journal.PAGE + 5] == [
        str(number) for number in reversed(range(journal.PAGE + 5))
    ]


@row("SG-42", "R-059")
def test_who_looked_is_asked_by_who_by_day_and_by_the_number_of_a_household(cast: Cast) -> None:
    at, home = now(), make.a_household(HUAISHUPING)[0]
    code = Household.objects.get(pk=home).code
    look(cast.xu.viewer(at), kind="household", subject=f"household:{home}", at=at)
    look(cast.li.viewer(at), kind="people", subject="search:name", at=at - timedelta(days=3))
    client = seat(cast.qian)

    def told(**asked: str) -> tuple[bool, bool]:
        html = client.get(f"{PAGE}looks/", asked).content.decode()
        return f"household:{home}" in html, "search:name" in html

    assert told() == (True, True)
    assert told(subject=code) == (True, False)
    assert told(subject=str(home)) == (True, False)
    assert told(who=cast.li.name) == (False, True)
    assert told(who=cast.li.name[0]) == (False, False), "no part of a name"
    day = at.astimezone(current(at).rulebook.county.tz).date()
    assert told(day=day.isoformat()) == (True, False)
    assert told(day=(day - timedelta(days=3)).isoformat(), who=cast.li.name) == (False, True)
    assert "找不是自己联系的人" in client.get(f"{PAGE}looks/").content.decode()


@pytest.mark.parametrize("kind", ["people", "matter.file_out", "matter.proof_out"])
def test_every_kind_of_look_has_words(kind: str) -> None:
    assert has_label("look", kind)


def test_an_auditor_reads_in_words_whether_all_is_well_and_nobody_else_does(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = (health.Part("disk", ok=True, says="还有 900 MB"), health.Part("backup", ok=False, says="从来没有"))
    monkeypatch.setattr(health, "deep", lambda at, spoken: health.Health(parts))
    html = seat(cast.qian).get(f"{PAGE}health/").content.decode()
    assert "有 1 样不正常" in html
    assert html.index("上次备份") < html.index("磁盘空间")
    assert f'href="{PAGE}health/"' in seat(cast.qian).get(PAGE).content.decode()
    assert seat(cast.xu).get(f"{PAGE}health/").status_code == 404


@row("SG-49", "R-171")
def test_looks_and_the_log_are_read_in_words_and_a_day_that_is_none_is_told(cast: Cast) -> None:
    at, home = now(), make.a_household(HUAISHUPING)[0]
    household = Household.objects.get(pk=home).code
    matter = spine.accepted(cast, at - timedelta(hours=2))
    sealed = open_matter(
        by=cast.chen.viewer(at),
        at=at,
        words=Words(text="投诉钱会计收红包，请查。", channel="web", place_code=HUAISHUPING, reporter_phone=ZHANG_PHONE),
    ).matter
    by = cast.zhou.viewer(at)
    for kind, subject, reason in (
        ("matter.phone", str(matter.id), "问清楚"),
        ("matter.sealed", str(sealed.id), ""),
        ("household", f"household:{home}", ""),
        ("matters.print", "matters", f"3 place={LIUWAN}&due=late"),
        ("matters.export", "export:0a1b2c3d", "level=town&month=2026-11"),
        ("figures.export", "figures", "from=2026-11-01&until=2026-11-30&by=topic"),
        ("people", "search:phone", ""),
    ):
        look(by, kind=kind, subject=subject, at=at, reason=reason)
    html = seat(cast.qian).get(f"{PAGE}looks/").content.decode()
    spoken = f"{matter.code[:4]}-{matter.code[4:8]}-{matter.code[8]}"
    for words in (
        spoken,
        household,
        "3 件 · 柳湾镇 · 已超期",
        "导出号 0a1b2c3d",
        "level=town",
        "2026-11-01 – 2026-11-30 · ",
        "按号码",
    ):
        assert words in html, words
    assert f"{sealed.code[:4]}-" not in html, "what is held keeps its number to itself"
    for page in (PAGE, f"{PAGE}looks/"):
        wrong = seat(cast.qian).get(page, {"day": "2026-13-77"}).content.decode()
        assert "这不是日期，请按 2026-11-25 的样子写。" in wrong
        assert "这不是日期" not in seat(cast.qian).get(page, {"day": "2026-11-25"}).content.decode()
