"""`huiyin custodian`: passphrases typed by their owners, each on a line of its own; one loss made good by another."""

import io

import pytest
from django.core.management import CommandError, call_command

from huiyin.casework.models import Keyholder
from huiyin.core.now import now
from tests import factories as make
from tests.cast import Cast, Member
from tests.interfaces.desk.seat import appointed
from tests.rooms.casework.compartment import ABOUT_LI, own_key, page, phrase_of, sealed, with_keys
from tests.rows import row

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english_terminal")]
NEW = "四只白鹭飞过水渠去了远方"


@pytest.fixture(autouse=True)
def _county(cast: Cast) -> None:
    make.put_in_force(at=now())


def run(monkeypatch: pytest.MonkeyPatch, typed: list[str], *arguments: str) -> str:
    """Run the command with these lines on its input; gives what it said."""
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in typed)))
    said = io.StringIO()
    call_command("custodian", *arguments, stdout=said)
    return said.getvalue()


def add(monkeypatch: pytest.MonkeyPatch, *members: Member) -> None:
    """The first custodians."""
    for member in members:
        run(monkeypatch, [phrase_of(member)], "add", member.account.username)


@row("R-187")
def test_the_first_two_are_added_listed_and_one_made_good_by_the_other(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "fewer than 2 custodians" in run(monkeypatch, [], "list")
    add(monkeypatch, cast.zhou, cast.sun)
    listed = run(monkeypatch, [], "list")
    assert "周明: custodian" in listed
    assert "fewer" not in listed
    with_keys(cast.bai, now())
    matter, _ = sealed(cast, now())
    zhou, sun = cast.zhou.account.username, cast.sun.account.username
    with pytest.raises(CommandError, match="passphrase is wrong"):
        run(monkeypatch, ["不是这一句，也不是那一句", NEW], "recover", zhou, "--by", sun)
    with pytest.raises(CommandError, match="at least 12"):
        run(monkeypatch, [phrase_of(cast.sun), "太短"], "recover", zhou, "--by", sun)
    assert own_key(cast.zhou, now()), "what is refused ends nobody's keys"
    assert "open 1 matters" in run(monkeypatch, [phrase_of(cast.sun), NEW], "recover", zhou, "--by", sun)
    assert own_key(cast.zhou, now(), NEW)
    monkeypatch.setattr("tests.rooms.casework.compartment.phrase_of", lambda _: NEW)
    assert page(cast.zhou, matter, now()).matter.text == ABOUT_LI
    assert Keyholder.objects.filter(person_id=cast.zhou.person_id, ended_at__isnull=False, locked=None).count() == 1


def test_what_is_not_there_or_too_short_is_refused_with_a_sentence(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError, match="Usage"):
        run(monkeypatch, [], "recover", "someone")
    with pytest.raises(CommandError, match="nobody"):
        run(monkeypatch, [NEW], "add", "nobody")
    with pytest.raises(CommandError, match="at least 12"):
        run(monkeypatch, ["太短"], "add", cast.zhou.account.username)
    with pytest.raises(CommandError, match="sees held matters"):
        run(monkeypatch, [NEW], "add", cast.bai.account.username)
    add(monkeypatch, cast.zhou, cast.sun)
    third = appointed("郭宁", cast.bodies.survey, "dispatcher", "派单员").account.username
    with pytest.raises(CommandError, match="let in by a custodian"):
        run(monkeypatch, [NEW], "add", third)
    assert "is a custodian" in run(monkeypatch, [phrase_of(cast.sun)], "add", third, "--by", cast.sun.account.username)
