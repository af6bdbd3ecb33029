"""The way in: an account and a slip for somebody who has a post, a password of one's own, then the door as ever."""

from datetime import timedelta
from io import StringIO
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from huiyin.core import accounts, signin, tokens
from huiyin.core.models import Account, ApiToken, Event, FirstKey, Official
from huiyin.core.now import now
from huiyin.programme.refusal import Missing, Refused
from huiyin.register.actions import access
from tests import factories as make
from tests.cast import Cast
from tests.interfaces.desk.seat import appointed, seat
from tests.rows import row

pytestmark = pytest.mark.django_db
PASSWORD = "three-blue-herons-3"


def somebody(cast: Cast) -> UUID:
    """Somebody who has just got a post, and no account."""
    return make.an_official(cast.bodies.village, name="孙新来", username="").person_id


def first(client: Client, username: str, key: str, password: str = PASSWORD) -> int:
    """The first time: 302 where the password is set, 422 where something is wrong."""
    told = {"username": username, "first_key": key, "new_password1": password, "new_password2": password}
    return client.post("/account/first/", told).status_code


@row("R-050")
def test_somebody_new_gets_an_account_and_sets_a_password_only_they_know(cast: Cast) -> None:
    make.put_in_force(at=now())
    clerk, person = seat(cast.xu), somebody(cast)
    number = Official.objects.get(person_id=person).number
    there = f"/desk/staff/people/{person}/access/"
    assert there in clerk.get(f"/desk/staff/people/{person}/").content.decode()
    assert f'value="{number}"' in clerk.get(there).content.decode()
    assert clerk.post(there, {"username": "!"}).status_code == 422
    slip = clerk.post(there, {"username": "sun"})
    assert slip.headers["Cache-Control"].startswith("no-store")
    account = Account.objects.get(person_id=person)
    assert (account.username, account.has_usable_password()) == ("sun", False)
    key = slip.content.decode().split('hy-slip-code"><b>')[1].split("</b>")[0]
    newest = clerk.post(there, {"username": "sun"}).content.decode().split('hy-slip-code"><b>')[1].split("</b>")[0]
    told = Event.objects.filter(name="register.first_key_made", subject=str(person))
    assert told.count() == 2
    assert newest.replace("-", "") not in str(list(told.values("data")))
    new = Client()
    assert first(new, "sun", key) == 422, "the slip before is no good any more"
    assert first(new, "xu", newest) == 422
    weak = {"username": "sun", "first_key": newest, "new_password1": "123", "new_password2": "123"}
    assert "口令太短，至少要 10 个字符" in new.post("/account/first/", weak).content.decode()
    assert first(new, "sun", newest, "1234567890") == 422, "a weak password uses nothing up"
    assert first(new, "sun", newest.lower().replace("-", " ")) == 302
    assert first(new, "sun", newest, "another-good-one-4") == 422
    assert Event.objects.filter(name="register.first_key_used", subject=str(person)).count() == 1
    entered = new.post("/account/login/", {"login": "sun", "password": PASSWORD})
    assert entered.status_code == 302
    assert new.get("/desk/")["Location"].startswith("/account/second/totp/"), "no desk without a second factor"
    assert "本人设过口令" in clerk.get(f"/desk/staff/people/{person}/").content.decode()


def test_a_new_slip_leaves_the_old_password_until_it_is_used_and_the_second_factor_for_good(cast: Cast) -> None:
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import TOTP

    at = now()
    account = cast.li.account
    account.set_password(PASSWORD)
    accounts.keep_password(by=make.SYSTEM, at=now(), account=account)
    TOTP.activate(account, "JBSWY3DPEHPK3PXP")
    made = access.give_first_key(by=make.SYSTEM, at=at, person_id=cast.li.person_id)
    account.refresh_from_db()
    assert account.check_password(PASSWORD)
    assert first(Client(), made.username, made.key, "another-good-one-4") == 302
    account.refresh_from_db()
    assert account.check_password("another-good-one-4")
    assert Authenticator.objects.filter(user=account).exists()


def test_nobody_gives_a_key_to_themselves_out_of_scope_or_to_somebody_without_a_post(cast: Cast) -> None:
    at = now()
    xu, person = cast.xu.viewer(at), somebody(cast)
    with pytest.raises(Refused, match="access_own"):
        access.give_first_key(by=xu, at=at, person_id=cast.xu.person_id)
    with pytest.raises(Refused, match="not_allowed"):
        access.give_first_key(by=cast.li.viewer(at), at=at, person_id=cast.he.person_id)
    with pytest.raises(Refused, match="username_taken"):
        access.give_first_key(by=xu, at=at, person_id=person, username=cast.li.account.username)
    with pytest.raises(Missing):
        access.give_first_key(by=xu, at=at, person_id=uuid4(), username="zhang")
    assert seat(cast.li).get(f"/desk/staff/people/{person}/access/").status_code == 403
    assert not FirstKey.objects.exists()


def test_a_key_runs_out_after_three_days(cast: Cast) -> None:
    at = now()
    made = access.give_first_key(by=make.SYSTEM, at=at, person_id=cast.li.person_id)
    late = at + timedelta(hours=72, seconds=1)
    assert signin.account_of_first_key(made.username, made.key, late - timedelta(seconds=2)) == cast.li.account
    with pytest.raises(Refused, match="first_key_wrong"):
        signin.account_of_first_key(made.username, made.key, late)
    with pytest.raises(Refused, match="first_key_wrong"):
        signin.use_first_key(cast.li.account, late)


def test_the_first_administrator_gets_in_from_the_server(cast: Cast) -> None:
    number = Official.objects.get(person_id=somebody(cast)).number
    out = StringIO()
    call_command("access", number, stdout=out)
    name, username, key = out.getvalue().split()[:3]
    assert (name, username) == ("孙新来", number)
    assert first(Client(), username, key) == 302
    with pytest.raises(CommandError):
        call_command("access", "nobody", stdout=StringIO())


def test_an_account_is_switched_off_and_on_from_the_server(cast: Cast) -> None:
    make.put_in_force(at=now())
    number, open_seat = Official.objects.get(person_id=cast.li.person_id).number, seat(cast.li)
    assert open_seat.get("/desk/").status_code == 200
    token = tokens.issue(by=make.SYSTEM, at=now(), account=cast.li.account, label="机器", life=timedelta(days=9))
    call_command("access", number, "--off", stdout=StringIO())
    assert open_seat.get("/desk/").status_code == 302
    assert not cast.li.viewer(now()).verbs
    assert not ApiToken.objects.filter(account=cast.li.account).exists()
    call_command("access", number, "--on", stdout=StringIO())
    assert open_seat.get("/desk/").status_code == 200
    assert tokens.account_of(token, now()) is None, "it does not come back with the account"
    assert Event.objects.filter(name="core.token_revoked", subject=str(cast.li.person_id)).count() == 1
    told = Event.objects.filter(name="core.account_switched", subject=str(cast.li.person_id)).order_by("id")
    assert [one["on"] for one in told.values_list("data", flat=True)] == [False, True]
    with pytest.raises(Refused, match="not_allowed"):
        access.switch_account(by=cast.xu.viewer(now()), at=now(), person_id=cast.li.person_id, on=False)


@row("R-050", "SG-49")
def test_a_key_opens_no_more_than_whoever_gives_it_looks_after(cast: Cast) -> None:
    """Somebody of the village who serves the county too: with their slip the village would have the county's powers."""
    make.put_in_force(at=now())
    keeper, person = appointed("村里的管理员", cast.bodies.village, "admin", "管理员"), somebody(cast)
    access.give_first_key(by=keeper.viewer(now()), at=now(), person_id=person, username="sun")
    make.an_official(cast.bodies.office, person_id=person, role="dispatcher", title="派单员", username="")
    with pytest.raises(Refused, match="not_allowed"):
        access.give_first_key(by=keeper.viewer(now()), at=now(), person_id=person)
    assert seat(keeper).post(f"/desk/staff/people/{person}/access/").status_code == 422
    assert access.give_first_key(by=cast.xu.viewer(now()), at=now(), person_id=person).username == "sun"


@row("SG-49")
def test_whoever_made_a_slip_does_not_use_it_and_the_owner_reads_who_made_it(cast: Cast) -> None:
    make.put_in_force(at=now())
    maker, account = seat(cast.xu), cast.li.account
    made = access.give_first_key(by=cast.xu.viewer(now()), at=now(), person_id=cast.li.person_id)
    assert first(maker, made.username, made.key) == 422
    assert "给您开了一张首次登录单：许平" in seat(cast.li).get("/desk/").content.decode()
    assert first(Client(), made.username, made.key) == 302
    account.refresh_from_db()
    owner = seat(cast.li)
    page = owner.get("/desk/").content.decode()
    assert "您的口令是用首次登录单设的，单子是他开的：许平" in page
    assert owner.post("/desk/staff/told/").status_code == 302
    assert "有人动过您的账号" not in owner.get("/desk/").content.decode()


def test_a_key_is_not_guessed(cast: Cast) -> None:
    """Who has one half of a key, or a name, tries no more than a few; the owner, elsewhere, is not held up by it."""
    make.put_in_force(at=now())
    person = somebody(cast)
    made = access.give_first_key(by=cast.xu.viewer(now()), at=now(), person_id=person, username="sun")
    assert [first(Client(), "sun", f"ABCD-EFGH-JKLM-NP{n:02d}") for n in range(10)] == [422] * 10
    answer = Client().post("/account/first/", {"username": "SUN", "first_key": made.key})
    assert (answer.status_code, int(answer.headers["Retry-After"]) > 0) == (429, True)
    assert "试得太多了" in answer.content.decode()
    assert first(Client(), "sun", made.key) == 429, "the right one too, until the hour is over"
    assert Account.objects.get(person_id=person).has_usable_password() is False
    assert first(Client(REMOTE_ADDR="198.51.100.7"), "sun", made.key) == 302


@row("SG-49")
def test_a_thousand_networks_together_guess_no_key(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    make.put_in_force(at=now())
    monkeypatch.setattr("huiyin.interfaces.desk.views.signin.CEILING", 12)
    made = access.give_first_key(by=cast.xu.viewer(now()), at=now(), person_id=somebody(cast), username="sun")
    wrong = [first(Client(REMOTE_ADDR=f"198.51.100.{n}"), "sun", f"ABCD-EFGH-JKLM-NP{n:02d}") for n in range(12)]
    assert wrong == [422] * 12
    assert first(Client(REMOTE_ADDR="198.51.100.99"), "sun", made.key) == 429
