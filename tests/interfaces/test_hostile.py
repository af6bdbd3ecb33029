"""What people, machines and files may send to do harm: kept or refused with a sentence, never executed, on both
databases the same. Through the interface, the public form and the import; exports stay harmless."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from python_calamine import CalamineWorkbook

from huiyin.casework.models import Matter, Party
from huiyin.core.now import now
from tests.cast import HUAISHUPING, Cast
from tests.interfaces.api.machine import bearer, get, send, step
from tests.interfaces.desk.made import a_matter
from tests.interfaces.desk.seat import seat
from tests.rows import row

HEADER = "external_id,received_at,channel,place_code,subject,text,reporter_name,reporter_phone"
KEPT, REFUSED = "kept", "refused"
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>{{ 7*7 }}{% load x %}${7*7}"
EVIL = {
    "a hundred thousand characters": ("长" * 100_000, REFUSED),
    "one more than may be": ("长" * 20_001, REFUSED),
    "as many as may be": ("长" * 20_000, KEPT),
    "a NUL": ("停\x00水", REFUSED),
    "only what cannot be seen": ("\u200b\u2060\ufeff \u202e", REFUSED),
    "emoji": ("停水了👨‍👩‍👧‍👦🏽🇨🇳", KEPT),
    "characters beyond the first plane": ("𠮷野家门口𪚥", KEPT),
    "right-to-left marks": ("停\u202e水\u2066了\u2069\u200f", KEPT),
    "combining marks": ("停水" + "́" * 500, KEPT),
    "HTML": (SCRIPT, KEPT),
    "a formula": ('=HYPERLINK("http://evil.example","y")', KEPT),
    "a formula in full width": ('＝HYPERLINK("http://evil.example","y")', KEPT),
    "a formula after a mark nobody sees": ("\u200e=1+1", KEPT),
    "a command": ("|calc @SUM(A1) +cmd|' /C calc'!A0 -1", KEPT),
    "SQL": ("'; DROP TABLE casework_matter; --", KEPT),
    "a path": ("../../../../etc/passwd\n%2e%2e%2f", KEPT),
    "line ends of every kind": ("一\r\n二\r三\u2028四\x0b五", KEPT),
    "control characters": ("停\x01\x02\x1b[31m水", KEPT),
    "JSON in words": ('{"text":"a","text":"b"}', KEPT),
}


@pytest.fixture
def county(cast: Cast) -> Iterator[Cast]:
    """The cast; the clock is the real one."""
    from tests import factories as make

    make.put_in_force(at=now())
    yield cast


def told(answer: Any) -> str:
    """What a refusal says."""
    assert answer.status_code < 500, answer.status_code
    return answer.content.decode()  # type: ignore[no-any-return]  # a response has no narrower type


def by_interface(text: str, folder: Path) -> str:
    """Send it as a machine; what was said where it was refused."""
    answer = send({"text": text, "place_code": HUAISHUPING})
    assert answer.status_code in (201, 413, 422), answer.content[:200]
    return "" if answer.status_code == 201 else str(answer.json()["sentence"])


def by_form(text: str, folder: Path) -> str:
    """Send it as the public form does; what was typed stays in the page that refuses."""
    typed = {"text": text, "village": HUAISHUPING, "disclosure": "named", "key": str(uuid4()), "slip": "ab" * 16}
    answer = Client().post("/ask/", typed, REMOTE_ADDR="203.0.113.5")
    page = told(answer)
    assert answer.status_code in (201, 422), answer.status_code
    if answer.status_code == 201:
        return ""
    assert "invalid-feedback" in page or 'class="error' in page or "error" in page
    return "refused"


def by_file(text: str, folder: Path) -> str:
    """Import it in a list; what the report says."""
    file, out = folder / "list.csv", io.StringIO()
    cells = io.StringIO()
    csv.writer(cells).writerow(["A-1", "", "web", HUAISHUPING, "", text, "", ""])
    file.write_text(f"{HEADER}\n{cells.getvalue()}", encoding="utf-8", newline="")
    try:
        call_command("import", "matters", str(file), stdout=out, stderr=out)
    except CommandError as refused:
        return str(refused)
    return "" if Matter.objects.exists() else out.getvalue()


DOORS = {"interface": by_interface, "form": by_form, "file": by_file}


@row("N-01", "SG-20")
@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("name", EVIL)
def test_it_is_kept_or_refused_with_a_sentence(county: Cast, tmp_path: Path, name: str, door: str) -> None:
    text, verdict = EVIL[name]
    said = DOORS[door](text, tmp_path)
    kept = list(Matter.objects.values_list("text", flat=True))
    assert (KEPT if kept else REFUSED) == verdict
    assert bool(said) == (verdict == REFUSED)


@pytest.mark.parametrize("name", [name for name, (_, verdict) in EVIL.items() if verdict == KEPT])
def test_what_is_kept_is_shown_as_words_everywhere_and_computes_in_no_export(county: Cast, name: str) -> None:
    text, _ = EVIL[name]
    a_matter(county, now(), subject=text[:200].split("\n")[0], text=text, reporter_name=text[:20])
    matter = Matter.objects.get()
    client = seat(county.zhou)
    held = "held" if matter.held else "matters"
    for path in ("/desk/", "/desk/matters/", f"/desk/{held}/{matter.code}/", f"/desk/search/?q={quote(text[:60])}"):
        page = told(client.get(path))
        assert "<script>alert" not in page and "<img src=x" not in page
        assert name != "HTML" or "{{ 7*7 }}" in page or "7*7" not in page
    for kind in ("csv", "xlsx"):
        answer = client.post("/desk/matters/export/?open=all", {"format": kind})
        assert answer.status_code == 200
        for line in _rows(answer.content, kind):
            for value in line:
                assert not str(value).lstrip("\u200e\u202e\u200b \u2066").startswith(tuple("=+-@＝＋－＠|\t\r")), value


def _rows(content: bytes, kind: str) -> list[list[Any]]:
    if kind == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"text": NaN}', 400),
        (b'{"text": -Infinity}', 400),
        (b'{"text":"a","text":"b"}', 400),
        (b'{"text":"\\ud800"}', 422),
        (b'{"text":"\\udc00\\ud800 a"}', 422),
        (b'{"text":"\\u0000"}', 422),
        (b'{"text":"\xed\xa0\x80"}', 400),
        (b"[" * 10_000 + b"]" * 10_000, 400),
        (b'{"text":' * 10_000 + b'""' + b"}" * 10_000, 400),
        (b'{"text":"' + b"x" * 20_000_000 + b'"}', 413),
        (b'{"text":1e999}', 422),
        (b'{"text":"a","__proto__":{"x":1}}', 422),
        (json.dumps({"text": "停水", "reporter_name": "\u202e张\u200b三"}).encode(), 201),
    ],
    ids=lambda value: str(value)[:30],
)
def test_json_that_is_made_to_harm(county: Cast, body: bytes, status: int) -> None:
    answer = send(body)
    assert answer.status_code == status, answer.content[:300]
    if status != 201:
        assert answer.json()["sentence"]
        assert not Matter.objects.exists()


def test_a_name_loses_what_turns_its_direction(county: Cast) -> None:
    send({"text": "停水", "reporter_name": "\u202e张\u200b三"})
    from huiyin.casework.actions.aside import opened

    assert opened(Party.objects.get(), "name") == "张三"


@pytest.mark.parametrize(
    "body",
    [
        b"text=%ED%A0%80%ED%B0%80",
        b"text=%FF%FE%00",
        b"text=%u505c",
        b"text=a&text=b&text=%00",
        b"&".join(b"f%d=1" % n for n in range(600)),
        b"text=" + b"x" * 20_000_000,
        b"text[]=a&text[$gt]=",
        b"text=" + quote("停水").encode() + b"&key=%00&slip=%00&town=%00&village=%ED%A0%80&phone=%00&disclosure=%00",
    ],
    ids=[
        "surrogates",
        "no UTF-8",
        "percent u",
        "NUL among several",
        "600 fields",
        "20 MB",
        "brackets",
        "NUL everywhere",
    ],
)
def test_a_form_that_is_made_to_harm_breaks_nothing(county: Cast, body: bytes) -> None:
    answer = Client().generic("POST", "/ask/", body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in (201, 400, 413, 422), answer.status_code
    assert "<html" in told(answer)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nhalf', "multipart/form-data; boundary=x"),
        (b"nothing", "multipart/form-data"),
        (b"nothing", "multipart/form-data; boundary=" + "x" * 5000),
        (b'{"text":"a"}', "application/json"),
        (b"text=%CD%A3", "application/x-www-form-urlencoded; charset=gbk"),
        (b"text=a", "application/x-www-form-urlencoded; charset=no-such"),
    ],
    ids=["broken off", "no boundary", "long boundary", "JSON", "GBK", "no such charset"],
)
def test_a_body_that_is_no_form_breaks_nothing(county: Cast, body: bytes, kind: str) -> None:
    answer = Client().generic("POST", "/ask/", body, content_type=kind)
    assert answer.status_code in (201, 400, 415, 422), answer.status_code
    assert "<html" in told(answer)


MOMENTS = {
    "0001-01-01T00:00:00+14:00": REFUSED,
    "0001-01-01": REFUSED,
    "9999-12-31T23:59:59-14:00": REFUSED,
    "9999-12-31": REFUSED,
    "2026-01-10T10:00:00+14:00": KEPT,
    "2026-01-10T10:00:00-14:00": KEPT,
    "2026-01-10T10:00:00+24:00": REFUSED,
    "2026-01-10T10:00:00+99:99": REFUSED,
    "2026-02-30": REFUSED,
    "10000-01-01": REFUSED,
    "-0001-01-01": REFUSED,
    "２０２６-01-10": None,
    "1e9": REFUSED,
    "NaN": REFUSED,
}


@pytest.mark.parametrize("claimed", MOMENTS)
def test_a_claimed_moment_at_the_edge_of_time(county: Cast, tmp_path: Path, claimed: str) -> None:
    file, out = tmp_path / "list.csv", io.StringIO()
    file.write_text(f"{HEADER}\nA-1,{claimed},web,{HUAISHUPING},,停水了,,\n", encoding="utf-8")
    for options in ({}, {"history": True}):
        try:
            call_command("import", "matters", str(file), stdout=out, stderr=out, **options)
        except CommandError as refused:
            out.write(str(refused))
        kept = Matter.objects.exists()
        assert MOMENTS[claimed] in (None, KEPT if kept else REFUSED)
        assert out.getvalue()
        if kept:
            break


DATES = ("0001-01-01", "9999-12-31", "2026-02-30", "0000-00-00", "10000-01-01", "２０２６-01-01", "1' OR '1'='1")


@pytest.mark.parametrize("day", DATES)
def test_a_day_at_the_edge_of_time_in_a_filter_breaks_no_list(county: Cast, day: str) -> None:
    a_matter(county, now())
    client = seat(county.zhou)
    for query in (f"from={quote(day)}", f"until={quote(day)}", f"from={quote(day)}&until={quote(day)}&due=week"):
        assert client.get(f"/desk/matters/?{query}").status_code == 200
        assert client.get(f"/desk/matters/print/?{query}").status_code == 200
        assert client.post(f"/desk/matters/export/?{query}", {"format": "csv"}).status_code == 200


@pytest.mark.parametrize("day", DATES)
def test_a_day_at_the_edge_of_time_in_a_step_is_refused_or_kept(county: Cast, day: str) -> None:
    matter = a_matter(county, now(), "take")
    for name in ("retain", "pause", "answer", "extend", "discuss"):
        given = {"review_date": day, "until": day, "reason": "等雨停", "reply": "知道了", "note": "等雨停"}
        answer = step(county.li, matter.code, name, **given)
        assert answer.status_code < 500 and answer.json(), (name, answer.content)


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=%ED%A0%80",
        "q=" + "x" * 5000,
        "q=%27%20OR%201%3D1",
        "state=%00&state=x&topic=%ED%A0%80",
        "after=99999999999999999999999999_" + "f" * 32,
        "after=%00_x&before=-1_1",
        "after=-99999999999999999_" + "0" * 32,
        "place=９９０１０１",
        "place=" + "9" * 40,
        "body=%00&part=%00&due=%00&sort=%00",
        "&".join(f"state=s{n}" for n in range(499)),
        "&".join(f"state=s{n}" for n in range(5000)),
    ],
)
def test_a_query_that_is_made_to_harm_breaks_no_list(county: Cast, query: str) -> None:
    a_matter(county, now())
    client = seat(county.zhou)
    for path in (
        "/desk/matters/",
        "/desk/matters/print/",
        "/desk/matters/bodies/",
        "/desk/matters/places/",
        "/desk/search/",
    ):
        assert client.get(f"{path}?{query}").status_code in (200, 302, 400), path
    for path in ("/api/staff/matters", "/api/places"):
        assert Client().get(f"{path}?{query}", headers=bearer(county.zhou)).status_code in (200, 400, 422), path
    for path in ("/", "/ask/", "/track/", "/wall/", f"/wall/{HUAISHUPING}/"):
        assert Client().get(f"{path}?{query}").status_code in (200, 400, 422), path


@pytest.mark.parametrize(
    "code", ["%00", "%ED%A0%80", "１２３４５６７８９", "9" * 300, "..%2F..%2F", "<script>", "%0d%0aX: y"]
)
def test_an_address_that_is_made_to_harm_is_not_found(county: Cast, code: str) -> None:
    client = seat(county.zhou)
    for path in ("/desk/matters/{}/", "/desk/held/{}/", "/desk/calls/{}/", "/wall/{}/", "/wall/{}/board/"):
        answer = client.get(path.format(code))
        assert answer.status_code == 404, path
        assert "<script>alert" not in told(answer) and "X" not in answer.headers
    assert get(f"/api/staff/matters/{code}", county.zhou).status_code == 404


@pytest.mark.parametrize(
    "forged",
    ["127.0.0.1", "::1", "a" * 5000, "'; DROP TABLE x; --", "\u202e", "1.2.3.4, 5.6.7.8", ",,,", "999.999.999.999"],
)
@pytest.mark.parametrize("trusted", [0, 1, 3])
def test_a_forged_forwarding_header_is_never_believed_beyond_the_trusted_hops(
    county: Cast, settings: Any, forged: str, trusted: int
) -> None:
    settings.HUIYIN_PROXIES = trusted
    for client, path in ((Client(), "/ask/"), (Client(), "/track/"), (Client(), "/account/login/")):
        assert client.get(path, HTTP_X_FORWARDED_FOR=forged).status_code == 200
    assert send(HTTP_X_FORWARDED_FOR=forged).status_code == 201
    answer = Client().post("/track/", {"code": "471100005", "key": "1234"}, HTTP_X_FORWARDED_FOR=forged)
    assert answer.status_code == 404
