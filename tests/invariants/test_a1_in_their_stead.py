"""What takes two people takes two also where one acts for another: nobody consents to what was done in their name, nor
does a second delegate; and who acted in the stead of one part of a matter has no other (trust.md A1)."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from huiyin.casework.actions import approving, dismissing, extensions, judging, retaining
from huiyin.casework.actions.feedback import call_back
from huiyin.casework.actions.steps import take_step
from huiyin.casework.events import DueFixed, ReplyProposed
from huiyin.casework.models import ReplyDraft
from huiyin.casework.queries import drafts, one, retained
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.kept import Kept
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from huiyin.register.actions import erasure
from huiyin.register.queries import erasure as erasures
from tests import factories as make
from tests.cast import Cast, Member
from tests.interfaces.desk.made import a_matter
from tests.invariants.test_s16_dismissed import WHY, cleared, one_more
from tests.rooms.casework import spine
from tests.rows import row

ROOT = Path(__file__).parents[2] / "huiyin"
KEEP = {"topic": "water", "reason": "要等汛期以后", "reply": "先留着，汛期以后再看。"}


@pytest.fixture(autouse=True)
def _county(cast: Cast) -> None:
    make.put_in_force(at=now())


def as_if(one: Member, other: Member, at: datetime, *verbs: str) -> Viewer:
    """One acting for another, with their own powers and those lent."""
    viewer = one.viewer(at)
    return viewer.but(verbs=viewer.verbs | set(verbs)).acting_for(other.person_id)


@action
def planted(*, by: Viewer, at: datetime, row: Kept) -> None:
    """A row that no action would write so."""
    row.save()
    record(DueFixed(subject=str(row.pk), clock=""), by=by, at=at)


@action
def proposed(*, by: Viewer, at: datetime, draft: ReplyDraft) -> None:
    """A version was put to a second person."""
    record(ReplyProposed(subject=str(draft.matter_id), draft=str(draft.pk), number=draft.number), by=by, at=at)


def viewers(cast: Cast, at: datetime) -> list[Viewer]:
    """Who acted, whom they acted for, and somebody else."""
    return [cast.zhou.viewer(at), cast.sun.viewer(at), cast.zhao.viewer(at)]


def with_powers(one: Member, at: datetime, *verbs: str) -> Viewer:
    viewer = one.viewer(at)
    return viewer.but(verbs=viewer.verbs | set(verbs))


@row("SG-01", "SG-32")
def test_nobody_consents_to_ending_a_complaint_that_was_proposed_in_their_name(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dismissing, "drawn", lambda *_: True)
    at = now()
    matter = cleared(cast, at)
    given = {**WHY, "topic": "water", "nature": "complaint"}
    by = as_if(cast.zhou, cast.sun, at)
    found = dismissing.propose(by=by, at=at, matter_id=matter.id, step="decline", given=given)
    powers = ("matter.held", "matter.see", "matter.approve")
    third = with_powers(cast.tang, at, *powers).but(body_ids=frozenset({cast.bodies.farming}))
    for who, code in (
        (cast.sun.viewer(at), "dismissal_needs_other"),
        (third.acting_for(cast.sun.person_id), "dismissal_needs_other"),
        (one_more(cast.bodies.office).viewer(at), "dismissal_same_body"),
        (one_more(cast.bodies.centre).viewer(at), "dismissal_same_body"),
    ):
        with pytest.raises(Refused, match=code):
            dismissing.decide(by=who, at=at, dismissal_id=found.id, consent=True)
    other = one_more(cast.bodies.audit)
    assert dismissing.decide(by=as_if(other, cast.bai, at), at=at, dismissal_id=found.id, consent=True).consented
    bai = with_powers(cast.bai, at, *powers).but(scopes=cast.sun.viewer(at).scopes)
    for by in (cast.sun.viewer(at), bai):
        with pytest.raises(Refused, match="dismissal_needs_other"):
            dismissing.review(by=by, at=at, dismissal_id=found.id, upheld=True, note="看过")


@row("SG-35", "SG-32")
@pytest.mark.parametrize("complaint", [False, True])
def test_nobody_consents_to_keeping_what_was_proposed_in_their_name(cast: Cast, complaint: bool) -> None:
    at = now()
    matter = cleared(cast, at) if complaint else spine.opened(cast, at).matter
    matter = take_step(by=cast.chen.viewer(at), at=at, matter_id=matter.id, step="accept", given={})
    on = (at + timedelta(days=20)).date()
    given = {**KEEP, "review_date": on, "nature": "need"}
    by = as_if(cast.zhou, cast.sun, at)
    found = retaining.propose(by=by, at=at, matter_id=matter.id, given=given)
    with pytest.raises(Refused, match="retain_needs_other"):
        retaining.decide(by=cast.sun.viewer(at), at=at, retention_id=found.id, consent=True)
    told = {who: retained.filled(who, [found], at, names={}, bodies={})[0].mine for who in viewers(cast, at)}
    assert list(told.values()) == [True, True, False], "the page says who may not, and has no button for them"
    if complaint:
        with pytest.raises(Refused, match="retain_same_body"):
            retaining.decide(by=one_more(cast.bodies.office).viewer(at), at=at, retention_id=found.id, consent=True)
    other = one_more(cast.bodies.audit if complaint else cast.bodies.office).viewer(at)
    assert retaining.decide(by=other, at=at, retention_id=found.id, consent=True).consented


@row("SG-32", "R-178")
def test_who_acted_for_the_handler_has_no_other_part_afterwards(cast: Cast) -> None:
    """Nor grants the handler more time, approves their answer, judges the appeal, or rings the resident."""
    at = now()
    matter = spine.assigned(cast, at)
    take_step(by=as_if(cast.bai, cast.li, at, "matter.accept"), at=at, matter_id=matter.id, step="take", given={})
    bai = with_powers(cast.bai, at, "matter.supervise", "matter.approve", "matter.call_back", "matter.see")
    bai = bai.but(scopes=cast.li.viewer(at).scopes)
    asked = extensions.ask(by=cast.li.viewer(at), at=at, matter_id=matter.id, amount=2, reason="等配件")
    draft = ReplyDraft(matter=matter, number=1, text="修好了", public_text="", by_id=cast.li.person_id, at=at)
    planted(by=make.SYSTEM, at=at, row=draft)
    matter.refresh_from_db()
    matter.supervisor_id = None
    planted(by=make.SYSTEM, at=at, row=matter)
    tries: list[tuple[str, Any]] = [
        ("extension_needs_other", lambda: extensions.decide(by=bai, at=at, extension_id=asked.id, approve=True)),
        ("approve_own", lambda: approving.decide(by=bai, at=at, draft_id=draft.id, approve=True)),
        ("judge_apart", lambda: judging.judge_reasonable(
            by=bai, at=at, matter_id=matter.id, reasonable=False, reason="不合理"
        )),
        ("same_person", lambda: take_step(
            by=bai, at=at, matter_id=matter.id, step="supervise", given={"note": "请抓紧"}
        )),
    ]  # fmt: skip
    for code, act in tries:
        with pytest.raises(Refused, match=code):
            act()
    later = at + timedelta(hours=6)
    given = {"reply": "已经修好了水管，今天起供水正常。", "public_text": "已修好。"}
    take_step(by=cast.li.viewer(later), at=later, matter_id=matter.id, step="answer", given=given)
    with pytest.raises(Refused, match="handler_may_not_call"):
        call_back(by=bai, at=later, matter_id=matter.id, outcome="no_answer")


@row("SG-32")
def test_who_acted_for_one_part_is_not_given_another(cast: Cast) -> None:
    at = now()
    matter = spine.assigned(cast, at)
    take_step(by=as_if(cast.bai, cast.li, at, "matter.accept"), at=at, matter_id=matter.id, step="take", given={})
    take_step(by=cast.li.viewer(at), at=at, matter_id=matter.id, step="transfer", given={"note": "不归我们管"})
    given: dict[str, Any] = {"owner": cast.bodies.town, "handler": cast.li.person_id}
    given |= {"topic": "water", "nature": "problem", "way": "pass_for_handling"}
    zhou = cast.zhou.viewer(at)
    with pytest.raises(Refused, match="same_person"):
        again = {**given, "supervisor": cast.bai.person_id}
        take_step(by=zhou, at=at, matter_id=matter.id, step="assign", given=again)
    other = {**given, "supervisor": cast.zhao.person_id}
    assert take_step(by=zhou, at=at, matter_id=matter.id, step="assign", given=other).supervisor_id


@row("SG-34")
def test_a_review_is_not_by_whom_the_first_decision_was_taken_for(cast: Cast) -> None:
    at = now()
    matter = a_matter(cast, at, "take")
    first = as_if(cast.tang, cast.sun, at)
    judging.judge_reasonable(by=first, at=at, matter_id=matter.id, reasonable=False, reason="不合理")
    judging.ask_review(by=Viewer.resident(), at=at, matter_id=matter.id, words="请再看看")
    sun = with_powers(cast.sun, at, "matter.approve").but(body_ids=frozenset())
    with pytest.raises(Refused, match="judge_apart"):
        judging.review(by=sun, at=at, matter_id=matter.id, reasonable=True, reason="看过")


@row("R-050")
def test_nobody_decides_an_erasure_that_was_asked_for_in_their_name(cast: Cast) -> None:
    at = now()
    found = erasure.ask_erasure(by=as_if(cast.xu, cast.ma, at), at=at, person_id=cast.zhang_id, reason="wish")
    for by in (cast.ma.viewer(at), as_if(cast.sun, cast.ma, at, "register.erase")):
        with pytest.raises(Refused, match="erase_same_person"):
            erasure.decide_erasure(by=by, at=at, erasure_id=found)
    asked = erasures.erasures(cast.ma.viewer(at))
    assert [one.mine for one in asked] == [True], "the page has no button to carry it out for them"


@row("SG-32")
def test_the_page_of_an_answer_says_that_it_was_sent_in_ones_name(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    at = now()
    matter = spine.assigned(cast, at)
    monkeypatch.setattr("huiyin.programme.schema.replies.Approval.needed", lambda *_, **__: True)
    draft = ReplyDraft(matter=matter, number=1, text="修好了", public_text="", by_id=cast.chen.person_id, at=at)
    planted(by=make.SYSTEM, at=at, row=draft)
    proposed(by=as_if(cast.chen, cast.zhao, at), at=at, draft=draft)
    told = []
    for who in (cast.zhao, cast.zhou):
        viewer = with_powers(who, at, "matter.approve", "matter.see")
        page = drafts.drafts(viewer, one.by_code(viewer, matter.code, at))
        told.append((page.may_decide, page.lent))
    assert told == [(False, True), (True, False)]


def test_whoever_decides_after_another_is_asked_for_in_one_place() -> None:
    """A comparison with who did the first half, written beside `core.four_eyes`, forgets whom they acted for."""
    own = re.compile(r"by\.persons & \{[^}]*by_id|by\.person_id (?:==|!=|in) [^\n]*by_id|by_id (?:==|in) by\.person")
    found = [str(path) for path in ROOT.glob("*/actions/*.py") if own.search(path.read_text(encoding="utf-8"))]
    assert [one for one in found if not one.endswith("casework/actions/signals.py")] == []
