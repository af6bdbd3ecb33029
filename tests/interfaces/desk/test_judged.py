"""A reasonable appeal: decided by another body before the outcome, told, and looked at again once (SG-34)."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huiyin.casework.actions import aside, judging
from huiyin.casework.actions.intake import Words, open_matter
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import Determination, Matter
from huiyin.casework.queries import judging as asked
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from tests.cast import HUAISHUPING, Cast
from tests.interfaces.desk.made import a_matter
from tests.interfaces.desk.seat import appointed, seat
from tests.interfaces.desk.test_acting import lend
from tests.invariants.test_a1_in_their_stead import with_powers
from tests.rows import row

pytestmark = pytest.mark.django_db
UNREASONABLE: dict[str, Any] = {"reasonable": False, "reason": "已经按标准补过一次，不能再补"}


def judged(cast: Cast, matter: Matter, **more: Any) -> Matter:
    said = UNREASONABLE | more
    return judging.judge_reasonable(by=cast.tang.viewer(now()), at=now(), matter_id=matter.id, **said)


@row("R-212", "SG-34")
def test_it_is_looked_at_again_once_and_by_neither_the_handlers_nor_the_first_body(cast: Cast) -> None:
    matter = judged(cast, a_matter(cast, now(), "take"))
    third = appointed("方复核", cast.bodies.audit, "leader", "副局长")
    common: dict[str, Any] = {"at": now(), "matter_id": matter.id, "reasonable": True, "reason": "第二块地没有补过"}
    with pytest.raises(Refused, match="review_none"):
        judging.review(by=third.viewer(now()), **common)
    judging.ask_review(by=Viewer.resident(), at=now(), matter_id=matter.id, words="还有一块地没有补")
    with pytest.raises(Refused, match="review_asked"):
        judging.ask_review(by=Viewer.resident(), at=now(), matter_id=matter.id, words="再请一次")
    colleague = appointed("同办公室", cast.bodies.office, "leader", "主任")
    for near in (cast.tang, colleague, cast.ma):
        with pytest.raises(Refused, match="judge_apart"):
            judging.review(by=near.viewer(now()), **common)
    lend(third, colleague)
    with pytest.raises(Refused, match="judge_apart"):  # nor does it by acting for somebody of a third
        judging.review(by=colleague.viewer(now(), acting_for=third.person_id), **common)
    after = judging.review(by=third.viewer(now()), **common)
    assert (after.reasonable, after.reasonable_by_id) == (True, third.person_id)
    assert list(after.determinations.values_list("number", "reasonable")) == [(1, False), (2, True)]
    with pytest.raises(Refused, match="already_done"):
        judging.review(by=third.viewer(now()), **common)
    found = asked.figures(cast.tang.viewer(now()))
    assert (found.judged, found.unreasonable, found.asked, found.reviewed, found.reversed) == (1, 1, 1, 1, 1)


@row("R-212", "SG-34")
def test_whoever_decided_does_not_get_it_to_handle(cast: Cast) -> None:
    """Else unwelcome appeals would be called unreasonable by those who are then to solve them."""
    at = now()
    matter = a_matter(cast, at, "accept")
    judging.judge_reasonable(by=cast.ma.viewer(at), at=at, matter_id=matter.id, **UNREASONABLE)
    given: dict[str, Any] = {"owner": cast.bodies.town, "handler": cast.li.person_id, "supervisor": cast.zhao.person_id}
    given |= {"topic": "water", "nature": "problem", "way": "pass_for_handling"}
    with pytest.raises(Refused, match="judge_same_body"):
        take_step(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, step="assign", given=given)
    other = given | {"owner": cast.bodies.farming, "handler": cast.bai.person_id}
    after = take_step(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, step="assign", given=other)
    assert after.owner_body_id == cast.bodies.farming


@row("SG-34")
def test_it_is_decided_once_with_a_reason_and_not_by_who_supervises_it(cast: Cast) -> None:
    matter = a_matter(cast, now(), "take")
    common: dict[str, Any] = {"at": now(), "matter_id": matter.id, "reasonable": False}
    supervisor = with_powers(cast.zhao, now(), "matter.approve")
    with pytest.raises(Refused, match="judge_apart"):
        judging.judge_reasonable(by=supervisor, reason="不合理", **common)
    with pytest.raises(Refused, match="needs_reason"):
        judging.judge_reasonable(by=cast.tang.viewer(now()), reason=" ", **common)
    judged(cast, matter)
    other = appointed("方复核", cast.bodies.audit, "leader", "副局长").viewer(now())
    with pytest.raises(Refused, match="already_done"):
        judging.judge_reasonable(by=other, reason="再定一次", **common)


@row("SG-34")
def test_after_the_answer_nobody_decides_for_the_first_time(cast: Cast) -> None:
    with pytest.raises(Refused, match="outcome_known"):
        judged(cast, a_matter(cast, now(), "answer"))


@row("R-212", "SG-34")
def test_the_resident_reads_which_and_why_and_asks_on_their_own_page(cast: Cast) -> None:
    at = now()
    opened = open_matter(
        by=cast.chen.viewer(at), at=at, words=Words(text="三组的地被淹了，想再补一次。", place_code=HUAISHUPING)
    )
    judged(cast, opened.matter)
    client = Client()
    page = client.post("/track/", {"code": "", "key": opened.proof}).content.decode()
    assert "已经按标准补过一次" in page
    assert "唐文" not in page, "what and why, not which person"
    assert "请求复核" in page
    key = page.split('action="/track/review/"')[1].split('name="again" value="')[1].split('"')[0]
    sent = {"proof": opened.proof, "again": key, "words": "还有一块地没有补"}
    for _ in range(2):
        answer = client.post("/track/review/", sent)
        assert answer.status_code == 200
        assert "由没有经手的另一个单位再看" in answer.content.decode()
    first = Determination.objects.get(matter=opened.matter)
    assert (first.asked_words, first.asked_at is not None) == ("还有一块地没有补", True)
    third = appointed("方复核", cast.bodies.audit, "leader", "副局长")
    listed = seat(third).get("/desk/judged/").content.decode()
    assert opened.matter.title in listed
    desk = seat(third)
    assert "还有一块地没有补" in desk.get(f"/desk/matters/{opened.matter.code}/").content.decode()
    sent = {"reasonable": "yes", "reason": "第二块地没有补过"}
    assert desk.post(f"/desk/matters/{opened.matter.code}/reasonable/", sent).status_code == 302
    again = client.post("/track/", {"code": "", "key": opened.proof}).content.decode()
    assert "第二块地没有补过" in again
    assert "请求复核" not in again
    assert opened.matter.title not in seat(third).get("/desk/judged/").content.decode()


@row("SG-01", "SG-34")
def test_what_a_request_for_review_says_of_an_official_holds_the_matter_and_reaches_no_page_of_theirs(
    cast: Cast,
) -> None:
    matter = judged(cast, a_matter(cast, now(), "take"))
    asked_for: dict[str, Any] = {"at": now(), "matter_id": matter.id}
    judging.ask_review(by=Viewer.resident(), words="李卫东收了邻居的红包才说我不合理", **asked_for)
    matter.refresh_from_db()
    assert matter.held
    for who in (cast.li, cast.ma, cast.luo):
        assert seat(who).get(f"/desk/matters/{matter.code}/").status_code == 404
    assert asked.waiting(cast.ma.viewer(now())) == []
    other = judged(cast, a_matter(cast, now(), "take", reporter_phone="16000005001"))
    aside.name_subjects(by=cast.zhou.viewer(now()), at=now(), matter_id=other.id, persons=[cast.wu.person_id])
    with pytest.raises(Refused, match="review_none"):
        judging.ask_review(by=Viewer.resident(), at=now(), matter_id=other.id, words="不同意")


@row("SG-01")
def test_of_a_sealed_matter_no_decision_is_told_and_none_is_counted(cast: Cast) -> None:
    matter = judged(cast, a_matter(cast, now(), "take"))
    judging.ask_review(by=Viewer.resident(), at=now(), matter_id=matter.id, words="不同意")
    aside.name_subjects(by=cast.zhou.viewer(now()), at=now(), matter_id=matter.id, persons=[cast.wu.person_id])
    assert list(asked.of_resident(Viewer.resident(), matter.id)) == []
    assert asked.figures(cast.tang.viewer(now())).judged == 0
    assert asked.waiting(cast.tang.viewer(now())) == []


@pytest.mark.once
def test_the_page_asks_as_much_for_one_review_as_for_ten(cast: Cast) -> None:
    client, found = seat(appointed("方复核", cast.bodies.audit, "leader", "副局长")), []
    for many in (1, 9):
        for number in range(many):
            matter = judged(cast, a_matter(cast, now(), "take", subject=f"补偿{many}{number}"))
            judging.ask_review(by=Viewer.resident(), at=now(), matter_id=matter.id, words="第二块地没有补")
        client.get("/desk/judged/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/desk/judged/").content.decode().count("#reasonable") == (1 if many == 1 else 10)
        found.append(len(queries))
    assert found[0] == found[1] <= 12, found
