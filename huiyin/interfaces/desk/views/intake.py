"""A clerk on the telephone: words in, a number out. Everything works by keyboard, and without a script."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import Any, TypeVar
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyin.casework.actions.counter import take_words
from huiyin.casework.actions.intake import faults
from huiyin.casework.actions.joining import join
from huiyin.casework.actions.more import add_heard, heard_again
from huiyin.casework.queries import matters, near, one, track
from huiyin.casework.queries.callers import closed_codes, own_codes
from huiyin.casework.queries.left_out import left_out
from huiyin.casework.rules import authors
from huiyin.core import drafts, text
from huiyin.core.looks import look
from huiyin.core.rulebook import current
from huiyin.core.viewer import Viewer
from huiyin.interfaces.common import reading, typed, uploads
from huiyin.interfaces.common.forms_once import once_each
from huiyin.interfaces.common.phrases import language
from huiyin.interfaces.common.qr import qr
from huiyin.interfaces.desk import topic_finder
from huiyin.interfaces.desk.forms.intake import HAND_ON, OTHER_TOPIC, IntakeForm, Ways
from huiyin.interfaces.desk.intake_aids import Aids, caller_of, owners, place_of, suggestions, to_compare
from huiyin.interfaces.desk.pages import Asked, guarded, show
from huiyin.programme.clock import Due, explain
from huiyin.programme.refusal import Missing, Refused
from huiyin.programme.schema.rulebook import Rulebook
from huiyin.programme.schema.topics import Branch
from huiyin.programme.words import phrase
from huiyin.register.queries import places

T = TypeVar("T")
FORM = "intake"
ROUTE = "desk.intake"
ENOUGH = 8
"""Characters from which words are looked for among earlier ones."""
DONE = "huiyin_intake"
"""In the session: code, slip and key of the matter last taken, so that its number can be read out again."""


@guarded
@require_http_methods(["GET", "POST"])
def intake(request: Asked) -> HttpResponse:
    """The form; with `do` one of look, caller, places, keep, drop it only helps to fill it in."""
    viewer, at = _who(request)
    book = current(at).rulebook
    ways = Ways.of(book.matters(book.county.intake.programme), book.county.intake.kind)
    if request.method == "GET":
        return _page(request, *_fresh(request, viewer, book, ways))
    form = IntakeForm(request.POST)
    form.lay_out(book, ways)
    form.is_valid()
    do = _chosen(request)
    return do(request, form) if do else _save(request, form, ways)


def _chosen(request: Asked) -> Callable[[Asked, IntakeForm], HttpResponse] | None:
    """What a button of the form asks for, other than to take the words as a new matter."""
    if request.POST.get("pick"):
        return _pick
    if request.POST.get("pick_topic"):
        return _pick_topic
    if request.POST.get("add_to") or request.POST.get("again_of"):
        return _add
    return HELPS.get(request.POST.get("do", ""))


@guarded
@require_POST
def draft(request: Asked) -> HttpResponse:
    """What stands in the form, kept every few seconds; the answer is when (9:04), by the server's clock."""
    viewer, at = _who(request)
    form = IntakeForm(request.POST)
    if form.value("key") != request.session.get(DONE, {}).get("key"):
        drafts.keep(viewer, FORM, _draft(form, at), at)
    return HttpResponse(f"{timezone.localtime(at):%-H:%M}", content_type="text/plain; charset=utf-8")


@guarded
@require_safe
def done(request: Asked) -> HttpResponse:
    """The number to read out, of the matter this clerk took last."""
    viewer, _ = _who(request)
    return show(request, "desk/intake/done.html", _last(request, viewer))


@guarded
@require_safe
def slip(request: Asked) -> HttpResponse:
    """The same on paper, with the proof that is kept by nobody here."""
    viewer, _ = _who(request)
    context = _last(request, viewer)
    if context["last"].get("added"):
        raise Missing  # the resident has the slip of the earlier matter; another proof would open nothing
    address = request.build_absolute_uri(reverse("public:track"))
    context |= {"qr": qr(f"{address}#{context['proof']}"), "address": address.split("//", 1)[-1]}
    return show(request, "desk/intake/slip.html", context)


# --- what the form's buttons do --------------------------------------------------------------------------------------


def _save(request: Asked, form: IntakeForm, ways: Ways) -> HttpResponse:
    """Take the words; the same form sent twice is one matter. All that is wrong with it is told at once."""
    viewer, at = _who(request)
    given = uploads.sent(request)
    uploads.refuse(form, given)
    told: list[Refused] = []
    key = _tried(told, form.key_of)
    place = _tried(told, lambda: place_of(viewer, form)) or ""
    taken = _tried(told, lambda: form.taken(viewer, ways, _owner_note(viewer, form, at)))
    if not form.chosen_topic:
        told.append(Refused("needs_topic", field="topic"))
    lead = _tried(told, lambda: _lead(request, viewer))
    words = form.words(place, str(key), ways, _tried(told, form.paper_day))
    told += faults(viewer, words, at)
    if told or form.errors or key is None or taken is None:
        return _refused(request, form, *told)

    def run() -> dict[str, Any]:
        matter = take_words(by=viewer, at=at, words=words, taken=taken, files=given.files).matter
        if lead is not None and not matter.held:
            join(by=viewer, at=at, lead_id=lead, member_id=matter.id)
        return {"code": matter.code, "held": matter.held, "state": matter.state}

    try:
        body = form.body(given.mark) + str(lead or "").encode()
        result = once_each(key=key, route=ROUTE, sender=str(viewer.account_id), body=body, at=at, run=run)
    except Refused as refused:
        return _refused(request, form, refused)
    said, person = (words.text, words.subject), (words.reporter_name, words.reporter_phone)
    gone = left_out(viewer, at, channel=words.channel, said=said, person=person)
    reachable = gone is None and _reachable(form)
    noted = {"way": form.value("way"), "phone": reachable, "topic": gone is not None}
    request.session[DONE] = {**result, **noted, "key": str(key)}
    drafts.drop(viewer, FORM)
    if gone is not None and gone.all:
        told_of = "topic_only" if gone.person else "topic_only_words"
        messages.info(request, phrase("done", told_of, language(), parts=gone.parts, person=gone.person))
    return redirect("desk:intake_done")


def _lead(request: Asked, viewer: Viewer) -> UUID | None:
    """The matter that the new one shall follow; None where none was chosen. Raises Refused("code_unknown")."""
    chosen = request.POST.get("twin_of", "")[:20]
    found = matters.ordinary(viewer, chosen) if chosen else None
    if chosen and found is None:
        raise Refused("code_unknown", field="text")
    return found


def _tried(told: list[Refused], part: Callable[[], T]) -> T | None:
    """What a part of the form gives; None with its refusal noted."""
    try:
        return part()
    except Refused as refused:
        told.append(refused)
        return None


def _add(request: Asked, form: IntakeForm) -> HttpResponse:
    """Add the words to an earlier matter of the same caller, once, or take it up again where it has ended; it keeps its
    number and its history."""
    viewer, at = _who(request)
    given = uploads.sent(request)
    if uploads.refuse(form, given):
        return _refused(request, form)
    try:
        again = request.POST.get("again_of", "")
        key, earlier = form.key_of(), matters.by_code(viewer, (again or request.POST["add_to"])[:20])
        _try(request, form, earlier)
        put = heard_again if again else add_heard

        def run() -> dict[str, Any]:
            phone, words = form.value("reporter_phone"), form.value("text")
            matter = put(by=viewer, at=at, matter_id=earlier, phone=phone, words=words, files=given.files)
            return {"code": matter.code}

        body = form.body(given.mark) + str(earlier).encode()
        sender = str(viewer.account_id)
        result = once_each(key=key, route="desk.intake_add", sender=sender, body=body, at=at, run=run)
    except Refused as refused:
        if refused.code == "not_same_caller":
            look(by=viewer, at=at, kind="matter.number_tried", subject=str(earlier))
        return _refused(request, form, refused)
    request.session[DONE] = {**result, "key": str(key), "added": True, "again": bool(again), "phone": True}
    drafts.drop(viewer, FORM)
    return redirect("desk:intake_done")


def _try(request: Asked, form: IntakeForm, earlier: UUID) -> None:
    """A number is tried at an earlier matter: a few an hour, and it counts with those that are looked up, or whoever
    goes through a village's numbers learns who reported what. Raises Refused: wait_tries, lookups_spent, phone_*."""
    viewer, at = _who(request)
    reading.within_tries(viewer, str(earlier), at)
    reading.within_numbers(viewer, text.phone(form.value("reporter_phone"), field="reporter_phone"), at)


def _reachable(form: IntakeForm) -> bool:
    """Whether a number was left by which the matter can be asked about."""
    return bool(form.value("reporter_phone").strip()) and form.value("disclosure") != "anonymous"


def _refused(request: Asked, form: IntakeForm, *told: Refused) -> HttpResponse:
    """Everything typed is kept, and what stood beside it too."""
    for wrong in told:
        if isinstance(wrong, Missing):
            raise wrong
        form.refuse(wrong)
    return _page(request, form, Extra(status=422, caller="reporter_phone" not in form.errors))


def _look(request: Asked, form: IntakeForm) -> HttpResponse:
    """Topics that the words suggest, who usually answers for them, and what was said before of the same place."""
    if not getattr(request, "htmx", False):
        return _page(request, form, Extra(caller=True))
    viewer, at = _who(request)
    book = current(at).rulebook
    return show(request, "desk/intake/hints.html", {"form": form, "aids": _aids(viewer, form, book, at)})


def _caller(request: Asked, form: IntakeForm) -> HttpResponse:
    """Who the number may be and what it asked before. The number comes by POST and stands in no address."""
    if not getattr(request, "htmx", False):
        return _page(request, form, Extra(caller=True))
    viewer, at = _who(request)
    return show(request, "desk/intake/caller.html", {"caller": caller_of(viewer, form.value("reporter_phone"), at)})


def _places(request: Asked, form: IntakeForm) -> HttpResponse:
    """Places by name, pinyin or initials, as options."""
    viewer, _ = _who(request)
    found = places.search_places(viewer, form.place_typed, limit=8)
    if not getattr(request, "htmx", False):
        return _page(request, form, Extra(found=list(found)))
    return render(request, "desk/intake/places.html", {"found": found})


def _topics(request: Asked, form: IntakeForm) -> HttpResponse:
    """Topics by what is typed, as options; where no script asks, on the page itself, as buttons."""
    _, at = _who(request)
    book = current(at).rulebook
    found = topic_finder.find(book.matters(book.county.intake.programme), form.value("topic_text"))
    if not getattr(request, "htmx", False):
        return _page(request, form, Extra(topics=list(found)))
    return render(request, "desk/intake/topic_options.html", {"found": found})


def _pick_topic(request: Asked, form: IntakeForm) -> HttpResponse:
    """One of the topics found was meant."""
    form.put(topic=OTHER_TOPIC, topic_other=request.POST["pick_topic"][:60])
    return _page(request, form, Extra(caller=True))


def _pick(request: Asked, form: IntakeForm) -> HttpResponse:
    """One of several places of a name was meant."""
    viewer, _ = _who(request)
    code = request.POST["pick"][:15]
    form.put(place_code=code, place_text=places.path_names(viewer, code))
    return _page(request, form, Extra(caller=True))


def _keep(request: Asked, form: IntakeForm) -> HttpResponse:
    """Put it aside; it is there when the page is opened again."""
    viewer, at = _who(request)
    drafts.keep(viewer, FORM, _draft(form, at), at)
    return redirect("desk:intake")


def _draft(form: IntakeForm, at: datetime) -> dict[str, str]:
    """What is kept of a form not sent yet: of what was said in public nobody who said it, either (SG-04)."""
    book, kept = current(at).rulebook, form.fields_kept()
    if not authors.in_public(book.matters(book.county.intake.programme), form.value("channel")):
        return kept
    topic = {name: authors.authorless(kept.get(name, "")).text for name in ("text", "subject")}
    return kept | topic | {"reporter_name": "", "reporter_phone": ""}


def _drop(request: Asked, form: IntakeForm) -> HttpResponse:
    """Begin anew."""
    drafts.drop(request.viewer, FORM)
    return redirect("desk:intake")


HELPS = {"look": _look, "caller": _caller, "places": _places, "topics": _topics, "keep": _keep, "drop": _drop}


# --- the page --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Extra:
    """What a page shows on top of the form."""

    status: int = 200
    kept_at: datetime | None = None
    caller: bool = False
    found: list[places.Found] = field(default_factory=list)
    topics: list[Branch] = field(default_factory=list)


def _fresh(request: Asked, viewer: Viewer, book: Rulebook, ways: Ways) -> tuple[IntakeForm, Extra]:
    """An empty form, or what was kept of the last one. Whoever comes from a visit has that channel chosen."""
    page = book.matters(book.county.intake.programme)
    own = [name for name, one in page.channels.items() if one.own == "own"]
    channel = next((name for name in (request.GET.get("channel", ""), "phone") if name in own), own[0] if own else "")
    kept = drafts.kept(viewer, FORM)
    if kept is not None and kept.fields.get("key") == request.session.get(DONE, {}).get("key"):
        kept = None
    natures = [name for name, nature in page.natures.items() if not nature.held]
    initial: dict[str, str] = {
        "key": str(uuid4()),
        "channel": channel,
        "nature": natures[0] if natures else "",
        "way": HAND_ON,
        "disclosure": "named",
    }
    form = IntakeForm(initial=initial | (kept.fields if kept else {}))
    form.lay_out(book, ways)
    return form, Extra(kept_at=kept.saved_at if kept else None, caller=kept is not None)


def _page(request: Asked, form: IntakeForm, extra: Extra) -> HttpResponse:
    viewer, at = _who(request)
    book = current(at).rulebook
    phone = form.value("reporter_phone")
    if not form.errors:
        form.fields["reporter_phone"].widget.attrs["data-focus-first"] = ""
    channels = book.matters(book.county.intake.programme).channels.values()
    context = {
        "form": form,
        "on_phone": form.value("channel") in ("", "phone"),
        "aids": _aids(viewer, form, book, at),
        "caller": caller_of(viewer, phone, at) if phone and extra.caller else None,
        "due": _promise(book, _waits_since(form, book, at)),
        "found": extra.found or _candidates(viewer, form),
        "kept_at": extra.kept_at,
        "topics_found": extra.topics,
        "long_tree": topic_finder.is_long(book.matters(book.county.intake.programme)),
        "other": OTHER_TOPIC,
        "topics_only": [one.title for one in channels if one.authorless and one.own == "own"],
        "disputes": book.matters(book.county.intake.programme).disputes is not None,
    }
    return show(request, "desk/intake/page.html", context, status=extra.status)


def _aids(viewer: Viewer, form: IntakeForm, book: Rulebook, at: datetime) -> Aids:
    words = f"{form.value('subject')}\n{form.value('text')}"
    topics = suggestions(book.matters(book.county.intake.programme), words, form)
    place = form.value("place_code")
    enough = len(words.strip()) >= ENOUGH
    phone = to_compare(viewer, form.value("reporter_phone"), at) if enough else ""
    similar = near.twins(viewer, words, place_code=place, phone=phone) if enough else []
    return Aids(
        topics=topics,
        owners=owners(viewer, form, book, topics, at),
        similar=similar,
        own=own_codes(viewer, phone) if similar else frozenset(),
        again=closed_codes(viewer, phone, at) if similar else frozenset(),
    )


def _candidates(viewer: Viewer, form: IntakeForm) -> list[places.Found]:
    """Places to choose from where the typed one is none or several."""
    if "place_text" not in form.errors:
        return []
    return list(places.search_places(viewer, form.place_typed, limit=8))


@dataclass(frozen=True)
class Promise:
    """When it will be answered: the sum, and the days to read out."""

    due: Due
    told: str
    accept: Due | None


def _promise(book: Rulebook, at: datetime) -> Promise | None:
    """The limit for an answer, reckoned as if it were handed on now; None where a programme has none."""
    page = book.matters(book.county.intake.programme)
    flow = page.flow_of(book.county.intake.kind)
    clocks = [page.clocks[name] for name in flow.clocks]
    answered = [clock for clock in clocks if "answer" in clock.met_by]
    answer = next((clock for clock in answered if "assign" in clock.starts_on), next(iter(answered), None))
    if answer is None:
        return None
    accept = next((clock for clock in clocks if "open" in clock.starts_on and "accept" in clock.met_by), None)
    found = one.explain_due(answer.limit, at, book)
    return Promise(found, explain(found, language()), one.explain_due(accept.limit, at, book) if accept else None)


def _owner_note(viewer: Viewer, form: IntakeForm, at: datetime) -> str:
    """The body a clerk proposes, for the dispatcher to read."""
    chosen = form.value("owner")
    if not chosen:
        return ""
    book = current(at).rulebook
    known = dict(owners(viewer, form, book, (), at).choices)
    return f"→ {known[chosen]}" if chosen in known else ""


def _waits_since(form: IntakeForm, book: Rulebook, at: datetime) -> datetime:
    """The moment limits count from: the beginning of the day on the paper, or now."""
    day = typed.day(form.value("paper_on"))
    return min(at, datetime.combine(day, time(), book.county.tz)) if day else at


def _last(request: Asked, viewer: Viewer) -> dict[str, Any]:
    """The matter taken last, from the session. Raises Missing where there is none."""
    last = request.session.get(DONE)
    if not last:
        raise Missing
    book = current(request.at).rulebook
    return {"last": last, "proof": track.proof_of(viewer, last["key"]), "county": book.county}


def _who(request: Asked) -> tuple[Viewer, datetime]:
    """Who takes the words, and when. Raises Missing for somebody who takes none."""
    viewer = request.viewer
    if not viewer.may("matter.open"):
        raise Missing
    return viewer, request.at
