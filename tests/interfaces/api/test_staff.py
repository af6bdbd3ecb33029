"""Tokens of staff: exactly what the account's posts of today allow, and not a word about anything else."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client

from huiyin.casework.actions.aside import name_subjects, recuse
from huiyin.casework.actions.intake import Words, open_matter
from huiyin.casework.models import Matter
from huiyin.core import accounts, tokens
from huiyin.core.models import Look
from huiyin.core.now import now
from huiyin.core.viewer import Viewer
from huiyin.interfaces.desk.signin import BACKEND
from tests.cast import FOREIGN_VILLAGE, HUAISHUPING, SHANGHE, Cast
from tests.interfaces.api.machine import bearer, get, send, step, token_of
from tests.rows import row

ABSENT = "471100005"


def opened(text: str, place: str = HUAISHUPING) -> Matter:
    """A matter as it comes in at the public door."""
    words = Words(text=text, channel="web", place_code=place, reporter_name="吴桂香", reporter_phone="16000004321")
    return open_matter(by=Viewer.resident(), at=now(), words=words).matter


def test_without_a_token_nothing_of_staff_is_answered(cast: Cast) -> None:
    code = opened("路灯坏了").code
    for headers in ({}, {"Authorization": "Bearer hy_wrong"}, {"Authorization": "Basic eDp5"}, {"Authorization": "é"}):
        for path in ("/api/staff/matters", f"/api/staff/matters/{code}", f"/api/staff/matters/{ABSENT}"):
            answer = Client().get(path, headers=headers)
            assert answer.status_code == 401
            assert answer.json()["error"] == "sign_in"
    assert (
        Client().post(f"/api/staff/matters/{code}/steps/accept", "{}", content_type="application/json").status_code
        == 401
    )


def test_a_session_of_the_desk_is_no_token(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.zhou.account, backend=BACKEND)
    assert client.get("/api/staff/matters").status_code == 401


def test_a_token_by_the_command_works_until_it_is_revoked(cast: Cast, capsys: object) -> None:
    from io import StringIO

    out = StringIO()
    call_command("token", cast.chen.account.username, label="till", stdout=out)
    headers = {"Authorization": f"Bearer {out.getvalue().strip()}"}
    assert Client().get("/api/staff/matters", headers=headers).status_code == 200
    call_command("token", cast.chen.account.username, label="till", revoke=True, stdout=out)
    assert Client().get("/api/staff/matters", headers=headers).status_code == 401


def test_an_expired_token_and_a_closed_account_are_refused(cast: Cast) -> None:
    by, before = Viewer.system("tests"), now() - timedelta(days=3)
    old = tokens.issue(by=by, account=cast.chen.account, label="old", at=before, life=timedelta(days=2))
    assert Client().get("/api/staff/matters", headers={"Authorization": f"Bearer {old}"}).status_code == 401
    good = token_of(cast.chen)
    assert Client().get("/api/staff/matters", headers={"Authorization": f"Bearer {good}"}).status_code == 200
    accounts.switch(by=by, at=now(), account=cast.chen.account, on=False)
    assert Client().get("/api/staff/matters", headers={"Authorization": f"Bearer {good}"}).status_code == 401


def test_a_token_is_kept_as_a_digest_only(cast: Cast) -> None:
    from huiyin.core.models import ApiToken

    token = token_of(cast.chen)
    assert token not in repr(list(ApiToken.objects.values()))


def test_a_list_holds_what_is_in_scope_and_pages_through_all_of_it(cast: Cast) -> None:
    mine = {opened(f"路灯坏了第{n}盏").code for n in range(30)}
    foreign = opened("上河村的路", SHANGHE).code
    first = get("/api/staff/matters", cast.li).json()
    second = get(f"/api/staff/matters?after={first['after']}", cast.li).json()
    codes = [row["code"] for row in first["items"] + second["items"]]
    assert len(first["items"]) == 25 and second["after"] == ""
    assert len(codes) == len(set(codes)) and set(codes) == mine
    assert foreign not in codes


@row("SG-01", "R-174")
def test_absent_foreign_and_sealed_get_one_answer_from_every_address(cast: Cast) -> None:
    foreign, far = opened("上河村的路", SHANGHE).code, opened("远山村的路", FOREIGN_VILLAGE).code
    held = opened("罗大勇收了我家两百块钱").code
    sealed = opened("李卫东不作为，我要举报")
    zhou = cast.zhou.viewer(now())
    name_subjects(by=zhou, at=now(), matter_id=sealed.id, persons=[cast.li.person_id])
    recused = opened("路灯坏了")
    recuse(by=zhou, at=now(), matter_id=recused.id, person=cast.li.person_id)
    answers = []
    for code in (ABSENT, foreign, far, held, sealed.code, recused.code, "x", "1" * 300, "%00", "..%2f"):
        answers.append(get(f"/api/staff/matters/{code}", cast.li))
        answers.append(step(cast.li, code, "accept"))
        answers.append(step(cast.li, code, "no_such_step"))
    statuses = {answer.status_code for answer in answers}
    assert statuses == {404}
    ours = {answer.content for answer in answers if b"error" in answer.content}
    assert len(ours) == 1


def test_a_matter_goes_its_way_through_the_interface(cast: Cast) -> None:
    code = send({"text": "槐树坪村的路灯坏了", "place_code": HUAISHUPING}).json()["code"]
    shown = get(f"/api/staff/matters/{code}", cast.chen).json()
    assert "accept" in shown["steps"]
    assert step(cast.chen, code, "accept", version=shown["version"]).status_code == 200
    given = {"topic": "road", "nature": "request", "way": "assign"}
    answer = step(cast.chen, code, "classify", **given)
    assert answer.status_code in (200, 422), answer.json()


def test_a_step_the_post_does_not_allow_is_refused_and_says_why(cast: Cast) -> None:
    code = opened("路灯坏了").code
    answer = step(cast.tang, code, "accept")
    assert answer.status_code in (403, 404)
    assert answer.json()["sentence"]


def test_who_looked_at_an_older_version_is_told(cast: Cast) -> None:
    matter = opened("路灯坏了")
    assert step(cast.chen, matter.code, "accept", version=matter.version + 1).status_code == 409


def test_fields_nobody_asked_for_change_nothing(cast: Cast) -> None:
    matter = opened("路灯坏了")
    for extra in (
        {"state": "closed"},
        {"due_at": "2030-01-01"},
        {"handler_id": str(cast.li.person_id)},
        {"sealed": False},
    ):
        answer = step(cast.chen, matter.code, "accept", **extra)
        assert answer.status_code == 422
        assert answer.json()["field"] == next(iter(extra))
    assert Matter.objects.get(pk=matter.pk).version == matter.version


def test_neither_name_nor_number_of_the_reporter_stands_in_what_staff_get(cast: Cast) -> None:
    code = opened("路灯坏了").code
    for path in ("/api/staff/matters", f"/api/staff/matters/{code}", "/api/staff/matters?q=16000004321"):
        body = get(path, cast.zhou).content.decode()
        assert "吴桂香" not in body and "4321" not in body


@pytest.mark.once
def test_a_list_asks_as_often_for_one_row_as_for_fifty(cast: Cast, django_assert_max_num_queries: object) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    headers = bearer(cast.zhou)
    opened("路灯坏了")
    counts = []
    for more in (0, 49):
        for n in range(more):
            opened(f"路灯坏了第{n}盏")
        Client().get("/api/staff/matters", headers=headers)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert Client().get("/api/staff/matters", headers=headers).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12


@row("SG-01", "SG-49")
def test_a_held_or_sealed_matter_that_a_machine_reads_leaves_a_look_like_its_page(cast: Cast) -> None:
    held, sealed = opened("罗大勇收了我家两百块钱"), opened("李卫东不作为，我要举报")
    name_subjects(by=cast.zhou.viewer(now()), at=now(), matter_id=sealed.id, persons=[cast.li.person_id])
    for matter in (held, sealed):
        assert get(f"/api/staff/matters/{matter.code}", cast.zhou).status_code == 200
        seen = Look.objects.get(kind="matter.sealed", subject=str(matter.id))
        assert seen.person_id == cast.zhou.person_id
    assert get(f"/api/staff/matters/{opened('路灯坏了').code}", cast.zhou).status_code == 200
    assert Look.objects.count() == 2, "an ordinary one leaves none"
