"""What somebody was told at their desk, read or not, and whether they want it by message in the morning."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from huiyin.casework.actions import digests
from huiyin.casework.actions import nudges as actions
from huiyin.casework.queries import nudges
from huiyin.channels.queries import lines
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common import typed
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.shapes import Pager
from huiyin.interfaces.desk.forms.fields import Chosen, Keyed, Plain, Typed, line
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.programme.refusal import Refused
from huiyin.programme.words import label, phrase

CHANNELS = ("sms", "email")


class DigestForm(Typed):
    """Whether, by what and where; as plain texts."""

    channel = Chosen(widget=Keyed)
    address = Plain(line())

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            field.label = label("digest", name, language())


@require_http_methods(["GET", "HEAD", "POST"])
@guarded
def told(request: Asked) -> HttpResponse:
    """A page of the list, unread first; with a form, one of them or all were read."""
    if request.method != "POST":
        return _page(request, DigestForm(initial={"channel": nudges.chosen(request.viewer).channel}))
    one = request.POST.get("one", "")
    actions.read(by=request.viewer, at=request.at, ids=[typed.known(one)] if one else None)
    return redirect(_address(_after(request) if one else ""))


@require_POST
@guarded
def digest(request: Asked) -> HttpResponse:
    """Choose the morning's digest, or none."""
    form = DigestForm(request.POST)
    form.is_valid()
    channel = form.value("channel")
    try:
        digests.choose(by=request.viewer, at=request.at, channel=channel, address=form.value("address"))
    except Refused as refused:
        form.refuse(refused)
        return _page(request, form, status=422)
    messages.success(request, phrase("done", "digest_on" if channel else "digest_off", language()))
    return redirect("desk:told")


def _page(request: Asked, form: DigestForm, *, status: int = 200) -> HttpResponse:
    viewer = request.viewer
    on = _open(viewer)
    form.offer("channel", [("", label("digest_channel", "none", language())), *on])
    page = nudges.listed(viewer, request.at, after=_after(request))
    context = {
        "rows": page.rows,
        "unread": any(one.unread for one in page.rows),
        "here": _address(_after(request)),
        "pager": Pager(after=_address(page.after) if page.after else ""),
        "form": form,
        "chosen": nudges.chosen(viewer),
        "wires": bool(on),
    }
    return show(request, "desk/told.html", context, status=status)


def _after(request: Asked) -> str:
    """Where the page before this one ended."""
    return request.GET.get("after", "")[:60]


def _address(after: str = "") -> str:
    """The address of a page of the list."""
    return reverse("desk:told") + (f"?{urlencode({'after': after})}" if after else "")


def _open(viewer: Viewer) -> list[tuple[str, str]]:
    """The gateways that are set up, as choices."""
    return [(one, label("digest_channel", one, language())) for one in CHANNELS if lines.is_on(viewer, one)]
