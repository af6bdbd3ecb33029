"""Lists, tabs and the desk's counts are asked by texts made once: they find for everybody what Django would (SG-01)."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from huiyin.casework.actions import hand, steps
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import Conflict, Matter
from huiyin.casework.queries import (
    called,
    calls,
    drafts,
    matters,
    mediation,
    one,
    promises,
    rechecks,
    today,
)
from huiyin.casework.queries.matters import Filters
from huiyin.casework.rules.bell import said
from huiyin.core import questions, search
from huiyin.core.actions import action
from huiyin.core.caches import forget_all
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Missing
from huiyin.register.queries import conflict, staff, waiting
from tests.cast import COUNTY, LIUWAN, SHANGHE, Cast, Member
from tests.rooms.casework import spine
from tests.rows import row

SOME = ("zhou", "li", "luo", "he")
WANTED = (
    Filters(),
    Filters(open_only=False, sort="new"),
    Filters(text="傍晚 水", sort="old"),
    Filters(place=LIUWAN, states=("received", "assigned")),
    Filters(part="todo"),
    Filters(part="to_call"),
    Filters(part="mine", due="late"),
    Filters(topics=("water",), natures=("problem",), channels=("phone",)),
    Filters(text="没有的话"),
    Filters(text="！？"),
)
NOTHING = WANTED[-2:]
UNORDERED = ("today.groups", "conflict.", "staff.", "mediation.", "hand.last")
"""Questions whose answer is a set."""


@action
def _about(*, by: Viewer, at: datetime, cast: Cast, person: Member, kind: str, matter: Matter | None = None) -> None:
    """A matter is about somebody: one more, or one there was before that one came in."""
    newest = spine.opened(cast, at).matter
    Conflict(matter=matter or newest, person_id=person.person_id, kind=kind, at=at).save()


@pytest.fixture
def told(cast: Cast, at: datetime) -> datetime:
    """Matters in several states, in two towns, late and not, four of them about somebody; gives a later moment."""
    spine.delivered(cast, at)
    spine.assigned(cast, at)
    spine.accepted(cast, at + timedelta(days=4))
    taken = spine.assigned(cast, at + timedelta(days=1))
    take_step(by=cast.li.viewer(at), at=at + timedelta(days=1), matter_id=taken.id, step="take", given={})
    spine.opened(cast, at + timedelta(days=2), place_code=SHANGHE)
    for person, kind in ((cast.luo, "subject"), (cast.li, "suspected"), (cast.bai, "recused"), (cast.wu, "subject")):
        _about(by=Viewer.system("test"), at=at, cast=cast, person=person, kind=kind)
    return at + timedelta(days=9)


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Each question asked from now on is asked a second time as Django makes it anew, and has to find the same; the
    names of those asked."""
    asked: list[object] = []
    monkeypatch.setattr(questions, "_made", {})

    def both(name: Hashable, make: Callable[..., Any], viewer: Viewer, *given: Any) -> list[tuple[Any, ...]]:
        found = questions.ask(name, make, viewer, *given)
        plain = list(make(replace(viewer, near=None), *given))
        assert sorted(found, key=str) == sorted(plain, key=str)
        if not str(name).startswith(UNORDERED):
            assert found == plain
        asked.append(name)
        return found

    def both_whole(name: Hashable, make: Callable[..., Any], viewer: Viewer, *given: Any) -> list[Any]:
        found = questions.whole(name, make, viewer, *given)
        plain = list(make(replace(viewer, near=None), *given))
        assert [_columns(row) for row in found] == [_columns(row) for row in plain]
        asked.append(name)
        return found

    def both_several(name: Hashable, makes: Sequence[Callable[..., Any]], viewer: Viewer, *given: Any) -> list[int]:
        found = questions.counts(name, makes, viewer, *given)
        assert found == [len(make(replace(viewer, near=None), *given)) for make in makes]
        asked.append(name)
        return found

    for module in (today, called, waiting):
        monkeypatch.setattr(module, "counts", both_several)
    for module in (calls, drafts, matters, rechecks, today, one, conflict, staff, mediation, hand):
        monkeypatch.setattr(module, "ask", both)
    for module in (one, promises, hand, steps):
        monkeypatch.setattr(module, "whole", both_whole)
    return asked


def _columns(row: Model) -> dict[str, object]:
    return {name: value for name, value in vars(row).items() if name != "_state"}


@row("SG-01")
def test_a_step_is_taken_by_texts_made_once_and_nobody_else_finds_the_matter(
    cast: Cast, at: datetime, compared: list[object]
) -> None:
    forget_all()
    matter = spine.assigned(cast, at)
    with pytest.raises(Missing):
        take_step(by=cast.wu.viewer(at), at=at, matter_id=matter.id, step="take", given={})
    take_step(by=cast.li.viewer(at), at=at, matter_id=matter.id, step="take", given={})
    bound = conflict.exclusion(
        cast.li.viewer(at), {cast.li.person_id}, at=at, day=at.date(), household_ids={cast.zhang_household}
    )
    assert {cast.li.person_id, cast.ma.person_id, cast.luo.person_id} <= bound
    asked = {"conflict.ever", "conflict.near", "conflict.exclusion", "staff.powers", "staff.scopes"}
    assert asked | {"mediation.sides", "hand.clocks", "hand.last", "steps.find"} <= set(compared)


def viewers(cast: Cast, at: datetime) -> list[Viewer]:
    """Some of different verbs, one as a delegate, and the machine."""
    own = [getattr(cast, name).viewer(at) for name in SOME]
    return [*own, own[2].acting_for(cast.li.person_id), Viewer.system("test")]


@row("SG-01")
def test_everybody_finds_the_same_by_texts_made_once(cast: Cast, told: datetime, compared: list[object]) -> None:
    seen: dict[Filters, int] = dict.fromkeys(WANTED, 0)
    for viewer in viewers(cast, told):
        today.tally(viewer, told)
        today.today(viewer, told)
        calls.waiting(viewer, told)
        calls.named(viewer, told)
        promises.to_ask(viewer, told)
        rechecks.to_check(viewer, told)
        drafts.codes_waiting(viewer, told)
        assert not any({**called.called(viewer, told), **waiting.waiting(viewer, told)}.values())
        for wanted in WANTED:
            page = matters.matters(viewer, wanted, told)
            rows = page.rows
            seen[wanted] += len(rows)
            if wanted.text and wanted.open_only:
                some = matters.matters(viewer, wanted, told, size=1)
                rest = matters.matters(viewer, wanted, told, after=some.after).rows if some.after else []
                assert [*some.rows, *rest] == list(rows)
                assert some.total == page.total == matters.counts(viewer, [wanted], told)[0] == len(rows)
            assert {one.place_code[:9] for one in rows} <= {LIUWAN[:9], SHANGHE[:9] if not wanted.place else ""}
        first = matters.matters(viewer, Filters(), told, size=2)
        second = matters.matters(viewer, Filters(), told, after=first.after)
        assert len(first.rows) + len(second.rows) == matters.counts(viewer, WANTED, told)[0]
    asked = {
        "today.tally",
        "today.groups",
        "today.frame",
        "today.rows",
        ("calls.ready", calls.PAGE),
        ("calls.named", calls.PAGE),
        ("calls.waiting", calls.PAGE),
        ("promises.to_ask", promises.PAGE),
        "rechecks.to_check",
    }
    assert asked <= set(compared)
    waits = {name for one in compared if isinstance(one, tuple) and one[0] == "waiting" for name in one[1:]}
    assert waits >= {"enquiries", "resets", "account_told"}
    parts = {name for one in compared if isinstance(one, tuple) and one[0] == "called" for name in one[1:]}
    assert parts == {"read_out", "asked", "reading", "tasks", "kept"}
    assert [wanted for wanted in WANTED if not seen[wanted]] == list(NOTHING)


@row("SG-01")
def test_the_page_of_a_matter_is_the_same_by_texts_made_once(
    cast: Cast, told: datetime, compared: list[object]
) -> None:
    every = list(Matter.objects.order_by("pk").values_list("pk", "code"))
    seen = []
    for viewer in viewers(cast, told)[:-1]:
        reach = set(Matter.objects.reachable_by(viewer).values_list("pk", flat=True))
        for matter_id, code in every:
            if matter_id not in reach:
                with pytest.raises(Missing):
                    one.by_code(viewer, code, told)
                continue
            page = one.one(viewer, matter_id, told)
            assert page.matter.pk == one.by_code(viewer, code, told).matter.pk == matter_id
            seen.append(page)
    assert any(page.clocks for page in seen)
    assert any(page.replies for page in seen)
    assert {page.matter.pk for page in seen} == {matter_id for matter_id, _ in every}
    assert {"one.moves", "one.clocks", "one.replies", "one.words"} <= set(compared)


@row("SG-01")
def test_somebody_named_meanwhile_sees_it_no_more_at_the_next_question(
    cast: Cast, at: datetime, compared: list[object]
) -> None:
    matter = spine.assigned(cast, at)
    li, machine = cast.li.viewer(at), Viewer.system("test")

    def seen() -> set[UUID]:
        found = {one.id for one in matters.matters(li, Filters(), at).rows}
        assert today.tally(li, at).open == matters.counts(li, [Filters()], at)[0] == len(found)
        return found

    assert seen() == {matter.id}
    _about(by=machine, at=at, cast=cast, person=cast.zheng, kind="subject", matter=matter)
    assert matter.id in seen()
    _about(by=machine, at=at, cast=cast, person=cast.li, kind="subject", matter=matter)
    assert matter.id not in seen()
    assert len(seen()) == 2
    assert compared


@row("SG-01")
@pytest.mark.parametrize("sort", matters.SORTS)
def test_words_that_many_matters_have_find_the_same_by_a_walk(
    cast: Cast, told: datetime, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    wanted = Filters(text="傍晚 水", open_only=False, sort=sort)
    everybody = viewers(cast, told)
    found = [matters.matters(viewer, wanted, told) for viewer in everybody]
    monkeypatch.setattr(search, "COMMON", 0)
    search._known.clear()
    with CaptureQueriesContext(connection) as asked:
        walked = [matters.matters(viewer, wanted, told) for viewer in everybody]
    assert walked == found
    assert any(one.rows for one in found)
    by_walk = sum("core_searchtext sought" in query["sql"] for query in asked.captured_queries)
    whole = sum(viewer.sees(COUNTY) for viewer in everybody)
    counted = sum(
        query["sql"].startswith("SELECT count(*) FROM (SELECT subject FROM core_searchtext")
        for query in asked.captured_queries
    )
    assert (by_walk, counted) == ((whole, 1) if connection.vendor == "postgresql" else (0, 0))
    assert 0 < whole < len(everybody)


def test_tabs_count_no_further_than_they_say(cast: Cast, told: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    zhou = cast.zhou.viewer(told)
    some = [Filters(), Filters(text="傍晚", place=SHANGHE), Filters(states=("closed",)), Filters()]
    whole = matters.counts(zhou, some, told)
    assert whole[0] == whole[3] > 2
    assert whole[0] > whole[1] > 0 == whole[2]
    monkeypatch.setattr(matters, "TABS", 2)
    monkeypatch.setattr(questions, "_made", {})
    assert matters.counts(zhou, some, told) == [min(count, 2) for count in whole]


def test_the_navigation_counts_no_further_than_it_shows(
    cast: Cast, told: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    zhou = cast.zhou.viewer(told)
    whole = today.tally(zhou, told)
    assert whole.open > 2
    monkeypatch.setattr(today, "BELL", 2)
    monkeypatch.setattr(questions, "_made", {})
    assert today.tally(zhou, told).open == 2
    assert matters.counts(zhou, [Filters()], told) == [whole.open]
    assert said(2, 2) == "1+"
    assert said(1, 2) == "1"
