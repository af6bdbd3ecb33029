"""Signals by problem and place, briefs upward, and petition figures of areas: at the desk and in public."""

import re
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huiyin.casework.actions import briefs, petitions, signals
from huiyin.casework.actions.aside import name_subjects
from huiyin.casework.models import Brief, PetitionCount, Signal
from huiyin.casework.rules.petitions import Half, last_whole
from huiyin.core.models import Event, Look
from huiyin.core.now import now
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.schema.early import WHOLE
from huiyin.publication.queries import petitions as public
from huiyin.register.queries import finding
from huiyin.register.queries.days import today
from tests import factories as make
from tests.cast import COUNTY, GROUP_THREE, HUAISHUPING, LIUWAN, QINGSHI, SHANGHE, SHIQIAO, Cast, Member
from tests.interfaces.desk.made import a_matter
from tests.interfaces.desk.seat import appointed, seat
from tests.rows import row

PAGE, BRIEFS, FIGURES = "/desk/early/", "/desk/early/briefs/", "/desk/early/petitions/"
KINDS = ("rural", "skip_level", "collective", "capital")


@pytest.fixture(autouse=True)
def _county(cast: Cast) -> None:
    make.put_in_force(at=now())


def in_days(days: int) -> date:
    return (now() + timedelta(days=days)).date()


def marked(cast: Cast, **given: Any) -> Signal:
    at = now()
    words = {"said": "几户共用的水管老渗水，都在问谁来修。", "plan": "约各户看一次，定怎么修。", "topic": "water"}
    values = {"place_code": HUAISHUPING, "owner": cast.li.person_id, "due_on": in_days(9), **words, **given}
    return signals.mark(by=cast.luo.viewer(at), at=at, **values)


def form(cast: Cast, **given: str) -> dict[str, str]:
    return {
        **{"do": "mark", "key": str(uuid4()), "place_code": HUAISHUPING, "topic": "water"},
        **{"said": "几户共用的水管老渗水。", "plan": "约各户看一次。", "owner": str(cast.li.person_id)},
        **{"due_on": in_days(9).isoformat(), **given},
    }


@row("R-222")
def test_a_signal_is_marked_once_looked_after_and_ended_with_what_it_became(cast: Cast) -> None:
    sent, luo, li = form(cast), seat(cast.luo), seat(cast.li)
    assert [luo.post(PAGE, sent).status_code for _ in range(2)] == [302, 302]
    (signal,) = Signal.objects.all()
    assert "共用的水管" in li.get(PAGE).content.decode()
    ending = {"do": "end", "signal": str(signal.id), "outcome": "matter", "result": "修不了，报上去办"}
    wrong = li.post(PAGE, ending | {"code": "00000000", "result": ""})
    assert (wrong.status_code, wrong.content.decode().count("is-wrong")) == (422, 2)
    matter = a_matter(cast, now(), "accept")
    assert [li.post(PAGE, ending | {"code": matter.code}).status_code for _ in range(2)] == [302, 302]
    signal.refresh_from_db()
    assert (signal.outcome, signal.matter_id) == ("matter", matter.id)
    assert matter.code[:4] in li.get(f"{PAGE}?show=ended").content.decode()
    told = Event.objects.filter(name__startswith="casework.signal").order_by("id").values_list("name", flat=True)
    assert list(told) == ["casework.signal_marked", "casework.signal_ended"]


@row("R-222", "SG-12")
@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("这里有个钉子户。", "speaks_of_person"),
        ("打 160-0000-1234 问过。", "speaks_of_number"),
        ("罗大勇处理得不公平。", "speaks_of_official"),
        ("村支书吃拿卡要。", "speaks_of_official"),
        ("张丽华家的水管老渗水。", "speaks_of_resident"),
        ("张 丽 华门口老积水。", "speaks_of_resident"),
    ],
)
def test_a_signal_speaks_of_no_person(cast: Cast, said: str, code: str) -> None:
    for field in ("said", "plan"):
        with pytest.raises(Refused, match=code):
            marked(cast, **{field: said})
    answer = seat(cast.luo).post(PAGE, form(cast, said=said))
    assert (answer.status_code, said.split("。")[0] in answer.content.decode()) == (422, True)
    columns = {one.name for one in Signal._meta.get_fields()}
    assert not columns & {"person_id", "household_id", "resident_id", "party"}
    assert not Signal.objects.exists()


@row("R-222", "SG-12")
def test_ordinary_words_the_place_itself_and_names_from_elsewhere_name_nobody(cast: Cast) -> None:
    for head in ("高山", "槐树坪", "安全", "水管老"):
        make.a_household(GROUP_THREE, head=head, phone="", at=now())
    make.a_household(SHIQIAO, head="石小满", phone="", at=now())  # of another village
    marked(cast, said="高山上的槐树坪水池不安全，石小满桥那头也一样。")
    with pytest.raises(Refused, match="speaks_of_resident"):
        marked(cast, said="几户共用的水管老渗水。")  # a full name, if an odd one, is believed
    words: Any = {"said": "张丽华湾的路塌了。", "plan": "先围起来。", "topic": "roads", "due_on": in_days(9)}
    wrong = signals.faults(cast.li.viewer(now()), now(), place_code=LIUWAN, owner=cast.li.person_id, **words)
    assert not list(wrong)  # of a whole town nobody is looked up


@row("R-222", "SG-49")
def test_a_name_refused_is_a_look_and_tells_nobody_more_than_looking_up_would(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.a_household(GROUP_THREE, head="龚小苗", phone="", at=now())  # nobody's of those who ask

    def told(member: Member) -> bool:
        return "是村里一个人的姓名" in seat(member).post(PAGE, form(cast, said="龚小苗门口积水。")).content.decode()

    luo = cast.luo.viewer(now())
    assert luo.may("register.see") and told(cast.luo)
    assert Look.objects.get(person_id=cast.luo.person_id).subject == "search:words"
    monkeypatch.setattr(finding, "left", lambda viewer, at: 0)
    assert not told(cast.luo)  # the day's looks are spent: but for their own households
    with pytest.raises(Refused, match="speaks_of_resident"):
        marked(cast, said="张丽华门口积水。")
    blind = luo.but(verbs=luo.verbs - {"register.see"})
    monkeypatch.undo()
    assert finding.living_there(blind, now(), HUAISHUPING, {"龚小苗", "张丽华"}) == {"张丽华"}


def test_all_that_is_wrong_with_a_signal_is_told_at_once(cast: Cast) -> None:
    empty = {"do": "mark", "key": str(uuid4()), "due_on": "gestern"}
    answer = seat(cast.luo).post(PAGE, empty)
    assert (answer.status_code, answer.content.decode().count("hy-field is-wrong")) == (422, 6)
    past = seat(cast.luo).post(PAGE, form(cast, due_on=in_days(-3).isoformat(), place_code=SHANGHE))
    assert (past.status_code, past.content.decode().count("hy-field is-wrong")) == (422, 2)
    never = seat(cast.luo).post(PAGE, form(cast, due_on="9999-12-31"))
    assert (never.status_code, never.content.decode().count("hy-field is-wrong")) == (422, 1)


@row("R-222", "SG-01")
def test_who_serves_elsewhere_reads_no_signal_and_a_sealed_matter_shows_in_none(cast: Cast) -> None:
    signal, at = marked(cast), now()
    assert "共用的水管" not in seat(cast.wu).get(PAGE).content.decode()
    with pytest.raises(Missing):
        signals.end(by=cast.wu.viewer(at), at=at, signal_id=signal.id, outcome="eased", result="好了")
    matter = a_matter(cast, at, "accept")
    signals.end(
        by=cast.li.viewer(at), at=at, signal_id=signal.id, outcome="matter", result="报上去办", code=matter.code
    )
    name_subjects(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, persons=[cast.luo.person_id])
    for reader in (cast.luo, cast.li, cast.zhou):
        assert f"/desk/matters/{matter.code}/" not in seat(reader).get(f"{PAGE}?show=ended").content.decode()


@row("R-224")
def test_a_brief_is_written_read_and_answered_between_two_people(cast: Cast) -> None:
    luo, tang = seat(cast.luo), seat(cast.tang)
    words = {"title": "安置点的水还没有通", "said": "六户搬过来了，水管没有接，吃水要走两里路。"}
    sent = {"do": "write", "key": str(uuid4()), "place_code": HUAISHUPING, "to": str(cast.tang.person_id), **words}
    assert [luo.post(BRIEFS, sent).status_code for _ in range(2)] == [302, 302]
    (brief,) = Brief.objects.all()
    for other in (cast.li, cast.ma, cast.zhou, cast.wu):
        assert "安置点的水" not in seat(other).get(BRIEFS).content.decode()
    assert "安置点的水" in tang.get(BRIEFS).content.decode()
    acts = [
        {"do": "read"},
        {"do": "read"},
        {"do": "answer", "answer": " "},
        {"do": "answer", "answer": "水利局周五接通"},
    ]
    codes = [tang.post(BRIEFS, {"brief": str(brief.id), **one}).status_code for one in acts]
    assert codes == [302, 302, 422, 302]
    assert luo.post(BRIEFS, {"brief": str(brief.id), "do": "answer", "answer": "好"}).status_code == 404
    assert "水利局周五接通" in luo.get(BRIEFS).content.decode()


@row("R-224", "SG-12")
def test_a_brief_is_not_about_persons_and_goes_to_who_decides(cast: Cast) -> None:
    at, words = now(), {"title": "拆迁进度", "place_code": HUAISHUPING}
    to = cast.tang.person_id
    for said, code in (("罗大勇说了不算。", "speaks_of_official"), ("有两户是钉子户。", "speaks_of_person")):
        with pytest.raises(Refused, match=code):
            briefs.write(by=cast.luo.viewer(at), at=at, said=said, to=to, **words)
    with pytest.raises(Refused, match="leader_unknown"):
        briefs.write(by=cast.luo.viewer(at), at=at, said="进度过半。", to=cast.li.person_id, **words)
    wrong = seat(cast.luo).post(BRIEFS, {"do": "write", "key": str(uuid4())})
    assert (wrong.status_code, wrong.content.decode().count("hy-field is-wrong")) == (422, 4)


@row("R-224", "R-020")
def test_a_brief_is_tied_to_a_project_found_by_it_and_counted_beside_it(cast: Cast) -> None:
    luo, tang, words = seat(cast.luo), seat(cast.tang), {"title": "要占的菜地", "said": "补多少还说不清。"}
    sent = {"do": "write", "place_code": HUAISHUPING, "to": str(cast.tang.person_id), **words}
    wrong = luo.post(BRIEFS, sent | {"key": str(uuid4()), "undertaking": "echo.tunnel"})
    assert (wrong.status_code, wrong.content.decode().count("hy-field is-wrong")) == (422, 1)
    for about, title in (("echo.bridge", "要占的菜地"), ("", "茶山的账")):
        one = sent | {"key": str(uuid4()), "undertaking": about, "title": title}
        assert luo.post(BRIEFS, one).status_code == 302
    brief = Brief.objects.get(undertaking="echo.bridge")
    page = tang.get(BRIEFS, {"undertaking": "echo.bridge"}).content.decode()
    assert "柳湾大桥改建" in page
    assert "要占的菜地" in page
    assert "茶山的账" not in page
    for strange in ("echo.fire_season", "x", "echo.bridge' OR 1=1"):
        assert tang.get(BRIEFS, {"undertaking": strange}).status_code == 200
    tang.post(BRIEFS, {"brief": str(brief.id), "do": "answer", "answer": "周五贴出来。"})
    told = " ".join(re.sub("<[^>]*>", " ", seat(cast.zhou).get("/desk/programme/").content.decode()).split())
    assert "柳湾大桥改建 重大项目 动手前问、做的时候问 1 1 秋季防火" in told
    assert "要占的菜地" not in told


def keeper(cast: Cast) -> Member:
    office = make.a_body("望川县信访局")
    return appointed("钟华", office, "clerk", "统计员")


def months(half: Half) -> list[date]:
    return [half.from_.replace(month=half.from_.month + number) for number in range(6)]


def said(whole: int, *parts: int) -> dict[str, int]:
    return {WHOLE: whole, **dict(zip(KINDS, (*parts, 0, 0, 0, 0), strict=False))}


def entered(who: Member, half: Half, towns: dict[str, dict[str, int]]) -> None:
    at = now()
    for month in months(half):
        for place, numbers in towns.items():
            petitions.count(by=who.viewer(at), at=at, place_code=place, month=month, said=numbers)


def the_half(cast: Cast, at: datetime) -> Half:
    return last_whole(today(cast.chen.viewer(at), at))


@row("R-223", "SG-03")
def test_only_the_office_that_keeps_them_enters_figures_and_again_puts_them_right(cast: Cast) -> None:
    who, at = keeper(cast), now()
    half = the_half(cast, at)
    month = months(half)[0]
    with pytest.raises(Refused, match="not_allowed"):
        petitions.count(by=cast.zhou.viewer(at), at=at, place_code=LIUWAN, month=month, said=said(20, 10))
    client = seat(who)
    sent = {"key": str(uuid4()), "place_code": LIUWAN, "month": f"{month:%Y-%m}", WHOLE: "20", "rural": "30"}
    wrong = client.post(FIGURES, sent)
    assert (wrong.status_code, wrong.content.decode().count("hy-field is-wrong")) == (422, 4)
    right = sent | {"rural": "12", "skip_level": "2", "collective": "1", "capital": "0"}
    assert [client.post(FIGURES, right).status_code for _ in range(2)] == [302, 302]
    assert client.post(FIGURES, right | {"key": str(uuid4()), "rural": "11"}).status_code == 302
    assert PetitionCount.objects.count() == 5
    assert PetitionCount.objects.get(kind="rural").number == 11
    assert [one.data["again"] for one in Event.objects.filter(name="casework.petitions_counted").order_by("id")] == [
        False,
        True,
    ]
    with pytest.raises(Refused, match="place_unknown"):
        petitions.count(by=who.viewer(at), at=at, place_code=HUAISHUPING, month=month, said=said(20))
    with pytest.raises(Refused, match="month_ahead"):
        petitions.count(by=who.viewer(at), at=at, place_code=LIUWAN, month=in_days(40), said=said(20))


@row("R-223", "R-425", "SG-03")
def test_figures_are_shown_by_half_years_against_the_year_before_and_have_no_person(cast: Cast) -> None:
    who, at = keeper(cast), now()
    half = the_half(cast, at)
    entered(who, half, {LIUWAN: said(20, 11, 3), COUNTY: said(5)})
    entered(who, half.year_before, {LIUWAN: said(40, 22, 6)})
    html = seat(cast.zhou).get(FIGURES).content.decode()
    assert ("150" in html, "240" in html, "−37.5%" in html) == (True, True, True)
    assert seat(cast.luo).get(FIGURES).status_code == 403
    columns = {one.name for one in PetitionCount._meta.get_fields()}
    assert columns == {"id", "place_code", "month", "kind", "number", "by_id", "at", "salt"}


@row("R-223", "SG-07", "SG-46")
def test_in_public_small_figures_and_what_gives_them_away_are_hidden(cast: Cast, client: Client) -> None:
    who, at = keeper(cast), now()
    half = the_half(cast, at)
    entered(who, half, {LIUWAN: said(25, 10), QINGSHI: said(1)})
    shown = public.shown(cast.chen.viewer(at), at, half)
    assert shown is not None
    assert shown.whole[WHOLE].now == 156
    # One town has 6: the other would give it away, so that it is hidden too.
    assert [kinds[WHOLE].now for _, kinds in shown.towns] == [None, None, None]
    assert shown.whole["capital"].now is None
    html = client.get("/petitions/").content.decode()
    assert ("156" in html, "150" in html) == (True, False)
    assert "156" in client.get("/petitions/?half=2199-2").content.decode(), "one that is not over is not told"
    petitions.count(by=who.viewer(at), at=at, place_code=QINGSHI, month=months(half)[0], said=said(60, 30))
    both = public.shown(cast.chen.viewer(at), at, half)
    assert both is not None
    assert [kinds[WHOLE].now for _, kinds in both.towns][:2] == [150, 65]
    assert [kinds["rural"].now for _, kinds in both.towns][:2] == [60, 30]
    petitions.count(by=who.viewer(at), at=at, place_code=QINGSHI, month=months(half)[0], said=said(60, 60))
    near_all = public.shown(cast.chen.viewer(at), at, half)
    assert near_all is not None
    assert near_all.towns[1][1]["rural"].now is None, "taken from the whole it would tell of five that are not"


@row("R-223")
def test_a_half_year_that_is_not_whole_is_not_published(cast: Cast, client: Client) -> None:
    who, at = keeper(cast), now()
    half = the_half(cast, at)
    for month in months(half)[:5]:
        petitions.count(by=who.viewer(at), at=at, place_code=LIUWAN, month=month, said=said(30))
    assert public.shown(cast.chen.viewer(at), at, half) is None
    html = client.get(f"/petitions/?half={half.key}").content.decode()
    assert "150" not in html
    assert "六个月都录齐了" in html


@pytest.mark.once
def test_the_pages_ask_as_much_for_one_as_for_thirty(cast: Cast) -> None:
    li, tang, at, asked = seat(cast.li), seat(cast.tang), now(), []
    for many in (1, 29):
        for number in range(many):
            marked(cast, said=f"水管渗水，第{many}批{number}处。")
            by, title, to = cast.luo.viewer(at), f"情况{many}{number}", cast.tang.person_id
            briefs.write(by=by, at=at, place_code=HUAISHUPING, title=title, said="水没有通。", to=to)
        for client, page in ((li, PAGE), (tang, BRIEFS)):
            client.get(page)
            with CaptureQueriesContext(connection) as found:
                assert client.get(page).status_code == 200
            asked.append(len(found))
    assert asked[:2] == asked[2:]
    assert max(asked) <= 13, asked
