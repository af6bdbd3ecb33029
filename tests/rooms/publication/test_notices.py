"""From a closed matter to the wall: drafted by itself, read by somebody else, never with a name in it."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import models

from huiyin.casework.actions.aside import name_subjects
from huiyin.casework.actions.feedback import resident_word
from huiyin.casework.actions.more import add_words
from huiyin.casework.models import Matter
from huiyin.core.models import Event
from huiyin.core.worker import drain
from huiyin.programme.refusal import Missing, Refused
from huiyin.publication.actions import notices
from huiyin.publication.models import Notice
from tests.cast import HUAISHUPING, LIUWAN, Cast
from tests.rooms.publication import made
from tests.rows import row

pytestmark = pytest.mark.django_db


def refusal(run: object, **options: object) -> str:
    with pytest.raises(Refused) as caught:
        run(**options)  # type: ignore[operator]  # an action
    return caught.value.code


@row("R-339", "R-346")
def test_a_closed_matter_drafts_itself_and_nobody_outside_sees_it_yet(cast: Cast, at: datetime) -> None:
    draft = made.drafted(cast, at)
    assert (draft.state, draft.topic, draft.place_code) == ("draft", "water", HUAISHUPING)
    assert draft.asked == "三组的自来水一到傍晚就没有了"
    assert draft.done == made.REPLY
    assert list(Event.objects.filter(name__startswith="publication.").values_list("name", flat=True)) == [
        "publication.notice_drafted"
    ]


@row("SG-20", "SG-21")
def test_names_phones_and_doors_of_the_matter_are_not_in_the_draft(cast: Cast, at: datetime) -> None:
    draft = made.drafted(
        cast,
        at,
        text="张丽华家（三组12号，电话16000001234）的水表坏了。",
        reply="已给张大娘家换表，有事打 16000001234，三组12号门口的闸也修了。",
    )
    for text in (draft.asked, draft.done):
        assert not any(piece in text for piece in ("张丽华", "张大娘", "1234", "12号"))


@row("R-346")
def test_the_handler_does_not_publish_their_own_matter(cast: Cast, at: datetime) -> None:
    draft = made.drafted(cast, at)
    later = at + timedelta(days=2)
    assert refusal(notices.publish, by=cast.li.viewer(later), at=later, notice_id=draft.id) == "not_allowed"
    notices.publish(by=cast.sun.viewer(later), at=later, notice_id=draft.id)
    assert Notice.objects.get(id=draft.id).published_by_id == cast.sun.person_id


@row("R-346", "SG-20")
def test_who_handled_it_may_not_publish_it_with_the_verb_either(cast: Cast, at: datetime) -> None:
    draft = made.drafted(cast, at)
    later = at + timedelta(days=2)
    li = replace(cast.li.viewer(later), verbs=cast.li.viewer(later).verbs | {"matter.publish"})
    assert refusal(notices.publish, by=li, at=later, notice_id=draft.id) == "notice_own"


@row("SG-20")
@pytest.mark.parametrize("words", ["张丽华家的水", "打 160 0000 1234", "三组12号的水", "小张家的水"])
def test_words_that_still_tell_who_it_is_do_not_go_up(cast: Cast, at: datetime, words: str) -> None:
    draft = made.drafted(cast, at)
    later = at + timedelta(days=2)
    lines = notices.Lines(asked=words, done="修好了")
    assert (
        refusal(notices.edit, by=cast.zhou.viewer(later), at=later, notice_id=draft.id, lines=lines) == "notice_names"
    )


@row("SG-20", "SG-23")
def test_what_was_said_in_confidence_is_not_copied_and_stands_at_town_level(cast: Cast, at: datetime) -> None:
    draft = made.drafted(cast, at, disclosure="confidential")
    assert (draft.asked, draft.done, draft.place_code) == ("", "", LIUWAN)
    later = at + timedelta(days=2)
    assert refusal(notices.publish, by=cast.zhou.viewer(later), at=later, notice_id=draft.id) == "needs_asked"


@row("SG-20")
def test_what_it_is_called_by_the_day_it_goes_up_decides(cast: Cast, at: datetime) -> None:
    draft = made.drafted(cast, at)
    later = at + timedelta(days=2)

    def called(topic: str) -> None:
        models.QuerySet(Matter).filter(id=draft.matter_id).update(topic=topic)

    called("conduct")
    assert refusal(notices.publish, by=cast.sun.viewer(later), at=later, notice_id=draft.id) == "notice_never"
    called("dispute")
    notices.publish(by=cast.sun.viewer(later), at=later, notice_id=draft.id)
    draft.refresh_from_db()
    assert (draft.state, draft.place_code) == ("published", LIUWAN)


@row("SG-20")
def test_who_serves_nearby_is_not_named_in_the_draft_though_they_had_no_part_in_it(cast: Cast, at: datetime) -> None:
    assert "罗大勇" not in made.drafted(cast, at, reply="村支书罗大勇带人换了泵。").done


@row("SG-20")
def test_disputes_between_neighbours_stand_at_town_level_only(cast: Cast, at: datetime) -> None:
    assert made.drafted(cast, at, text="地界说不清", topic="dispute").place_code == LIUWAN


def test_topics_and_natures_that_are_held_back_get_no_draft(cast: Cast, at: datetime) -> None:
    matters = [
        made.closed(cast, at, text="账目不公开", topic="conduct"),
        made.closed(cast, at, text="谢谢修路的人", nature="thanks"),
    ]
    drain(at + timedelta(days=2))
    assert [made.states(matter.id) for matter in matters] == [[], []]


def test_delivered_twice_it_is_drafted_once(cast: Cast, at: datetime) -> None:
    matter = made.closed(cast, at)
    later = at + timedelta(days=2)
    drain(later)
    assert refusal(notices.draft, by=cast.zhou.viewer(later), at=later, matter_id=matter.id) == "notice_exists"
    assert made.states(matter.id) == ["draft"]


@row("R-346")
def test_a_clerk_may_draft_an_answered_matter_before_it_is_closed(cast: Cast, at: datetime) -> None:
    matter = made.answered(cast, at)
    later = at + timedelta(days=1, hours=1)
    draft = notices.draft(by=cast.zhou.viewer(later), at=later, matter_id=matter.id)
    assert draft.drafted_by_id == cast.zhou.person_id
    assert refusal(notices.draft, by=cast.li.viewer(later), at=later, matter_id=matter.id) == "not_allowed"


def test_a_matter_in_hand_is_too_early(cast: Cast, at: datetime) -> None:
    matter = made.working(cast, at)
    assert refusal(notices.draft, by=cast.zhou.viewer(at), at=at, matter_id=matter.id) == "notice_early"


def test_two_who_edit_at_once_learn_of_each_other(cast: Cast, at: datetime) -> None:
    draft = made.drafted(cast, at)
    later = at + timedelta(days=2)
    lines = notices.Lines(asked="傍晚没有水", done="换了泵")
    notices.edit(by=cast.zhou.viewer(later), at=later, notice_id=draft.id, lines=lines, seen=1)
    assert (
        refusal(notices.edit, by=cast.sun.viewer(later), at=later, notice_id=draft.id, lines=lines, seen=1) == "stale"
    )


@row("R-346")
def test_taking_down_asks_for_a_reason_and_keeps_the_row(cast: Cast, at: datetime) -> None:
    notice = made.published(cast, at)
    later = at + timedelta(days=3)
    zhou = cast.zhou.viewer(later)
    assert refusal(notices.withdraw, by=zhou, at=later, notice_id=notice.id, reason=" ") == "needs_reason"
    notices.withdraw(by=zhou, at=later, notice_id=notice.id, reason="写错了村")
    assert made.states(notice.matter_id) == ["withdrawn"]


@row("SG-01", "SG-20")
def test_a_matter_that_turns_out_to_be_about_somebody_leaves_the_wall(cast: Cast, at: datetime) -> None:
    notice = made.published(cast, at)
    later = at + timedelta(days=3)
    # Held first by what the resident adds when it goes wrong again; then a dispatcher names the subject.
    name_subjects(by=cast.zhou.viewer(later), at=later, matter_id=_held(notice, later), persons=[cast.luo.person_id])
    drain(later)
    assert Matter.objects.get(id=notice.matter_id).sealed
    assert made.states(notice.matter_id) == ["withdrawn"]


def _held(notice: Notice, at: datetime) -> UUID:
    resident_word(by=made.RESIDENT, at=at, matter_id=notice.matter_id, source="web", solved="no", words="又没水了")
    add_words(by=made.RESIDENT, at=at, matter_id=notice.matter_id, words="罗大勇收了钱才给水")
    return notice.matter_id


def test_a_dispatcher_of_another_county_finds_no_notice(cast: Cast, at: datetime) -> None:
    draft = made.drafted(cast, at)
    later = at + timedelta(days=2)
    with pytest.raises(Missing):
        notices.publish(by=cast.zheng.viewer(later), at=later, notice_id=draft.id)
