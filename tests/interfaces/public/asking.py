"""A resident's browser in the tests: fills the form it was given, as a browser would."""

import re
from typing import Any

from django.test import Client

from tests.cast import HUAISHUPING, LIUWAN, ZHANG_PHONE

TEXT = "我们三组十几户，每天傍晚五点以后水就小得接不满桶，半个月了。"
CODE = re.compile(r'<p class="hy-receipt-code"><span class="nowrap">([0-9-]+)</span>')
PROOF = re.compile(r'<input type="hidden" name="key" value="([0-9A-Z]{16})">')


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', page)
    assert found, f"no hidden field {name}"
    return found.group(1)


def form(client: Client, **typed: str) -> dict[str, str]:
    """A form as opened now and filled in."""
    page = client.get("/ask/").content.decode()
    given = {
        "text": TEXT,
        "town": LIUWAN,
        "village": HUAISHUPING,
        "phone": ZHANG_PHONE,
        "name": "张丽华",
        "disclosure": "named",
    }
    return given | {"key": hidden(page, "key"), "slip": hidden(page, "slip"), "sealed": ""} | typed


def receipt(answer: Any) -> tuple[str, str]:
    """Code (nine digits) and proof of a receipt."""
    page = answer.content.decode()
    code, proof = CODE.search(page), PROOF.search(page)
    assert answer.status_code == 201, page
    assert code
    assert proof
    return code.group(1).replace("-", ""), proof.group(1)


def asked(client: Client, **typed: str) -> tuple[str, str]:
    """Ask; gives code and proof."""
    return receipt(client.post("/ask/", form(client, **typed)))


def opened(client: Client, proof: str) -> str:
    """The page of a matter, opened by its proof."""
    answer = client.post("/track/", {"code": "", "key": proof})
    assert answer.status_code == 200
    return answer.content.decode()
