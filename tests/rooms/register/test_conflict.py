"""Conflict of interest: who stands too near, by the same rule in SQL and as a set (SG-01, SG-45)."""

import random
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from django.db.models import DateField, Q, Value

from huiyin.core.models import Person
from huiyin.core.viewer import Viewer
from huiyin.register.actions import people
from huiyin.register.actions import staff as act
from huiyin.register.models import Body, Delegation, Kin, Post
from huiyin.register.queries import conflict
from tests import factories as make
from tests.cast import LIUWAN, PLACES, Cast
from tests.rows import row

TODAY = date(2026, 11, 18)
LONG_AGO = date(2026, 3, 2)


def bound(viewer: Viewer, subject: UUID, day: date) -> bool:
    """Whether a matter about `subject` of a day is kept from the viewer."""
    about = Person.objects.filter(pk=subject).annotate(day=Value(day, DateField()))
    return conflict.binding(viewer, about, person="pk", day="day", whole=Q()).exists()


def names(cast: Cast, persons: frozenset[UUID]) -> set[str]:
    return set(Person.objects.filter(pk__in=persons).values_list("name", flat=True))


@row("SG-01")
def test_the_subject_their_colleagues_and_their_subordinates_are_excluded(cast: Cast, at: datetime) -> None:
    found = conflict.exclusion(cast.zhou.viewer(at), [cast.ma.person_id], at=at, day=TODAY)
    assert names(cast, found) == {"马国强", "李卫东", "罗大勇"}


@row("SG-01")
def test_who_heads_nothing_does_not_exclude_the_bodies_below(cast: Cast, at: datetime) -> None:
    found = conflict.exclusion(cast.zhou.viewer(at), [cast.li.person_id], at=at, day=TODAY)
    assert names(cast, found) == {"马国强", "李卫东"}


@row("SG-01")
def test_a_colleague_of_the_day_stays_excluded_and_one_of_today_is_too(cast: Cast, at: datetime) -> None:
    act.transfer(
        by=make.SYSTEM, at=at, post_id=cast.li.post_id, body_id=cast.bodies.other_town, role="handler", title="干事"
    )
    day_before = TODAY - timedelta(days=1)
    viewer = cast.zhou.viewer(at)
    old = conflict.exclusion(viewer, [cast.li.person_id], at=at, day=day_before)
    assert names(cast, old) == {"李卫东", "马国强", "吴涛"}
    new = conflict.exclusion(viewer, [cast.li.person_id], at=at, day=TODAY)
    assert names(cast, new) == {"李卫东", "吴涛"}


@row("SG-01")
def test_delegates_and_relatives_are_excluded(cast: Cast, at: datetime) -> None:
    act.delegate(
        by=cast.ma.viewer(at),
        at=at,
        post_id=cast.ma.post_id,
        to_person_id=cast.wu.person_id,
        since=TODAY,
        until=TODAY + timedelta(days=1),
    )
    people.add_kin(by=make.SYSTEM, at=at, person_id=cast.bai.person_id, relative_id=cast.ma.person_id)
    found = conflict.exclusion(cast.zhou.viewer(at), [cast.ma.person_id], at=at, day=LONG_AGO)
    assert {"吴涛", "白雪梅"} <= names(cast, found)
    assert bound(cast.wu.viewer(at), cast.ma.person_id, LONG_AGO)
    assert bound(cast.bai.viewer(at), cast.ma.person_id, LONG_AGO)


@row("SG-01")
def test_the_official_linked_to_the_household_can_be_excluded_with_it(cast: Cast, at: datetime) -> None:
    viewer = cast.zhou.viewer(at)
    found = conflict.exclusion(viewer, [cast.wu.person_id], at=at, day=TODAY, household_ids=[cast.zhang_household])
    assert names(cast, found) == {"吴涛", "罗大勇"}


@row("SG-01")
def test_a_delegate_is_bound_by_what_binds_whom_they_act_for(cast: Cast, at: datetime) -> None:
    act.delegate(
        by=cast.ma.viewer(at),
        at=at,
        post_id=cast.ma.post_id,
        to_person_id=cast.wu.person_id,
        since=TODAY,
        until=TODAY + timedelta(days=1),
    )
    assert not bound(cast.wu.viewer(at), cast.li.person_id, TODAY)
    assert bound(cast.wu.viewer(at, acting_for=cast.ma.person_id), cast.li.person_id, TODAY)


def test_a_recused_person_binds_only_themselves(cast: Cast, at: datetime) -> None:
    about = Person.objects.filter(pk=cast.ma.person_id).annotate(day=Value(TODAY, DateField()))
    alone = {"person": "pk", "day": "day", "whole": Q(pk__in=[])}
    assert conflict.binding(cast.ma.viewer(at), about, **alone).exists()  # type: ignore[arg-type]  # names of columns
    assert not conflict.binding(cast.li.viewer(at), about, **alone).exists()  # type: ignore[arg-type]  # as above


def test_the_machine_and_residents_are_bound_by_nothing(cast: Cast) -> None:
    assert not bound(Viewer.system("worker"), cast.ma.person_id, TODAY)
    assert not bound(Viewer.resident(), cast.ma.person_id, TODAY)


@row("SG-45")
def test_own_households_are_ones_own_and_those_of_relatives(cast: Cast, at: datetime) -> None:
    viewer = cast.zhou.viewer(at)
    assert conflict.own_households(viewer, cast.li.person_id, day=TODAY) == frozenset()
    people.add_kin(by=make.SYSTEM, at=at, person_id=cast.zhang_id, relative_id=cast.li.person_id, relation="sister")
    assert conflict.own_households(viewer, cast.li.person_id, day=TODAY) == {cast.zhang_household}
    assert conflict.own_households(viewer, cast.zhang_id, day=TODAY) == {cast.zhang_household}


@row("SG-01")
@pytest.mark.parametrize("seed", range(6))
def test_the_condition_in_sql_the_set_and_a_plain_reading_agree(db: None, at: datetime, seed: int) -> None:
    chance = random.Random(seed)
    make.put_in_force(at=make.BEGIN)
    make.lay_places(PLACES)
    persons = _a_random_staff(chance, at)
    machine = Viewer.system("test")
    for day in (TODAY, LONG_AGO):
        for subject in persons:
            expected = _near(subject, {TODAY, day})
            assert conflict.exclusion(machine, [subject], at=at, day=day) == expected
            for person in persons:
                viewer = Viewer(person_id=person, at=at, day=TODAY)
                assert bound(viewer, subject, day) == (person in expected)


def _a_random_staff(chance: random.Random, at: datetime) -> list[UUID]:
    bodies: list[UUID] = []
    for number in range(5):
        parent = chance.choice([None, *bodies])
        bodies.append(make.a_body(f"单位{number}", LIUWAN, parent_id=parent))
    persons, posts = [], []
    for number in range(7):
        level = chance.choice(["main", "charge", "section", "handler"])
        start, end = chance.choice([(date(2026, 1, 5), None), (date(2026, 6, 1), None), (date(2026, 1, 5), TODAY)])
        made = make.an_official(
            chance.choice(bodies), name=f"人{number}", responsibility=level, since=start, until=end, username=""
        )
        persons.append(made.person_id)
        posts.append(made.post_id)
    for _ in range(2):
        post, to = chance.choice(list(zip(posts, persons, strict=True))), chance.choice(persons)
        if post[1] != to:
            start = chance.choice([date(2026, 3, 1), TODAY])
            act.delegate(
                by=make.SYSTEM, at=at, post_id=post[0], to_person_id=to, since=start, until=start + timedelta(days=5)
            )
    one, other = chance.sample(persons, 2)
    people.add_kin(
        by=make.SYSTEM, at=at, person_id=one, relative_id=other, since=chance.choice([date(2026, 1, 5), TODAY])
    )
    return persons


def _near(subject: UUID, days: set[date]) -> frozenset[UUID]:
    """The rule read aloud, slowly: for each day, colleagues, those under a body the subject heads, delegates, kin."""
    near = {subject}
    parents = dict(Body.objects.values_list("pk", "parent_id"))
    for day in days:
        posts = [post for post in Post.objects.select_related("official") if _on(post, day)]
        for own in (post for post in posts if post.official.person_id == subject):
            for post in posts:
                reaches = post.body_id == own.body_id
                if own.responsibility in ("main", "charge"):
                    reaches = reaches or own.body_id in _line(post.body_id, parents)
                if reaches:
                    near.add(post.official.person_id)
        near |= {
            lent.to_id
            for lent in Delegation.objects.select_related("post__official")
            if lent.post.official.person_id == subject and _on(lent, day)
        }
        for kin in (tie for tie in Kin.objects.all() if _on(tie, day)):
            if subject in (kin.person_id, kin.relative_id):
                near |= {kin.person_id, kin.relative_id}
    return frozenset(near)


def _on(fact: Post | Delegation | Kin, day: date) -> bool:
    return fact.replaced_at is None and fact.since <= day and (fact.until is None or day < fact.until)


def _line(body: UUID, parents: Mapping[UUID, UUID | None]) -> set[UUID]:
    line = set()
    above: UUID | None = body
    while above is not None:
        line.add(above)
        above = parents[above]
    return line
