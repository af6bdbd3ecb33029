"""With disk, database, keys and environment but no passphrase, nothing of what was sealed is found (R-187).

A thousand random words are planted across three dozen sealed matters, a dozen through each of the doors people use:
words and names of files, further words, steps and notes, answers, judgements, names of reporters. Who reads them has
passkeys too. Then everything the machine holds is read as bytes: for the words, for what the passkeys answered, and for
the keys that both open.
"""

import io
import logging
import os
import re
import secrets
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client, override_settings
from PIL import Image

from huiyin.casework.models import Matter, SealedText
from huiyin.core import wiping
from huiyin.core.now import now
from huiyin.core.passkeys import decoded, encoded
from huiyin.core.worker import drain
from tests import factories as make
from tests import passkeys
from tests.cast import Cast, Member, gather
from tests.interfaces.desk.seat import seat
from tests.interfaces.public.asking import asked, form, opened, receipt
from tests.passkeys import Passkey
from tests.rooms.casework import spine
from tests.rooms.casework.compartment import own_key, phrase_of, two_custodians, with_keys
from tests.rows import row

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
MATTERS, WORDS, AT_ONCE = 36, 1_000, 3
"""A text holds so many words at once: a copy is left by a door, not now and then."""
ALPHABET, LETTERS = "bcdfghjklmnpqrstvwxz", 12
PLAIN = re.compile(rb"[%b]{%d,}" % (ALPHABET.encode(), LETTERS))
DIGITS = re.compile(rb"[0-9a-f]{%d,}" % (2 * LETTERS))
HEXED = re.compile(rb"(?=((?:6[2-46-8a-e]|7[0-46-8a]){%d}))" % LETTERS)
NAMED = "柳湾镇的李卫东态度很差，要钱才给办。"


class Planted:
    """Random words, each given once; twelve consonants that no language, code or key has in a row."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.secrets: list[bytes] = []
        """What opens everything: keys, and what passkeys answer."""

    def some(self, count: int) -> str:
        """So many new words."""
        fresh = ["".join(secrets.choice(ALPHABET) for _ in range(LETTERS)) for _ in range(count)]
        self.words += fresh
        return " ".join(fresh)


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A home of its own, so that everything in it was put there by this test."""
    with override_settings(HUIYIN_HOME=tmp_path / "home"):
        (tmp_path / "home").mkdir(mode=0o700)
        yield tmp_path / "home"


@pytest.fixture
def county(home: Path, transactional_db: None) -> Cast:
    """The people of the tests, two custodians among them, and Bai who handles with keys."""
    everybody = gather(by=make.SYSTEM, at=make.BEGIN)
    make.put_in_force(at=now())
    two_custodians(everybody, now())
    with_keys(everybody.bai, now())
    return everybody


def found(planted: Planted, home: Path, told: str) -> list[str]:
    """The planted words that stand somewhere as they are: database, home with the keys, logs, environment."""
    wiping.wipe()
    environment = "\0".join(f"{name}={value}" for name, value in os.environ.items())
    heap = {"the logs": told.encode(), "the environment": environment.encode()}
    heap |= {str(path): path.read_bytes() for path in home.rglob("*") if path.is_file()} | _database()
    words = set(planted.words)
    left = [f"{word} in {name}" for name, part in heap.items() for word in sorted(standing(part) & words)]
    written = [form for one in planted.secrets for form in (one, one.hex().encode(), encoded(one).encode())]
    return left + [f"a secret in {name}" for name, part in heap.items() if any(form in part for form in written)]


def standing(part: bytes) -> set[str]:
    """Whatever could be a planted word, as it is or as a dump writes bytes: one look at all of it, not one a word."""
    runs = [run.decode() for run in PLAIN.findall(part)]
    found = {run[start : start + LETTERS] for run in runs for start in range(len(run) - LETTERS + 1)}
    for run in DIGITS.findall(part):
        found |= {bytes.fromhex(one.decode()).decode() for one in HEXED.findall(run)}
    return found


def _database() -> dict[str, bytes]:
    """SQLite's files as they lie there, or what pg_dump says, in text so that nothing is packed."""
    params = connection.get_connection_params()
    if connection.vendor == "sqlite":
        stem = Path(str(settings.DATABASES["default"]["NAME"]))
        return {str(path): path.read_bytes() for path in stem.parent.glob(f"{stem.name}*") if path.is_file()}
    # Row-level security is forced on the owner too: whoever has the machine says what they want to see.
    sight = "-c huiyin.door=open -c huiyin.aside=open"
    environment = {**os.environ, "PGPASSWORD": str(params.get("password") or ""), "PGOPTIONS": sight}
    command = [
        "pg_dump",
        "--inserts",
        "--enable-row-security",
        "-h",
        str(params["host"]),
        "-p",
        str(params.get("port") or 5432),
    ]
    command += ["-U", str(params["user"]), str(params["dbname"])]
    done = subprocess.run(command, check=True, capture_output=True, env=environment)
    return {"pg_dump": done.stdout}


def _photo(planted: Planted) -> SimpleUploadedFile:
    data = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(data, "JPEG")
    return SimpleUploadedFile(f"{planted.some(1)}.jpg", data.getvalue(), "image/jpeg")


def _papers(planted: Planted) -> SimpleUploadedFile:
    """A PDF whose bytes hold words, and whose name holds one."""
    body = f"%PDF-1.4\n{planted.some(2 * AT_ONCE)}\n%%EOF".encode()
    return SimpleUploadedFile(f"{planted.some(1)}.pdf", body, "application/pdf")


def somebody() -> Client:
    """A resident in a network of their own, so that no door asks this many of them to wait."""
    return Client(REMOTE_ADDR=f"10.{secrets.randbelow(250)}.{secrets.randbelow(250)}.{1 + secrets.randbelow(250)}")


def number_of_their_own() -> str:
    """A telephone nobody has, for from one number only so much is taken in a day."""
    return f"16{secrets.randbelow(10**9):09d}"


def by_the_public_page(planted: Planted) -> tuple[str, str]:
    """A resident says that it is about somebody in office: it is written locked."""
    client = somebody()
    text, own = f"他收钱才办事：{planted.some(4 * AT_ONCE)}", number_of_their_own()
    given: dict[str, Any] = form(client, sealed="1", text=text, name=planted.some(1), phone=own)
    given["attached"] = [_photo(planted), _papers(planted)]
    return receipt(client.post("/ask/", given))


def by_a_clerk(cast: Cast, planted: Planted) -> tuple[str, str]:
    """A clerk hears it, a dispatcher names whom it is about and hands it over on the sealed way."""
    made = spine.opened(cast, now(), text=f"{NAMED}{planted.some(4 * AT_ONCE)}", reporter_name=planted.some(1))
    somebody().post(
        "/track/more/", {"proof": made.proof, "more": planted.some(2 * AT_ONCE), "attached": [_papers(planted)]}
    )
    code = made.matter.code
    answer = seat(cast.zhou).post(f"/desk/held/{code}/", {"do": "name", "persons": [str(cast.li.person_id)]})
    assert answer.status_code == 302
    return code, made.proof


def by_the_page_and_later(planted: Planted) -> tuple[str, str]:
    """An ordinary message, found by everybody's search; what is added to it then names an official."""
    client = somebody()
    code, proof = asked(client, text=f"傍晚没有水：{planted.some(3 * AT_ONCE)}", phone=number_of_their_own())
    client.post("/track/more/", {"proof": proof, "more": f"{NAMED}{planted.some(2 * AT_ONCE)}"})
    return code, proof


def open_at(member: Member) -> Client:
    """Somebody at their desk who has opened the compartment."""
    client = seat(member)
    assert client.post("/desk/sealed/open/", {"passphrase": phrase_of(member)}).status_code == 302
    return client


def with_a_passkey(planted: Planted, member: Member) -> tuple[Client, Passkey]:
    """Somebody who has opened the compartment and lets a passkey do it from now on."""
    client, key = open_at(member), Passkey("http://localhost")
    client.defaults["HTTP_HOST"] = "localhost"
    answer = passkeys.added(client, key)
    assert answer.status_code == 302, answer.content.decode()
    planted.secrets += [own_key(member, now()), key.secret]
    return client, key


def by_passkey(planted: Planted, member: Member) -> Client:
    """Somebody who has opened the compartment with a passkey."""
    client, key = with_a_passkey(planted, member)
    client.post("/desk/sealed/close/")
    sent = passkeys.answered(client, key)
    assert client.post(passkeys.OPEN, sent).status_code == 302
    planted.secrets.append(decoded(sent["output"]))
    return client


def hand_over(cast: Cast, custodian: Client, code: str) -> None:
    """Named if it is not yet, and given to Bai."""
    page = f"/desk/held/{code}/"
    if Matter.objects.get(code=code).held:
        assert custodian.post(page, {"do": "name", "persons": [str(cast.li.person_id)]}).status_code == 302
    given = {"do": "assign", "topic": "water", "way": "discipline"}
    given |= {"handler": str(cast.bai.post_id), "supervisor": str(cast.zhao.post_id)}
    answer = custodian.post(page, given)
    assert answer.status_code == 302, answer.content.decode()


def handle(planted: Planted, bai: Client, code: str, proof: str) -> None:
    """Taken, answered with a file, read by the resident, said to be not solved, with words."""
    step = f"/desk/matters/{code}/step"
    assert bai.post(f"{step}/take/", {}).status_code == 302
    given: dict[str, Any] = {"reply": f"已经查实：{planted.some(2 * AT_ONCE)}", "public_text": planted.some(1)}
    answer = bai.post(f"{step}/answer/", {**given, "attached": [_papers(planted)]})
    assert answer.status_code == 302, answer.content.decode()
    assert given["reply"].split("：")[1] in opened(somebody(), proof), "the resident reads the answer with the key"
    said = {"proof": proof, "contacted": "yes", "true": "no", "solved": "no", "words": planted.some(2 * AT_ONCE)}
    assert somebody().post("/track/judge/", said).status_code == 200


@row("R-187", "SG-01", "SG-49")
@pytest.mark.slow(seconds=40)
def test_of_a_thousand_planted_words_none_is_found_without_a_passphrase(
    county: Cast, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    planted = Planted()
    doors = [lambda: by_the_public_page(planted), lambda: by_a_clerk(county, planted)]
    doors.append(lambda: by_the_page_and_later(planted))
    made = [doors[number % 3]() for number in range(MATTERS)]
    drain(now())
    custodian, bai = by_passkey(planted, county.sun), by_passkey(planted, county.bai)
    for code, proof in made:
        hand_over(county, custodian, code)
        handle(planted, bai, code, proof)
    drain(now())
    assert Matter.objects.filter(lock_key__isnull=False).count() == MATTERS
    assert len(planted.words) >= WORDS
    assert len(planted.secrets) == 6
    assert found(planted, home, caplog.text) == []
    # … and all of it is there for whoever has a key: what cannot be found has not simply been lost.
    code, proof = made[0]
    assert planted.words[0] in custodian.get(f"/desk/held/{code}/").content.decode()
    assert planted.words[0] in opened(somebody(), proof)


def test_a_word_is_seen_wherever_it_stands_as_it_is_or_in_digits() -> None:
    word = Planted().some(1)
    digits = word.encode().hex()
    for told in (word, f"b{word}z", f"那{word}。", f"\\x0{digits}f", f"{digits}{digits}", f"x62{digits}"):
        assert word in standing(told.encode()), told
    assert word not in standing(f"{word[:6]} {word[6:]} {digits[:12]} {digits[12:]}".encode())
    assert standing(ALPHABET.encode().hex().encode()) == standing(ALPHABET.encode())


@row("R-187")
@pytest.mark.parametrize("bug", ["search", "index", "vault", "files", "moves"])
def test_a_copy_that_is_left_behind_is_found(
    county: Cast, home: Path, bug: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scan sees what it is to see: each planted bug leaves one kind of copy."""
    planted = Planted()
    if bug == "search":
        monkeypatch.setattr("huiyin.casework.actions.compartment.search.forget", lambda *_: None)
        monkeypatch.setattr("huiyin.casework.actions.holding.search.forget", lambda *_: None)
    elif bug == "index":
        monkeypatch.setattr("huiyin.core.wiping.owe", lambda *_: None)
    elif bug == "files":
        monkeypatch.setattr("huiyin.casework.actions.compartment.files.discard", lambda _: None)
        monkeypatch.setattr("huiyin.casework.actions.compartment._files", lambda *_, **__: None)
    elif bug == "moves":
        monkeypatch.setattr("huiyin.casework.actions.compartment._models", list)
    elif bug == "vault":
        monkeypatch.setattr("huiyin.casework.actions.compartment.close", _in_clear)
    code, _ = by_the_page_and_later(planted) if bug in ("search", "index", "moves") else by_a_clerk(county, planted)
    hand_over(county, open_at(county.sun), code)
    left = found(planted, home, "")
    if bug == "index" and connection.vendor != "sqlite":
        assert left == [], "only SQLite's index keeps words of texts that are gone"
    elif bug == "files":
        assert Matter.objects.get(code=code).attachments.get().file.name, "the name of a file says something too"
    else:
        assert left


@row("R-187")
def test_an_answer_of_a_passkey_that_is_kept_is_found(
    county: Cast, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = Planted()
    with_a_passkey(planted, county.bai)
    assert found(planted, home, "") == []
    monkeypatch.setattr("huiyin.core.boxes.lock_for", lambda secret, *_: secret)
    with_a_passkey(planted, county.bai)
    assert found(planted, home, "")


def _in_clear(matter: Matter, table: str, row: str, said: dict[str, Any], **_: object) -> None:
    """The bug: boxes that are none."""
    SealedText(matter=matter, table=table, row=row, box=str(said).encode()).save(force_insert=True)
