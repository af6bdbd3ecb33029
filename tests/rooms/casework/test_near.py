"""Earlier matters that a new text may repeat: found by near words, place and number; never what lies aside (R-236)."""

import random
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from huiyin.casework.actions.aside import name_subjects
from huiyin.casework.actions.intake import Words, open_matter
from huiyin.casework.models import Matter
from huiyin.casework.queries.near import twins
from huiyin.config.bench.duplicates import near_copy
from huiyin.core import caches, near
from huiyin.core.ids import uuid7
from huiyin.core.models import SearchText
from huiyin.core.now import now
from tests.cast import HUAISHUPING, SHANGHE, ZHANG_PHONE, Cast
from tests.rows import row

STREET = "镇政府门口的路灯坏了一个多月，晚上老人出门很危险。修车铺老板说变压器也冒过火花。盼着快些来人看看。"
WATER = "三组十几户每天傍晚五点以后自来水就停，半个月了。打过供水站电话没有人接。孩子放学回来连饭也做不成。"
BENEFIT = "低保申请交了三个月没有消息，民政所让等。家里两个病人，医药费已经欠下八千多元。"


def opened(cast: Cast, text: str, **words: Any) -> Matter:
    at = now()
    given = {"text": text, "channel": "phone", "place_code": HUAISHUPING} | words
    return open_matter(by=cast.chen.viewer(at), at=at, words=Words(**given)).matter


def found(cast: Cast, text: str, **more: Any) -> list[Matter]:
    caches.forget_all()
    rows = twins(cast.chen.viewer(now()), text, **more)
    return [Matter.objects.get(pk=one.row.id) for one in rows]


@row("R-236")
@pytest.mark.parametrize("seed", range(5))
def test_a_copy_with_a_fifth_of_its_characters_changed_and_sentences_moved_is_found_first(
    cast: Cast, seed: int
) -> None:
    street, _, _ = (opened(cast, text) for text in (STREET, WATER, BENEFIT))
    copy = near_copy(STREET, WATER + BENEFIT, random.Random(seed))
    assert found(cast, copy)[:1] == [street]


def test_strangers_are_not_offered_and_a_text_without_words_finds_nothing(cast: Cast) -> None:
    opened(cast, STREET)
    assert found(cast, "想问一下明年春天的旱厕改造什么时候报名，要带哪些证件。") == []
    assert found(cast, "。。！") == []


def test_the_same_village_and_the_same_number_come_first_among_equals(cast: Cast) -> None:
    far = opened(cast, WATER, place_code=SHANGHE)
    near = opened(cast, WATER)
    own = opened(cast, WATER, place_code=SHANGHE, reporter_phone=ZHANG_PHONE)
    assert found(cast, WATER, place_code=HUAISHUPING)[0] == near
    assert set(found(cast, WATER, phone=ZHANG_PHONE)[:1]) == {own}
    assert set(found(cast, WATER, phone="不是号码")) == {far, near, own}


@row("SG-01", "R-236")
def test_held_and_sealed_matters_are_found_by_nobody(cast: Cast) -> None:
    held = opened(cast, WATER, nature="complaint")
    assert held.held
    assert found(cast, WATER) == []
    at = now()
    name_subjects(by=cast.zhou.viewer(at), at=at, matter_id=held.id, persons=[cast.li.person_id])
    assert found(cast, WATER) == []
    ordinary = opened(cast, WATER)
    assert found(cast, WATER) == [ordinary]
    later = at + timedelta(minutes=1)
    name_subjects(by=cast.zhou.viewer(later), at=later, matter_id=ordinary.id, persons=[cast.li.person_id])
    assert found(cast, WATER) == []


@row("SG-01")
def test_what_lies_outside_ones_scope_or_concerns_oneself_is_not_offered(cast: Cast) -> None:
    matter, at = opened(cast, WATER), now()
    assert [one.row.id for one in twins(cast.li.viewer(at), WATER)] == [matter.id]
    assert twins(cast.wu.viewer(at), WATER) == []
    from huiyin.casework.actions.aside import recuse

    recuse(by=cast.li.viewer(at), at=at, matter_id=matter.id, person=cast.li.person_id)
    assert twins(cast.li.viewer(at), WATER) == []


@pytest.mark.once
def test_the_same_questions_are_asked_for_one_and_for_thirty_alike(cast: Cast) -> None:
    viewer = cast.chen.viewer(now())
    opened(cast, WATER, reporter_phone=ZHANG_PHONE)
    asked = []
    for _ in range(2):
        caches.forget_all()
        with CaptureQueriesContext(connection) as queries:
            twins(viewer, WATER, place_code=HUAISHUPING, phone=ZHANG_PHONE)
        asked.append(len(queries))
        for number in range(30):
            opened(cast, f"{WATER}{number}")
    assert asked[0] == asked[1] <= 12  # nothing is at hand


def test_how_many_texts_there_are_is_not_read_from_their_numbers_which_have_gaps(cast: Cast) -> None:
    for text in (STREET, WATER, BENEFIT):
        opened(cast, text)
    assert near._counted("matter").all_texts == SearchText.objects.filter(kind="matter").count() == 3


def test_a_pair_that_only_older_texts_have_is_known_as_a_common_one(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else it would be asked for as a rare one, and bring half of all texts (R-236)."""
    monkeypatch.setattr(near, "SAMPLE", 4)
    rows = [SearchText(kind="season", subject=uuid7(), tokens="旱厕 改造") for _ in range(40)]
    rows += [SearchText(kind="season", subject=uuid7(), tokens="路灯") for _ in range(4)]
    SearchText.objects.bulk_create(rows)
    known = near._counted("season")
    assert known.common["旱厕"] * 2 >= known.texts, "of about half of what was looked at"
    assert 30 <= known.all_texts <= 44
