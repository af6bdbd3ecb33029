"""What a database says to who has it without its keys: no number, no door and no reporter's name (trust.md D5, D6)."""

from base64 import b64encode
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from huiyin.casework.actions import feedback, numbers
from huiyin.casework.models import Matter
from huiyin.channels.actions import outbox
from huiyin.channels.models import Message
from huiyin.core import drafts
from huiyin.core.looks import look
from huiyin.core.models import Draft
from huiyin.core.now import now
from huiyin.core.worker import drain
from huiyin.register.actions import household_file
from huiyin.register.actions.household_file import Right
from huiyin.register.queries import household_file as ask
from tests import factories as make
from tests.cast import HUAISHUPING, Cast
from tests.interfaces.desk.seat import seat
from tests.rooms.casework import spine
from tests.rooms.core.test_masking import cells
from tests.rows import row

pytestmark = pytest.mark.django_db
PHONE, SECOND, CARD = "16000009871", "16000009872", "990101199001011230"
DOOR, NAME = "槐树坪村四组旧磨坊后头", "司徒晚照亭"
FORMS = ("utf-8", "gbk", "utf-16-le")


def shapes(word: str) -> set[str]:
    """A word as a dump may write it: in clear, as digits, in base64."""
    written = [word.encode(form) for form in FORMS]
    return {word} | {shape for one in written for shape in (one.hex(), b64encode(one).decode().rstrip("=")[:-1])}


@row("SG-17", "SG-23", "SG-49")
def test_no_number_door_or_reporters_name_stands_in_any_cell_of_the_database(cast: Cast) -> None:
    at = now() - timedelta(days=4)
    make.put_in_force(at=at)
    home, person = make.a_household(HUAISHUPING, head="石桂香", phone=PHONE, door=DOOR)
    luo = cast.luo.viewer(at)
    make.a_link(cast.luo.official_id, home, at)
    seen = ask.mark_of(luo, home, "id_number", person, at)
    right = Right(fact="id_number", value=CARD, reason="看了户口簿", person_id=person, seen=seen)
    household_file.correct(by=luo, at=at, household_id=home, right=right)
    for disclosure in ("named", "confidential"):
        matter = spine.answered(cast, at, disclosure=disclosure, reporter_name=NAME, reporter_phone=PHONE)
        he: dict[str, Any] = {"by": cast.he.viewer(now()), "at": now(), "matter_id": matter.id}
        numbers.second_number(**he, phone=SECOND)
        feedback.call_back(**he, outcome="reached", solved="yes", words="好了")
    typed = {"text": f"打 {PHONE} 找{NAME}", "reporter_name": NAME, "reporter_phone": PHONE}
    sent = typed | {
        "key": str(uuid4()),
        "place_code": HUAISHUPING,
        "text": "水又停了",
        "way": "z",
        "disclosure": "named",
    }
    seat(cast.chen).post("/desk/intake/", sent | {"nature": "problem", "topic": "water", "channel": "phone"})
    assert Matter.objects.count() == 3
    drafts.keep(cast.chen.viewer(now()), "intake", typed, now())
    told_out: dict[str, Any] = {"channel": "sms", "purpose": "notice", "about": f"matter:{matter.id}", "key": "k"}
    outbox.send(by=make.SYSTEM, at=now(), **told_out, address=PHONE, body=f"{NAME}，您的事办好了。")
    look(by=cast.zhou.viewer(at), kind="household", subject=f"household:{home}", at=at, reason="核实")
    drain(now())
    assert Draft.objects.exists() and Message.objects.filter(key="k").exists()
    planted = {shape: word for word in (PHONE, SECOND, CARD, DOOR, NAME) for shape in shapes(word)}
    told = {(label, planted[shape]) for label, cell in cells() for shape in planted if shape in cell}
    assert told == set()
