"""Passkeys of the sealed compartment at the desk: added after the passphrase, used instead of it, removed (R-187)."""

import json
import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client

from huiyin.casework.actions import keyholders
from huiyin.casework.models import Challenge, Keyholder, Passkey
from huiyin.core import audit, sealing
from huiyin.core.models import Event, Look
from huiyin.core.now import now
from huiyin.core.passkeys import decoded, encoded
from tests import factories as make
from tests import passkeys
from tests.cast import Cast, Member
from tests.conftest import Clock
from tests.evidence import without_triggers
from tests.interfaces.desk.seat import seat, sit_down
from tests.passkeys import ASK, NAME, OPEN, PAGE, added, answered
from tests.rooms.casework.compartment import ABOUT_LI, own_key, phrase_of, sealed, two_custodians, with_keys
from tests.rows import row

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _county(cast: Cast) -> None:
    make.put_in_force(at=now() - timedelta(hours=8))


def at_desk(member: Member) -> Client:
    """Somebody at their desk, where passkeys can be: on this machine by its name."""
    client = seat(member)
    client.defaults["HTTP_HOST"] = "localhost"
    return client


def opened(client: Client, member: Member) -> Client:
    """They open the compartment with their passphrase."""
    assert client.post("/desk/sealed/open/", {"passphrase": phrase_of(member)}).status_code == 302
    return client


def key_of() -> passkeys.Passkey:
    """A passkey in a browser that shows the page of the tests."""
    return passkeys.Passkey("http://localhost")


def holder(member: Member, key: passkeys.Passkey) -> Client:
    """Somebody with keys and a passkey, at a desk where the compartment is shut again."""
    with_keys(member, now())
    client = opened(at_desk(member), member)
    answer = added(client, key)
    assert answer.status_code == 302, answer.content.decode()
    client.post("/desk/sealed/close/")
    return client


def is_open(client: Client) -> bool:
    """Whether it is open at a desk."""
    return "密件开着" in client.get("/desk/sealed/").content.decode()


def refused(answer: Any, words: str) -> None:
    """It is refused, in these words."""
    assert answer.status_code == 422
    assert words in answer.content.decode()


@row("R-187", "SG-49")
def test_a_passkey_opens_what_the_passphrase_opens_and_the_looks_say_by_what(cast: Cast) -> None:
    at = now() - timedelta(hours=3)
    two_custodians(cast, at)
    with_keys(cast.bai, at)
    matter, _ = sealed(cast, at)
    address = f"/desk/matters/{matter.code}/"
    client, key = opened(at_desk(cast.bai), cast.bai), key_of()
    assert "还没有用过" not in client.get(PAGE).content.decode()
    assert added(client, key).status_code == 302
    client.post("/desk/sealed/close/")
    page = client.get(address).content.decode()
    assert ABOUT_LI not in page
    assert 'data-passkey="open"' in page
    answer = client.post(OPEN, answered(client, key) | {"code": matter.code})
    assert answer["Location"] == address
    page = client.get(address).content.decode()
    assert ABOUT_LI in page
    assert "已用您的通行密钥开启" in page
    own = Keyholder.objects.get(person_id=cast.bai.person_id)
    kinds = Look.objects.filter(person_id=cast.bai.person_id).order_by("id").values_list("kind", flat=True)
    assert list(kinds.filter(subject=str(own.id))) == ["sealed.by_passphrase", "sealed.by_passkey"]
    assert "matter.opened" in kinds
    kept = Passkey.objects.get()
    told = Event.objects.filter(subject=str(kept.id)).order_by("id").values_list("name", flat=True)
    assert list(told) == ["casework.passkey_added", "casework.passkey_used"]
    assert (kept.name, kept.domain, kept.counter, kept.used_at is None) == (NAME, "localhost", key.counter, False)
    page = client.get(PAGE).content.decode()
    assert NAME in page
    assert "上次用是" in page


@row("R-187")
def test_it_closes_after_the_same_quarter_of_an_hour_and_tries_are_counted_the_same(cast: Cast, clock: Clock) -> None:
    begun, key = now(), key_of()
    client = holder(cast.bai, key)
    client.post(OPEN, answered(client, key))
    clock(begun + timedelta(minutes=14))
    assert is_open(client)
    clock(begun + timedelta(minutes=16))
    assert not is_open(client)
    clock(begun + timedelta(minutes=31))
    for _ in range(9):
        refused(client.post(OPEN, {}), "没有收到通行密钥的回应")
    for _ in range(8):
        refused(client.post(OPEN, answered(client, key) | {"output": ""}), "打不开")
    refused(client.post(OPEN, answered(client, key)), "口令试得太多了")
    refused(client.post("/desk/sealed/open/", {"passphrase": phrase_of(cast.bai)}), "口令试得太多了")


@row("R-187")
def test_an_answer_opens_once_soon_and_in_the_session_it_was_asked_in(cast: Cast, clock: Clock) -> None:
    key = key_of()
    client = holder(cast.bai, key)
    sent = answered(client, key)
    refused(at_desk(cast.bai).post(OPEN, sent), "隔得太久")
    assert client.post(OPEN, sent).status_code == 302
    client.post("/desk/sealed/close/")
    refused(client.post(OPEN, sent), "已经用过一次")
    assert not is_open(client)
    sent = answered(client, key)
    refused(client.post(OPEN, sent | {"output": encoded(bytes(32))}), "打不开")
    refused(client.post(OPEN, sent), "已经用过一次")
    sent = answered(client, key)
    clock(now() + timedelta(minutes=4))
    refused(client.post(OPEN, sent), "隔得太久")
    assert Challenge.objects.count() == 1, "what came too late goes when something else is asked"


@row("R-187")
@pytest.mark.parametrize(
    ("what", "value", "words"),
    [
        ("verified", False, "打不开"),
        ("origin", "http://localhost:9000", "打不开"),
        ("origin", "https://localhost", "打不开"),
        ("counter", 0, "好像有两份"),
    ],
)
def test_without_its_user_from_another_page_or_as_a_copy_it_opens_nothing(
    cast: Cast, what: str, value: object, words: str
) -> None:
    key = key_of()
    client = holder(cast.bai, key)
    setattr(key, what, value)
    refused(client.post(OPEN, answered(client, key)), words)
    assert not is_open(client)
    opened(client, cast.bai)
    if what != "counter":
        other = key_of()
        setattr(other, what, value)
        refused(added(client, other), words)


@row("R-187", "SG-01")
def test_the_passkey_of_somebody_else_opens_nothing_and_cannot_be_taken_away_by_others(cast: Cast) -> None:
    mine, theirs = key_of(), key_of()
    client = holder(cast.bai, mine)
    holder(cast.sun, theirs)
    row = Passkey.objects.get(holder__person_id=cast.sun.person_id)
    options = client.post(ASK, {"what": "open"}).json()
    wanted = options["publicKey"]["extensions"]["prf"]["evalByCredential"]
    assert list(wanted) == [encoded(mine.id)], "nobody else's is asked for"
    wanted[encoded(theirs.id)] = {"first": encoded(bytes(row.asked))}
    shown, output = theirs.show(options)
    refused(client.post(OPEN, {"shown": shown, "output": output}), "打不开")
    assert not is_open(client)
    form = {"do": "remove", "passkey": str(row.id), "passphrase": phrase_of(cast.bai)}
    assert client.post(PAGE, form).status_code == 404
    # Moved to another's row by who has the database it opens nothing either.
    own = Passkey.objects.get(holder__person_id=cast.bai.person_id)
    with without_triggers(), connection.cursor() as cursor:
        cursor.execute("UPDATE casework_passkey SET locked = %s WHERE name = %s", [bytes(row.locked), NAME])
    refused(client.post(OPEN, answered(client, mine)), "打不开")
    assert own.holder_id != row.holder_id


@row("R-187")
def test_what_it_answers_stays_nowhere(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    key = key_of()
    client = holder(cast.bai, key)
    sent = answered(client, key)
    assert client.post(OPEN, sent).status_code == 302
    output, secret = decoded(sent["output"]), own_key(cast.bai, now())
    told = "".join(Session.objects.values_list("session_data", flat=True)) + json.dumps(dict(client.session.items()))
    told += caplog.text + str([one.value for one in client.cookies.values()])
    told += str([list(Passkey.objects.values()), list(Challenge.objects.values()), list(Event.objects.values())])
    row = Passkey.objects.get()
    stored = b"".join(bytes(part) for part in (row.credential, row.public, row.asked, row.locked))
    for hidden in (output, secret):
        assert hidden not in stored
        for form in (hidden.hex(), encoded(hidden), str(hidden)):
            assert form not in told


@row("R-187")
def test_one_without_secret_bytes_is_refused_with_what_to_do(cast: Cast) -> None:
    with_keys(cast.bai, now())
    client = opened(at_desk(cast.bai), cast.bai)
    refused(added(client, key_of(), output="", shown=""), "换一台手机、一把安全钥匙")
    refused(added(client, key_of(), output="AAAA"), "PRF")
    refused(added(client, key_of(), output="不"), "PRF")
    assert not Passkey.objects.exists()


@row("R-187")
def test_one_is_added_only_while_it_is_open_by_the_passphrase_with_a_name_and_five_at_most(cast: Cast) -> None:
    key = key_of()
    client = holder(cast.bai, key)
    refused(client.post(PAGE, {"do": "add", "name": NAME}), "先用口令开启")
    client.post(OPEN, answered(client, key))
    assert client.post(ASK, {"what": "add", "name": NAME}).json() == {"refused": "passkey_by_passphrase"}
    page = client.get(PAGE).content.decode()
    assert "先锁上，再用口令开启" in page
    assert 'data-passkey="add"' not in page
    opened(client, cast.bai)
    assert client.post(ASK, {"what": "add", "name": " "}).status_code == 422
    refused(client.post(PAGE, {"do": "add", "name": " "}), "起个名字")
    refused(client.post(PAGE, {"do": "add", "name": "长" * 41}), "最多 40 个字")
    refused(client.post(PAGE, {"do": "add", "name": NAME}), "没有收到通行密钥的回应")
    refused(added(client, key), "已经加过了")
    for _ in range(4):
        assert added(client, key_of()).status_code == 302
    assert client.post(ASK, {"what": "add", "name": NAME}).json() == {"refused": "passkeys_full"}
    refused(client.post(PAGE, {"do": "add", "name": NAME, "made": "{}"}), "最多 5 把")
    assert Passkey.objects.count() == 5


@row("R-187")
def test_taking_one_away_asks_for_the_passphrase_and_ends_what_it_locked(cast: Cast) -> None:
    key = key_of()
    client = holder(cast.bai, key)
    passkey = str(Passkey.objects.get().id)
    refused(client.post(PAGE, {"do": "remove", "passkey": "", "passphrase": phrase_of(cast.bai)}), "请选一把")
    refused(client.post(PAGE, {"do": "remove", "passkey": passkey, "passphrase": "不是这一句"}), "口令不对")
    sent = answered(client, key)
    form = {"do": "remove", "passkey": passkey, "passphrase": phrase_of(cast.bai)}
    assert client.post(PAGE, form).status_code == 302
    assert not Passkey.objects.exists()
    refused(client.post(OPEN, sent), "打不开")
    assert 'data-passkey="open"' not in client.get("/desk/sealed/").content.decode()
    assert client.post(ASK, {"what": "open"}).json() == {"refused": "passkey_none"}
    assert client.post(PAGE, form).status_code == 404
    opened(client, cast.bai)


@row("R-187")
def test_another_passphrase_leaves_it_and_another_pair_of_keys_ends_it(cast: Cast) -> None:
    key, other = key_of(), "四只白鹭飞过水渠去了远方"
    client = holder(cast.bai, key)
    viewer = cast.bai.viewer(now())
    keyholders.change_passphrase(by=viewer, at=now(), old=phrase_of(cast.bai), new=other)
    assert client.post(OPEN, answered(client, key)).status_code == 302
    assert is_open(client)
    client.post("/desk/sealed/close/")
    sent = answered(client, key)
    keyholders.end(by=viewer, at=now(), person_id=cast.bai.person_id)
    assert not Passkey.objects.exists()
    with_keys(cast.bai, now())
    refused(client.post(OPEN, sent), "已经用过一次")
    assert client.post(ASK, {"what": "open"}).json() == {"refused": "passkey_none"}


@row("R-187")
def test_a_page_of_others_can_ask_and_send_nothing_in_ones_name(cast: Cast) -> None:
    client = at_desk(cast.bai)
    client.handler.enforce_csrf_checks = True
    assert [client.post(address, {"what": "open"}).status_code for address in (PAGE, ASK, OPEN)] == [403] * 3


@row("R-187")
def test_at_an_address_of_numbers_the_passphrase_is_what_there_is(cast: Cast) -> None:
    client = holder(cast.bai, key_of())
    client.defaults["HTTP_HOST"] = "127.0.0.1:8000"
    assert 'data-passkey="open"' not in client.get("/desk/sealed/").content.decode()
    assert "只在 localhost 能用" in client.get(PAGE).content.decode()
    assert client.post(ASK, {"what": "open"}).json() == {"refused": "passkey_not_here"}
    refused(client.post(OPEN, {"shown": "{}"}), "用不了通行密钥")
    assert "用不了通行密钥" in opened(client, cast.bai).get(PAGE).content.decode()


@row("R-187", "SG-49")
def test_who_changes_a_passkey_in_the_database_is_named_by_the_audit(cast: Cast) -> None:
    holder(cast.bai, key_of())
    sealing.seal_now(now())
    assert audit.verify(now()).told() == []
    with without_triggers(), connection.cursor() as cursor:
        cursor.execute("UPDATE casework_passkey SET counter = 0")
    assert audit.verify(now()).told() == [f"casework.passkey:{Passkey.objects.get().pk}：与日志不符（被改动）"]


@row("R-187")
@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_the_browsers_own_passkey_is_added_and_opens(live_server: "LiveServer", page: "Page", cast: Cast) -> None:
    with_keys(cast.bai, now())
    assert live_server.url.startswith("http://localhost:"), "browsers have passkeys for a name, not for numbers"
    chromium = page.context.new_cdp_session(page)
    chromium.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "internal", "hasResidentKey": True}
    options |= {"hasUserVerification": True, "isUserVerified": True, "hasPrf": True}
    chromium.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    sit_down(page, live_server.url, cast.bai)
    page.goto(live_server.url + PAGE)
    page.fill("#id_passphrase", phrase_of(cast.bai))
    page.click("[data-main]")
    page.goto(live_server.url + PAGE)
    page.fill("#id_name", NAME)
    page.dblclick("form[data-passkey] button")
    page.get_by_text("通行密钥加好了").wait_for()
    page.click("form[action$='/close/'] button")
    page.click("form[data-passkey] button")
    page.get_by_text("已用您的通行密钥开启").wait_for()
    assert Passkey.objects.get().counter == 3, "made, tried, used: a double press is one"
