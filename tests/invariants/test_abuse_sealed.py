"""What leaves a complaint, to whom, and under whose eyes: cases C3, C6, C8, C10, C11 and C12 of trust.md."""

import re
import tomllib
from datetime import datetime, timedelta
from string import Formatter
from typing import Any

import pytest

from huiyin.casework.actions import aside, dismissing
from huiyin.casework.actions.intake import Words, open_matter
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import Matter, Nudge
from huiyin.casework.queries.one import by_code
from huiyin.core.models import Event, Look
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from huiyin.core.worker import drain
from huiyin.programme.refusal import Missing, Refused
from tests import factories as make
from tests.cast import HUAISHUPING, Cast
from tests.interfaces.desk.made import a_matter
from tests.interfaces.desk.seat import seat
from tests.invariants.test_s16_dismissed import proposed
from tests.rooms.casework.test_rechecks import other
from tests.rooms.casework.test_taken_back import taken_back
from tests.rows import row
from tools.steps import ROOT

pytestmark = pytest.mark.django_db
SAID = "镇上的李卫东把抗旱的水泵卖给了他小舅子，账上写的是报废，村里人人都晓得。"
NAME, PHONE, CODE = "欧阳晴川", "16000008431", re.compile(r"(?<=\d)-(?=\d)")
FREE = {"reply", "note", "reason", "title", "text", "place", "name", "subject", "body"}


@pytest.fixture(autouse=True)
def _county(cast: Cast) -> None:
    make.put_in_force(at=now() - timedelta(hours=6))


def complaint(cast: Cast, at: datetime) -> Matter:
    """About Li, with a name and a number, named by Zhou."""
    words = Words(text=SAID, channel="web", place_code=HUAISHUPING, reporter_name=NAME, reporter_phone=PHONE)
    matter = open_matter(by=Viewer.resident(), at=at, words=words).matter
    assert matter.held
    return aside.name_subjects(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, persons=[cast.li.person_id])


def handled(cast: Cast, at: datetime, matter: Matter) -> Matter:
    """Bai of a county department works on it, in clear."""
    zhou = cast.zhou.viewer(at)
    parts = {"owner": cast.bodies.farming, "handler": cast.bai.person_id, "supervisor": cast.zhao.person_id}
    steps: tuple[tuple[str, dict[str, Any]], ...] = (
        ("accept", {}),
        ("classify", {"topic": "conduct", "nature": "complaint", "way": "discipline"}),
        ("assign", parts),
    )
    for step, given in steps:
        matter = take_step(by=zhou, at=at, matter_id=matter.id, step=step, given=given)
    return take_step(by=cast.bai.viewer(at), at=at, matter_id=matter.id, step="take", given={})


def betrayed(page: str, matter: Matter) -> list[str]:
    """What of a complaint stands on a page: any eight characters in a row, its name, number or code."""
    pieces = [SAID[start : start + 8] for start in range(len(SAID) - 7)]
    plain = CODE.sub("", page)
    return [one for one in (*pieces, NAME, PHONE, PHONE[-4:], matter.code) if one in page or one in plain]


@row("SG-01", "SG-23")
def test_nothing_of_a_complaint_is_told_to_the_side_it_is_about_also_where_it_is_passed_on(cast: Cast) -> None:
    """No forwarding "for handling" (C3), no hint of place, channel or time (C10), no telling moment (C11)."""
    at = now() - timedelta(hours=2)
    matter = handled(cast, at, complaint(cast, at))
    take_step(by=cast.bai.viewer(at), at=at, matter_id=matter.id, step="answer", given={"reply": f"查实了：{SAID}"})
    passed = complaint(cast, at)
    take_step(by=cast.zhou.viewer(at), at=at, matter_id=passed.id, step="accept", given={})
    given = {"reason": "转镇里阅", "reply": "已转。", "way": "pass_for_reading", "topic": "conduct"}
    proposal: dict[str, Any] = {"step": "pass", "given": {**given, "bodies": [cast.bodies.town]}}
    found = dismissing.propose(by=cast.zhou.viewer(at), at=at, matter_id=passed.id, **proposal)
    with pytest.raises(Refused, match="apart_not_shared"):
        dismissing.decide(by=cast.sun.viewer(at), at=at, dismissal_id=found.id, consent=True)
    drain(now())
    for who in (cast.ma, cast.li):
        assert not Nudge.objects.filter(person_id=who.person_id).exists(), who.name
        client = seat(who)
        for one in (matter, passed):
            for path in ("/desk/", "/desk/told/", "/desk/asked/", "/desk/matters/?open=all", "/desk/search/?q=水泵"):
                assert betrayed(client.get(path, follow=True).content.decode(), one) == [], path
            for path in (f"/desk/matters/{one.code}/", f"/desk/held/{one.code}/", f"/desk/matters/{one.code}/print/"):
                assert client.get(path).status_code in (403, 404), path


@row("SG-01", "SG-49")
def test_every_number_and_name_that_is_opened_has_its_reason_its_look_and_its_event(cast: Cast) -> None:
    """Curiosity leaves a trace (C6): as many looks as events, whoever opens what by whichever way."""
    at = now()
    ordinary, called = (
        a_matter(cast, at - timedelta(hours=9), "take"),
        a_matter(cast, at - timedelta(hours=1), "deliver"),
    )
    sealed = complaint(cast, at)
    before = Look.objects.count()
    for who, matter, what in (
        (cast.zhou, ordinary, "name"),
        (cast.zhou, ordinary, "phone"),
        (cast.sun, sealed, "phone"),
    ):
        for reason in ("", " "):
            with pytest.raises(Refused, match="needs_reason"):
                aside.reveal(by=who.viewer(at), at=at, matter_id=matter.id, what=what, reason=reason)
        aside.reveal(by=who.viewer(at), at=at, matter_id=matter.id, what=what, reason="核对")
    assert PHONE in seat(cast.sun).post(f"/desk/matters/{sealed.code}/reveal/", REVEAL).content.decode().replace(
        "-", ""
    )
    assert seat(cast.he).post(f"/desk/calls/{called.code}/ring/").status_code == 200
    make.notices_from(now())
    again, _ = taken_back(cast, at - timedelta(days=1))
    aside.reveal_to_check(by=other(cast).viewer(at), at=at, recheck_id=again.id, reason="再问一次")
    told = Event.objects.filter(name="casework.identity_revealed").values_list("subject", "by_id")
    kinds = ("matter.phone", "matter.name", "matter.second")
    looks = Look.objects.filter(kind__in=kinds).values_list("subject", "person_id")
    assert sorted(told) == sorted(looks) and len(told) == 6
    assert not Look.objects.filter(kind__in=kinds, reason="").exists() and Look.objects.count() >= before + 6


REVEAL = {"what": "phone", "reason": "要问清楚"}


@row("SG-01", "R-172")
def test_no_message_about_what_is_held_says_a_word_of_it_and_others_only_what_their_kind_may(cast: Cast) -> None:
    """A family's telephone shows it to everybody (C8)."""
    for path in [ROOT / "huiyin" / "programme" / "words" / f"{one}.toml" for one in ("zh-Hans", "en")]:
        table = tomllib.loads(path.read_text(encoding="utf-8")).get("messages", {})
        names = {key: {name for _, name, _, _ in Formatter().parse(words) if name} for key, words in table.items()}
        for key in ("apart", "news_apart", "title_apart"):
            assert names[key] <= {"centre", "telephone"}, (path.name, key)
        for key in (
            "acknowledge_sms",
            "state_sms",
            "transfer_sms",
            "climb_sms",
            "close_sms",
            "take_back_sms",
            "dismissed_sms",
            "kept_quiet_sms",
        ):
            assert not names[key] & FREE, (path.name, key)


@row("SG-01", "SG-49")
def test_every_page_that_shows_words_of_a_sealed_matter_carries_who_looks_and_when(cast: Cast) -> None:
    """Whoever photographs it is known (C12): the mark can be read back into a person and a moment."""
    at = now() - timedelta(minutes=30)
    waiting, worked = complaint(cast, at), handled(cast, at, complaint(cast, at))
    found = proposed(cast, at, waiting)
    shown = 0
    for who, matter, more in (
        (cast.zhou, waiting, (f"/desk/held/{waiting.code}/",)),
        (cast.sun, waiting, (f"/desk/dismissed/{found.id}/",)),
        (cast.bai, worked, ()),
    ):
        client, steps = seat(who), ("answer", "pause", "retain", "decline", "transfer", "note")
        ends = ("", "print/", "twins/", "recuse/", "file/", *(f"step/{one}/" for one in steps))
        for path in (*more, *(f"/desk/matters/{matter.code}/{end}" for end in ends)):
            page = client.get(path).content.decode()
            if SAID[:8] in page:
                marks = set(re.findall(r'data-who="([^"]*)"', page))
                assert marks and all(who.name in one and re.search(r"\d{1,2}:\d{2}", one) for one in marks), path
                shown += 1
    assert shown >= 5


@row("SG-01", "SG-32")
def test_a_complaint_that_units_handed_round_is_decided_by_who_holds_it_since_no_leader_reads_it(cast: Cast) -> None:
    at = now()
    matter = complaint(cast, at)
    zhou, bai = cast.zhou.viewer(at), cast.bai.viewer(at)
    parts = {"owner": cast.bodies.farming, "handler": cast.bai.person_id, "supervisor": cast.zhao.person_id}
    classed = {"topic": "conduct", "nature": "complaint", "way": "discipline"}
    for step, given in (("accept", {}), ("classify", classed)):
        take_step(by=zhou, at=at, matter_id=matter.id, step=step, given=given)
    for _ in range(2):
        take_step(by=zhou, at=at, matter_id=matter.id, step="assign", given=parts)
        matter = take_step(by=bai, at=at, matter_id=matter.id, step="transfer", given={"note": "不归我们"})
    assert matter.state == "disputed"
    with pytest.raises(Missing):
        by_code(cast.tang.viewer(at), matter.code, at)
    assert "decide" in {step.name for step in by_code(zhou, matter.code, at).steps}
    decided = take_step(
        by=zhou, at=at, matter_id=matter.id, step="decide", given={**parts, "reason": "水泵归农业农村局管"}
    )
    assert (decided.state, decided.handler_id) == ("assigned", cast.bai.person_id)
    with pytest.raises(Refused, match="transfer_decided"):
        take_step(by=bai, at=at, matter_id=matter.id, step="transfer", given={"note": "不归我们"})


@row("SG-32")
def test_of_an_ordinary_one_a_dispatcher_decides_nothing(cast: Cast) -> None:
    at = now()
    matter = a_matter(cast, at, "assign")
    parts = {"owner": cast.bodies.town, "handler": cast.li.person_id, "supervisor": cast.zhao.person_id}
    take_step(by=cast.li.viewer(at), at=at, matter_id=matter.id, step="transfer", given={"note": "不归镇里"})
    take_step(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, step="assign", given=parts)
    take_step(by=cast.li.viewer(at), at=at, matter_id=matter.id, step="transfer", given={"note": "不归镇里"})
    with pytest.raises(Refused, match="not_allowed"):
        take_step(by=cast.zhou.viewer(at), at=at, matter_id=matter.id, step="decide", given={**parts, "reason": "办"})
