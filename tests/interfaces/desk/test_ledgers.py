"""The ledgers at the desk: sums that reconcile across levels, lines, notes, cut-off, paper; names only for handlers."""

import html
import io
import re
from datetime import datetime, timedelta
from importlib import resources

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from huiyin.casework.actions import exports, feedback
from huiyin.casework.actions import ledgers as actions
from huiyin.casework.actions.aside import name_subjects, recuse
from huiyin.casework.models import ExportLeave, LedgerCut, LedgerNote, Matter
from huiyin.casework.queries import ledgers as queries
from huiyin.casework.queries.ledgers import Wanted
from huiyin.casework.rules.ledgers import Month, Totals, rule
from huiyin.core.looks import look
from huiyin.core.models import Event, Look
from huiyin.core.now import now
from huiyin.core.rulebook import current
from huiyin.interfaces.common.templatetags.hy import day_words
from huiyin.programme.loader import county_folder, load_county
from huiyin.programme.refusal import Refused
from tests import factories as make
from tests.cast import COUNTY, HUAISHUPING, LIUWAN, QINGSHI, SHANGHE, SHIQIAO, Cast
from tests.interfaces.desk.made import a_matter
from tests.interfaces.desk.seat import seat
from tests.rows import row

PAGE, LINES = "/desk/ledgers/", "/desk/ledgers/lines/"


@pytest.fixture(autouse=True)
def _county(cast: Cast) -> None:
    make.put_in_force(at=now())


def month(at: datetime) -> Month:
    book = current(at).rulebook
    return Month.of(at, rule(book).cut_day, book.county.tz)


def sheet(cast: Cast, place: str = COUNTY, back: int = 0) -> queries.Sheet:
    return queries.sheet(cast.zhou.viewer(now()), place, month(now()).moved(-back), now())


def settled(cast: Cast, at: datetime, **words: str) -> None:
    """A matter that was answered and is solved by the resident's word."""
    matter = a_matter(cast, at, "answer", **words)
    feedback.resident_word(by=make.SYSTEM, at=at, matter_id=matter.id, source="page", solved="yes")


@row("R-203", "R-204", "R-206")
def test_carried_new_crossed_off_and_left_reconcile_over_places_levels_and_classes(cast: Cast) -> None:
    at, long_ago = now(), now() - timedelta(days=75)
    a_matter(cast, long_ago, "take")
    a_matter(cast, at, "take", reporter_phone="16000005001")
    a_matter(cast, at, "accept", place_code=SHIQIAO, reporter_phone="16000005002")
    a_matter(cast, at, "accept", place_code=SHANGHE, reporter_phone="16000005003")
    a_matter(cast, at, "accept", place_code=QINGSHI, reporter_phone="16000005004")
    settled(cast, at, reporter_phone="16000005005")
    found = sheet(cast)
    assert found.whole == Totals(opening=1, new=5, crossed=1, closing=5)
    assert found.whole.reconciles
    for some in (found.areas, found.levels, found.classes, found.by_class_and_level):
        assert sum(some.values(), Totals()) == found.whole
        assert all(one.reconciles for one in some.values())
    towns = {code: sheet(cast, code).whole for code in (LIUWAN, QINGSHI)}
    assert {code: found.areas[code] for code in towns} == towns
    assert sum(towns.values(), Totals()) == found.whole
    villages = sheet(cast, LIUWAN).areas
    assert villages[HUAISHUPING] == sheet(cast, HUAISHUPING).whole
    for level, one in found.levels.items():
        rows, _ = queries.lines(cast.zhou.viewer(at), Wanted(COUNTY, month(at), level=level), at)
        assert len(rows) == one.opening + one.new == Matter.objects.filter(level=level).count()
    assert found.levels["town"].new > 0
    assert sheet(cast, back=1).whole.closing == found.whole.opening
    for part in queries.PARTS[1:]:
        rows, _ = queries.lines(cast.zhou.viewer(at), Wanted(COUNTY, month(at), part=part), at)
        assert len(rows) == getattr(found.whole, part)


@row("R-424", "R-198")
def test_what_came_in_is_totalled_by_class_for_each_town_and_village_and_every_number_opens(cast: Cast) -> None:
    a_matter(cast, now(), "assign", reporter_phone="16000005001")
    a_matter(cast, now(), "open", nature="request", reporter_phone="16000005002")
    a_matter(cast, now(), "accept", place_code=SHANGHE, reporter_phone="16000005003")
    a_matter(cast, now() - timedelta(days=75), "take", reporter_phone="16000005004")
    for place, parts in ((COUNTY, (LIUWAN, QINGSHI)), (LIUWAN, (HUAISHUPING,))):
        found = sheet(cast, place)
        for part in parts:
            classes = {name: one.new for (code, name), one in found.by_area_and_class.items() if code == part}
            assert sum(classes.values()) == found.areas[part].new == sheet(cast, part).whole.new
    grid = seat(cast.zhou).get(f"{PAGE}?place={LIUWAN}").content.decode().partition('id="grid"')[2]
    assert "槐树坪村" in grid
    opens = re.findall(r'href="/desk/ledgers/lines/(\?[^"]+)">1<', grid)
    assert len(opens) == len({*opens}) == 2
    for address in opens:
        lines = seat(cast.zhou).get(LINES + html.unescape(address)).content.decode()
        assert lines.count("data-row") == 1


@row("R-424")
def test_a_programmes_four_classes_are_the_classes_of_its_ledger() -> None:
    book = load_county(county_folder("hubin"))
    page = book.matters(book.county.intake.programme)
    assert page.ledger.by == "heading"
    assert [one.title for one in page.headings.values()] == ["干部作风", "实际困难", "工作不足", "发展建议"]


@row("R-206", "R-214")
def test_a_matter_taken_up_again_is_crossed_off_in_its_month_and_new_in_the_month_of_its_return(cast: Cast) -> None:
    before = now() - timedelta(days=45)
    matter = a_matter(cast, before, "answer")
    feedback.resident_word(by=make.SYSTEM, at=before, matter_id=matter.id, source="page", solved="yes")
    back = (month(now()).year - month(before).year) * 12 + month(now()).number - month(before).number
    assert sheet(cast, back=back).whole == Totals(new=1, crossed=1)
    assert sheet(cast).whole == Totals()
    at = before + timedelta(days=25)
    feedback.resident_word(by=make.SYSTEM, at=at, matter_id=matter.id, source="page", solved="no", words="又没水")
    again = (month(now()).year - month(at).year) * 12 + month(now()).number - month(at).number
    assert sheet(cast, back=back).whole.crossed == 1
    assert sheet(cast, back=again).whole == (Totals(1, 0, 0, 1) if again == back - 2 else Totals(new=1, closing=1))
    assert sheet(cast, back=again).whole.reconciles


@row("R-202", "AM-30")
def test_what_was_answered_on_the_spot_stands_in_no_ledger(cast: Cast) -> None:
    page = current(now()).rulebook.matters(current(now()).rulebook.county.intake.programme)
    spot = next(name for name, kind in page.kinds.items() if not kind.ledger)
    a_matter(cast, now(), "open", kind=spot)
    assert sheet(cast).whole == Totals()


@row("SG-01", "R-204")
def test_held_and_sealed_matters_are_in_no_sum_and_no_line(cast: Cast) -> None:
    at = now()
    a_matter(cast, at, nature="complaint")
    sealed = a_matter(cast, at, "accept", reporter_phone="16000005001")
    assert sheet(cast).whole.new == 1
    name_subjects(by=cast.zhou.viewer(at), at=at, matter_id=sealed.id, persons=[cast.luo.person_id])
    assert sheet(cast).whole == Totals()
    assert sealed.code not in seat(cast.zhou).get(LINES).content.decode()


@row("R-203", "SG-21")
def test_the_handler_reads_names_of_their_own_others_and_paper_show_numbers(cast: Cast) -> None:
    matter = a_matter(cast, now(), "take")
    told = f"{matter.code[:4]}-{matter.code[4:8]}-{matter.code[8:]}"
    lines = seat(cast.li).get(f"{LINES}?place={LIUWAN}").content.decode()
    assert "张丽华" in lines
    for who in (cast.zhou, cast.ma, cast.zhao):
        page = seat(who).get(f"{LINES}?place={LIUWAN}").content.decode()
        assert ("张丽华" in page, told in page) == (False, True)
    paper = seat(cast.li).post(f"{PAGE}print/?place={LIUWAN}").content.decode()
    assert ("张丽华" in paper, told in paper) == (False, True)
    for column in ("申请人", "申办事项", "责任人", "办结时限", "办理情况"):
        assert column in paper
    secret = a_matter(
        cast, now(), "take", disclosure="confidential", reporter_name="王桂枝", reporter_phone="16000005009"
    )
    assert secret.code and "王桂枝" not in seat(cast.li).get(f"{LINES}?place={LIUWAN}").content.decode()


@row("R-206")
def test_an_unfinished_matter_says_how_far_it_is_and_only_its_people_write_that(cast: Cast) -> None:
    matter, at = a_matter(cast, now(), "take"), now()
    client = seat(cast.li)
    today = timezone.localtime(at).date()
    assert f"承办人接受 {day_words(today, 'plain')}" in client.get(f"{LINES}?place={LIUWAN}").content.decode()
    paper = client.post(f"{PAGE}print/?place={LIUWAN}").content.decode()
    assert f'承办人接受 <span class="nowrap">{today}</span>' in paper, "a day is not broken at its hyphens"
    note = f"{PAGE}note/?place={LIUWAN}&month={month(at)}"
    empty = client.post(note, {"code": matter.code, "note": " "})
    assert (empty.status_code, "is-wrong" in empty.content.decode()) == (422, True)
    assert client.post(note, {"code": matter.code, "note": "泵已经订了，下周到"}).status_code == 302
    lines = client.get(f"{LINES}?place={LIUWAN}").content.decode()
    assert "泵已经订了，下周到" in lines
    earlier = client.get(f"{LINES}?place={LIUWAN}&month={month(at).moved(1)}").content.decode()
    assert "泵已经订了，下周到" not in earlier
    with pytest.raises(Refused, match="not_allowed"):
        actions.annotate(by=cast.he.viewer(at), at=at, matter_id=matter.id, month=month(at), note="不是我的")
    assert LedgerNote.objects.count() == 1


@row("R-205")
def test_a_month_is_signed_once_near_its_end_with_the_totals_found(cast: Cast) -> None:
    a_matter(cast, now(), "take")
    this, book = month(now()), current(now()).rulebook
    cut = this.cut(rule(book).cut_day, book.county.tz)
    zhou = cast.zhou
    with pytest.raises(Refused, match="ledger_too_early"):
        early = cut - timedelta(days=11)
        actions.cut_off(by=zhou.viewer(early), at=early, place_code=COUNTY, month=this)
    late = max(now(), cut - timedelta(days=1))
    actions.cut_off(by=zhou.viewer(late), at=late, place_code=COUNTY, month=this)
    with pytest.raises(Refused, match="ledger_cut_already"):
        actions.cut_off(by=zhou.viewer(late), at=late, place_code=COUNTY, month=this)
    assert LedgerCut.objects.get().totals["whole"] == [0, 1, 0, 1]
    assert Event.objects.filter(name="casework.ledger_closed").count() == 1
    with pytest.raises(Refused, match="not_allowed"):
        actions.cut_off(by=cast.li.viewer(late), at=late, place_code=LIUWAN, month=this)
    page = seat(zhou).get(f"{PAGE}?month={this}").content.decode()
    assert "梳理过了，当时是：转入 0，新增 1，销号 0，结存 1" in page


@row("R-205", "SG-01")
def test_what_a_month_was_signed_with_is_told_to_who_signed_it(cast: Cast) -> None:
    at = now() - timedelta(minutes=5)
    matter = a_matter(cast, at, "take")
    recuse(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, person=cast.ma.person_id)
    this, book = month(now()), current(now()).rulebook
    late = max(at, this.cut(rule(book).cut_day, book.county.tz) - timedelta(days=1))
    actions.cut_off(by=cast.zhou.viewer(late), at=late, place_code=LIUWAN, month=this)
    told = seat(cast.ma).get(f"{PAGE}?month={this}&place={LIUWAN}").content.decode()
    assert "梳理过了。" in told and "当时是" not in told and "新增 1" not in told


@row("R-203", "SG-49")
def test_the_lines_leave_as_pdf_and_as_a_workbook_and_taking_them_leaves_a_trace(cast: Cast) -> None:
    from python_calamine import CalamineWorkbook

    matter = a_matter(cast, now(), "take")
    client = seat(cast.zhou)
    made = client.post(f"{PAGE}pdf/?place={LIUWAN}")
    assert (made["Content-Type"], made.content[:5]) == ("application/pdf", b"%PDF-")
    taken = client.post(f"{PAGE}export/?place={LIUWAN}")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(taken.content)).get_sheet_by_index(0).to_python()
    assert rows[0] == ["申请人", "申办事项", "责任人", "办结时限", "办理情况", "导出号"]
    assert rows[1][0] == f"{matter.code[:4]}-{matter.code[4:8]}-{matter.code[8:]}"
    assert len(rows) == 2
    paper = client.post(f"{PAGE}print/?place={LIUWAN}").content.decode()
    traces = Look.objects.filter(kind="matters.export")
    numbers = {one.subject.removeprefix("export:") for one in traces}
    printed = re.search(r"导出号 (\w{8})", paper)
    assert printed and {printed[1], rows[1][-1]} < numbers and len(numbers) == 3
    assert {one.reason for one in traces} == {f"ledger {LIUWAN} {month(now())} * * all"}
    assert seat(cast.li).post(f"{PAGE}export/?place={LIUWAN}").status_code == 403
    client.post(f"{PAGE}export/?place={LIUWAN}&level=village&class=problem&part=new")
    look(by=cast.zhou.viewer(now()), kind="matters.export", subject="export:1", at=now(), reason="ledger of nothing")
    looks = seat(cast.qian).get("/desk/log/looks/").content.decode()
    for words in (" · 全部</td>", "台账 · ", " · 村 · 反映问题 · 新增</td>", "ledger of nothing"):
        assert words in looks, words
    assert f"ledger {LIUWAN}" not in looks and "* all" not in looks


@row("R-203", "SG-49")
def test_a_ledger_as_pdf_has_its_number_on_every_sheet(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []

    def told(**words: object) -> bytes:
        drawn.append(str(words["foot"]))
        return b"%PDF-"

    a_matter(cast, now(), "take")
    monkeypatch.setattr("huiyin.interfaces.common.paper.ledger.pdf", told)
    assert seat(cast.li).post(f"{PAGE}pdf/?place={LIUWAN}").status_code == 200
    number = Look.objects.get(kind="matters.export").subject.removeprefix("export:")
    assert drawn == [f"导出号 {number}"]
    assert "data.foot" in (resources.files("huiyin.interfaces.common.paper") / "ledger.typ").read_text().splitlines()[2]


@row("SG-49", "R-355")
@pytest.mark.parametrize("paper", ["print", "pdf"])
def test_a_long_ledger_on_paper_needs_the_same_leave_and_counts_with_files(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, paper: str
) -> None:
    monkeypatch.setattr(exports, "FREE", 1)
    monkeypatch.setattr("huiyin.interfaces.common.paper.ledger.pdf", lambda **_: b"%PDF-")
    a_matter(cast, now(), "take")
    li, address = seat(cast.li), f"{PAGE}{paper}/?place={LIUWAN}"
    assert li.post(address).status_code == 200, "who reads it may print it"
    refused = li.post(address)
    assert refused.status_code == 403 and "已经导出 1 行，这次有 1 行" in refused.content.decode()
    assert address in html.unescape(refused.content.decode()), "leave is asked for where it is printed"
    assert [li.post(address, {"reason": why}).status_code for why in ("", "贴在村里")] == [422, 302]
    asked = ExportLeave.objects.get()
    exports.decide_leave(by=cast.zhao.viewer(now()), at=now(), leave_id=asked.id, allow=True)
    assert [li.post(address).status_code for _ in range(2)] == [200, 403], "once"
    zhou = seat(cast.zhou)
    assert zhou.post(address).status_code == 200
    assert zhou.post(f"{PAGE}export/?place={LIUWAN}").status_code == 403, "paper and files are one count"


@row("SG-49", "R-355")
def test_a_long_ledger_needs_leave_and_counts_with_lists_of_matters(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "FREE", 1)
    a_matter(cast, now(), "take")
    zhou, address = seat(cast.zhou), f"{PAGE}export/?place={LIUWAN}"
    assert zhou.post(address).status_code == 200
    refused = zhou.post(address)
    assert refused.status_code == 403 and "已经导出 1 行，这次有 1 行" in refused.content.decode()
    assert zhou.post("/desk/matters/export/", {"format": "csv"}).status_code == 403
    assert zhou.post(address, {"reason": ""}).status_code == 422
    assert zhou.post(address, {"reason": "报县里"}).status_code == 302
    asked = ExportLeave.objects.get()
    exports.decide_leave(by=cast.zhao.viewer(now()), at=now(), leave_id=asked.id, allow=True)
    assert zhou.post(f"{address}&part=new").status_code == 403, "for these lines only"
    assert [zhou.post(address).status_code for _ in range(2)] == [200, 403], "once"


def test_pages_of_lines_follow_each_other_without_gap_or_double(cast: Cast) -> None:
    some = [a_matter(cast, now(), "accept", reporter_phone=f"1600000{n:04d}") for n in range(7)]
    viewer, found, after = cast.zhou.viewer(now()), [], ""
    for _ in range(4):
        rows, after = queries.lines(viewer, Wanted(COUNTY, month(now())), now(), size=2, after=after)
        found += [one.row.id for one in rows]
    assert (sorted(found), after) == (sorted(one.id for one in some), "")


def test_a_foreign_official_finds_an_empty_book(cast: Cast) -> None:
    a_matter(cast, now(), "take")
    assert queries.sheet(cast.wu.viewer(now()), LIUWAN, month(now()), now()).whole == Totals()


@pytest.mark.once
def test_the_pages_ask_as_much_for_one_as_for_thirty(cast: Cast) -> None:
    client, asked = seat(cast.zhou), []
    for many in (1, 29):
        for number in range(many):
            a_matter(cast, now(), "take", reporter_phone=f"160003{many:02d}{number:03d}")
        counts = []
        for ask, address in ((client.get, PAGE), (client.get, LINES), (client.post, f"{PAGE}print/")):
            ask(address)
            with CaptureQueriesContext(connection) as queries_:
                assert ask(address).status_code == 200
            counts.append(len(queries_))
        asked.append(counts)
    assert asked[0] == asked[1], asked
    assert max(asked[0]) <= 13, asked
