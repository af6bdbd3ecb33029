"""SG-01: what one may not learn of moves no page. Never to be weakened.

Matters go through everything that counts, lists and signs them; then they are about whoever looks. Every page of
theirs says the same as before any of it was: to a number, a day and a line.
"""

import re
from datetime import datetime, timedelta

import pytest

from huiyin.casework.actions import joining, supervision
from huiyin.casework.actions.aside import name_subjects, recuse
from huiyin.casework.models import Matter
from huiyin.core.now import now
from huiyin.core.worker import drain
from tests import factories as make
from tests.cast import HUAISHUPING, LIUWAN, Cast, Member
from tests.interfaces.desk.made import a_matter
from tests.interfaces.desk.seat import seat
from tests.rooms.casework import ways
from tests.routes import ROUTES
from tests.rows import row

ABOUT, ASIDE = ("luo", "li", "ma", "zhao"), ("li", "chen", "tang")
MORE = (
    "/desk/kept/?show=all",
    "/desk/kept/?show=due",
    "/desk/matters/?open=all",
    "/desk/figures/?by=place",
    "/desk/figures/?by=all&basis=answered",
    f"/desk/figures/?by=all&place={LIUWAN}",
    "/desk/reports/?step=day",
    "/desk/reports/?step=year",
    f"/desk/ledgers/?place={LIUWAN}",
    f"/desk/ledgers/?place={HUAISHUPING}",
    "/desk/promises/?state=open",
    "/desk/issues/?settled=1",
    "/desk/search/?q=停水",
    "/desk/search/?q=张丽华",
)


def addresses() -> list[str]:
    """Every page that names no matter."""
    plain = [route.example for route in ROUTES if route.example and route.takes == "GET" and not route.part]
    names = ("{code}", "{held}", "{call}")
    return [one.format(place=HUAISHUPING) for one in plain if not any(name in one for name in names)] + list(MORE)


def said(member: Member) -> dict[str, str]:
    """What every page says to somebody; what differs from one second to the next is left out."""
    client, found = seat(member), {}
    for address in addresses():
        if "/api/" in address or "/account/" in address or address.startswith("/desk/log/"):
            continue
        answer = client.get(address, follow=True)
        page = answer.content.decode("utf-8", "replace")
        page = re.sub(r"(?s)<script.*?</script>|value=\"[^\"]*\"|\d{1,2}:\d{2}(:\d{2})?|[0-9a-f-]{32,36}", "", page)
        found[address] = f"{answer.status_code} " + " ".join(re.sub(r"<[^>]+>", " ", page).split())
    return found


def differing(before: dict[str, str], after: dict[str, str]) -> dict[str, tuple[str, str]]:
    """The pages that say something else, from where they do."""
    found = {}
    for address, page in before.items():
        if page != after[address]:
            at = next((n for n, (a, b) in enumerate(zip(page, after[address], strict=False)) if a != b), 0)
            found[address] = (page[max(0, at - 60) : at + 80], after[address][max(0, at - 60) : at + 80])
    return found


def story(cast: Cast, at: datetime) -> list[Matter]:
    """Matters that were joined, kept, answered, numbered, gathered and signed for in a ledger."""
    lead = a_matter(cast, at, "take", text="停水半个月了，三组都没有水。")
    member = a_matter(cast, at, "assign", text="我家也停水，半个月没有水。")
    done = a_matter(cast, at, "deliver", text="路灯坏了三盏，晚上看不见。")
    kept = ways.retained(cast, at - timedelta(hours=1)).matter
    zhou = cast.zhou.viewer(at)
    joining.join(by=zhou, at=at, lead_id=lead.id, member_id=member.id, reason="同一件事")
    supervision.number(by=cast.zhao.viewer(at), at=at, matter_id=lead.id, reason="一再提到")
    drain(at)
    return [lead, member, done, kept]


@pytest.fixture
def begun(cast: Cast) -> datetime:
    """Twenty minutes ago, in a county whose method is in force."""
    make.put_in_force(at=now() - timedelta(days=2))
    return now() - timedelta(minutes=20)


@row("SG-01")
@pytest.mark.parametrize("who", ABOUT)
def test_what_is_sealed_moves_no_page_of_whom_it_is_about(cast: Cast, begun: datetime, who: str) -> None:
    member: Member = getattr(cast, who)
    before = said(member)
    for matter in story(cast, begun):
        name_subjects(by=cast.sun.viewer(now()), at=now(), matter_id=matter.id, persons=[member.person_id])
    assert differing(before, said(member)) == {}


@row("SG-01")
@pytest.mark.parametrize("who", ASIDE)
def test_what_one_is_recused_from_moves_no_page_of_ones_own(cast: Cast, begun: datetime, who: str) -> None:
    member: Member = getattr(cast, who)
    before = said(member)
    for matter in story(cast, begun):
        recuse(by=cast.sun.viewer(now()), at=now(), matter_id=matter.id, person=member.person_id)
    assert differing(before, said(member)) == {}
