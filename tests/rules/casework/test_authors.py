"""What was said in public, without whoever said it: the shapes in which links, accounts, names and numbers stand."""

import time

import pytest

from huiyin.casework.rules.authors import authorless, tells_author
from tests.rows import row

GONE = [
    # links, with a scheme and without
    ("三组停水 https://weibo.com/u/12345 半个月了", "三组停水  半个月了"),
    ("见http://t.cn/A6xyz三组停水", "见三组停水"),
    ("t.cn/A6xyz，三组停水", "，三组停水"),
    ("v.douyin.com/iRNBho5/ 复制此链接 三组停水", "复制此链接 三组停水"),
    ("b23.tv/xY9 三组停水", "三组停水"),
    ("WWW.Example.COM三组停水", "三组停水"),
    ("望川在线.中国 三组停水", "三组停水"),
    ("weixin://dl/chat?abc 三组停水", "三组停水"),
    # accounts
    ("@山里人家 三组停水", "三组停水"),
    ("＠山里人家：三组停水", "三组停水"),
    ("写给 shanli.renjia@example.com 说三组停水", "写给  说三组停水"),
    ("account: laowang88 三组停水", "三组停水"),
    ("微信号 laowang123 三组停水", "三组停水"),
    ("抖音号是dy_12345，三组停水", "，三组停水"),
    ("加V laowang88 三组停水", "三组停水"),
    ("QQ 12345678 三组停水", "三组停水"),
    ("微博：laowang_88，三组停水", "三组停水"),
    # names of authors
    ("网友：山里人家 三组停水", "三组停水"),
    ("昵称“望川老王”，三组停水", "三组停水"),
    ("三组停水——小满", "三组停水"),
    ("三组停水\n——小满\n半个月了", "三组停水\n\n半个月了"),
    # numbers that look like telephones
    ("打 13800138000 没人接，三组停水", "打  没人接，三组停水"),
    ("160-0000-1234 三组停水", "三组停水"),
    ("+86 138 0013 8000 三组停水", "三组停水"),
    ("１３８００１３８０００ 三组停水", "三组停水"),
    ("0539-2251234 三组停水", "三组停水"),
    ("（0539）2251234 三组停水", "三组停水"),
    ("电话：2251234 三组停水", "三组停水"),
    ("一三八零零一三八零零零 三组停水", "三组停水"),
    ("400-123-4567 三组停水", "三组停水"),
]
STAYS = [
    "11月27日三组停水，每天3.5吨，浊度0.5mg/L，拨12345没人管。",
    "欠薪12345678元，20261127起，第15000000000元的账对不上。",
    "微博上说三组停水了，抖音视频里也有。",
    "COVID：三组封路。水管——坏了，没人修。",
    "车牌鲁Q12345停在路口，7:30到18:00。",
]


@row("SG-04")
@pytest.mark.parametrize(("said", "kept"), GONE)
def test_whoever_said_it_goes_and_what_was_said_stays(said: str, kept: str) -> None:
    found = authorless(said)
    assert (found.text, found.taken_out) == (kept, 1)
    assert authorless(found.text).taken_out == 0, "twice changes nothing more"


@pytest.mark.parametrize("said", STAYS)
def test_what_only_looks_like_it_stays(said: str) -> None:
    assert authorless(said) == (type(authorless(said)))(said, 0)


@row("SG-04")
def test_several_are_counted_and_what_the_parts_between_hid_goes_as_well() -> None:
    found = authorless("@甲 说 http://a.cn/1 和 13800138000，网友：乙 三组停水")
    assert (found.text, found.taken_out) == ("说  和 ，三组停水", 4)
    assert "13800138000" not in authorless("1380013@x 8000 三组停水").text
    assert authorless("网13800138000友：望川小喇叭 三组停水").text == "三组停水", "looked through again"


def test_a_number_in_sequence_is_no_author() -> None:
    assert not tells_author("2026-0001") and not tells_author("13800138000")
    assert tells_author("https://weibo.com/123") and tells_author("weibo:laowang88") and tells_author("@老王")


def test_a_long_text_made_to_be_slow_is_not() -> None:
    began = time.perf_counter()
    for part in ("a", "a.", "——x ", "\n", "一"):
        authorless(part * (20_000 // len(part)))
    assert time.perf_counter() - began < 3
