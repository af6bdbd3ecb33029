"""What a passkey's answer has to hold: this challenge, this page, its user verified, a counter that grows (R-187)."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from huiyin.core import boxes, passkeys
from huiyin.core.passkeys import Copied, Known, Site, Unproved
from tests.passkeys import Passkey
from tests.rows import row

SITE = Site("https://desk.example", "desk.example")
NONCE, ASKED = passkeys.fresh(), passkeys.fresh()


def options() -> dict[str, Any]:
    """What the browser is given to make one."""
    return passkeys.to_make(SITE, NONCE, ASKED, user=b"u" * 16, name="zhou", has=[])


def made(key: Passkey) -> Known:
    """It is made, and judged."""
    return passkeys.made(SITE, NONCE, key.make(options()), ASKED)


@row("R-187")
def test_a_passkey_is_made_and_used_and_answers_the_same_secret_bytes_each_time() -> None:
    key = Passkey(SITE.origin)
    known = made(key)
    found, counter = passkeys.shown(SITE, NONCE, key.show(options())[0], [known])
    assert (found.credential, found.asked, counter) == (key.id, ASKED, 2)
    wanted = passkeys.to_show(SITE, passkeys.fresh(), [(known.credential, known.asked)])
    assert wanted["publicKey"]["userVerification"] == "required"
    assert key.show(wanted)[1] == key.show(options())[1]


def test_one_that_counts_nothing_is_good_each_time() -> None:
    key = Passkey(SITE.origin, counts=False)
    known = made(key)
    assert [passkeys.shown(SITE, NONCE, key.show(options())[0], [known])[1] for _ in range(2)] == [0, 0]


@row("R-187")
@pytest.mark.parametrize(
    ("what", "value"),
    [
        ("origin", "https://desk.example.invalid"),
        ("origin", "https://sub.desk.example"),
        ("origin", "http://desk.example"),
        ("origin", "https://desk.example:8443"),
        ("verified", False),
        ("foreign_frame", True),
    ],
)
def test_an_answer_from_elsewhere_or_of_nobody_verified_proves_nothing(what: str, value: object) -> None:
    key = Passkey(SITE.origin)
    known = made(key)
    setattr(key, what, value)
    with pytest.raises(Unproved):
        made(key)
    with pytest.raises(Unproved):
        passkeys.shown(SITE, NONCE, key.show(options())[0], [known])


@row("R-187")
def test_another_challenge_another_domain_and_another_passkey_prove_nothing() -> None:
    key = Passkey(SITE.origin)
    known, other = made(key), made(Passkey(SITE.origin))
    shown = key.show(options())[0]
    for site, nonce, held in (
        (SITE, passkeys.fresh(), known),
        (Site(SITE.origin, "example"), NONCE, known),
        (SITE, NONCE, other),
        (SITE, NONCE, Known(known.credential, other.public, 0, ASKED)),
    ):
        with pytest.raises(Unproved):
            passkeys.shown(site, nonce, shown, [held])
    assert passkeys.nonce_of(shown) == NONCE


@row("R-187")
def test_a_counter_that_does_not_grow_is_of_a_copy() -> None:
    key = Passkey(SITE.origin)
    known = made(key)
    _, counter = passkeys.shown(SITE, NONCE, key.show(options())[0], [known])
    key.counter -= 1
    with pytest.raises(Copied):
        passkeys.shown(SITE, NONCE, key.show(options())[0], [Known(known.credential, known.public, counter, ASKED)])


def _less(answer: str, *names: str) -> str:
    given = json.loads(answer)
    for name in names:
        given["response"].pop(name, None)
    return json.dumps(given)


@pytest.mark.parametrize(
    "broken",
    [
        lambda _: "",
        lambda _: "[]",
        lambda _: '{"response": 3}',
        lambda _: "[" * 9000,
        lambda answer: answer[:-9],
        lambda answer: answer + " " * 17_000,
        lambda answer: answer.replace('"rawId": "', '"rawId": "AAAA'),
        lambda answer: _less(answer, "clientDataJSON"),
        lambda answer: _less(answer, "signature", "attestationObject"),
    ],
)
def test_what_is_no_answer_is_refused_and_breaks_nothing(broken: Callable[[str], str]) -> None:
    key = Passkey(SITE.origin)
    known = made(key)
    with pytest.raises(Unproved):
        passkeys.made(SITE, NONCE, broken(key.make(options())), ASKED)
    with pytest.raises(Unproved):
        passkeys.shown(SITE, NONCE, broken(key.show(options())[0]), [known])


@row("R-187")
@pytest.mark.parametrize(
    ("origin", "domain"),
    [
        ("https://desk.example:8443", "desk.example"),
        ("http://localhost:8117", "localhost"),
        ("http://desk.example", None),
        ("http://127.0.0.1:8000", None),
        ("https://10.0.0.8", None),
        ("https://[::1]:8000", None),
        ("https://", None),
    ],
)
def test_passkeys_are_of_a_name_over_tls_or_of_this_machine(origin: str, domain: str | None) -> None:
    assert passkeys.site_of(origin) == (Site(origin, domain) if domain else None)


@row("R-187")
def test_a_key_locked_for_a_passkey_opens_for_it_alone_and_names_its_suite() -> None:
    secret, output, about = boxes.new_secret(), passkeys.fresh(), "huiyin zhou 1"
    locked = boxes.lock_for(secret, output, about)
    assert locked[0] == boxes.SUITE_PASSKEY
    assert boxes.unlock_by(memoryview(locked), output, about) == secret
    assert boxes.lock_for(secret, output, about) != locked
    for data, by, of in (
        (locked, passkeys.fresh(), about),
        (locked, output, "huiyin sun 1"),
        (locked, output, "huiyin zhou 2"),
        (locked, output[:31], about),
        (b"\x01" + locked[1:], output, about),
        (locked[:-1] + bytes([locked[-1] ^ 1]), output, about),
        (locked[:5], output, about),
        (b"", output, about),
    ):
        with pytest.raises(boxes.Unopened):
            boxes.unlock_by(data, by, of)
