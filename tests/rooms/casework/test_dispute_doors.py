"""Every action on a matter, asked of family of a side of its dispute: none lets them in, and none can be forgotten."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any, get_args
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from huiyin.casework import actions
from huiyin.casework.actions import exports, tallies
from huiyin.casework.actions.sessions import Ending
from huiyin.casework.events.early import SideHeard
from huiyin.casework.models import (
    CallDraw,
    CaseTally,
    Clock,
    Dismissal,
    Extension,
    FollowUp,
    Issue,
    IssueMember,
    Judgement,
    Matter,
    Mediation,
    Numbered,
    Promise,
    Recheck,
    Reply,
    ReplyDraft,
    Retention,
    Seeking,
    Session,
    SessionMatter,
    SessionMember,
    SessionTask,
    Share,
    Side,
)
from huiyin.casework.queries import board, drafts, joining, promises, retained, suggestions
from huiyin.casework.queries import matters as asked
from huiyin.casework.queries import today as today_
from huiyin.casework.queries.matters import Filters
from huiyin.casework.queries.seeking import visits
from huiyin.core.actions import action
from huiyin.core.events import record
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.schema.county import Verb
from huiyin.register.actions import people
from tests import factories as make
from tests.cast import COUNTY, Cast
from tests.interfaces.desk.seat import seat
from tests.interfaces.desk.test_disputes import OTHER, registered
from tests.rows import row

pytestmark = pytest.mark.django_db

ROWS = frozenset(
    {
        *("matter_id", "draft_id", "extension_id", "promise_id", "recheck_id", "retention_id", "seeking_id"),
        *("share_id", "item_id", "task_id", "follow_up_id", "numbered_id", "lead_id", "member_id", "handover_id"),
        *("dismissal_id", "reply_id"),
    }
)
"""Parameters that lead to a matter."""

RESIDENTS = frozenset(
    {
        *("feedback.opened_by_resident", "feedback.resident_word", "feedback.take_up"),
        *("withdrawing.ask", "withdrawing.stay", "afresh.ask_afresh", "recurring.said_again"),
        *("files.give", "judging.ask_review", "more.add_words", "promises.resident_tells", "retaining.objected"),
        *("sides.add", "sides.object_to", "dismissing.objected"),
    }
)
"""What a resident does at a public door with the proof; no desk calls it."""

MACHINES = frozenset(
    {
        *("messages.more", "messages.word", "messages.answer", "messages.arrived", "telling.step_taken"),
        *(
            "telling.extended",
            "sweep._resume",
            "retaining._lapse",
            "dismissing._lapse",
            "passing.pass_matters",
            "promising.keep",
            "withdrawing._end",
        ),
        "nudges.lay",
    }
)
"""What the worker does, as the machine itself."""

ONLY_ASIDE = frozenset({"held.hand_over", "held.shut", "held.hand_up", "keyholders.give_to_handler"})
"""Of held and sealed matters: `test_dispute_locked` asks them."""

GIVEN: Mapping[str, Any] = {
    "answer": "accepted",
    "approve": True,
    "consent": True,
    "reasonable": True,
    "amount": 1,
    "seen": None,
    "step": "accept",
    "given": {"reply": "已经量过。"},
    "letter": "a",
    "word": "kept",
    "outcome": "no_answer",
    "month": "2026-01",
    "meaning": "letter",
    "what": "phone",
    "on": now().date(),
    "came": "a",
    "where": "村委会",
    "decision": "adopt",
    "joint": False,
    "result": "去过了",
    "own": None,
    "files": (),
    "phone": OTHER,
}
"""What is handed over by name of the parameter; anything else that is needed is a word."""


def modules() -> Iterator[ModuleType]:
    for found in pkgutil.iter_modules(actions.__path__):
        yield importlib.import_module(f"{actions.__name__}.{found.name}")


def doors() -> dict[str, Callable[..., Any]]:
    """Every action of the room that is given a row which leads to a matter, by module and name."""
    found = {}
    for module in modules():
        short = module.__name__.rpartition(".")[2]
        for name, run in vars(module).items():
            own = getattr(run, "is_action", False) and run.__module__ == module.__name__
            if own and ROWS & set(inspect.signature(run).parameters):
                found[f"{short}.{name}"] = run
    return found


def guarded() -> dict[str, Callable[..., Any]]:
    return {name: run for name, run in doors().items() if name not in RESIDENTS | MACHINES | ONLY_ASIDE}


def arguments(run: Callable[..., Any], ids: Mapping[str, UUID]) -> dict[str, Any]:
    wanted: dict[str, Any] = {}
    for name, one in inspect.signature(run).parameters.items():
        if name in ("by", "at"):
            continue
        if name in ids:
            wanted[name] = ids[name]
        elif name in GIVEN:
            wanted[name] = GIVEN[name]
        elif one.default is inspect.Parameter.empty:
            wanted[name] = uuid4() if "UUID" in str(one.annotation) else "一句话"
    if run.__name__ == "end":
        wanted["ending"] = Ending("", {}, [])
    return wanted


def became(run: Callable[..., Any], by: Viewer, at: datetime, ids: Mapping[str, UUID]) -> str:
    """What an action says: done, missing, or the code of its refusal; nothing of it is kept."""
    said = "done"
    with transaction.atomic():
        try:
            run(by=by, at=at, **arguments(run, ids))
        except Missing:
            said = "missing"
        except Refused as refused:
            said = refused.code
        except Exception as wrong:
            said = f"let in: {wrong!r}"
        transaction.set_rollback(True)
    return said


@action
def hang_on(*, by: Viewer, at: datetime, matter: Matter, who: UUID, other: UUID) -> dict[str, UUID]:
    """One row of each sort on a matter, as far as it matters the person's own; their ids by parameter."""
    clock = Clock.objects.filter(matter=matter).first() or Clock(
        matter=matter, name="answer", started_at=at, amount=5, unit="days", first_due_at=at, due_at=at, warn_at=at
    )
    reply = Reply(matter=matter, text="已经量过。", at=at, by_id=other, second_id=who, read_out_at=at)
    word = Judgement(matter=matter, reply=reply, at=at, source="call", solved="yes")
    draw = CallDraw(programme=matter.programme, day=at.date(), seed="0", thousandths=1, of=1, drawn=1, at=at)
    session = Session(kind="joint", title="会", place_code=COUNTY, meets_at=at, chair_id=who, called_by_id=other, at=at)
    item = SessionMatter(session=session, matter=matter)
    made: dict[str, Any] = {
        "draft_id": ReplyDraft(matter=matter, number=1, text="已经量过。", by_id=other, at=at),
        "extension_id": Extension(clock=clock, amount=1, reason="下雨", asked_by_id=other, asked_at=at),
        "promise_id": Promise(matter=matter, reply=reply, what="砌墙", due_on=at.date(), at=at, state="due"),
        "recheck_id": Recheck(draw=draw, matter=matter, first=word, at=at),
        "retention_id": Retention(
            **{"matter": matter, "reason": "等图", "reply": "先留着", "review_on": at.date(), "lapses_at": at},
            **{"proposed_by_id": other, "proposed_at": at},
        ),
        "seeking_id": Seeking(matter=matter, why="late", answer="accepted", person_id=who, on=at.date(), at=at),
        "reply_id": reply,
        "dismissal_id": Dismissal(matter=matter, step="decline", proposed_by_id=other, proposed_at=at),
        "share_id": Share(matter=matter, part="expert", person_id=who, at=at),
        "task_id": SessionTask(item=item, person_id=who, text="去看", due_on=at.date(), at=at),
        "numbered_id": Numbered(matter=matter, year=2026, number=1, supervisor_id=other, reason="拖", at=at),
    }
    member = SessionMember(session=session, person_id=who)
    issue = Issue(title="墙", text="墙都裂了", place_code=COUNTY, opened_at=at)
    under = IssueMember(issue=issue, matter=matter, at=at)
    for one in (clock, reply, word, draw, session, item, member, issue, under, *made.values()):
        one.save()
    record(SideHeard(subject=str(matter.id)), by=by, at=at)
    ids = {name: one.pk for name, one in made.items()}
    day = FollowUp(mediation=Mediation.objects.get(matter=matter), due_on=at.date() - timedelta(days=1))
    day.save()
    return ids | {"item_id": item.pk, "session_id": session.pk, "issue_id": issue.pk, "follow_up_id": day.pk}


@pytest.fixture
def hung(cast: Cast) -> tuple[Matter, dict[str, UUID]]:
    make.put_in_force(at=now())
    matter = registered(cast)
    ids = hang_on(by=make.SYSTEM, at=now(), matter=matter, who=cast.bai.person_id, other=cast.li.person_id)
    return matter, ids | {"matter_id": matter.id, "lead_id": matter.id, "member_id": matter.id}


def wide(cast: Cast) -> Viewer:
    """Bai with every verb over the whole county: only family keeps her out."""
    viewer = cast.bai.viewer(now())
    return viewer.but(verbs=frozenset(get_args(Verb)), scopes=((COUNTY[:6], str(int(COUNTY[:6]) + 1)),))


def family(cast: Cast) -> None:
    people.add_kin(
        by=make.SYSTEM, at=now(), person_id=cast.zhang_id, relative_id=cast.bai.person_id, relation="sibling"
    )


@row("R-221", "SG-45")
def test_no_action_on_a_matter_lets_family_of_a_side_in(cast: Cast, hung: tuple[Matter, dict[str, UUID]]) -> None:
    _, ids = hung
    before = {name: became(run, wide(cast), now(), ids) for name, run in guarded().items()}
    let_in = {name for name, said in before.items() if said != "missing"}
    family(cast)
    after = {name: became(run, wide(cast), now(), ids) for name, run in guarded().items()}
    assert {name: said for name, said in after.items() if said != "missing"} == {}
    assert len(let_in) > 40, sorted(set(before) - let_in)


@row("R-221", "SG-45")
def test_who_handles_it_and_turns_out_to_be_family_can_only_hand_it_back(
    cast: Cast, hung: tuple[Matter, dict[str, UUID]]
) -> None:
    matter, ids = hung
    in_hands(by=make.SYSTEM, at=now(), matter=matter, person=cast.bai.person_id)
    family(cast)
    said = {name: became(run, wide(cast), now(), ids) for name, run in guarded().items()}
    assert said.pop("aside.hand_back") == "done"
    assert {name: one for name, one in said.items() if one not in ("missing", "conflict_excluded")} == {}
    client, address = seat(cast.bai), f"/desk/matters/{matter.code}/"
    today = client.get("/desk/").content.decode()
    assert f"{address}recuse/" in today, "else it lies with them for ever"
    assert matter.title not in today + client.get("/desk/matters/?open=all").content.decode()
    page = client.get(address, follow=True)
    html = page.content.decode()
    assert (page.request["PATH_INFO"], matter.text in html) == (f"{address}recuse/", False)
    assert (
        client.get(f"{address}print/").status_code
        == client.get(f"/desk/early/disputes/{matter.code}/").status_code
        == 404
    )
    assert client.post(f"{address}recuse/").status_code == 302
    matter.refresh_from_db()
    assert matter.handler_id is None
    assert f"{address}recuse/" not in client.get("/desk/").content.decode()
    assert client.get(address).status_code == 404


@row("R-221", "SG-45", "R-170")
def test_who_is_to_hand_it_back_reads_it_in_no_file_and_puts_it_on_no_wall(
    cast: Cast, hung: tuple[Matter, dict[str, UUID]]
) -> None:
    matter, viewer = hung[0], wide(cast)
    in_hands(by=make.SYSTEM, at=now(), matter=matter, person=cast.bai.person_id)

    def read() -> list[str]:
        wanted = Filters(open_only=False)
        return [one.code for one in exports.export_elements(by=viewer, at=now(), filters=wanted, query="").rows]

    assert (read(), board.visible(viewer, [matter.id])) == ([matter.code], frozenset({matter.id}))
    assert board.facts(viewer, matter.id, now()).text == matter.text
    family(cast)
    assert (read(), board.visible(viewer, [matter.id])) == ([], frozenset())
    with pytest.raises(Missing):
        board.facts(viewer, matter.id, now())
    assert not exports.export_matters(by=viewer, at=now(), filters=Filters(), query="").rows


def pages_of(viewer: Viewer, matter: Matter, other: Matter) -> dict[str, int]:
    """How many lines about the matter each register and list shows the viewer."""
    at = now()
    alike = joining.family(viewer, other.code, alike=True)
    said = {
        "alike": [one.row.id for one in alike.alike],
        "joined": [one.row.id for one in alike.members],
        "crowded": [one.id for one, _ in joining.crowded(viewer, tell_from=1)],
        "suggested": [one.row.id for one in suggestions.register(viewer, [matter.nature], "open").rows],
        "kept": [one.matter.id for one in retained.kept(viewer, at, "asked")],
        "promised": [one.row.id for one in promises.register(viewer, at, "due")],
        "drafted": [matter.id for code, _ in drafts.codes_waiting(viewer, at) if code == matter.code],
        "sought": [one.id for one in asked.matters(viewer, Filters(text="核桃树", open_only=False), at).rows],
    }
    sums = {
        "count": joining.counted(viewer)[0] - 1,
        "keeps": retained.counts(viewer, at)["asked"],
        "promises": promises.counts(viewer, at)["due"],
        "today": today_.today(viewer, at).tally.open - 1,
        "figures": CaseTally.objects.visible_to(viewer).filter(matter=matter).count(),
    }
    return {name: sum(one == matter.id for one in ids) for name, ids in said.items()} | sums


@row("R-221", "SG-45", "R-235", "R-234", "R-198")
def test_who_is_to_hand_it_back_finds_its_words_in_no_register(
    cast: Cast, hung: tuple[Matter, dict[str, UUID]]
) -> None:
    matter, viewer = hung[0], wide(cast)
    other = registered(cast)
    in_hands(by=make.SYSTEM, at=now(), matter=matter, person=cast.bai.person_id)
    tallies.count(by=make.SYSTEM, at=now(), ids=[matter.id])
    before = pages_of(viewer, matter, other)
    assert {name for name, n in before.items() if n != 1} <= {"joined", "crowded", "drafted"}, before
    family(cast)
    for side in other.mediation.sides.all():  # the other dispute is between people not related to her
        strange(by=make.SYSTEM, at=now(), side=side)
    assert {name: n for name, n in pages_of(viewer, matter, other).items() if n} == {}


@action
def strange(*, by: Viewer, at: datetime, side: Side) -> None:
    """A side the register does not know."""
    side.person_id = side.household_id = None
    side.save()
    record(SideHeard(subject=str(side.mediation.matter_id)), by=by, at=at)


@action
def in_hands(*, by: Viewer, at: datetime, matter: Matter, person: UUID) -> None:
    """The matter as assigned to somebody."""
    matter.state, matter.handler_id = "working", person
    matter.save()
    record(SideHeard(subject=str(matter.id)), by=by, at=at)


@row("R-221", "SG-45", "SG-01")
def test_family_finds_it_in_no_list_count_or_figure(cast: Cast, hung: tuple[Matter, dict[str, UUID]]) -> None:
    matter, _ = hung
    everybody = Filters(open_only=False)

    def seen() -> tuple[int, int, int, int]:
        viewer = wide(cast)
        page = asked.matters(viewer, everybody, now()).rows
        sums = asked.counts(viewer, [everybody], now())
        return len(page), asked.count(viewer, everybody, now()), sums[0], len(visits(viewer))

    assert seen() == (1, 1, 1, 1)
    family(cast)
    assert seen() == (0, 0, 0, 0)
    client = seat(cast.bai)
    for address in ("/desk/matters/", "/desk/early/disputes/", "/desk/early/seeking/", "/desk/search/?q=核桃树"):
        assert matter.title not in client.get(address).content.decode(), address
