"""Let in again without telephone and recovery codes: two people of two units, half a key each, and the owner told."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core.management import CommandError, call_command
from django.test import Client

from huiyin.casework.actions import digests
from huiyin.channels.models import Message
from huiyin.core import accounts, tokens, worker
from huiyin.core.models import Account, Event, Official
from huiyin.core.now import now
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import access, resets, staff
from huiyin.register.models import AccountReset, AccountTold
from huiyin.register.queries.staff import viewer_for
from tests import factories as make
from tests.cast import COUNTY, Cast
from tests.interfaces.desk.seat import appointed, seat
from tests.interfaces.desk.test_access import PASSWORD, first
from tests.rows import row

pytestmark = pytest.mark.django_db
WHY = "手机掉进水库，本人来窗口说的"


def bound(cast: Cast) -> Account:
    """Li, who has a password and a second factor."""
    account = cast.li.account
    account.set_password(PASSWORD)
    accounts.keep_password(by=make.SYSTEM, at=now(), account=account)
    TOTP.activate(account, "JBSWY3DPEHPK3PXP")
    return account


def key_on(page: bytes) -> str:
    """What a slip shows."""
    return page.decode().split('hy-slip-code"><b>')[1].split("</b>")[0].replace("-", "")


@row("SG-49")
def test_two_people_of_two_units_let_somebody_in_again_and_neither_alone_has_the_key(cast: Cast) -> None:
    make.put_in_force(at=now())
    account, old = bound(cast), seat(cast.li)
    person, there = cast.li.person_id, f"/desk/staff/people/{cast.li.person_id}/access/"
    xu, qian = seat(cast.xu), seat(cast.qian)
    assert xu.post(there, {"do": "reset", "reason": "丢"}).status_code == 422
    assert xu.post(there, {"do": "reset", "reason": f"{WHY}\x00"}).status_code == 422, "no database holds it"
    token = tokens.issue(by=make.SYSTEM, at=now(), account=account, label="机器", life=timedelta(days=9))
    slip = xu.post(there, {"do": "reset", "reason": WHY})
    assert slip.headers["Cache-Control"].startswith("no-store")
    half = key_on(slip.content)
    assert (len(half), WHY in qian.get("/desk/staff/resets/").content.decode()) == (8, True)
    assert old.get("/desk/").status_code == 200, "nothing has ended yet"
    assert tokens.account_of(token, now()) is not None
    told = old.get("/desk/").content.decode()
    assert "替您申请重开账号" in told
    assert "许平" in told
    reset = str(AccountReset.objects.get(state="asked").pk)
    assert xu.post("/desk/staff/resets/", {"reset": reset, "do": "confirm", "sure": "1"}).status_code == 422
    assert qian.post("/desk/staff/resets/", {"reset": reset, "do": "confirm"}).status_code == 422
    second = key_on(qian.post("/desk/staff/resets/", {"reset": reset, "do": "confirm", "sure": "1"}).content)
    assert not Authenticator.objects.filter(user=account).exists()
    assert old.get("/desk/").status_code == 302, "whoever was signed in is out"
    assert tokens.account_of(token, now()) is None, "so is a machine that was given a token"
    assert Event.objects.filter(name="core.token_revoked", subject=str(person)).count() == 1
    for alone in (half, second, second + half):
        assert first(Client(), account.username, alone) == 422
    with pytest.raises(Refused, match="reset_needs_two"):
        access.give_first_key(by=cast.xu.viewer(now()), at=now(), person_id=person)
    new = Client()
    assert first(new, account.username, half + second, "another-good-one-4") == 302
    new.post("/account/login/", {"login": account.username, "password": "another-good-one-4"})
    assert new.get("/desk/")["Location"].startswith("/account/second/totp/"), "a second factor of one's own again"
    names = ("reset_asked", "reset_confirmed", "first_key_used")
    rows = Event.objects.filter(subject=str(person), name__in=[f"register.{one}" for one in names])
    assert sorted(rows.values_list("name", flat=True)) == sorted(f"register.{one}" for one in names)
    assert half not in str(list(rows.values())) and WHY not in str(list(rows.values()))
    assert set(AccountTold.objects.filter(person_id=person).values_list("kind", flat=True)) == set(names)


@row("SG-49")
def test_nobody_confirms_it_from_another_unit_because_they_were_moved_since(cast: Cast) -> None:
    at = now()
    bound(cast)
    beside = appointed("同屋的管理员", cast.bodies.centre, "admin", "管理员")
    resets.ask_reset(by=cast.xu.viewer(at), at=at, person_id=cast.li.person_id, reason=WHY)
    to: dict[str, Any] = {"body_id": cast.bodies.farming, "role": "admin", "title": "管理员", "place_code": COUNTY}
    staff.transfer(by=make.SYSTEM, at=at, post_id=beside.post_id, **to)
    with pytest.raises(Refused, match="reset_same_unit"):
        resets.confirm_reset(by=beside.viewer(at), at=at, reset_id=AccountReset.objects.get().pk)


@row("SG-49")
def test_nobody_confirms_what_they_or_their_unit_asked_for_or_whose_posts_they_do_not_look_after(cast: Cast) -> None:
    at = now()
    bound(cast)
    xu = cast.xu.viewer(at)
    resets.ask_reset(by=xu, at=at, person_id=cast.li.person_id, reason=WHY)
    reset = AccountReset.objects.get().pk
    with pytest.raises(Refused, match="reset_asked"):
        resets.ask_reset(by=xu, at=at, person_id=cast.li.person_id, reason=WHY)
    beside = appointed("同屋的管理员", cast.bodies.centre, "admin", "管理员")
    village = appointed("村里的管理员", cast.bodies.village, "admin", "管理员")
    lent = appointed("替他的", cast.bodies.office, "handler", "干事")
    day = at.date()
    until = day + timedelta(days=5)
    staff.delegate(by=make.SYSTEM, at=at, post_id=cast.xu.post_id, to_person_id=lent.person_id, since=day, until=until)
    for who, code in (
        (xu, "reset_same_person"),
        (lent.viewer(at, acting_for=cast.xu.person_id), "reset_same_person"),
        (beside.viewer(at), "reset_same_unit"),
        (cast.li.viewer(at), "not_found"),
        (village.viewer(at), "not_found"),
        (cast.zhou.viewer(at), "not_found"),
    ):
        with pytest.raises(Refused, match=code):
            resets.confirm_reset(by=who, at=at, reset_id=reset)
    assert Authenticator.objects.exists()


def test_the_owner_stops_it_and_everything_stays(cast: Cast) -> None:
    make.put_in_force(at=now())
    account, li = bound(cast), seat(cast.li)
    resets.ask_reset(by=cast.xu.viewer(now()), at=now(), person_id=cast.li.person_id, reason=WHY)
    reset = AccountReset.objects.get()
    assert str(reset.pk) in li.get("/desk/").content.decode()
    assert seat(cast.zhou).post("/desk/staff/told/", {"stop": str(reset.pk)}).status_code == 404
    assert li.post("/desk/staff/told/", {"stop": str(reset.pk)}).status_code == 302
    reset.refresh_from_db()
    assert (reset.state, reset.half) == ("declined", None)
    assert Authenticator.objects.filter(user=account).exists()
    assert "有人动过您的账号" not in li.get("/desk/").content.decode()
    with pytest.raises(Missing):
        resets.confirm_reset(by=cast.qian.viewer(now()), at=now(), reset_id=reset.pk)


def test_whoever_has_no_second_factor_needs_a_slip_only(cast: Cast) -> None:
    with pytest.raises(Refused, match="reset_not_needed"):
        resets.ask_reset(by=cast.xu.viewer(now()), at=now(), person_id=cast.li.person_id, reason=WHY)
    with pytest.raises(Refused, match="access_own"):
        resets.ask_reset(by=cast.xu.viewer(now()), at=now(), person_id=cast.xu.person_id, reason=WHY)


def test_the_last_administrator_gets_in_from_the_machine_itself(cast: Cast) -> None:
    account, number = bound(cast), Official.objects.get(person_id=cast.li.person_id).number
    out = StringIO()
    call_command("access", number, "--reset", WHY, stdout=out)
    key = out.getvalue().split()[2]
    assert first(Client(), account.username, key) == 302
    with pytest.raises(Refused, match="not_allowed"):
        resets.reset_here(by=cast.xu.viewer(now()), at=now(), person_id=cast.li.person_id, reason=WHY)
    with pytest.raises(CommandError):
        call_command("access", "nobody", "--reset", WHY, stdout=StringIO())


def test_the_owner_is_told_by_every_wire_there_is_at_asking_and_at_confirming(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = now()
    made = make.an_official(cast.bodies.town, name="孙新来", duty_phone="16000004321")
    account = make.account_of(made)
    TOTP.activate(account, "JBSWY3DPEHPK3PXP")
    monkeypatch.setattr("huiyin.channels.queries.lines.is_on", lambda viewer, channel: True)
    digests.choose(by=viewer_for(account, at), at=at, channel="email", address="sun@example.invalid")
    resets.ask_reset(by=cast.xu.viewer(at), at=at, person_id=made.person_id, reason=WHY)
    worker.drain(at)
    sent = Message.objects.filter(purpose="account")
    assert sorted(sent.values_list("channel", flat=True)) == ["email", "sms"]
    resets.confirm_reset(by=cast.qian.viewer(at), at=at, reset_id=AccountReset.objects.get().pk)
    worker.drain(at)
    assert sent.count() == 4
