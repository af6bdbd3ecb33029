"""Who was told by SMS that their official changed, and who is to be told in person: of one hand-over or round."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from huiyin.interfaces.common import typed
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.shapes import Pager, Tab
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.programme.words import label, labels
from huiyin.register.queries import announcements as ask
from huiyin.register.queries import consents


@dataclass(frozen=True)
class Telling:
    """One way to choose whom a round or a list tells: `about` so many households, None where nobody can say."""

    name: str
    words: str
    about: int | None
    chosen: bool


def tellings(
    chosen: str, about: Mapping[str, int] | None = None, *, of: Literal["leads", "handed", "ended"] = "leads"
) -> list[Telling]:
    """Whom whoever confirms a round, applies a list of links, hands over or ends a link may have told."""
    known = about or {}
    words = labels(f"tell_{of}", language())
    return [Telling(name, says, known.get(name), name == chosen) for name, says in words.items()]


@guarded
@require_safe
def announced(request: Asked, cause_id: UUID) -> HttpResponse:
    """The counts, each opening to its households in the viewer's scope; whom to visit stands first, and prints."""
    shown = request.GET.get("show", "visit")[:10]
    page = ask.page(request.viewer, request.at, cause_id, shown, _after(request.GET.get("after", "")))
    counts = {"visit": page.to_visit, **page.counts}
    context = {
        "page": page,
        "shown": shown,
        "tabs": [
            Tab(
                label=label("announcement", name, language()),
                href=f"?{urlencode({'show': name})}",
                count=counts.get(name, 0),
                here=name == shown,
            )
            for name in ask.SHOWS
            if name in counts or name == shown
        ],
        "pager": Pager(after=f"?{urlencode({'show': shown, 'after': _told(page.after)})}" if page.after else ""),
        "unasked": consents.unasked(request.viewer, request.at),
    }
    return show(request, "desk/links/announced.html", context)


def _after(text: str) -> tuple[str, UUID] | None:
    """The place and id of the last household of the page before, as an address carries them. Raises Missing."""
    place, _, last = text.partition("-")
    return (place[:15], typed.known(last)) if text else None


def _told(after: tuple[str, UUID]) -> str:
    return f"{after[0]}-{after[1]}"
