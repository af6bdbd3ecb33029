"""Whoever runs the system gives somebody a power over what is kept from them: every auditor reads it (trust.md A8)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from huiyin.core import journal
from huiyin.core.models import Look
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from huiyin.register.actions import staff
from tests import factories as make
from tests.cast import Cast, Member
from tests.interfaces.desk.seat import seat
from tests.rooms.register.test_rosters import STAFF, apply, csv_of, staged
from tests.rows import row

pytestmark = pytest.mark.django_db


def seen(cast: Cast) -> list[tuple[str, str, str]]:
    """What an auditor has to go after: who gave whom what."""
    rows = journal.alarms(cast.qian.viewer(now()), now())
    return sorted((one.by, one.about, one.reason) for one in rows if one.kind == "power.given")


def lend(by: Viewer, whose: Member, to: Member, verbs: Iterable[str] = ()) -> None:
    """Somebody's powers to another, for nine days."""
    day, to_person = now().date(), to.person_id
    until = day + timedelta(days=9)
    staff.delegate(by=by, at=now(), post_id=whose.post_id, to_person_id=to_person, since=day, until=until, verbs=verbs)


@row("SG-49")
def test_an_administrator_who_makes_a_dispatcher_or_an_auditor_of_somebody_stands_on_top_of_the_log(cast: Cast) -> None:
    make.put_in_force(at=now())
    at, xu, bodies = now(), cast.xu.viewer(now()), cast.bodies
    for role, name, number in (("dispatcher", "假名一", "S1"), ("handler", "真名", "S2")):
        staff.appoint(by=xu, at=at, body_id=bodies.office, role=role, title="干事", name=name, number=number)
    staff.transfer(by=xu, at=at, post_id=cast.bai.post_id, body_id=bodies.audit, role="auditor", title="审计员")
    for to, verbs in ((cast.li, ()), (cast.wu, ("matter.see",))):
        lend(xu, cast.sun, to, verbs)
    assert seen(cast) == [
        ("许平", "假名一", "matter.held"),
        ("许平", "李卫东", "matter.held"),
        ("许平", "白雪梅", "audit.see"),
    ]
    page = seat(cast.qian).get("/desk/log/").content.decode()
    assert "许平 给了 假名一：看待定密件并指明对象" in page
    looks = seat(cast.qian).get("/desk/log/looks/").content.decode()
    assert "假名一" in looks and "看待定密件并指明对象" in looks and "matter.held" not in looks


def test_who_lends_their_own_and_what_the_machine_sets_up_is_nothing_to_go_after(cast: Cast) -> None:
    at = now()
    lend(cast.sun.viewer(at), cast.sun, cast.li)
    make.an_official(cast.bodies.office, role="dispatcher", title="派单员")
    assert not Look.objects.filter(kind="power.given").exists()


@row("SG-49")
def test_whom_a_list_makes_dispatcher_stands_there_too(cast: Cast, at: datetime, tmp_path: Path) -> None:
    place = ["GB9", "表里的人", "柳湾镇人民政府", "", "", "柳湾镇", "派单员", "派单员", "", "", ""]
    xu = cast.xu.viewer(at)
    found = apply(staged(csv_of(tmp_path, [place], STAFF), at, "staff", by=xu), at, by=xu)
    assert found.counts["did_new"] == 1
    assert Look.objects.filter(kind="power.given", person_id=cast.xu.person_id).count() == 1
