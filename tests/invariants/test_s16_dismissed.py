"""A complaint is declined by two people of two bodies, none of them near whom it is about (trust.md S16)."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client

from huiyin.casework.actions import aside, dismissing, held, joining
from huiyin.casework.actions.intake import Words, open_matter
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import Dismissal, Matter, Reply
from huiyin.casework.queries import dismissing as ask
from huiyin.core.models import Event
from huiyin.core.now import now
from huiyin.core.rowlevel import OPEN, looking_as
from huiyin.programme.drawing import drawn
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import staff
from tests import factories as make
from tests.cast import COUNTY, HUAISHUPING, Cast, Member
from tests.interfaces.desk.seat import seat
from tests.interfaces.public import asking
from tests.interfaces.public.test_track import SLIP, proof_of
from tests.rooms.casework import compartment as keys
from tests.rooms.casework import spine
from tests.rooms.casework.compartment import ABOUT_LI
from tests.rooms.casework.test_dispute_kin import kin
from tests.rows import row

pytestmark = pytest.mark.django_db
WHY = {"reason": "同一件事已经查过", "reply": "这件事三月查过，没有新的情况。"}


@pytest.fixture(autouse=True)
def _county(cast: Cast) -> None:
    make.put_in_force(at=now())


def complaint(cast: Cast, at: datetime, text: str = ABOUT_LI) -> Matter:
    """About Li, named by Zhou, sealed and not handed on."""
    words = Words(text=text, channel="web", place_code=HUAISHUPING, slip=SLIP)
    matter = open_matter(by=cast.chen.viewer(at), at=at, words=words).matter
    return aside.name_subjects(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, persons=[cast.li.person_id])


def cleared(cast: Cast, at: datetime) -> Matter:
    """Held, and found to be about nobody in office by one dispatcher."""
    words = Words(text=ABOUT_LI, channel="web", place_code=HUAISHUPING, slip=SLIP)
    matter = open_matter(by=cast.chen.viewer(at), at=at, words=words).matter
    return aside.clear(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, note="说的是别处的人")


def proposed(cast: Cast, at: datetime, matter: Matter, **more: Any) -> Dismissal:
    return dismissing.propose(
        by=cast.zhou.viewer(at), at=at, matter_id=matter.id, step="decline", given={**WHY, **more}
    )


def dismissed(cast: Cast, at: datetime, matter: Matter) -> Dismissal:
    found = proposed(cast, at, matter)
    return dismissing.decide(by=cast.sun.viewer(at), at=at, dismissal_id=found.id, consent=True)


def one_more(body: UUID) -> Member:
    """A third dispatcher."""
    made = make.an_official(body, name="钱进", role="dispatcher", title="派单员")
    assert made.account_id is not None
    return Member("钱进", made.person_id, made.official_id, made.post_id, made.account_id, body)


def everybody(cast: Cast) -> list[Member]:
    return [one for one in vars(cast).values() if isinstance(one, Member)]


@row("SG-01", "SG-32")
@pytest.mark.parametrize("made", [complaint, cleared])
def test_nobody_alone_declines_what_was_ever_held(cast: Cast, made: Any) -> None:
    at = now()
    matter = made(cast, at)
    for step in ("decline", "pass"):
        for who in everybody(cast):
            given = {**WHY, "way": "pass_for_reading", "bodies": [cast.bodies.farming], "topic": "water"}
            with pytest.raises((Refused, Missing)):
                take_step(by=who.viewer(at), at=at, matter_id=matter.id, step=step, given=given)
    with pytest.raises(Refused, match="complaint_needs_two"):
        take_step(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, step="decline", given=WHY)
    if not matter.sealed:  # nor by calling it something else first
        as_else = {"topic": "water", "nature": "problem", "way": "direct_answer"}
        take_step(by=cast.chen.viewer(at), at=at, matter_id=matter.id, step="classify", given=as_else)
        with pytest.raises(Refused, match="complaint_needs_two"):
            take_step(by=cast.chen.viewer(at), at=at, matter_id=matter.id, step="decline", given=WHY)
    matter.refresh_from_db()
    assert matter.closed_at is None and not matter.replies.exists()


@row("SG-01", "SG-32")
def test_nobody_alone_only_passes_on_what_was_ever_held(cast: Cast) -> None:
    """By the step with all it asks for, so that nothing else refuses it."""
    at = now()
    matter, zhou = cleared(cast, at), cast.zhou.viewer(at)
    given = {**WHY, "way": "pass_for_reading", "bodies": [cast.bodies.farming], "topic": "water", "nature": "problem"}
    take_step(by=zhou, at=at, matter_id=matter.id, step="accept", given={})
    with pytest.raises(Refused, match="complaint_needs_two"):
        take_step(by=zhou, at=at, matter_id=matter.id, step="pass", given=given)
    ordinary = spine.opened(cast, at).matter
    take_step(by=zhou, at=at, matter_id=ordinary.id, step="accept", given={})
    assert take_step(by=zhou, at=at, matter_id=ordinary.id, step="pass", given=given).state == "passed"


@row("SG-01", "SG-32")
def test_only_another_person_of_another_body_consents(cast: Cast) -> None:
    at = now()
    matter = complaint(cast, at)
    found = proposed(cast, at, matter)
    matter.refresh_from_db()
    assert matter.state == "received"
    colleague = one_more(cast.bodies.centre)
    near = colleague.viewer(at)
    for by, code in ((cast.zhou.viewer(at), "dismissal_needs_other"), (near, "dismissal_same_body")):
        with pytest.raises(Refused, match=code):
            dismissing.decide(by=by, at=at, dismissal_id=found.id, consent=True)
    with pytest.raises(Refused, match="needs_refusal"):
        dismissing.decide(by=cast.sun.viewer(at), at=at, dismissal_id=found.id, consent=False)
    dismissing.decide(by=cast.sun.viewer(at), at=at, dismissal_id=found.id, consent=False, refusal="还没有查过")
    matter.refresh_from_db()
    assert (matter.state, matter.closed_at) == ("received", None)
    again = dismissed(cast, at, matter)
    matter.refresh_from_db()
    assert matter.state == "declined" and again.consented


@row("SG-01", "SG-32")
def test_nobody_is_of_another_body_because_one_of_the_two_was_moved_since(cast: Cast) -> None:
    """On the very day of the move too."""
    at = now()
    found, colleague = proposed(cast, at, complaint(cast, at)), one_more(cast.bodies.centre)
    to: dict[str, Any] = {"body_id": cast.bodies.audit, "role": "dispatcher", "title": "派单员", "place_code": COUNTY}
    staff.transfer(by=make.SYSTEM, at=at, post_id=cast.zhou.post_id, **to)
    with pytest.raises(Refused, match="dismissal_same_body"):
        dismissing.decide(by=colleague.viewer(at), at=at, dismissal_id=found.id, consent=True)
    later = at + timedelta(days=2)
    with pytest.raises(Refused, match="dismissal_same_body"):
        dismissing.decide(by=colleague.viewer(later), at=later, dismissal_id=found.id, consent=True)
    assert dismissing.decide(by=cast.sun.viewer(later), at=later, dismissal_id=found.id, consent=True).consented


@row("SG-01")
def test_whoever_comes_to_stand_near_the_subject_has_no_part_in_it_at_the_next_request(cast: Cast) -> None:
    at = now()
    matter = complaint(cast, at)
    found = proposed(cast, at, matter)
    assert [one.id for one in ask.waiting(cast.sun.viewer(at))] == [found.id]
    kin(cast.li.person_id, cast.sun)
    with pytest.raises(Missing):
        dismissing.decide(by=cast.sun.viewer(now()), at=now(), dismissal_id=found.id, consent=True)
    with pytest.raises(Missing):
        ask.dismissal(cast.sun.viewer(now()), found.id, now())
    assert not ask.waiting(cast.sun.viewer(now()))
    for who in (cast.li, cast.ma, cast.luo):
        assert not ask.waiting(who.viewer(now())), who.name


@row("SG-01", "R-209")
def test_the_resident_reads_why_and_takes_it_up_again_by_a_word(cast: Cast, client: Client) -> None:
    at = now()
    matter = complaint(cast, at)
    dismissed(cast, at, matter)
    page = asking.opened(client, proof_of())
    assert WHY["reason"] in page and WHY["reply"] in page and "不同意不办？" in page
    form = {"proof": proof_of(), "again": str(uuid4()), "words": "没有人来查过"}
    assert "这件事重新办" in client.post("/track/objection/", form).content.decode()
    with looking_as(OPEN):
        found, again = Dismissal.objects.get(matter=matter), Matter.objects.get(id=matter.id)
    assert (again.state, found.ended_why, found.objection) == ("reopened", "objected", "没有人来查过")
    assert again.sealed


@row("SG-01")
def test_every_one_that_is_ended_so_has_its_answer_and_its_events(cast: Cast) -> None:
    at = now()
    for made in (complaint(cast, at), spine_held(cast, at)):
        found = dismissed(cast, at, made)
        told = [one.data for one in Event.objects.filter(name="casework.dismissal_decided", subject=str(made.id))]
        assert [one["dismissal"] for one in told] == [str(found.id)]
        assert Reply.objects.filter(matter=made, text=WHY["reply"]).count() == 1
        assert Event.objects.filter(name="casework.matter_answered", subject=str(made.id)).count() == 1


def spine_held(cast: Cast, at: datetime) -> Matter:
    matter = spine.opened(cast, at, text="镇里李卫东收了钱不办事。").matter
    return aside.name_subjects(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, persons=[cast.li.person_id])


@row("SG-01", "SG-33")
def test_a_tenth_is_drawn_by_a_seed_nobody_had_and_a_third_person_looks_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = now()
    seeds = iter(f"{number:032x}" for number in range(10_000))
    monkeypatch.setattr("huiyin.casework.actions.dismissing.secrets.token_hex", lambda _n: next(seeds))
    chosen: list[Dismissal] = []
    for number in range(200):  # ids are random: none drawn among 40 is one run in seventy
        found = dismissed(cast, at, spine_held_at(cast, at, number))
        assert found.drawn == drawn(found.seed, str(found.id), 100)
        chosen += [found] if found.drawn else []
        if chosen:
            break
    share = sum(drawn(f"{number:032x}", "one", 100) for number in range(10_000))
    assert 900 < share < 1100
    (found,) = chosen
    for who in (cast.zhou, cast.sun):
        assert found.id not in {one.id for one in ask.waiting(who.viewer(at))}
        with pytest.raises(Refused, match="dismissal_needs_other"):
            dismissing.review(by=who.viewer(at), at=at, dismissal_id=found.id, upheld=True, note="没有问题")
    third = one_more(cast.bodies.inspection).viewer(at)
    assert [(one.id, one.again) for one in ask.waiting(third)] == [(found.id, True)]
    with pytest.raises(Refused, match="needs_note"):
        dismissing.review(by=third, at=at, dismissal_id=found.id, upheld=False, note=" ")
    dismissing.review(by=third, at=at, dismissal_id=found.id, upheld=False, note="没有查过，要查")
    matter = Matter.objects.get(id=found.matter_id)
    assert matter.state == "reopened" and not ask.waiting(third)


def spine_held_at(cast: Cast, at: datetime, number: int) -> Matter:
    matter = spine.opened(cast, at, text=f"镇里李卫东收了钱不办事，第{number}次说。").matter
    return aside.name_subjects(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, persons=[cast.li.person_id])


@row("SG-01", "R-187")
def test_of_a_locked_one_nothing_is_in_clear_and_the_second_needs_the_key(cast: Cast) -> None:
    at = now()
    keys.two_custodians(cast, at)
    matter = held.shut(by=cast.zhou.viewer(at), at=at, matter_id=complaint(cast, at).id)
    assert matter.locked
    found = proposed(cast, at, matter)
    assert Dismissal.objects.get(id=found.id).said == {}
    with pytest.raises(Refused, match="sealed_not_open"):
        dismissing.decide(by=cast.sun.viewer(at), at=at, dismissal_id=found.id, consent=True)
    own = keys.own_key(cast.sun, at)
    dismissing.decide(by=cast.sun.viewer(at), at=at, dismissal_id=found.id, consent=True, own=own)
    ended = Matter.objects.get(id=matter.id)
    assert ended.state == "declined"
    assert [one.text for one in keys.page(cast.zhou, ended, at).replies] == [WHY["reply"]]
    assert Reply.objects.get(matter=matter).text == ""


@row("SG-01", "R-236")
def test_no_complaint_is_lost_as_a_duplicate(cast: Cast) -> None:
    at = now()
    lead, sealed, free = spine.opened(cast, at).matter, complaint(cast, at), None
    with pytest.raises(Missing):
        joining.join(by=cast.zhou.viewer(at), at=at, lead_id=lead.id, member_id=sealed.id, reason="同一件事")
    free = aside.clear(
        by=cast.zhou.viewer(at), at=at, matter_id=spine.opened(cast, at, text=ABOUT_LI).matter.id, note="不是"
    )
    joining.join(by=cast.zhou.viewer(at), at=at, lead_id=lead.id, member_id=free.id, reason="同一件事")
    free.refresh_from_db()
    assert free.closed_at is None
    with pytest.raises(Refused, match="complaint_needs_two"):
        take_step(by=cast.zhou.viewer(at), at=at, matter_id=free.id, step="decline", given=WHY)


@row("SG-01")
def test_at_the_desk_it_is_proposed_and_decided_by_two(cast: Cast) -> None:
    at = now()
    matter = complaint(cast, at)
    zhou, sun = seat(cast.zhou), seat(cast.sun)
    page = zhou.post(f"/desk/matters/{matter.code}/step/decline/", {**WHY, "seen": matter.version}, follow=True)
    assert page.status_code == 200, page.content.decode()[:500]
    found = Dismissal.objects.get(matter=matter)
    assert "/desk/dismissed/" in sun.get("/desk/").content.decode()
    assert matter.code[:4] in sun.get("/desk/dismissed/").content.decode()
    address = f"/desk/dismissed/{found.id}/"
    html = sun.get(address).content.decode()
    assert WHY["reason"] in html and matter.text in html
    assert sun.post(address, {"do": "no", "words": ""}).status_code == 422
    assert sun.post(address, {"do": "yes", "words": ""}).status_code == 302
    assert Matter.objects.get(id=matter.id).state == "declined"
    for who in (cast.li, cast.ma, cast.zhou, cast.xu):
        assert seat(who).get(address).status_code in (403, 404), who.name
