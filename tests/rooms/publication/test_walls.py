"""The wall: owed first, then done, never who asked, and no gap where something was left out."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from huiyin.casework.actions.feedback import resident_word
from huiyin.casework.actions.intake import Words, open_matter
from huiyin.casework.actions.more import add_words
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import Matter
from huiyin.core import tallies
from huiyin.core.viewer import Viewer
from huiyin.core.worker import drain
from huiyin.programme.loader import county_folder, load_county
from huiyin.programme.refusal import Missing
from huiyin.publication.actions import notices
from huiyin.publication.queries import desk_comments, walls
from tests.cast import COUNTY, FOREIGN_VILLAGE, HUAISHUPING, LIUWAN, SHANGHE, SHIQIAO, Cast
from tests.rooms.publication import made
from tests.rows import row

pytestmark = pytest.mark.django_db
ANYBODY = Viewer.resident()


def test_who_was_answered_at_once_was_answered_in_time(cast: Cast, at: datetime) -> None:
    words = Words(text="几点恢复供水？", place_code=HUAISHUPING)
    matter = open_matter(by=ANYBODY, at=at, words=words).matter
    take_step(by=cast.chen.viewer(at), at=at, matter_id=matter.id, step="accept", given={})
    given = {"topic": "water", "nature": "question", "way": "direct_answer", "reply": "今晚七点恢复供水。"}
    take_step(by=cast.chen.viewer(at), at=at, matter_id=matter.id, step="answer", given=given)
    draft = notices.draft(by=cast.zhou.viewer(at), at=at, matter_id=matter.id)
    notices.publish(by=cast.zhou.viewer(at), at=at, notice_id=draft.id)
    (item,) = walls.wall(ANYBODY, HUAISHUPING, at + timedelta(days=3)).done
    assert item.reading is not None
    assert item.reading.state == "met"


@row("R-347", "R-348", "SG-20")
def test_a_pending_matter_stands_there_by_its_class_body_date_and_state_without_a_word_of_it(
    cast: Cast, at: datetime
) -> None:
    made.working(cast, at)
    for place in (HUAISHUPING, LIUWAN, COUNTY):
        (item,) = walls.wall(ANYBODY, place, at).owed
        assert (item.topic, item.body, item.state) == ("饮水和水利", "柳湾镇人民政府", "working")
        assert item.due_at is not None
        assert not item.late
        assert (item.asked, item.done, item.owed) == ("", "", "")
        assert "张丽华" not in repr(item)
    assert walls.wall(ANYBODY, SHANGHE, at).owed == []


@row("R-339", "R-347")
def test_who_is_responsible_stands_there_by_name_where_the_countys_board_says_so(cast: Cast, at: datetime) -> None:
    made.published(cast, at)
    made.working(cast, at)
    later = at + timedelta(days=3)
    wall = walls.wall(ANYBODY, HUAISHUPING, later)
    assert {item.official for item in (*wall.owed, *wall.done)} == {""}
    made.with_officials(later)
    wall = walls.wall(ANYBODY, HUAISHUPING, later)
    assert [item.official for item in wall.owed] == ["李卫东"]
    assert [item.official for item in wall.done] == ["李卫东"]
    assert [item.official for item in walls.newest(ANYBODY, later)] == ["李卫东"]


@row("R-347", "SG-20")
@pytest.mark.parametrize("more", [{"topic": "welfare"}, {"disclosure": "confidential"}])
def test_no_name_of_an_official_tells_which_village_where_only_the_town_is_told(
    cast: Cast, at: datetime, more: dict[str, Any]
) -> None:
    made.with_officials(at)
    if "disclosure" not in more:  # confidential words are in no draft
        made.published(cast, at, **more)
    made.working(cast, at, **more)
    wall = walls.wall(ANYBODY, LIUWAN, at + timedelta(days=3))
    assert len(wall.owed) == 1
    assert len(wall.done) == ("disclosure" not in more)
    assert {item.official for item in (*wall.owed, *wall.done)} == {""}


@row("R-339", "R-347")
@pytest.mark.parametrize("county", ["yishui-2013", "hubin"])
def test_the_counties_whose_documents_ask_for_it_name_who_is_responsible(county: str) -> None:
    for programme in load_county(county_folder(county)).programmes.values():
        for board in programme.publication.boards.values():
            assert {"body", "official"} <= set(board.fields)


@row("R-347")
def test_a_late_one_says_so_and_stands_first(cast: Cast, at: datetime) -> None:
    made.working(cast, at - timedelta(days=9), topic="roads", text="桥断了")
    made.working(cast, at - timedelta(days=3), text="没水")
    items = walls.wall(ANYBODY, HUAISHUPING, at).owed
    assert [(item.topic, item.late) for item in items] == [("村路和桥", True), ("饮水和水利", False)]


@row("R-339", "R-346")
def test_a_published_matter_tells_what_was_asked_and_done(cast: Cast, at: datetime) -> None:
    made.published(cast, at)
    wall = walls.wall(ANYBODY, HUAISHUPING, at + timedelta(days=3))
    (item,) = wall.done
    assert (item.asked, item.done) == ("三组的自来水一到傍晚就没有了", made.REPLY)
    assert item.reading is not None
    assert item.reading.state == "met"
    assert wall.figures.opened == 1
    assert wall.figures.answered == 1


@row("R-346")
def test_the_day_of_publication_is_the_countys_day_however_early_in_the_morning(cast: Cast, at: datetime) -> None:
    early = at.replace(hour=22)  # 06:00 of the day after in the county
    draft = made.drafted(cast, early - timedelta(days=2))
    notices.publish(by=cast.zhou.viewer(early), at=early, notice_id=draft.id)
    (item,) = walls.wall(ANYBODY, HUAISHUPING, early).done
    assert item.on == date(2026, 11, 19)


@row("SG-20", "SG-21")
def test_nothing_of_the_person_is_on_any_wall(cast: Cast, at: datetime) -> None:
    made.working(cast, at, text="张丽华家三组12号没水，电话16000001234")
    made.published(cast, at, text="张丽华家三组12号没水，电话16000001234", reply="给张丽华修好了，16000001234")
    for place in (HUAISHUPING, LIUWAN, COUNTY):
        shown = repr(walls.wall(ANYBODY, place, at + timedelta(days=3)))
        assert not any(piece in shown for piece in ("张丽华", "16000001234", "12号", "李卫东"))


@row("SG-01", "SG-20")
def test_held_and_complaint_and_unclassified_matters_and_what_a_county_keeps_back_are_not_even_counted(
    cast: Cast, at: datetime
) -> None:
    matter = made.working(cast, at)
    before = walls.wall(ANYBODY, HUAISHUPING, at).figures.owed
    add_words(by=ANYBODY, at=at, matter_id=matter.id, words="罗大勇收了红包才肯修")
    assert Matter.objects.get(id=matter.id).held
    made.working(cast, at, topic="conduct", text="账目不公开")
    made.working(cast, at, nature="thanks", text="谢谢修路的人")
    open_matter(by=ANYBODY, at=at, words=Words(text="还没有人看过这件事", place_code=HUAISHUPING))
    after = walls.wall(ANYBODY, HUAISHUPING, at)
    assert (before.open, after.figures.owed.open, after.owed) == (1, 0, [])


@row("SG-01", "SG-20")
def test_a_notice_whose_matter_is_held_later_is_gone_at_once(cast: Cast, at: datetime) -> None:
    notice = made.published(cast, at)
    later = at + timedelta(days=3)
    resident_word(by=ANYBODY, at=later, matter_id=notice.matter_id, source="web", solved="no", words="又没水")
    (owed,) = walls.wall(ANYBODY, HUAISHUPING, later).owed
    assert owed.asked  # taken up again: its words stand among what is owed
    add_words(by=ANYBODY, at=later, matter_id=notice.matter_id, words="罗大勇收了红包才肯修")
    wall = walls.wall(ANYBODY, HUAISHUPING, later)
    assert (wall.owed, wall.done, wall.topics) == ([], [], [])


@row("SG-01", "SG-20")
def test_no_page_of_entries_has_a_gap_where_one_is_kept_apart(
    cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One entry fewer than a page holds, or a topic that finds nothing, would tell that somebody complained."""
    monkeypatch.setattr(walls, "PAGE", 2)
    monkeypatch.setattr(desk_comments, "PAGE", 2)
    texts = ("三组没水。", "二组没水。", "一组没水。")
    rows = [made.published(cast, at + timedelta(minutes=number), text=text) for number, text in enumerate(texts)]
    later = at + timedelta(days=3)
    li = cast.li.viewer(later)
    assert [len(walls.newest(ANYBODY, later)), len(desk_comments.entries(li, later)[0])] == [2, 2]
    resident_word(by=ANYBODY, at=later, matter_id=rows[-1].matter_id, source="web", solved="no", words="又没水")
    add_words(by=ANYBODY, at=later, matter_id=rows[-1].matter_id, words="罗大勇收了红包才肯修")
    assert [len(walls.newest(ANYBODY, later)), len(desk_comments.entries(li, later)[0])] == [2, 2]


@row("R-339")
def test_a_promise_that_outlives_the_answer_is_owed_until_its_day_and_late_after(cast: Cast, at: datetime) -> None:
    draft = made.drafted(cast, at)
    later = at + timedelta(days=2)
    lines = notices.Lines(asked="没有路灯", done="装了 8 盏", owed="还有 6 盏", owed_on=date(2026, 11, 21))
    notices.edit(by=cast.zhou.viewer(later), at=later, notice_id=draft.id, lines=lines)
    notices.publish(by=cast.zhou.viewer(later), at=later, notice_id=draft.id)
    wall = walls.wall(ANYBODY, HUAISHUPING, later)
    assert [(item.owed, item.late) for item in wall.owed] == [("还有 6 盏", False)]
    assert wall.done == []
    assert walls.wall(ANYBODY, HUAISHUPING, later + timedelta(days=2)).owed[0].late


@row("SG-20")
def test_disputes_and_confidential_matters_are_told_at_town_level_only(cast: Cast, at: datetime) -> None:
    made.working(cast, at, topic="dispute", text="地界")
    made.working(cast, at, disclosure="confidential", text="没水")
    assert walls.wall(ANYBODY, HUAISHUPING, at).owed == []
    town = walls.wall(ANYBODY, LIUWAN, at)
    assert [item.place for item in town.owed] == ["柳湾镇", "柳湾镇"]
    assert [part.owed.open for part in town.parts] == [0, 0]


def test_the_county_shows_its_towns_and_a_town_its_villages(cast: Cast, at: datetime) -> None:
    made.working(cast, at)
    assert [(part.name, part.owed.open) for part in walls.wall(ANYBODY, COUNTY, at).parts] == [
        ("柳湾镇", 1),
        ("青石镇", 0),
    ]
    assert [part.name for part in walls.wall(ANYBODY, LIUWAN, at).parts] == ["槐树坪村", "石桥村"]
    assert walls.wall(ANYBODY, HUAISHUPING, at).above == [(COUNTY, "望川县"), (LIUWAN, "柳湾镇")]


@pytest.mark.parametrize("code", ["123", FOREIGN_VILLAGE, "990101101999", "990101101201003", "x" * 20])
def test_other_places_have_no_wall_here(cast: Cast, at: datetime, code: str) -> None:
    with pytest.raises(Missing):
        walls.wall(ANYBODY, code, at)


@row("SG-20", "SG-33")
def test_what_few_people_said_is_not_counted_in_public(cast: Cast, at: datetime) -> None:
    day = date(2026, 10, 20)
    counts = {(HUAISHUPING, "solved"): 11, (HUAISHUPING, "other"): 1, (SHIQIAO, "solved"): 40, (SHIQIAO, "other"): 30}
    tallies.add({(day, place, f"said.{key}"): n for (place, key), n in counts.items()})
    _, told = walls.said(ANYBODY, COUNTY, at)
    assert told[COUNTY] is not None
    assert told[HUAISHUPING] is None
    assert told[SHIQIAO] is None  # or the town less this one would tell the other
    assert walls.wall(ANYBODY, HUAISHUPING, at).figures.said is None


@row("R-213", "SG-33")
def test_what_residents_say_is_counted_once_on_its_day_and_stays(cast: Cast, at: datetime) -> None:
    matter = made.closed(cast, at)
    drain(at + timedelta(days=2))
    low, high = "990101", "990102"
    span: dict[str, Any] = {"low": low, "high": high, "from_": date(2026, 11, 1), "until": date(2026, 12, 1)}
    assert tallies.by_place(["said.solved"], **span) == {HUAISHUPING: {"said.solved": 1}}
    add = at + timedelta(days=3)
    resident_word(by=ANYBODY, at=add, matter_id=matter.id, source="web", solved="no")
    drain(add)
    assert tallies.by_place(["said.other"], **span) == {HUAISHUPING: {"said.other": 1}}
    assert tallies.by_place(["said.solved"], **span) == {HUAISHUPING: {"said.solved": 1}}


def test_many_are_read_page_by_page_and_none_twice(cast: Cast, at: datetime) -> None:
    for number in range(walls.PAGE + 3):
        made.working(cast, at + timedelta(seconds=number), text=f"第{number}件")
    first = walls.wall(ANYBODY, HUAISHUPING, at)
    second = walls.wall(ANYBODY, HUAISHUPING, at, owed_after=first.owed_after)
    assert (len(first.owed), len(second.owed), second.owed_after) == (walls.PAGE, 3, "")
    assert walls.wall(ANYBODY, HUAISHUPING, at, owed_after="nonsense").owed == first.owed


def test_imported_history_is_on_no_wall(cast: Cast, at: datetime) -> None:
    words = Words(
        text="老账",
        place_code=HUAISHUPING,
        topic="water",
        nature="problem",
        history=True,
        claimed_at=datetime(2026, 9, 1, tzinfo=UTC),
    )
    open_matter(by=cast.chen.viewer(at), at=at, words=words)
    assert walls.wall(ANYBODY, HUAISHUPING, at).owed == []
