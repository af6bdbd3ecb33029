"""Comments under an entry of a wall: who looks, what stands, what goes another way, who answers and by when (R-348)."""

from datetime import datetime, timedelta

import pytest
from django.db import connection

from huiyin.casework.actions.feedback import resident_word
from huiyin.casework.actions.more import add_words
from huiyin.casework.models import Matter
from huiyin.casework.queries import nudges, track
from huiyin.core import audit, worker
from huiyin.core.models import Event
from huiyin.core.sealing import seal_now
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.publication import ticks
from huiyin.publication.actions import comments, notices
from huiyin.publication.models import Comment, Notice
from huiyin.publication.queries import comments as asked
from huiyin.publication.queries import desk_comments, entries, walls
from tests.cast import COUNTY, HUAISHUPING, LIUWAN, Cast, Member
from tests.rooms.publication import made
from tests.rows import row

pytestmark = pytest.mark.django_db
ANYBODY = Viewer.resident()
SLIP = "5" * 32
WORDS = "泵是换了，三组的管子还漏着水。"


@pytest.fixture
def notice(cast: Cast, at: datetime) -> Notice:
    """What stands on the wall of the village since two days."""
    return made.published(cast, at)


@pytest.fixture
def later(at: datetime) -> datetime:
    """A day after it was put up."""
    return at + timedelta(days=3)


def said(notice: Notice, at: datetime, words: str = WORDS, slip: str = SLIP) -> Comment:
    found = comments.say(by=ANYBODY, at=at, notice_id=notice.id, said=words, slip=slip)
    assert found is not None
    return found


def shown(cast: Cast, notice: Notice, at: datetime, words: str = WORDS) -> Comment:
    return comments.show(by=cast.zhou.viewer(at), at=at, comment_id=said(notice, at, words).id)


@row("R-348")
def test_a_comment_stands_once_a_second_person_looked_and_the_unit_in_charge_answers(
    cast: Cast, notice: Notice, later: datetime
) -> None:
    comment = said(notice, later)
    assert entries.entry(ANYBODY, notice.id, later).comments == []
    comments.show(by=cast.zhou.viewer(later), at=later, comment_id=comment.id)
    (standing,) = entries.entry(ANYBODY, notice.id, later).comments
    assert (standing.text, standing.office, standing.answer) == (WORDS, "", "")
    comments.answer(by=cast.li.viewer(later), at=later, comment_id=comment.id, said="三组的支管周五换。")
    (standing,) = entries.entry(ANYBODY, notice.id, later).comments
    assert standing.answer == "三组的支管周五换。"
    assert walls.wall(ANYBODY, HUAISHUPING, later).done[0].said == asked.Under(1, 0)
    told = (
        Event.objects.filter(name__startswith="publication.comment").order_by("at", "id").values_list("name", flat=True)
    )
    assert list(told) == [f"publication.comment_{name}" for name in ("made", "judged", "answered")]


@row("R-348", "SG-08")
@pytest.mark.parametrize("who", ["li", "ma"])
def test_neither_the_handler_nor_their_unit_sees_what_waits_and_nobody_else_may_answer(
    cast: Cast, notice: Notice, later: datetime, who: str
) -> None:
    comment = said(notice, later)
    near = getattr(cast, who).viewer(later).but(verbs=frozenset({"matter.see", "matter.publish"}))
    assert desk_comments.listed(near, later, state="waiting").rows == []
    with pytest.raises(Missing):
        comments.show(by=near, at=later, comment_id=comment.id)
    comments.show(by=cast.sun.viewer(later), at=later, comment_id=comment.id)
    with pytest.raises(Refused, match="comment_not_yours"):
        comments.answer(
            by=cast.chen.viewer(later).but(scopes=near.scopes), at=later, comment_id=comment.id, said="换了。"
        )


@row("R-348", "SG-08")
def test_who_handles_the_matter_from_another_office_by_now_does_not_judge_either(
    cast: Cast, notice: Notice, later: datetime
) -> None:
    """The unit of the notice is the town's; the person who handles it counts as well."""
    comment = said(notice, later)
    lent = cast.zhou.viewer(later).acting_for(cast.li.person_id)
    with pytest.raises((Missing, Refused)):
        comments.show(by=lent, at=later, comment_id=comment.id)
    assert Comment.objects.get(id=comment.id).state == "waiting"


@row("R-348", "SG-46")
def test_a_refusal_needs_a_reason_of_the_programme_and_is_counted_in_public_where_few_tell_nothing(
    cast: Cast, notice: Notice, later: datetime
) -> None:
    comment = said(notice, later)
    zhou = cast.zhou.viewer(later)
    with pytest.raises(Refused, match="value_unknown"):
        comments.refuse(by=zhou, at=later, comment_id=comment.id, reason="不想看")
    comments.refuse(by=zhou, at=later, comment_id=comment.id, reason="unrelated")
    with pytest.raises(Refused, match="already_done"):
        comments.show(by=zhou, at=later, comment_id=comment.id)
    for sums in (entries.entry(ANYBODY, notice.id, later).sums, walls.wall(ANYBODY, HUAISHUPING, later).comments):
        assert sums is not None
        assert (sums.shown, sums.kept_off, sums.refused) == (0, None, ())
    county = asked.sums(ANYBODY, COUNTY, later)
    assert 0 < (county.kept_off or 0) < county.least and county.refused == ()
    reasons = [("refused", "unrelated", 10, 0, 0), ("refused", "abuse", 9, 0, 0)]
    assert asked.summed(reasons, later, county=True).refused == ()
    assert asked.summed(reasons[:1], later, county=True).refused == [("说的不是这件事", 10)]
    found = asked.by_proof(ANYBODY, track.proof_of(ANYBODY, SLIP), later)
    assert (found.state, found.reason) == ("refused", "说的不是这件事")


@row("R-348", "SG-20", "SG-21")
def test_what_tells_who_somebody_is_never_stands_and_trying_names_tells_nothing(
    cast: Cast, notice: Notice, later: datetime
) -> None:
    with pytest.raises(Refused, match="notice_names"):
        said(notice, later, "打 16000001234 问问")
    asker, other = said(notice, later, "是张丽华提的吧"), said(notice, later, "是王小二提的吧", slip="6" * 32)
    assert (asker.state, other.state) == ("waiting", "waiting")  # the same answer, whoever asked
    with pytest.raises(Refused, match="notice_names"):
        comments.show(by=cast.zhou.viewer(later), at=later, comment_id=asker.id)
    assert desk_comments.one(cast.zhou.viewer(later), asker.id, later).names


@row("R-348", "SG-01")
def test_what_is_about_an_official_is_a_held_matter_and_no_word_of_it_a_comment(
    cast: Cast, notice: Notice, later: datetime
) -> None:
    assert comments.say(by=ANYBODY, at=later, notice_id=notice.id, said="罗大勇收了红包才肯修", slip=SLIP) is None
    assert not Comment.objects.exists()
    found = track.by_proof(ANYBODY, track.proof_of(ANYBODY, SLIP), later)
    assert Matter.objects.get(id=found.id).held


@row("R-348", "SG-01")
def test_a_complaint_that_only_a_person_sees_goes_the_same_way_and_the_receipt_opens_it(
    cast: Cast, notice: Notice, later: datetime
) -> None:
    comment = said(notice, later, "管这个的亲戚家先通的水")
    before = walls.wall(ANYBODY, HUAISHUPING, later).comments
    comments.hand_on(by=cast.zhou.viewer(later), at=later, comment_id=comment.id)
    kept = Comment.objects.get(id=comment.id)
    assert (kept.text, kept.proof_key, kept.matter_id, kept.reporter_key) == ("", None, None, None)
    assert walls.wall(ANYBODY, HUAISHUPING, later).comments == before  # no number tells of it
    found = track.by_proof(ANYBODY, track.proof_of(ANYBODY, SLIP), later)
    matter = Matter.objects.get(id=found.id)
    assert (matter.held, matter.nature, found.text) == (True, "complaint", "管这个的亲戚家先通的水")
    assert matter.moves.get().by_id is None  # in the name of nobody who read it
    assert desk_comments.listed(cast.zhou.viewer(later), later, state="refused").rows == []


@row("R-348")
def test_an_office_speaks_under_its_name_but_not_about_its_own_work(
    cast: Cast, notice: Notice, later: datetime
) -> None:
    with pytest.raises(Refused, match="comment_own"):
        comments.say_of_office(by=cast.li.viewer(later), at=later, notice_id=notice.id, said="修好了。")
    with pytest.raises(Refused, match="speaks_of_official"):
        comments.say_of_office(by=cast.zhao.viewer(later), at=later, notice_id=notice.id, said="罗大勇不作为")
    row = comments.say_of_office(by=cast.zhao.viewer(later), at=later, notice_id=notice.id, said="两处接头没有包好。")
    comments.show(by=cast.zhou.viewer(later), at=later, comment_id=row.id)
    (standing,) = entries.entry(ANYBODY, notice.id, later).comments
    assert standing.office
    assert "赵敏" not in repr(standing)
    with pytest.raises(Refused, match="comment_of_office"):
        comments.hand_on(
            by=cast.zhou.viewer(later),
            at=later,
            comment_id=comments.say_of_office(
                by=cast.zhao.viewer(later), at=later, notice_id=notice.id, said="再看一处。"
            ).id,
        )


@row("R-348")
def test_where_no_unit_is_in_charge_whoever_publishes_answers(cast: Cast, notice: Notice, later: datetime) -> None:
    comment = shown(cast, notice, later)
    zhou, sun = cast.zhou.viewer(later), cast.sun.viewer(later)
    with pytest.raises(Refused, match="comment_not_yours"):
        comments.answer(by=sun, at=later, comment_id=comment.id, said="镇里在办。")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE casework_matter SET owner_body_id = NULL")
    assert desk_comments.one(zhou, comment.id, later).answers
    with pytest.raises(Refused, match="comment_not_yours"):
        comments.answer(by=cast.li.viewer(later), at=later, comment_id=comment.id, said="在办。")
    comments.answer(by=sun, at=later, comment_id=comment.id, said="正在定由谁来办。")
    assert entries.entry(ANYBODY, notice.id, later).comments[0].answer == "正在定由谁来办。"


@row("R-348")
def test_what_is_not_looked_at_or_answered_in_time_is_said(cast: Cast, notice: Notice, later: datetime) -> None:
    shown(cast, notice, later)
    said(notice, later, "再说一句", slip="7" * 32)
    far = later + timedelta(days=20)
    assert entries.entry(ANYBODY, notice.id, far).comments[0].late
    county, village = walls.wall(ANYBODY, COUNTY, far).comments, walls.wall(ANYBODY, HUAISHUPING, far).comments
    assert county is not None
    assert village is not None
    assert (county.unanswered_late, county.waiting, county.waiting_late) == (1, 1, 1)
    assert village.waiting is None  # one that waits and is then nowhere would tell of a complaint
    late = desk_comments.listed(cast.zhou.viewer(far), far, state="waiting", late=True)
    assert [one.text for one in late.rows] == ["再说一句"]
    assert desk_comments.listed(cast.zhou.viewer(later), later, state="waiting", late=True).rows == []


@row("R-348")
def test_nothing_is_said_under_what_is_not_on_the_wall(cast: Cast, notice: Notice, later: datetime) -> None:
    comment = shown(cast, notice, later)
    notices.withdraw(by=cast.zhou.viewer(later), at=later, notice_id=notice.id, reason="写错了")
    with pytest.raises(Missing):
        said(notice, later)
    with pytest.raises(Missing):
        entries.entry(ANYBODY, notice.id, later)
    with pytest.raises(Missing):
        comments.answer(by=cast.li.viewer(later), at=later, comment_id=comment.id, said="换了。")


@row("R-348")
def test_a_comment_changed_by_hand_is_named_by_the_audit(cast: Cast, notice: Notice, later: datetime) -> None:
    comment = shown(cast, notice, later)
    seal_now(later)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE publication_comment SET text = 'x'")
    assert f"publication.comment:{comment.id}" in str(audit.verify(later).told())


@row("R-348")
def test_the_desk_turns_pages_and_none_is_lost_between_them(
    cast: Cast, notice: Notice, later: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_comments, "PAGE", 2)
    for number in range(5):
        said(notice, later, f"第{number}句", slip=str(number) * 32)
    zhou, after, found = cast.zhou.viewer(later), "", []
    for _ in range(3):
        page = desk_comments.listed(zhou, later, state="waiting", after=after)
        found += [one.text for one in page.rows]
        after = page.after
    assert (len(set(found)), len(found), after, page.counts["waiting"]) == (5, 5, "", 5)


@row("R-348", "SG-48")
def test_the_words_of_what_was_kept_off_go_when_the_countys_months_are_up(
    cast: Cast, notice: Notice, later: datetime
) -> None:
    zhou = cast.zhou.viewer(later)
    for number, words in enumerate((WORDS, "说的不是这件。")):
        one = comments.say(by=ANYBODY, at=later, notice_id=notice.id, said=words, slip=f"{number}" * 32)
        assert one is not None
        if number:
            comments.refuse(by=zhou, at=later, comment_id=one.id, reason="unrelated")
    assert ticks.refused_words_no_longer_kept(later + timedelta(days=80)) == 0
    months = later + timedelta(days=100)
    assert ticks.refused_words_no_longer_kept(months) == 1
    assert ticks.refused_words_no_longer_kept(months) == 0
    assert set(Comment.objects.values_list("state", "text", "reason")) == {
        ("waiting", WORDS, ""),
        ("refused", "", "unrelated"),
    }
    assert asked.sums(ANYBODY, COUNTY, later).kept_off == 1
    assert desk_comments.listed(cast.zhou.viewer(months), months, state="refused").rows == []
    assert asked.by_proof(ANYBODY, track.proof_of(ANYBODY, "1" * 32), months).state == "refused"
    seal_now(months)
    assert audit.verify(months, language="en").told() == []


def told(member: Member, at: datetime) -> list[str]:
    """What somebody's bell says of comments, oldest first."""
    worker.drain(at)
    rows = nudges.listed(member.viewer(at), at).rows
    return [one.kind for one in reversed(rows) if one.of_wall]


@row("R-348", "SG-01")
def test_who_is_to_look_and_who_may_answer_are_told_once_a_day_and_nobody_else(
    cast: Cast, notice: Notice, later: datetime
) -> None:
    shown(cast, notice, later)
    another = said(notice, later, "还有一处也漏。", slip="6" * 32)
    comments.show(by=cast.zhou.viewer(later), at=later, comment_id=another.id)
    said(notice, later, "第三处。", slip="7" * 32)
    assert told(cast.zhou, later) == ["comment_waits"], "three comments, one notice"
    assert told(cast.li, later) == ["comment_owed"], "the unit in charge, which does not look"
    assert told(cast.chen, later) == told(cast.wu, later) == []
    next_day = later + timedelta(days=1)
    said(notice, next_day, "又一天。", slip="8" * 32)
    assert told(cast.zhou, next_day) == ["comment_waits"] * 2
    resident_word(by=ANYBODY, at=next_day, matter_id=notice.matter_id, source="web", solved="no", words="又没水了")
    add_words(by=ANYBODY, at=next_day, matter_id=notice.matter_id, words="罗大勇收了钱才给水")
    assert Matter.objects.get(id=notice.matter_id).held
    assert told(cast.zhou, next_day) == told(cast.li, next_day) == [], "nothing of a matter that is held by then"


def hold(notice: Notice, at: datetime) -> None:
    """The matter behind an entry is taken up again, and what its resident adds is about an official."""
    resident_word(by=ANYBODY, at=at, matter_id=notice.matter_id, source="web", solved="no", words="又没水")
    add_words(by=ANYBODY, at=at, matter_id=notice.matter_id, words="罗大勇收了红包才肯修")


@row("SG-01", "R-348")
def test_what_was_said_under_an_entry_that_is_kept_apart_by_now_is_in_no_sum_and_on_no_list(
    cast: Cast, notice: Notice, later: datetime
) -> None:
    """A number beside fewer entries, or words without theirs, would tell that somebody complained there."""
    other = made.published(cast, later - timedelta(days=3), text="二组的路灯不亮。")
    for one, slip in ((notice, SLIP), (other, "7" * 32)):
        comments.show(by=cast.zhou.viewer(later), at=later, comment_id=said(one, later, slip=slip).id)
    said(notice, later, "还有人等。", slip="8" * 32)
    county = asked.sums(ANYBODY, COUNTY, later)
    assert (county.shown, county.waiting) == (2, 1)
    hold(notice, later)
    for place in (HUAISHUPING, LIUWAN, COUNTY):
        sums = asked.sums(ANYBODY, place, later)
        assert (sums.shown, sums.unanswered) == (1, 1)
    assert asked.sums(ANYBODY, COUNTY, later).waiting == 0
    li = desk_comments.listed(cast.li.viewer(later), later, state="unanswered")
    assert [one.asked for one in li.rows] == [other.asked]
    assert li.counts["unanswered"] == 1
    assert not asked.by_proof(ANYBODY, track.proof_of(ANYBODY, SLIP), later).stands
    assert asked.by_proof(ANYBODY, track.proof_of(ANYBODY, "7" * 32), later).stands
