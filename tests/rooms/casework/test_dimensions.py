"""What a matter is said to be: set by steps, held where it is about officials, found and counted apart."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from huiyin.casework.actions.aside import clear
from huiyin.casework.actions.counter import Taken, take_words
from huiyin.casework.actions.intake import Words
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import Clock, Matter
from huiyin.casework.queries import elements, matters
from huiyin.casework.queries import one as pages
from huiyin.casework.queries.matters import Filters
from huiyin.core.now import now
from huiyin.programme.refusal import Missing, Refused
from tests.cast import HUAISHUPING, Cast
from tests.flows import work_as
from tests.interfaces.desk.made import a_matter
from tests.interfaces.desk.seat import seat
from tests.rows import row

pytestmark = pytest.mark.django_db
TEN = (
    *("反映人", "反映时间", "反映渠道", "类型分类", "受理意见", "办理时限", "处理结果", "具体承办人", "具体督办人"),
    "回访情况",
)
CLASSED = {"topic": "water", "nature": "need", "heading": "hardship"}


def visited(cast: Cast, at: datetime, **more: Any) -> Matter:
    """The linked official of the village writes down at the door what somebody says."""
    said = {"text": "村西头的井干了，浇不上地。", "channel": "visit", "place_code": HUAISHUPING} | CLASSED | more
    luo = cast.luo.viewer(at)
    return take_words(by=luo, at=at, words=Words(**said), taken=Taken(way="handle")).matter


@row("R-190", "R-226", "AM-28")
def test_the_first_visitor_names_the_day_and_it_is_the_day_everybody_reads(cast: Cast) -> None:
    at = now()
    work_as("hubin", at)
    matter = visited(cast, at)
    assert (matter.state, matter.heading, matter.first_asked_id) == ("accepted", "hardship", cast.luo.person_id)
    day = (at + timedelta(days=20)).date()
    taken = take_step(by=cast.luo.viewer(at), at=at, matter_id=matter.id, step="take", given={"deadline": day})
    assert (taken.handler_id, taken.owner_body_id) == (cast.luo.person_id, cast.bodies.village)
    assert taken.deadline_on == day
    clock = Clock.objects.get(matter=matter, name="item")
    assert taken.due_at == clock.due_at
    assert (clock.amount, clock.unit) == (20, "calendar_days")
    with pytest.raises(Refused, match="first_visitor_stays"):
        given = {"owner": cast.bodies.town, "handler": cast.li.person_id, "supervisor": cast.zhao.person_id}
        reopened = visited(cast, at)
        take_step(by=cast.zhou.viewer(at), at=at, matter_id=reopened.id, step="assign", given=given | {"way": "handle"})


@row("R-226")
def test_a_day_that_is_over_or_beyond_the_programme_is_refused_with_its_field(cast: Cast) -> None:
    at = now()
    work_as("hubin", at)
    matter = visited(cast, at)
    for away, code in ((0, "until_past"), (-3, "until_past"), (400, "until_late")):
        with pytest.raises(Refused, match=code) as refused:
            given = {"deadline": (at + timedelta(days=away)).date()}
            take_step(by=cast.luo.viewer(at), at=at, matter_id=matter.id, step="take", given=given)
        assert refused.value.field == "deadline"
    assert not Clock.objects.filter(matter=matter).exists()


@row("R-198", "R-232", "SG-01")
@pytest.mark.parametrize(
    ("dimension", "value"), [("heading", "conduct"), ("topic", "conduct"), ("nature", "complaint")]
)
def test_a_matter_classed_as_about_officials_is_held_from_then_on(cast: Cast, dimension: str, value: str) -> None:
    at = now()
    work_as("hubin", at)
    matter = visited(cast, at)
    given = CLASSED | {dimension: value}
    after = take_step(by=cast.luo.viewer(at), at=at, matter_id=matter.id, step="classify", given=given)
    assert (after.held, after.held_why) == (True, dimension)
    for member in (cast.luo, cast.chen, cast.ma, cast.li):
        with pytest.raises(Missing):
            pages.one(member.viewer(at), matter.id, at)
        assert matter.id not in {one.id for one in matters.matters(member.viewer(at), Filters(), at).rows}
    assert pages.one(cast.zhou.viewer(at), matter.id, at).matter.held


@row("SG-01")
def test_what_was_cleared_is_not_held_again_by_the_class_it_has(cast: Cast) -> None:
    at = now()
    work_as("hubin", at)
    matter = visited(cast, at, heading="conduct")
    assert (matter.held, matter.held_why) == (True, "heading")
    clear(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, note="说的是村规民约，没有说到干部")
    zhou = cast.zhou.viewer(at)
    take_step(by=zhou, at=at, matter_id=matter.id, step="accept", given={})
    again = take_step(by=zhou, at=at, matter_id=matter.id, step="classify", given=CLASSED | {"heading": "conduct"})
    assert (again.held, again.heading) == (False, "conduct")


@row("SG-01")
def test_whoever_classes_a_matter_as_a_complaint_at_the_desk_is_told_that_their_part_ends(cast: Cast) -> None:
    at = now()
    work_as("hubin", at)
    matter = visited(cast, at)
    client: Client = seat(cast.luo)
    sent = CLASSED | {"heading": "conduct", "seen": str(matter.version)}
    answer = client.post(f"/desk/matters/{matter.code}/step/classify/", sent, follow=True)
    assert answer.redirect_chain[-1][0] == "/desk/"
    assert "您这里到此为止" in answer.content.decode()
    assert client.get(f"/desk/matters/{matter.code}/").status_code == 404


@row("AM-29")
def test_matters_are_found_by_each_dimension_and_by_the_branch_of_a_topic(cast: Cast) -> None:
    at = now()
    work_as("hubin", at)
    visited(cast, at)
    visited(cast, at, heading="advice", nature="suggestion", topic="growth", text="想建个果蔬合作社。")
    leader = cast.tang.viewer(at)

    def found(**narrowed: Any) -> int:
        return matters.count(leader, Filters(**narrowed), at)

    assert [found(headings=(one,)) for one in ("hardship", "advice", "shortfall")] == [1, 1, 0]
    assert [found(levels=(one,)) for one in ("village", "town")] == [2, 0]
    assert found(headings=("hardship",), natures=("suggestion",)) == 0
    page = seat(cast.zhou).get("/desk/matters/?heading=advice").content.decode()
    assert "想建个果蔬合作社" in page
    assert "村西头的井干了" not in page


@row("AM-29")
def test_a_topic_stands_for_all_that_stand_under_it(cast: Cast) -> None:
    at = now()
    a_matter(cast, at, topic="roads")
    assert matters.count(cast.zhou.viewer(at), Filters(topics=("transport",)), at) == 1
    assert matters.count(cast.zhou.viewer(at), Filters(topics=("roads",)), at) == 1
    assert matters.count(cast.zhou.viewer(at), Filters(topics=("water",)), at) == 0


@row("R-170", "AM-24")
def test_the_ten_elements_stand_on_the_page_and_in_the_file_alike(cast: Cast) -> None:
    at = now()
    matter = a_matter(cast, at, "deliver")
    zhou = cast.zhou.viewer(at)
    single = elements.of_page(zhou, pages.one(zhou, matter.id, at))
    (one,) = elements.of_many(cast.zhou.viewer(at), [matter.id])
    assert (one.name, single.name) == ("", "张丽华")
    shared = [name for name in vars(one) if name != "name"]
    assert {name: getattr(one, name) for name in shared} == {name: getattr(single, name) for name in shared}
    page = seat(cast.zhou).get(f"/desk/matters/{matter.code}/").content.decode()
    for words in TEN:
        assert f"<dt>{words}</dt>" in page
    file = seat(cast.zhou).post("/desk/matters/export/?open=all", {"as": "ten", "format": "csv"})
    text = file.content.decode("utf-8-sig")
    assert text.splitlines()[0].replace('"', "").split(",") == ["编号", "事情", *TEN, "导出号"]
    assert "加压泵已经换新" in text
    assert "李卫东" in text
    assert "张丽华" not in text


@row("R-170")
def test_the_elements_of_fifty_matters_take_as_many_queries_as_of_one(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    at = now()
    ids = [a_matter(cast, at, "take", subject=f"第{number}件").id for number in range(12)]
    zhou = cast.zhou.viewer(at)
    with django_assert_max_num_queries(11):
        assert len(elements.of_many(zhou, ids)) == 12
