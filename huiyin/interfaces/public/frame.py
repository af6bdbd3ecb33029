"""What stands around every page of this door: the links of the footer, the newest witnessed root."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from huiyin.core.sealing import newest_witnessed
from huiyin.interfaces.common.asked import Asked
from huiyin.interfaces.common.shapes import Link
from huiyin.interfaces.public.words import word


class Request(Asked):
    """A request to the public door."""

    frame: dict[str, Any]


FOOT = ("kept", "rules", "help", "accessibility")


def page(request: Request, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page of this door."""
    seen = newest_witnessed()
    request.frame = {
        "foot": [Link(word(f"foot_{name}"), reverse(f"public:{name}")) for name in FOOT],
        "root_hash": seen.short if seen else "",
    }
    return render(request, f"public/{template}.html", context, status=status)
