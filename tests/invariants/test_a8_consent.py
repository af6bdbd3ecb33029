"""Powers over what is kept from whoever runs the system count from a second person's consent (trust.md A8)."""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta
from io import StringIO
from itertools import permutations
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from huiyin.core import accounts, rulebook
from huiyin.core.audit import verify
from huiyin.core.models import Account, Event, Official
from huiyin.core.now import now
from huiyin.core.sealing import seal_now
from huiyin.core.viewer import Viewer
from huiyin.programme.loader import county_folder
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.schema.county import DUTIES, DUTY_OF
from huiyin.programme.schema.rulebook import Rulebook
from huiyin.register.actions import access, grids, powers, roster_undo, roster_work, staff
from huiyin.register.models import Post, PowerGrant
from huiyin.register.queries import powers as ask
from huiyin.register.queries import staff as who
from huiyin.register.queries.days import today
from huiyin.register.queries.staff import viewer_for
from huiyin.register.ticks import follow_powers
from tests import factories as make
from tests.cast import COUNTY, HUAISHUPING, SHANGHE, SHIQIAO, Cast, Member
from tests.conftest import Clock
from tests.interfaces.desk.seat import appointed, seat
from tests.rooms.register.test_rosters import STAFF, apply, csv_of, staged
from tests.rows import row

pytestmark = pytest.mark.django_db
PAGE = "/desk/staff/powers/"


def made(
    cast: Cast, at: datetime, role: str = "dispatcher", name: str = "新来的", number: str = "S1"
) -> staff.Appointed:
    """Somebody the administrator gives such a post in an office of another unit."""
    told: dict[str, Any] = {"role": role, "title": "干事", "name": name, "number": number, "username": number.lower()}
    return staff.appoint(by=cast.xu.viewer(at), at=at, body_id=cast.bodies.office, **told)


def lend(by: Viewer, whose: Member, to: Member, at: datetime, verbs: Iterable[str] = ()) -> None:
    """Somebody's powers to another, for nine days."""
    since = today(by, at)
    told: dict[str, Any] = {"since": since, "until": since + timedelta(days=9), "verbs": verbs}
    staff.delegate(by=by, at=at, post_id=whose.post_id, to_person_id=to.person_id, **told)


def duties(person_id: UUID, at: datetime, acting_for: UUID | None = None) -> set[str]:
    """Which of the three somebody's account reaches."""
    account = Account.objects.get(person_id=person_id)
    return {DUTY_OF[verb] for verb in viewer_for(account, at, acting_for=acting_for).verbs if verb in DUTY_OF}


def asked(person_id: UUID) -> list[UUID]:
    """What waits for somebody."""
    return list(PowerGrant.objects.filter(person_id=person_id, state="asked").values_list("pk", flat=True))


@row("SG-49")
def test_who_is_made_dispatcher_reads_nothing_held_until_another_of_another_unit_consents(
    cast: Cast, at: datetime
) -> None:
    new = made(cast, at)
    account = make.account_of(new)
    assert viewer_for(account, at).may("matter.assign")
    assert not viewer_for(account, at).may("matter.held")
    assert new.person_id not in {one.person_id for one in who.candidates(make.SYSTEM, at, verb="matter.held")}
    person = Member("新来的", new.person_id, new.official_id, new.post_id, account.pk, cast.bodies.office)
    desk, qian = seat(person), seat(cast.qian)
    assert desk.get("/desk/held/").status_code == 404
    assert "有的权等第二个人同意" in seat(cast.xu).get(f"/desk/staff/people/{new.person_id}/").content.decode()
    assert "给人的权，等我同意" in qian.get("/desk/").content.decode()
    page = qian.get(PAGE).content.decode()
    grant = str(asked(new.person_id)[0])
    assert all(words in page for words in ("新来的", "许平", "看待定密件并指明对象", grant))
    assert qian.post(PAGE, {"grant": grant, "do": "consent"}).status_code == 422, "nothing was ticked"
    assert qian.post(PAGE, {"grant": grant, "do": "consent", "sure": "1"}).status_code == 302
    assert duties(new.person_id, at) == {"held"}
    assert desk.get("/desk/held/").status_code == 200
    facts = Event.objects.filter(subject=str(new.person_id), name__startswith="register.power_").order_by("id")
    assert list(facts.values_list("name", "by_id")) == [
        ("register.power_asked", cast.xu.person_id),
        ("register.power_decided", cast.qian.person_id),
    ]
    seal_now(at)
    assert [one for one in verify(at, language="en").told() if "powergrant" in one] == []


def test_the_page_counts_persons_not_what_each_is_given(cast: Cast) -> None:
    at = now()
    for whose in (cast.zhou, cast.sun):
        lend(whose.viewer(at), whose, cast.li, at, ["matter.held"])
    assert len(asked(cast.li.person_id)) == 2
    page = seat(cast.xu).get(PAGE).content.decode()
    assert "1 个人的权等着第二个人同意" in page


@row("SG-49")
def test_neither_giver_nor_receiver_nor_their_units_nor_who_acts_for_them_consents(cast: Cast, at: datetime) -> None:
    beside = appointed("同屋的管理员", cast.bodies.centre, "admin", "管理员")
    village = appointed("村里的管理员", cast.bodies.village, "admin", "管理员")
    other = appointed("别处的管理员", cast.bodies.farming, "admin", "管理员")
    second = appointed("另一位审计员", cast.bodies.inspection, "auditor", "审计员")
    new = made(cast, at, "admin", "新管理员")
    (grant,) = asked(new.person_id)
    lend(make.SYSTEM, cast.xu, cast.li, at)
    lend(cast.xu.viewer(at), cast.xu, second, at, ["register.see"])
    for viewer, code in (
        (cast.xu.viewer(at), "power_same_person"),
        (viewer_for(make.account_of(new), at), "not_found"),
        (cast.li.viewer(at, acting_for=cast.xu.person_id), "power_same_person"),
        (second.viewer(at), "power_same_person"),
        (beside.viewer(at), "power_same_unit"),
        (village.viewer(at), "not_found"),
        (cast.zhou.viewer(at), "not_found"),
        (make.SYSTEM, "not_found"),
    ):
        with pytest.raises(Refused, match=code):
            powers.consent(by=viewer, at=at, grant_ids=[grant])
        with pytest.raises(Refused, match=code):
            powers.refuse(by=viewer, at=at, grant_ids=[grant])
    assert duties(new.person_id, at) == set()
    powers.consent(by=other.viewer(at), at=at, grant_ids=[grant])
    assert duties(new.person_id, at) == {"accounts"}


@row("SG-49")
def test_nobody_is_of_another_unit_because_they_were_moved_since_it_was_asked_for(cast: Cast, at: datetime) -> None:
    beside = appointed("同屋的管理员", cast.bodies.centre, "admin", "管理员")
    (grant,) = asked(made(cast, at, "admin", "新管理员").person_id)
    to: dict[str, Any] = {"body_id": cast.bodies.farming, "role": "admin", "title": "管理员", "place_code": COUNTY}
    staff.transfer(by=make.SYSTEM, at=at, post_id=beside.post_id, **to)
    for moment in (at, at + timedelta(days=2)):
        with pytest.raises(Refused, match="power_same_unit"):
            powers.consent(by=beside.viewer(moment), at=moment, grant_ids=[grant])


def by_post(cast: Cast, at: datetime, _folder: Path) -> UUID:
    """A post."""
    return made(cast, at, "auditor").person_id


def by_move(cast: Cast, at: datetime, _folder: Path) -> UUID:
    """A move from a post that gave nothing of the kind."""
    staff.transfer(
        by=cast.xu.viewer(at),
        at=at,
        post_id=cast.bai.post_id,
        body_id=cast.bodies.audit,
        role="auditor",
        title="审计员",
    )
    return cast.bai.person_id


def by_list(cast: Cast, at: datetime, folder: Path) -> UUID:
    """A list of staff."""
    place = ["GB9", "表里的人", "柳湾镇人民政府", "", "", "柳湾镇", "审计员", "审计员", "", "", ""]
    xu = cast.xu.viewer(at)
    apply(staged(csv_of(folder, [place], STAFF), at, "staff", by=xu), at, by=xu)
    official = Official.objects.get(number="GB9")
    access.give_first_key(by=make.SYSTEM, at=at, person_id=official.person_id, username=official.number)
    return official.person_id


def by_lending(cast: Cast, at: datetime, _folder: Path) -> UUID:
    """Another's powers."""
    lend(cast.xu.viewer(at), cast.qian, cast.wu, at)
    return cast.wu.person_id


def by_lending_ones_own(cast: Cast, at: datetime, _folder: Path) -> UUID:
    """Powers of one's own."""
    lend(cast.qian.viewer(at), cast.qian, cast.wu, at, ["audit.see", "stats.see"])
    return cast.wu.person_id


def by_method(cast: Cast, at: datetime, _folder: Path) -> UUID:
    """A change of what a role may do."""
    book = make.county_book().model_dump()
    roles = book["county"]["roles"]
    roles["caller"]["verbs"] = (*roles["caller"]["verbs"], "audit.see")
    changed = Rulebook.model_validate(book)
    rulebook.activate(by=cast.xu.viewer(at), at=at, rulebook=changed, in_force_from=at)
    return cast.he.person_id


WAYS: tuple[Callable[[Cast, datetime, Path], UUID], ...] = (
    *(by_post, by_move, by_list, by_lending, by_lending_ones_own, by_method),
)


@row("SG-49")
@pytest.mark.parametrize("way", WAYS)
def test_by_whatever_way_the_log_is_given_it_is_read_from_the_consent_on(
    way: Callable[[Cast, datetime, Path], UUID], cast: Cast, at: datetime, tmp_path: Path
) -> None:
    make.put_in_force(at=at - timedelta(seconds=1))
    sun = appointed("另一位审计员", cast.bodies.inspection, "auditor", "审计员")
    person = way(cast, at, tmp_path)
    whose = cast.qian.person_id if person == cast.wu.person_id else None
    follow_powers(at)
    assert (duties(person, at, whose), asked(person) != []) == (set(), True)
    powers.consent(by=sun.viewer(at), at=at, grant_ids=asked(person))
    assert duties(person, at, whose) == {"audit"}


def test_what_was_refused_or_waited_for_too_long_never_holds(cast: Cast, at: datetime, clock: Clock) -> None:
    first, second = made(cast, at), made(cast, at, name="又一位", number="S2")
    qian = cast.qian.viewer(at)
    powers.refuse(by=qian, at=at, grant_ids=asked(first.person_id))
    later = at + ask.PATIENCE
    waits = asked(second.person_id)
    follow_powers(later)
    follow_powers(later)
    for one in (first, second):
        assert duties(one.person_id, later) == set()
        assert asked(one.person_id) == []
    with pytest.raises(Missing):
        powers.consent(by=cast.qian.viewer(later), at=later, grant_ids=waits)
    clock(later)
    desk = seat(cast.qian)
    assert "没有同意" in desk.get(PAGE).content.decode()
    stale = desk.post(PAGE, {"do": "refuse", "grant": [str(one) for one in waits]})
    assert stale.status_code == 422 and "已经不等人同意了" in stale.content.decode()
    assert "有的权没有人同意，没有" in seat(cast.xu).get(f"/desk/staff/people/{first.person_id}/").content.decode()


@row("SG-49")
def test_a_record_put_right_keeps_what_was_refused_and_its_giver_consents_to_nothing(cast: Cast, at: datetime) -> None:
    """Else it would be asked for anew as if the method had given it, and whoever gave it could consent alone."""
    xu, new = cast.xu.viewer(at), made(cast, at)
    powers.refuse(by=cast.qian.viewer(at), at=at, grant_ids=asked(new.person_id))
    since = Post.objects.get(pk=new.post_id).since
    staff.correct_post(by=xu, at=at, post_id=new.post_id, since=since, until=None, title="另叫一个名")
    follow_powers(at)
    assert (asked(new.person_id), duties(new.person_id, at)) == ([], set())


@row("SG-49")
def test_the_machine_gives_what_nobody_could_consent_to_and_it_is_shown_for_good(cast: Cast, at: datetime) -> None:
    assert duties(cast.qian.person_id, at) == {"audit"}, "nobody could sign in when the county was set up"
    page = seat(cast.qian).get(PAGE).content.decode().split("没有第二个人同意就有的")[1]
    assert all(name in page for name in ("周明", "孙洁", "钱立", "许平"))
    account = cast.qian.account
    account.set_password("a-long-enough-one-7")
    accounts.keep_password(by=make.SYSTEM, at=at, account=account)
    new = appointed("后来的", cast.bodies.office, "dispatcher", "派单员")
    assert duties(new.person_id, at) == set(), "now somebody can: the machine gives nothing alone any more"
    number = Official.objects.get(person_id=new.person_id).number
    with pytest.raises(CommandError, match="有人能"):
        call_command("access", number, "--consent", stdout=StringIO())
    account.set_unusable_password()
    accounts.keep_password(by=make.SYSTEM, at=at, account=account)
    call_command("access", number, "--consent", stdout=StringIO())
    assert duties(new.person_id, at) == {"held"}
    with pytest.raises(Refused, match="not_allowed"):
        powers.consent_here(by=cast.xu.viewer(at), at=at, person_id=new.person_id)


def test_a_county_of_before_keeps_what_it_had_once(cast: Cast, at: datetime) -> None:
    QuerySet(PowerGrant).delete()
    assert duties(cast.qian.person_id, at) == set()
    assert follow_powers(at) == 5
    assert duties(cast.qian.person_id, at) == {"audit"}
    new = made(cast, at)
    follow_powers(at)
    assert duties(new.person_id, at) == set()


@row("SG-49")
def test_no_role_that_comes_with_the_product_has_two_of_the_three(tmp_path: Path) -> None:
    counties = [one.name for one in county_folder("general").parent.iterdir() if (one / "county.toml").exists()]
    assert len(counties) >= 7
    for name in counties:
        for role in make.county_book(name).county.roles.values():
            assert len({DUTY_OF[verb] for verb in role.verbs if verb in DUTY_OF}) <= 1, (name, role.title)


@row("SG-49")
def test_no_single_account_reaches_two_of_the_three_by_any_pair_of_roles_and_ways(
    cast: Cast, at: datetime, tmp_path: Path
) -> None:
    county = make.county_book().county
    xu, bodies = make.SYSTEM, cast.bodies
    holders = {"admin": cast.xu, "dispatcher": cast.sun, "auditor": cast.qian}
    assert {county.duty_of(role) for role in county.roles} - {""} == set(DUTIES)
    one_each = {county.duty_of(role): role for role in county.roles}.values()
    assert set(holders) <= set(one_each)
    for number, (first, second) in enumerate(permutations(one_each, 2)):
        apart = bool(county.duty_of(first) and county.duty_of(second))
        new = make.an_official(bodies.office, role=first, name="两样", username=f"two{number}")
        holder = Member("两样", new.person_id, new.official_id, new.post_id, 0, bodies.office)
        told: dict[str, Any] = {"body_id": bodies.office, "role": second, "title": "干事", "person_id": new.person_id}
        with refused(so=apart):
            staff.appoint(by=xu, at=at, **told)
        if apart:
            with refused():
                lend(xu, holders[second], holder, at)
        assert len(duties(new.person_id, at)) <= 1
    lines = [
        ["GB9", "表里的人", "柳湾镇人民政府", "", "", "柳湾镇", role, role, "", "", ""] for role in ("审计员", "派单员")
    ]
    known = Official.objects.get(person_id=cast.sun.person_id).number
    lines.append([known, "孙洁", "柳湾镇人民政府", "", "", "柳湾镇", "系统管理员", "系统管理员", "", "", ""])
    found = apply(staged(csv_of(tmp_path, lines, STAFF), at, "staff"), at)
    assert {name: many for name, many in found.counts.items() if "duties_apart" in name} == {"refused:duties_apart": 2}
    with refused():
        staff.transfer(by=xu, at=at, post_id=lent_out(cast, at), body_id=bodies.audit, role="auditor", title="审计员")


def refused(*, so: bool = True) -> AbstractContextManager[Any]:
    """Two of the three in one hand are refused."""
    return pytest.raises(Refused, match="duties_apart") if so else nullcontext()


def lent_out(cast: Cast, at: datetime) -> UUID:
    """The post of a handler to whom a dispatcher's powers were lent."""
    lend(make.SYSTEM, cast.sun, cast.bai, at)
    return cast.bai.post_id


def test_a_method_that_joins_two_for_somebody_gives_none_of_the_second(cast: Cast, at: datetime) -> None:
    both = appointed("两个岗位", cast.bodies.inspection, "dispatcher", "派单员")
    staff.appoint(
        by=make.SYSTEM, at=at, body_id=cast.bodies.survey, role="caller", title="回访员", person_id=both.person_id
    )
    by_method(cast, at, Path())
    follow_powers(at)
    with pytest.raises(Refused, match="duties_apart"):
        powers.consent(by=cast.qian.viewer(at), at=at, grant_ids=asked(both.person_id))
    assert duties(both.person_id, at) == {"held"}


@row("SG-49")
def test_a_list_of_many_is_one_click_and_the_page_stays_cheap(cast: Cast, at: datetime, tmp_path: Path) -> None:
    lines = [
        [f"GB{one}", f"表里{name}", "柳湾镇人民政府", "", "", "柳湾镇", "派单员", "派单员", "", "", ""]
        for one, name in enumerate("甲乙丙丁戊己庚辛")
    ]
    xu, qian = cast.xu.viewer(at), seat(cast.qian)
    apply(staged(csv_of(tmp_path, lines, STAFF), at, "staff", by=xu), at, by=xu)
    auditor = cast.qian.viewer(at)
    with CaptureQueriesContext(connection) as queries:
        assert len(ask.listed(auditor, at)) > 8
    assert len(queries) <= 10
    page = qian.get(PAGE).content.decode()
    assert (page.count("都同意"), page.count("都不同意")) == (1, 1)
    assert all(f"表里{name}" in page for name in "甲乙丙丁戊己庚辛")
    ids = [str(one) for one in PowerGrant.objects.filter(state="asked").values_list("pk", flat=True)]
    assert (len(ids), qian.post(PAGE, {"grant": ids, "do": "consent", "sure": "1"}).status_code) == (8, 302)
    assert not PowerGrant.objects.filter(state="asked").exists()


def test_consent_goes_with_a_record_put_right_and_not_with_days_nobody_consented_to(
    cast: Cast, at: datetime, tmp_path: Path
) -> None:
    xu, post = cast.xu.viewer(at), Post.objects.get(pk=cast.zhou.post_id)
    called = staff.correct_post(by=xu, at=at, post_id=post.pk, since=post.since, until=None, title="调度员")
    assert duties(cast.zhou.person_id, at) == {"held"}
    until = at.date() + timedelta(days=30)
    short = staff.correct_post(by=xu, at=at, post_id=called, since=post.since, until=until)
    assert duties(cast.zhou.person_id, at) == {"held"}
    staff.correct_post(by=xu, at=at, post_id=short, since=post.since, until=None)
    assert (duties(cast.zhou.person_id, at), len(asked(cast.zhou.person_id))) == (set(), 1)
    town = appointed("镇里派单", cast.bodies.town, "dispatcher", "派单员")
    number = Official.objects.get(person_id=town.person_id).number
    line = [number, "镇里派单", "柳湾镇人民政府", "", "", "柳湾镇", "派单员", "主任", "", "", ""]
    run = staged(csv_of(tmp_path, [line], STAFF), at, "staff", by=xu)
    apply(run, at, by=xu)
    assert Post.objects.get(official_id=town.official_id, replaced_at=None).title == "主任"
    assert duties(town.person_id, at) == {"held"}
    roster_undo.begin_undo(by=xu, at=at, run_id=run, here=True)
    roster_work.work(roster_work.Job(xu, lambda: at, run))
    assert Post.objects.get(official_id=town.official_id, replaced_at=None).title == "派单员"
    assert duties(town.person_id, at) == {"held"}


def test_a_post_beside_one_that_was_consented_to_widens_it_over_no_further_place(cast: Cast, at: datetime) -> None:
    town = appointed("镇里派单", cast.bodies.town, "dispatcher", "派单员")
    xu = cast.xu.viewer(at)
    for role in ("handler", "dispatcher"):
        staff.appoint(by=xu, at=at, body_id=cast.bodies.centre, role=role, title="干事", person_id=town.person_id)
    viewer = town.viewer(at)
    assert viewer.may("matter.held") and viewer.may("matter.accept")
    assert not viewer.sees(SHANGHE)


@row("SG-49")
def test_places_added_to_a_grid_are_consented_to_before_a_duty_over_it_holds_again(cast: Cast, at: datetime) -> None:
    xu, qian = cast.xu.viewer(at), cast.qian.viewer(at)
    grid = make.a_grid([HUAISHUPING], at=at)
    told: dict[str, Any] = {"role": "dispatcher", "title": "格长", "name": "一格的", "number": "S8", "username": "s8"}
    new = staff.appoint(by=xu, at=at, body_id=cast.bodies.town, overlay_id=grid, **told)
    powers.consent(by=qian, at=at, grant_ids=asked(new.person_id))
    grids.change(by=xu, at=at, overlay_id=grid, place_codes=[HUAISHUPING, SHIQIAO], seen=[HUAISHUPING], reason="并")
    assert duties(new.person_id, at) == set()
    with pytest.raises(Refused, match="power_same_person"):
        powers.consent(by=xu, at=at, grant_ids=asked(new.person_id))
    powers.consent(by=qian, at=at, grant_ids=asked(new.person_id))
    viewer = viewer_for(make.account_of(new), at)
    assert viewer.may("matter.held") and viewer.sees(SHIQIAO)
    grids.change(by=xu, at=at, overlay_id=grid, place_codes=[SHIQIAO], seen=[HUAISHUPING, SHIQIAO], reason="分")
    assert duties(new.person_id, at) == {"held"}
