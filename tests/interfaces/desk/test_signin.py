"""Signing in: two factors for everybody, a wrong answer that tells nothing, links only in the demo."""

import re
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import get_resolver

from huiyin.core import accounts, marks, signin
from huiyin.core.models import Account, Mark, SigninLink
from huiyin.core.now import now
from huiyin.programme.refusal import Refused
from tests import factories as make
from tests.cast import Cast
from tests.interfaces.desk.seat import seat

pytestmark = pytest.mark.django_db
PASSWORD = "three-old-wells-7"
SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def _fresh(settings: Any) -> Any:
    """Wrong answers of one test are not counted against the next, and the demo mark is asked for anew."""
    from django.core.cache import cache

    settings.AXES_ENABLED = True
    cache.clear()
    marks.forget()
    yield
    marks.forget()


def code_now() -> str:
    return str(format_hotp_value(hotp_value(SECRET, next(iter(yield_hotp_counters_from_time())))))


def with_password(cast: Cast) -> Account:
    account = cast.li.account
    account.set_password(PASSWORD)
    accounts.keep_password(by=make.SYSTEM, at=now(), account=account)
    return account


def answer_login(client: Client, username: str, password: str) -> Any:
    return client.post("/account/login/", {"login": username, "password": password})


def mark_demo() -> None:
    Mark.objects.get_or_create(name="demo", defaults={"at": now()})
    marks.forget()


def test_nobody_reaches_the_desk_without_signing_in() -> None:
    door = next(one for one in get_resolver().url_patterns if str(one.pattern) == "desk/")
    patterns = [str(one.pattern) for one in getattr(door, "url_patterns", ())]
    assert "matters/" in patterns
    for pattern in patterns:
        path = "/desk/" + re.sub(
            r"<uuid:\w+>", "01a21301-88b1-706b-8bbd-4130d0125573", re.sub(r"<(int|str):\w+>", "1", pattern)
        )
        for answer in (Client().get(path), Client().post(path)):
            assert answer.status_code == 302, path
            assert answer["Location"].startswith("/account/login/"), path


def test_a_page_asked_for_is_opened_after_signing_in() -> None:
    assert (
        Client().get("/desk/matters/?due=late")["Location"] == "/account/login/?next=%2Fdesk%2Fmatters%2F%3Fdue%3Dlate"
    )
    assert Client().post("/desk/matters/bulk/")["Location"] == "/account/login/?next=%2Fdesk%2F"


def test_an_account_without_a_second_factor_may_only_enrol(cast: Cast) -> None:
    client = Client()
    account = with_password(cast)
    answer = answer_login(client, account.username, PASSWORD)
    assert answer.status_code == 302
    for path in ("/desk/", "/desk/matters/", "/account/password/change/", "/account/second/", "/account/second/codes/"):
        assert client.get(path)["Location"] == "/account/second/totp/", path
    page = client.get("/account/second/totp/")
    assert page.status_code == 200
    assert "先绑定手机上的验证器" in page.content.decode()
    assert 'src="data:image/svg+xml;base64,' in page.content.decode()


def test_enrolling_opens_the_desk_for_this_session_only(cast: Cast) -> None:
    account = with_password(cast)
    one, other = Client(), Client()
    answer_login(one, account.username, PASSWORD)
    answer_login(other, account.username, PASSWORD)
    secret = re.search(r'class="hy-secret">([A-Z2-7]+)<', one.get("/account/second/totp/").content.decode())
    assert secret is not None
    code = format_hotp_value(hotp_value(secret[1], next(iter(yield_hotp_counters_from_time()))))
    # on_commit runs in a test only when asked to
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.db.transaction.on_commit", lambda run, **_: run())
        done = one.post("/account/second/totp/", {"code": code})
    assert done["Location"] == "/account/second/codes/"
    assert one.get("/desk/").status_code == 200
    assert other.get("/desk/")["Location"] == "/account/login/"
    assert other.get("/desk/")["Location"].startswith("/account/login/"), "and is signed out"


def test_an_authenticators_secret_lies_encrypted(cast: Cast) -> None:
    TOTP.activate(with_password(cast), SECRET)
    kept = Authenticator.objects.get().data["secret"]
    assert SECRET not in kept
    assert len(kept) > 60


def test_password_and_code_together_sign_in_and_give_a_new_session_key(cast: Cast) -> None:
    client = Client()
    account = with_password(cast)
    TOTP.activate(account, SECRET)
    client.get("/account/login/")
    session = client.session
    session["before"] = 1
    session.save()
    before = client.cookies["huiyin"].value if "huiyin" in client.cookies else session.session_key
    first = answer_login(client, account.username, PASSWORD)
    assert first["Location"].startswith("/account/second/authenticate/")
    assert client.get("/desk/")["Location"].startswith("/account/login/")
    wrong = client.post("/account/second/authenticate/", {"code": "000000"})
    assert "动态码不对" in wrong.content.decode()
    done = client.post("/account/second/authenticate/", {"code": code_now()})
    assert done["Location"] == "/desk/"
    assert client.get("/desk/").status_code == 200
    assert client.session.session_key != before


def test_a_wrong_answer_does_not_say_which_of_the_two_was_wrong(cast: Cast) -> None:
    account = with_password(cast)
    answers = []
    for username in (account.username, "nobody-here"):
        answer = answer_login(Client(), username, "wrong-wrong-wrong")
        assert answer.status_code == 200
        text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
        answers.append(text.replace(username, "…"))
    assert answers[0] == answers[1]
    assert "账号或者口令不对" in answers[0]


def test_too_many_wrong_answers_make_the_account_wait(cast: Cast) -> None:
    account = with_password(cast)
    client = Client()
    last = None
    for _ in range(6):
        last = answer_login(client, account.username, "wrong-wrong-wrong")
    assert last is not None
    assert last.status_code == 429
    assert last["Retry-After"] == "900"
    assert answer_login(client, account.username, PASSWORD).status_code == 429


def test_signing_out_ends_the_session(cast: Cast) -> None:
    client = seat(cast.li)
    assert client.get("/desk/").status_code == 200
    assert client.get("/account/logout/").status_code == 200
    assert client.post("/account/logout/").status_code == 302
    assert client.get("/desk/").status_code == 302


def test_an_account_that_was_ended_is_signed_in_no_more_at_the_next_page_and_nobody_else_is_put_out(cast: Cast) -> None:
    li, zhou = seat(cast.li), seat(cast.zhou)
    assert [one.get("/desk/").status_code for one in (li, zhou)] == [200, 200]
    assert [one.get("/desk/").wsgi_request.user for one in (li, zhou)] == [cast.li.account, cast.zhou.account]
    accounts.switch(by=make.SYSTEM, at=now(), account=cast.li.account, on=False)
    assert [one.get("/desk/").status_code for one in (li, zhou)] == [302, 200]


def test_nobody_signs_up_and_nobody_resets_by_mail() -> None:
    for path in ("/account/signup/", "/account/password/reset/", "/account/email/"):
        assert Client().get(path).status_code == 404, path


def test_a_link_works_once_within_ten_minutes_and_in_the_demo_only(cast: Cast) -> None:
    at = now()
    with pytest.raises(Refused, match="demo_only"):
        signin.make_link(cast.li.account, at)
    mark_demo()
    token = signin.make_link(cast.li.account, at)
    assert token.encode() not in bytes(SigninLink.objects.get().digest)
    with pytest.raises(Refused, match="link_used"):
        signin.use_link(token, at + timedelta(minutes=11))
    client = Client()
    answer = client.post("/account/link/", {"token": token})
    assert answer["Location"] == "/desk/"
    assert client.get("/desk/").status_code == 200
    again = Client().post("/account/link/", {"token": token})
    assert again.status_code == 422
    assert "用过了或者过期了" in again.content.decode()
    unknown = Client().post("/account/link/", {"token": "no-such-token"})
    assert re.sub(r'value="\w+"', "", unknown.content.decode()) == re.sub(r'value="\w+"', "", again.content.decode())


def test_the_links_page_is_nowhere_outside_the_demo(cast: Cast) -> None:
    assert Client().get("/account/link/").status_code == 404
    assert Client().post("/account/link/", {"token": "x"}).status_code == 404


def test_a_session_of_a_link_is_worth_nothing_without_the_demo_mark(cast: Cast) -> None:
    mark_demo()
    client = Client()
    client.post("/account/link/", {"token": signin.make_link(cast.li.account, now())})
    Mark.objects.filter(name="demo").delete()
    marks.forget()
    assert client.get("/desk/")["Location"] == "/account/second/totp/"


def test_the_command_prints_a_link_for_each_role(cast: Cast) -> None:
    mark_demo()
    out = StringIO()
    call_command("signin", all=True, base="http://127.0.0.1:8123", stdout=out)
    lines = out.getvalue().splitlines()
    assert [line.split()[0] for line in lines][:3] == ["clerk", "dispatcher", "handler"]
    assert all(re.search(r"http://127\.0\.0\.1:8123/account/link/#[\w-]{32}  ", line) for line in lines)
    with pytest.raises(CommandError):
        call_command("signin", "nobody-here", stdout=StringIO())


def test_the_command_points_to_where_the_demo_is_served(
    cast: Cast, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark_demo()
    settings.HUIYIN_HOME = str(tmp_path)
    for served, port, expected in (("", "", 8000), ("http://127.0.0.1:8123", "", 8123), ("", "8200", 8200)):
        monkeypatch.setenv("PORT", port)
        if served:
            (tmp_path / "address").write_text(served, encoding="ascii")
        out = StringIO()
        call_command("signin", "clerk", stdout=out)
        assert f" http://127.0.0.1:{expected}/account/link/#" in out.getvalue()


def test_the_command_refuses_outside_the_demo(cast: Cast) -> None:
    with pytest.raises(CommandError, match="演示"):
        call_command("signin", "clerk", stdout=StringIO())
