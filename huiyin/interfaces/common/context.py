"""What stands around every page, put into every template as `frame`."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from huiyin.core.marks import is_demo
from huiyin.core.rulebook import current
from huiyin.interfaces.common.shapes import Frame
from huiyin.programme.refusal import Refused

OTHER = {"en": ("简体中文", "zh-hans"), "zh-hans": ("English", "en"), "zh-hant": ("English", "en")}


def house(request: HttpRequest) -> dict[str, Any]:
    """The frame of the page. A door adds its own parts (navigation, person) as `request.frame`, a dict of fields."""
    language = getattr(request, "LANGUAGE_CODE", settings.LANGUAGE_CODE)
    words, code = OTHER.get(language, OTHER["zh-hans"])
    parts: dict[str, Any] = {
        "language": language,
        "other_language": words,
        "other_language_url": f"/language/{code}/?next={request.path}",
        "big": request.COOKIES.get("huiyin_big") == "1",
        "big_url": f"/big/?next={request.path}",
        "demo": is_demo(),
    }
    parts |= _county(request)
    parts |= getattr(request, "frame", {})
    return {"frame": Frame(**parts)}


def _county(request: HttpRequest) -> dict[str, Any]:
    try:
        county = current(request.at).rulebook.county  # type: ignore[attr-defined]  # set by our middleware
    except Refused:
        return {}
    name = county.english if getattr(request, "LANGUAGE_CODE", "") == "en" else county.name
    return {"county": name, "phone": county.telephone, "centre": f"{county.centre} · {county.hours}"}
