"""A number that is typed tells nobody who reported what: at no button of the intake page, nor at a matter (C6, D2)."""

from datetime import timedelta

import pytest

from huiyin.casework.actions import feedback
from huiyin.casework.actions.steps import take_step
from huiyin.casework.models import Matter
from huiyin.casework.queries import one
from huiyin.core import rulebook
from huiyin.core.caches import forget_all
from huiyin.core.models import Look
from huiyin.core.now import now
from tests import factories as make
from tests.cast import ZHANG_PHONE, Cast, Member
from tests.interfaces.desk.made import a_matter
from tests.interfaces.desk.seat import appointed, seat
from tests.interfaces.desk.test_intake import PAGE, typed
from tests.rooms.casework import spine
from tests.rows import row

pytestmark = pytest.mark.django_db
STRANGE = "1600000900"
"""Numbers of nobody, but for their last digit."""


@pytest.fixture(autouse=True)
def _county(cast: Cast) -> None:
    make.put_in_force(at=now())


def few_numbers(many: int) -> None:
    """A county where so many numbers a day are as many as one may look up."""
    book = make.county_book("wangchuan")
    county = book.county.model_copy(update={"numbers_a_day": many})
    changed = book.model_copy(update={"county": county})
    rulebook.activate(by=make.SYSTEM, at=now(), rulebook=changed, in_force_from=now())


@row("SG-16", "SG-49")
def test_numbers_compared_with_earlier_matters_count_like_those_that_are_looked_up(cast: Cast) -> None:
    few_numbers(2)
    matter, client = a_matter(cast, now(), "accept"), seat(cast.chen)

    def same(number: str) -> bool:
        given = {"do": "look", "text": matter.text, "reporter_phone": number}
        page = client.post(PAGE, given, headers={"HX-Request": "true"}).content.decode()
        assert matter.title in page
        return 'name="add_to"' in page

    assert [same(f"{STRANGE}{digit}") for digit in (1, 1, 2)] == [False] * 3
    forget_all()
    assert not same(ZHANG_PHONE), "the day's numbers are used up"
    assert Look.objects.filter(kind="phone.spent").count() == 1


@row("SG-16", "SG-49")
@pytest.mark.parametrize("end", ["add_to", "again_of"])
def test_a_number_tried_at_a_matter_counts_leaves_a_look_and_is_tried_five_times_an_hour(cast: Cast, end: str) -> None:
    matter, client = a_matter(cast, now(), "accept"), seat(cast.chen)
    for digit in range(5):
        given = typed(client, reporter_phone=f"{STRANGE}{digit}", text="我再说一下", **{end: matter.code})
        assert client.post(PAGE, given).status_code == 422
    tried = Look.objects.filter(kind="matter.number_tried", subject=str(matter.id), person_id=cast.chen.person_id)
    assert tried.count() == (5 if end == "add_to" else 0), "what is still open is not taken up again, whoever asks"
    answer = client.post(PAGE, typed(client, text="我再说一下", **{end: matter.code}))
    assert answer.status_code == 422 and "试的次数太多了" in answer.content.decode()
    assert not Matter.objects.get(pk=matter.pk).moves.filter(step="more_given").exists()


@row("SG-16")
def test_once_a_days_numbers_are_used_up_none_is_tried_at_a_matter(cast: Cast) -> None:
    few_numbers(1)
    matter, client = a_matter(cast, now(), "accept"), seat(cast.chen)
    wrong = client.post(PAGE, typed(client, reporter_phone=f"{STRANGE}1", text="我再说一下", add_to=matter.code))
    assert "不是这个号码提的" in wrong.content.decode()
    spent = client.post(PAGE, typed(client, text="我再说一下", add_to=matter.code))
    assert spent.status_code == 422 and "用完了" in spent.content.decode()
    assert not matter.moves.filter(step="more_given").exists()


@row("SG-23")
def test_nobody_of_the_unit_that_handles_it_tries_numbers_at_a_confidential_matter(cast: Cast) -> None:
    """Only who stands apart takes further words of theirs: a colleague would tell who it was."""
    given, client = {"text": "我再说一下"}, seat(cast.chen)
    centre, town, zhao = cast.bodies.centre, cast.bodies.town, cast.zhao.person_id
    for body, supervisor, status in ((centre, zhao, 422), (town, zhao, 302), (town, cast.chen.person_id, 422)):
        matter = a_matter(cast, now() - timedelta(hours=1), "accept", disclosure="confidential")
        parts = {"owner": body, "handler": cast.bai.person_id, "supervisor": supervisor}
        said = {"topic": "water", "nature": "problem", "way": "pass_for_handling", **parts}
        take_step(by=cast.zhou.viewer(now()), at=now(), matter_id=matter.id, step="assign", given=said)
        assert client.post(PAGE, typed(client, **given, add_to=matter.code)).status_code == status


@row("SG-23", "SG-49")
def test_who_asked_for_confidence_is_opened_by_nobody_of_the_unit_that_handles_it(cast: Cast) -> None:
    """Not by a colleague nor the head, who have the verb and would give a reason; nor does their page offer it."""
    matter = a_matter(cast, now(), "take", disclosure="confidential")
    address = f"/desk/matters/{matter.code}/"
    asked = [{"what": what, "reason": "要联系他"} for what in ("phone", "name")]
    near = appointed("高平", cast.bodies.town, "dispatcher", "镇里的派单员")  # whom complaints elsewhere are opened to
    for who in (cast.li, cast.ma, cast.chen, near):
        client = seat(who)
        assert "看全号" not in client.get(address).content.decode(), who.name
        assert [client.post(f"{address}reveal/", given).status_code for given in asked] == [404, 404], who.name
    assert not Look.objects.filter(kind__in=("matter.phone", "matter.name")).exists()
    apart = seat(cast.zhou).post(f"{address}reveal/", asked[0])
    assert "160-0000-1234" in apart.content.decode(), "whoever holds complaints reaches them where nobody else may"
    assert Look.objects.get(kind="matter.phone").person_id == cast.zhou.person_id


@row("SG-23")
def test_who_asked_for_confidence_is_named_to_the_caller_who_has_rung_them_and_to_no_other(cast: Cast) -> None:
    at = now()
    make.put_in_force(at=at - timedelta(days=10))
    matter = spine.answered(cast, at - timedelta(days=4), disclosure="confidential")
    others = (cast.li, cast.zhao, appointed("高平", cast.bodies.audit, "caller", "回访员"))

    def told(who: Member) -> str:
        page = one.by_code(who.viewer(at), matter.code, at).reporter
        return page.name if page else ""

    assert {told(who) for who in (*others, cast.he)} == {""}
    feedback.call_back(by=cast.he.viewer(at), at=at, matter_id=matter.id, outcome="no_answer")
    assert [told(who) for who in (*others, cast.he)] == ["", "", "", "张丽华"]


@row("SG-01", "SG-49")
def test_earlier_matters_of_a_number_are_those_in_the_clerks_own_sight(cast: Cast) -> None:
    """Whoever takes words in for one town learns nothing of another, and nobody of what is held."""
    mine, elsewhere = "这个号码以前的 1 件", "这个号码以前的 0 件"
    a_matter(cast, now() - timedelta(days=1), "accept")
    asked = {"do": "caller", "reporter_phone": ZHANG_PHONE}
    foreign = seat(appointed("高平", cast.bodies.other_town, "clerk", "受理员"))
    for client, said in ((seat(cast.chen), mine), (foreign, elsewhere)):
        assert said in client.post(PAGE, asked, headers={"HX-Request": "true"}).content.decode()
    held = a_matter(cast, now(), text="李卫东收了我家的烟才给办事。", subject="", reporter_phone=f"{STRANGE}7")
    assert held.held
    page = seat(cast.chen).post(PAGE, asked | {"reporter_phone": f"{STRANGE}7"}, headers={"HX-Request": "true"})
    assert elsewhere in page.content.decode()
