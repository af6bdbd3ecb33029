"""The list as a file: by whom, how much, harmless, and written down."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from huiyin.casework.actions import exports
from huiyin.casework.models import ExportLeave
from huiyin.casework.queries import leaves
from huiyin.casework.queries.matters import Filters
from huiyin.core.models import Event, Look
from huiyin.core.now import now
from huiyin.programme.refusal import Refused
from tests.cast import SHANGHE, Cast
from tests.interfaces.desk.made import a_matter
from tests.interfaces.desk.seat import seat
from tests.rows import row

pytestmark = pytest.mark.django_db
EXPORT, LEAVE = "/desk/matters/export/", "/desk/exports/"


def csv_rows(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_a_file_holds_what_the_list_shows_and_leaves_a_trace(cast: Cast) -> None:
    at = now()
    matter = a_matter(cast, at, "take")
    a_matter(cast, at, subject="上河的事", place_code=SHANGHE)
    answer = seat(cast.zhou).post(f"{EXPORT}?state=working", {"format": "csv"})
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Cache-Control"] == "no-store"
    rows = csv_rows(answer)
    assert rows[0][:3] == ["编号", "事情", "地方"]
    assert [cells[1] for cells in rows[1:]] == ["三组傍晚停水"]
    assert rows[1][0].replace("-", "") == matter.code
    assert rows[1][3] == "办理中"
    assert "张丽华" not in answer.content.decode("utf-8-sig")
    trace = Look.objects.get(kind="matters.export")
    assert (trace.person_id, trace.reason) == (cast.zhou.person_id, "state=working")
    assert Event.objects.get(name="casework.matters_exported").data == {"rows": 1, "leave": False}


@row("SG-49", "R-355")
def test_every_row_of_a_file_says_under_which_number_it_was_taken_and_the_look_says_by_whom(cast: Cast) -> None:
    """A piece of a list that turns up somewhere (trust.md D1)."""
    at = now()
    for _ in range(3):
        a_matter(cast, at)
    numbers = set()
    for form in ({"format": "csv"}, {"format": "csv", "as": "ten"}):
        rows = csv_rows(seat(cast.zhou).post(EXPORT, form))
        assert rows[0][-1] == "导出号" and len(rows) == 4
        assert not any("张丽华" in cell or "1234" in cell for line in rows for cell in line[:-1]), "no name, no number"
        (number,) = {cells[-1] for cells in rows[1:]}
        trace = Look.objects.get(kind="matters.export", subject=f"export:{number}")
        assert trace.person_id == cast.zhou.person_id
        numbers.add(number)
    assert len(numbers) == 2


def test_a_workbook_holds_the_same(cast: Cast) -> None:
    a_matter(cast, now(), "take")
    answer = seat(cast.zhou).post(EXPORT, {"format": "xlsx"})
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert sheet[1][1] == "三组傍晚停水"


def test_what_was_searched_for_is_not_written_down(cast: Cast) -> None:
    a_matter(cast, now())
    seat(cast.zhou).post(f"{EXPORT}?q=停水&open=all", {"format": "csv"})
    assert Look.objects.get(kind="matters.export").reason == "open=all"


@pytest.mark.parametrize("start", ["=", "＝", "+", "-", "@", "\t="])
def test_nothing_in_a_file_computes(cast: Cast, start: str) -> None:
    a_matter(cast, now(), subject=f'{start}HYPERLINK("http://x","y")水')
    cell = csv_rows(seat(cast.zhou).post(EXPORT, {"format": "csv"}))[1][1]
    assert cell[0] == "'", cell


def test_only_who_has_the_verb_takes_a_file(cast: Cast) -> None:
    a_matter(cast, now(), "take")
    for other in (cast.li, cast.chen, cast.zhao, cast.he, cast.xu):
        answer = seat(other).post(EXPORT, {"format": "csv"})
        assert answer.status_code == 403, other.name
        assert "您的岗位不管这一步" in answer.content.decode()
    assert not Look.objects.filter(kind="matters.export").exists()
    assert csv_rows(seat(cast.zheng).post(EXPORT, {"format": "csv"}))[1:] == [], "a stranger's file is empty"


def test_a_link_takes_nothing_away(cast: Cast) -> None:
    answer = seat(cast.zhou).get(EXPORT)
    assert (answer.status_code, answer["Location"], answer.content) == (302, "/desk/matters/", b"")


def test_too_many_rows_are_refused_with_a_way_on(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huiyin.casework.actions.exports.MOST", 1)
    at = now()
    a_matter(cast, at)
    a_matter(cast, at)
    answer = seat(cast.zhou).post(EXPORT, {"format": "csv"})
    assert answer.status_code == 403
    assert "一次最多导出 1 行，现在有 2 行" in answer.content.decode()


@row("SG-49", "R-355")
def test_a_long_list_is_taken_by_leave_of_another_person_once_within_a_day(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Mass export by one person alone (trust.md D1)."""
    monkeypatch.setattr("huiyin.casework.actions.exports.FREE", 1)
    at = now()
    for _ in range(3):
        a_matter(cast, at)
    zhou, zhao, query = seat(cast.zhou), seat(cast.zhao), "?open=all"

    def taken() -> int:
        return int(zhou.post(f"{EXPORT}{query}", {"format": "csv"}).status_code)

    refused = zhou.post(f"{EXPORT}{query}", {"format": "csv"})
    assert refused.status_code == 403 and "导出超过 1 行要另一位同意" in refused.content.decode()
    assert not Look.objects.filter(kind="matters.export").exists()
    assert zhou.post(f"{LEAVE}{query}", {"reason": " "}).status_code == 422
    assert zhou.post(f"{LEAVE}{query}", {"reason": "给农业局核对"}).status_code == 302
    asked = ExportLeave.objects.get()
    assert taken() == 403, "nobody has given leave yet"
    assert "给农业局核对" in zhao.get(LEAVE).content.decode()
    with pytest.raises(Refused, match=r"export_needs_other|not_allowed"):
        exports.decide_leave(by=cast.zhou.viewer(at), at=at, leave_id=asked.id, allow=True)
    assert zhao.post(LEAVE, {"leave": str(asked.id), "do": "yes"}).status_code == 302
    assert zhou.post(f"{EXPORT}?state=received", {"format": "csv"}).status_code == 403, "for these filters only"
    assert [taken(), taken()] == [200, 403], "once"
    asked.refresh_from_db()
    assert Look.objects.get(kind="matters.export").subject == f"export:{asked.number}"
    assert "已经导出" in zhou.get(LEAVE).content.decode()


@row("SG-49", "R-355")
def test_a_long_list_in_many_pieces_is_a_long_list(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """One after another, in either form, in somebody's stead or by them; for a day, less what there was leave for."""
    monkeypatch.setattr(exports, "FREE", 3)
    at = now()
    for _ in range(2):
        a_matter(cast, at)
    zhou, query = cast.zhou.viewer(at), "open=all"
    common: dict[str, Any] = {"filters": Filters(), "query": query}
    assert len(exports.export_matters(by=zhou, at=at, **common).rows) == 2
    sun = zhou.but(person_id=cast.sun.person_id)
    for by in (zhou, zhou.acting_for(cast.sun.person_id), sun.acting_for(cast.zhou.person_id)):
        for take in (exports.export_matters, exports.export_elements):
            with pytest.raises(Refused, match=r"export_needs_leave.*before=2"):
                take(by=by, at=at + timedelta(hours=23), **common)
    assert len(exports.export_matters(by=sun, at=at, **common).rows) == 2, "somebody else has their own"
    asked = exports.ask_leave(by=zhou, at=at, reason="核对", **common)
    exports.decide_leave(by=cast.zhao.viewer(at), at=at, leave_id=asked.id, allow=True)
    assert len(exports.export_matters(by=zhou, at=at, **common).rows) == 2, "with leave"
    later = at + timedelta(hours=25)
    assert len(exports.export_matters(by=cast.zhou.viewer(later), at=later, **common).rows) == 2, "another day"


@row("SG-49")
def test_leave_that_was_refused_or_is_a_day_old_opens_nothing_and_a_search_is_put_before_nobody(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "FREE", 0)
    at = now()
    a_matter(cast, at)
    by, wanted = cast.zhou.viewer(at), Filters()
    for allow, later in ((False, timedelta()), (True, timedelta(hours=25))):
        asked = exports.ask_leave(by=by, at=at, filters=wanted, query="", reason="核对")
        exports.decide_leave(by=cast.zhao.viewer(at), at=at, leave_id=asked.id, allow=allow)
        with pytest.raises(Refused, match="export_needs_leave"):
            exports.export_matters(by=by, at=at + later, filters=wanted, query="")
    with pytest.raises(Refused, match="too_many_rows"):
        exports.ask_leave(by=by, at=at, filters=wanted, query="q=张丽华", reason="核对")
    assert not ExportLeave.objects.filter(query__contains="张").exists()


@row("SG-49")
def test_two_who_come_at_once_with_one_leave_take_one_file(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both have read that it is good before either has used it."""
    monkeypatch.setattr(exports, "FREE", 0)
    at = now()
    a_matter(cast, at)
    by = cast.zhou.viewer(at)
    asked = exports.ask_leave(by=by, at=at, filters=Filters(), query="", reason="核对")
    exports.decide_leave(by=cast.zhao.viewer(at), at=at, leave_id=asked.id, allow=True)
    stale = leaves.given(by, "", at)
    monkeypatch.setattr(leaves, "given", lambda *_: stale)
    assert len(exports.export_matters(by=by, at=at, filters=Filters(), query="").rows) == 1
    with pytest.raises(Refused, match="export_needs_leave"):
        exports.export_matters(by=by, at=at, filters=Filters(), query="")


@row("SG-49", "R-355")
def test_who_asked_in_somebodys_stead_gets_leave_neither_from_them_nor_from_another_of_their_delegates(
    cast: Cast,
) -> None:
    at = now()
    a_matter(cast, at)
    zhao = cast.zhao.viewer(at)
    assert zhao.person_id is not None and cast.zhou.person_id is not None
    acting = cast.zhou.viewer(at).acting_for(zhao.person_id)
    asked = exports.ask_leave(by=acting, at=at, filters=Filters(), query="", reason="核对")
    wu = zhao.but(person_id=cast.wu.person_id)
    for by in (zhao, wu.acting_for(zhao.person_id), wu.acting_for(cast.zhou.person_id)):
        with pytest.raises(Refused, match="export_needs_other"):
            exports.decide_leave(by=by, at=at, leave_id=asked.id, allow=True)
    page = seat(cast.zhao).get(LEAVE).content.decode()
    assert "以您的名义申请的，等另一位同意" in page and 'value="yes"' not in page
    assert 'value="yes"' in seat(cast.ma).get(LEAVE).content.decode(), "somebody else is asked"
    assert exports.decide_leave(by=wu, at=at, leave_id=asked.id, allow=True).allowed


@row("SG-49")
def test_leave_is_for_the_rows_that_were_told_and_for_the_whole_of_the_filters(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not for a scope that grew since, for what filters beyond those kept would show, or for a search among them."""
    monkeypatch.setattr(exports, "FREE", 1)
    at = now()
    for _ in range(2):
        a_matter(cast, at)
    by, most = cast.zhou.viewer(at), "topic=" + "a" * 394
    for query in ("", most):
        asked = exports.ask_leave(by=by, at=at, filters=Filters(), query=query, reason="核对")
        exports.decide_leave(by=cast.zhao.viewer(at), at=at, leave_id=asked.id, allow=True)
    with pytest.raises(Refused, match="too_many_rows"):
        exports.ask_leave(by=by, at=at, filters=Filters(), query=most + "a", reason="核对")
    for query in (most + "&state=x", "q=三组"):
        with pytest.raises(Refused, match="export_needs_leave"):
            exports.export_matters(by=by, at=at, filters=Filters(), query=query)
    for _ in range(2):
        a_matter(cast, at)
    with pytest.raises(Refused, match="export_needs_leave"):
        exports.export_matters(by=by, at=at, filters=Filters(), query="")


@row("SG-01", "SG-49")
def test_how_many_rows_are_asked_for_tells_nobody_that_one_is_kept_from_them(cast: Cast) -> None:
    at = now()
    a_matter(cast, at)
    exports.ask_leave(by=cast.zhou.viewer(at), at=at, filters=Filters(), query="", reason="核对")
    assert [one.rows for one in leaves.leaves(cast.zhou.viewer(at), at)] == [1]
    assert [one.rows for one in leaves.leaves(cast.zhao.viewer(at), at)] == [100]
    assert "至多 100" in seat(cast.zhao).get(LEAVE).content.decode()


@row("SG-49", "R-355")
def test_leave_is_decided_once_by_who_may_and_used_by_who_asked(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "FREE", 0)
    at = now()
    a_matter(cast, at)
    by, zhao = cast.zhou.viewer(at), cast.zhao.viewer(at)
    asked = exports.ask_leave(by=by, at=at, filters=Filters(), query="", reason="核对")
    with pytest.raises(Refused, match="not_allowed"):
        exports.decide_leave(by=cast.li.viewer(at), at=at, leave_id=asked.id, allow=True)
    exports.decide_leave(by=zhao, at=at, leave_id=asked.id, allow=True)
    with pytest.raises(Refused, match="already_done"):
        exports.decide_leave(by=zhao, at=at + timedelta(hours=20), leave_id=asked.id, allow=True)
    for other in (
        by.but(person_id=cast.sun.person_id),
        by.but(person_id=cast.sun.person_id).acting_for(asked.asked_by_id),
    ):
        with pytest.raises(Refused, match="export_needs_leave"):
            exports.export_matters(by=other, at=at, filters=Filters(), query="")
    assert exports.export_matters(by=by, at=at, filters=Filters(), query="").rows
