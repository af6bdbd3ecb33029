"""What is over is deleted when its time is up: by kind, by the county's months, with a report, and the log verifies."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import models

from huiyin.core import rulebook
from huiyin.core.audit import verify
from huiyin.core.sealing import seal_now
from huiyin.programme.loader import county_folder, load_county
from huiyin.programme.refusal import Refused
from huiyin.programme.schema.county import Keep
from huiyin.register import ticks
from huiyin.register.actions import categories, household_file
from huiyin.register.actions import keeping as actions
from huiyin.register.actions.categories import Heard, Into
from huiyin.register.models import (
    Announcement,
    Correction,
    Enquiry,
    FileNote,
    Membership,
    NeedLook,
    Objection,
    PhoneConsent,
    Removal,
)
from huiyin.register.queries import household_file as ask
from huiyin.register.queries import keeping
from tests import factories as make
from tests.cast import COUNTY, HUAISHUPING, Cast
from tests.interfaces.desk.seat import appointed
from tests.rows import row


def keeps(at: datetime, **months: int) -> None:
    """The cast's county with other months."""
    book = load_county(county_folder("wangchuan"))
    county = book.county.model_copy(update={"keep": Keep(**months)})
    rulebook.activate(by=make.SYSTEM, at=at, rulebook=book.model_copy(update={"county": county}), in_force_from=at)


def some_past(cast: Cast, at: datetime) -> None:
    """A category that ended, one that stands, a section written twice, an objection that was answered."""
    by, home = cast.xu.viewer(at), cast.zhang_household
    into = Into("echo", "capable", "走访")
    ended = categories.enter(by=by, at=at, household_id=home, into=into)
    categories.leave(by=by, at=at, membership_id=ended)
    categories.enter(by=by, at=at, household_id=home, into=Into("echo", "former_village", "村委会名单"))
    for words in ("种了两亩茶", "种了三亩茶"):
        seen = ask.mark_of(by, home, "work", None, at)
        household_file.write(by=by, at=at, household_id=home, section="work", words=words, seen=seen)


@row("SG-48", "R-059")
def test_what_is_over_for_as_long_as_the_county_says_is_deleted_and_told(cast: Cast, at: datetime) -> None:
    some_past(cast, at)
    keeps(at, categories=2, notes=3)
    ticks.forget_records(at)
    assert (Membership.objects.count(), FileNote.objects.count()) == (2, 2), "nothing before its time"
    two, three = at + timedelta(days=65), at + timedelta(days=95)
    keeps(two, categories=2, notes=3)
    assert ticks.forget_records(two) == 1
    assert [one.category for one in Membership.objects.all()] == ["former_village"]
    keeps(three, categories=2, notes=3)
    assert ticks.forget_records(three) == 1
    assert FileNote.objects.get().replaced_at is None, "what stands is never deleted"
    told = {one.kind: (one.months, one.deleted) for one in keeping.schedule(cast.xu.viewer(three), three)}
    assert told == {
        "categories": (2, 1),
        "notes": (3, 1),
        "corrections": (60, 0),
        "objections": (36, 0),
        "need_looks": (12, 0),
        "enquiries": (12, 0),
        "consents": (36, 0),
        "announcements": (12, 0),
        "reporters": (60, 0),
        "comments": (3, 0),
    }
    seal_now(three)
    assert verify(three, language="en").told() == []


def of_each(cast: Cast, at: datetime) -> dict[str, tuple[list[models.Model], list[models.Model]]]:
    """Of each kind rows that are over since a moment, and rows that are not."""
    home, person, day, later = cast.zhang_household, cast.zhang_id, at.date(), at + timedelta(days=60)
    of: dict[str, Any] = {"household_id": home}
    correction: dict[str, Any] = of | {"fact": "name", "before": b"x", "after": b"x", "reason": b"x"}
    objection: dict[str, Any] = of | {"about": "other", "door": "desk", "made_at": at, "due_on": day, "words": b"x"}
    look: dict[str, Any] = of | {"programme": "echo", "category": "hardship", "drawn_at": at}
    enquiry: dict[str, Any] = of | {"person_id": person, "asked_at": at}
    dated: dict[str, Any] = {"since": day - timedelta(days=9), "recorded_at": at}
    member: dict[str, Any] = of | dated | {"programme": "echo", "category": "hardship", "source": "名单"}
    consent: dict[str, Any] = dated | {"person_id": person, "blind": b"b" * 16, "purpose": "service", "said": "agreed"}
    consent |= {"source": "desk"}
    told: dict[str, Any] = of | {"place_code": HUAISHUPING, "on": day}
    return {
        "categories": ([Membership(**member, replaced_at=at), Membership(**member, until=day)], [Membership(**member)]),
        "corrections": ([Correction(**correction, at=at)], [Correction(**correction, at=later)]),
        "objections": ([Objection(**objection, answered_at=at, outcome="kept")], [Objection(**objection)]),
        "need_looks": ([NeedLook(**look, answered_at=at)], [NeedLook(**look)]),
        "enquiries": ([Enquiry(**enquiry, told_at=at)], [Enquiry(**enquiry)]),
        "consents": (
            [PhoneConsent(**consent, until=day), PhoneConsent(**consent, replaced_at=at)],
            [PhoneConsent(**consent)],
        ),
        "announcements": (
            [Announcement(**told, cause_id=uuid4(), state="nothing", at=at)],
            [Announcement(**told, cause_id=uuid4())],
        ),
    }


@row("SG-48")
@pytest.mark.parametrize("kind", sorted({*keeping.OVER} - {"notes"}))
def test_of_each_kind_what_is_over_goes_and_what_is_not_stays(cast: Cast, at: datetime, kind: str) -> None:
    gone, stays = of_each(cast, at)[kind]
    rows = models.QuerySet[Any](type(gone[0]))  # past the guard of kept rows
    rows.bulk_create([*gone, *stays])
    late = at + timedelta(days=65)
    keeps(late, **{kind: 2})
    assert actions.forget(by=ticks.ERASER, at=late, kind=kind) == len(gone)
    assert set(rows.values_list("pk", flat=True)) == {one.pk for one in stays}
    told = next(one for one in keeping.schedule(cast.xu.viewer(late), late) if one.kind == kind)
    assert (told.months, told.deleted) == (2, len(gone))


@row("SG-48")
def test_a_county_may_keep_for_good_and_only_who_erases_sees_the_report(cast: Cast, at: datetime) -> None:
    some_past(cast, at)
    late = at + timedelta(days=4000)
    keeps(late, categories=0, notes=0)
    assert ticks.forget_records(late) == 0
    assert Objection.objects.count() == 0
    with pytest.raises(Refused, match="not_allowed"):
        keeping.schedule(cast.chen.viewer(at), at)


@row("SG-48", "SG-15")
def test_how_an_office_ended_support_goes_with_it(cast: Cast, at: datetime) -> None:
    home = cast.zhang_household
    into = Into("echo", "hardship", "县民政局名单")
    key = categories.enter(by=cast.luo.viewer(at), at=at, household_id=home, into=into)
    bureau = appointed("闵科长", make.a_body("望川县民政局"), "official", "科长").viewer(at)
    heard = Heard(at.date() - timedelta(days=9), at.date() - timedelta(days=2), "收入超过标准")
    scopes = ((COUNTY[:6], COUNTY[:6] + "~"),)
    categories.remove(by=bureau.but(scopes=scopes), at=at, membership_id=key, heard=heard)
    late = at + timedelta(days=65)
    keeps(late, categories=2)
    assert ticks.forget_records(late) == 1
    assert not Removal.objects.exists()
    seal_now(late)
    assert verify(late, language="en").told() == []
