"""The whole file of a matter: who held it when, what was promised then, and a proof that holds without the product."""

import re
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from huiyin.casework.actions import aside
from huiyin.casework.actions.extensions import ask, decide
from huiyin.casework.models import Matter
from huiyin.core import sealing
from huiyin.core.models import Event, Look
from huiyin.core.sealing import seal_now
from huiyin_witness import verify_log
from tests.cast import Cast
from tests.conftest import Clock
from tests.interfaces.desk.seat import seat
from tests.rooms.casework import spine
from tests.rows import row

pytestmark = pytest.mark.django_db
SCRIPT = Path(verify_log.__file__)


@pytest.fixture
def matter(cast: Cast, at: datetime, clock: Clock) -> Matter:
    """Handed to Li, given three days more on the second day, answered, called back and closed; sealed."""
    found = spine.assigned(cast, at)
    granted = ask(by=cast.li.viewer(at), at=at + timedelta(days=1), matter_id=found.id, amount=3, reason="等配件。")
    decide(by=cast.zhao.viewer(at), at=at + timedelta(days=1, hours=2), extension_id=granted.id, approve=True)
    later = at + timedelta(days=3)
    clock(later)
    seal_now(later)
    return found


def checked(text: str, folder: Path, *more: str) -> "subprocess.CompletedProcess[str]":
    """What the program that stands alone says of a proof."""
    file = folder / "proof.jsonl"
    file.write_text(text, encoding="utf-8")
    command = [sys.executable, "-I", str(SCRIPT), str(file), "--key", str(sealing.verifier()), *more]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@row("R-180", "R-406")
def test_the_page_says_who_held_it_when_and_what_was_promised(cast: Cast, at: datetime, matter: Matter) -> None:
    shown = seat(cast.zhou).get(f"/desk/matters/{matter.code}/file/").content.decode()
    assert shown.count('class="hy-table hy-stack"') == 2, (
        "on a phone a line below the other, no day broken into letters"
    )
    hands = shown.split("<h2>在谁手里</h2>")[1].split("</table>")[0]
    assert re.search(r"等承办人接下</th><td>柳湾镇人民政府 李卫东</td>", hands)
    assert "办理答复" in shown.split("<h2>承诺过什么</h2>")[1]
    before = seat(cast.zhou).get(f"/desk/matters/{matter.code}/file/?on=2026-11-18").content.decode()
    after = seat(cast.zhou).get(f"/desk/matters/{matter.code}/file/?on=2026-11-20").content.decode()
    promised = [re.search(r"办理答复：那时说的是 (.*?) 以前", re.sub(r"<[^>]+>", "", page)) for page in (before, after)]
    assert promised[0] is not None
    assert promised[1] is not None
    assert promised[0][1] != promised[1][1]
    assert (
        "那天还没有这件事" in seat(cast.zhou).get(f"/desk/matters/{matter.code}/file/?on=2026-11-01").content.decode()
    )


@row("R-180", "SG-49")
def test_taking_the_file_out_needs_a_reason_and_is_seen_later(cast: Cast, matter: Matter) -> None:
    client, address = seat(cast.zhou), f"/desk/matters/{matter.code}/file/take/"
    refused = client.post(address, {"what": "file", "reason": " "})
    assert refused.status_code == 422
    assert not Look.objects.filter(kind="matter.file_out").exists()
    taken = client.post(address, {"what": "file", "reason": "检察建议要核实。"})
    assert taken.status_code == 200
    assert taken.content.startswith(b"%PDF-")
    assert b"proof.jsonl" in taken.content
    assert Look.objects.get(kind="matter.file_out").reason == "检察建议要核实。"
    assert Event.objects.get(name="casework.file_taken_out").subject == str(matter.id)
    assert "检察建议要核实。" in client.get(f"/desk/matters/{matter.code}/file/").content.decode()
    assert "检察建议要核实。" not in seat(cast.li).get(f"/desk/matters/{matter.code}/file/").content.decode()


@row("R-180", "SG-49")
def test_the_proof_holds_alone_and_no_word_of_it_can_be_changed(cast: Cast, matter: Matter, tmp_path: Path) -> None:
    answer = seat(cast.zhou).post(f"/desk/matters/{matter.code}/file/take/", {"what": "proof", "reason": "核对。"})
    text = answer.content.decode()
    said = checked(text, tmp_path)
    assert said.returncode == 0, said.stderr
    assert "entries of one matter stand in the log" in said.stdout
    told = Event.objects.filter(subject=str(matter.id)).exclude(name="casework.file_taken_out").count()
    assert text.count('"path"') == told
    receipt = re.findall(r'"leaf": "([0-9a-f]{64})"', text)[0]
    assert checked(text, tmp_path, "--receipt", receipt).returncode == 0
    for old, new in (('"step": "assign"', '"step": "answer"'), ('"path": ["', '"path": ["00'), ('"seq": ', '"seq": 1')):
        assert old in text
        changed = checked(text.replace(old, new, 1), tmp_path)
        assert changed.returncode == 1, old
    for odd in ("", "{}\n", text.splitlines()[0] + "\n", text.replace(str(sealing.verifier()), "x+00000000+AA==")):
        assert checked(odd, tmp_path).returncode == 1


@row("SG-01")
def test_a_sealed_or_foreign_matter_has_no_file(cast: Cast, at: datetime, matter: Matter) -> None:
    held = spine.opened(cast, at, text="村支书罗大勇收了我的钱不办事。").matter
    aside.name_subjects(by=cast.zhou.viewer(at), at=at, matter_id=held.id, persons=[cast.luo.person_id])
    address = f"/desk/matters/{held.code}/file/"
    assert seat(cast.zhou).get(address).status_code == 403
    assert seat(cast.luo).get(address).status_code in (403, 404)
    for who in (cast.wu, cast.zheng):
        assert seat(who).get(f"/desk/matters/{matter.code}/file/").status_code == 404
        answer = seat(who).post(f"/desk/matters/{matter.code}/file/take/", {"what": "proof", "reason": "看看"})
        assert answer.status_code == 404
    assert not Look.objects.filter(kind__endswith="_out").exists()
