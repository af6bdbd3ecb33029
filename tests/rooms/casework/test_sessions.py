"""Several bodies settle matters together: members, votes, minutes, tasks; and nobody sits near whom it is about."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from huiyin.casework.actions import aside, sessions
from huiyin.casework.actions.more import add_words
from huiyin.casework.actions.sessions import Ending
from huiyin.casework.models import Matter, Move, Session, SessionMatter, SessionTask
from huiyin.casework.queries import sessions as queries
from huiyin.casework.rules import sessions as rules
from huiyin.casework.rules.sessions import Given
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from tests.cast import Cast, Member
from tests.rooms.casework import spine
from tests.rows import row


def called(cast: Cast, at: datetime, *matters: Matter, members: tuple[Member, ...] = ()) -> Session:
    """Tang calls Ma, and others, to a session on these matters."""
    return sessions.call(
        by=cast.tang.viewer(at),
        at=at,
        kind="joint",
        title="三组供水会办",
        where="县政府二楼",
        meets_at=at + timedelta(days=1),
        members=[one.person_id for one in (members or (cast.ma,))],
        matters=[one.id for one in matters],
    )


def ending(page: queries.SessionPage, tasks: dict[UUID, list[Given]] | None = None, **more: object) -> Ending:
    """What the chair writes."""
    decisions = {item.id: "接临时泵，十二月前换管。" for item in page.items}
    given = {"minutes": "到会三人，一致同意。", "present": [person for person, _, _ in page.members]}
    return Ending(**{**given, "decisions": decisions, "tasks": tasks or {}, **more})  # type: ignore[arg-type]  # as Ending names them


@row("R-174", "R-195", "R-196", "R-197")
def test_a_session_is_called_voted_in_and_ended_with_minutes_and_tasks(cast: Cast, at: datetime) -> None:
    first, second = spine.assigned(cast, at), spine.accepted(cast, at)
    session = called(cast, at, first, second, members=(cast.ma, cast.wu))
    wu = cast.wu.viewer(at)
    page = queries.one(wu, session.id)
    assert {item.code for item in page.items} == {first.code, second.code}
    sessions.vote(by=wu, at=at, item_id=page.items[0].id, word="no", dissent="先查漏")
    sessions.vote(by=wu, at=at, item_id=page.items[0].id, word="yes", dissent="查漏和换泵一起做")
    tang = cast.tang.viewer(at)
    page = queries.one(tang, session.id)
    assert page.items[0].result == {"yes": 1, "no": 0, "abstain": 0}
    assert page.items[0].votes[0].dissent == "查漏和换泵一起做"
    later = at + timedelta(days=1)
    task = Given(cast.bai.person_id, "三天内把临时泵接上", (later + timedelta(days=3)).date())
    sessions.end(
        by=cast.tang.viewer(later), at=later, session_id=session.id, ending=ending(page, {page.items[0].id: [task]})
    )
    assert Move.objects.get(matter=first, step="session").data["minutes"] == "接临时泵，十二月前换管。"
    owed = SessionTask.objects.get()
    with pytest.raises(Missing):
        sessions.finish(by=cast.wu.viewer(later), at=later, task_id=owed.id, note="办了")
    sessions.finish(by=cast.bai.viewer(later), at=later, task_id=owed.id, note="泵接好了，水压正常")
    owed.refresh_from_db()
    assert owed.done_at == later
    with pytest.raises(Refused) as refused:
        sessions.end(by=cast.tang.viewer(later), at=later, session_id=session.id, ending=ending(page))
    assert refused.value.code == "session_over"


@row("SG-01")
def test_who_stands_too_near_cannot_be_called_and_is_given_no_task(cast: Cast, at: datetime) -> None:
    matter = spine.assigned(cast, at)
    aside.recuse(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, person=cast.bai.person_id)
    with pytest.raises(Refused) as refused:
        called(cast, at, matter, members=(cast.ma, cast.bai))
    assert refused.value.code == "conflict_excluded"
    session = called(cast, at, matter)
    page = queries.one(cast.tang.viewer(at), session.id)
    task = Given(cast.bai.person_id, "去办", (at + timedelta(days=3)).date())
    with pytest.raises(Refused) as refused:
        sessions.end(
            by=cast.tang.viewer(at), at=at, session_id=session.id, ending=ending(page, {page.items[0].id: [task]})
        )
    assert refused.value.code == "conflict_excluded"


@row("SG-01")
def test_a_matter_held_later_is_gone_from_the_session_and_one_recused_later_sees_it_no_more(
    cast: Cast, at: datetime
) -> None:
    first, second = spine.assigned(cast, at), spine.assigned(cast, at)
    session = called(cast, at, first, second, members=(cast.ma, cast.wu))
    add_words(by=Viewer.resident(), at=at, matter_id=first.id, words="李卫东收了我的钱，还骂人。")
    aside.recuse(by=cast.zhou.viewer(at), at=at, matter_id=second.id, person=cast.wu.person_id)
    assert not queries.one(cast.wu.viewer(at), session.id).items
    assert [item.code for item in queries.one(cast.tang.viewer(at), session.id).items] == [second.code]
    with pytest.raises(Missing):
        queries.one(cast.li.viewer(at), session.id)


@row("SG-01")
def test_a_session_ends_without_what_was_held_since_and_its_minutes_are_for_who_may_read_all_of_it(
    cast: Cast, at: datetime
) -> None:
    first, second = spine.assigned(cast, at), spine.assigned(cast, at)
    session = called(cast, at, first, second, members=(cast.ma, cast.wu))
    tang = cast.tang.viewer(at)
    add_words(by=Viewer.resident(), at=at, matter_id=first.id, words="李卫东收了我的钱，还骂人。")
    sessions.end(by=tang, at=at, session_id=session.id, ending=ending(queries.one(tang, session.id)))
    assert not SessionMatter.objects.get(matter=first).decision
    third = called(cast, at, second, members=(cast.ma, cast.wu))
    sessions.end(by=tang, at=at, session_id=third.id, ending=ending(queries.one(tang, third.id)))
    assert queries.one(cast.wu.viewer(at), third.id).minutes
    aside.recuse(by=cast.zhou.viewer(at), at=at, matter_id=second.id, person=cast.wu.person_id)
    assert not queries.one(cast.wu.viewer(at), third.id).minutes
    assert queries.one(cast.ma.viewer(at), third.id).minutes


def test_only_the_chair_ends_it_and_only_with_a_word_on_every_matter(cast: Cast, at: datetime) -> None:
    session = called(cast, at, spine.assigned(cast, at))
    page = queries.one(cast.tang.viewer(at), session.id)
    for who, given, code in (
        (cast.ma, ending(page), "session_chair"),
        (cast.tang, ending(page, minutes=""), "needs_minutes"),
        (cast.tang, ending(page, decisions={}), "session_undecided"),
        (cast.tang, ending(page, present=[cast.tang.person_id]), "session_nobody"),
    ):
        with pytest.raises(Refused) as refused:
            sessions.end(by=who.viewer(at), at=at, session_id=session.id, ending=given)
        assert refused.value.code == code
    with pytest.raises(Missing):
        sessions.end(by=cast.li.viewer(at), at=at, session_id=session.id, ending=ending(page))


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"kind": "party"}, "session_kind"),
        ({"title": ""}, "needs_title"),
        ({"members": [UUID(int=1)]}, "session_members"),
        ({"matters": []}, "session_matters"),
    ],
)
def test_what_a_session_needs(given: dict[str, object], code: str) -> None:
    whole = {"kind": "consult", "title": "会商", "members": [UUID(int=1), UUID(int=2)], "matters": [UUID(int=3)]}
    with pytest.raises(Refused, match=code):
        rules.may_call(**{**whole, **given})  # type: ignore[arg-type]  # as may_call names them
