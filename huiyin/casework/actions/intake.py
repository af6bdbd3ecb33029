"""A resident's words become a matter (R-157 to R-172)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, tzinfo
from typing import Any
from uuid import UUID

from huiyin.casework.actions import books, compartment
from huiyin.casework.actions.holding import held_class
from huiyin.casework.events import MatterOpened
from huiyin.casework.models import Clock, Conflict, Matter, Move, Party
from huiyin.casework.queries import compartment as sealed
from huiyin.casework.rules import authors, clocks, codes, complaints, levels
from huiyin.casework.rules.clocks import Dims
from huiyin.core import boxes, lookups, search, text
from huiyin.core.actions import action, begun_again
from huiyin.core.events import record
from huiyin.core.ids import uuid7
from huiyin.core.rulebook import Active, current
from huiyin.core.vault import vault
from huiyin.core.viewer import Viewer
from huiyin.programme.refusal import Refused
from huiyin.programme.schema.dimensions import DIMENSIONS, Dimension
from huiyin.programme.schema.matters import Matters
from huiyin.register.queries import places
from huiyin.register.queries.days import today
from huiyin.register.rules.papers import plausible

LONGEST = 20_000
CLASSED: tuple[Dimension, ...] = tuple(name for name in DIMENSIONS if name != "way")
"""What may be said about a matter as it comes in; the way is chosen later."""
DISCLOSURES = ("named", "confidential", "anonymous")
ANSWER_BY = ("code", "phone", "sms", "paper")
"""How a resident may wish to be answered: here by the code, by telephone, by message, on paper."""


@dataclass(frozen=True)
class Prepared:
    """What a matter will stand under whose proof was given out before there was one: words that may yet become one."""

    id: UUID
    proof_key: bytes
    reporter_key: bytes


@dataclass(frozen=True, kw_only=True)
class Words:
    """What came in at any door, as plain values; the action checks all of it.

    `disclosure`: named, confidential (the handler learns no name) or anonymous (none is kept).
    `first_asked` is the person who took it at a desk or in the field (R-189). `accompaniment` is the resident's own
    wish to be accompanied on a visit; nothing depends on it (SG-02). `answer_by` is how they would like the answer, a
    fact for whoever answers and calls, kept with the first move; empty where they did not say. `slip` is a random text
    that came with the form: the proof is made from it and it is kept nowhere, so that the same form sent twice shows
    the same receipt; `prepared` stands in its place where `prepare` was asked before. `locked`: written straight into
    the sealed compartment, where there is one (R-187); its nature is one that is held. `paper_on` is the day on the
    paper the words were taken from, where they are entered later: the resident waits since then (R-155). `earlier` is
    what it is asked for after.
    """

    text: str
    subject: str = ""
    channel: str = "web"
    place_code: str = ""
    reporter_name: str = ""
    reporter_phone: str = ""
    disclosure: str = "named"
    programme: str = ""
    kind: str = ""
    nature: str = ""
    topic: str = ""
    intent: str = ""
    heading: str = ""
    handling: str = ""
    external_id: str = ""
    claimed_at: datetime | None = None
    history: bool = False
    paper_on: date | None = None
    first_asked: UUID | None = None
    accompaniment: bool = False
    answer_by: str = ""
    slip: str = ""
    locked: bool = False
    prepared: Prepared | None = None
    earlier: Matter | None = None


@dataclass(frozen=True)
class Opened:
    """A new matter, with the proof that is shown once and kept by nobody here."""

    matter: Matter
    proof: str


@action
def open_matter(*, by: Viewer, at: datetime, words: Words) -> Opened:
    """Open a matter, acknowledge it by a code, start its clocks, and hold it if it may be about an official.

    Raises Refused: text_empty, text_too_long, place_unknown, channel_unknown, kind_unknown, <dimension>_unknown,
    value_unknown, phone_*, day_ahead, paper_too_old; each with its `field`.
    """
    return _open_all(by=by, at=at, batch=[words])[0]


@action
def open_matters(*, by: Viewer, at: datetime, batch: Sequence[Words]) -> list[Opened]:
    """Open many in one transaction, with the same checks and events; for imports. The first bad one refuses all."""
    return _open_all(by=by, at=at, batch=batch)


def check(by: Viewer, words: Words, active: Active) -> Words:
    """The words cleaned, defaults filled in. Raises Refused with the field that is wrong."""
    county = active.rulebook.county
    body = text.normalise(words.text, most=LONGEST, least=1)
    programme = words.programme or county.intake.programme
    kind = words.kind or county.intake.kind
    if programme not in active.rulebook.programmes or kind not in active.rulebook.matters(programme).kinds:
        raise Refused("kind_unknown", field="kind")
    page = active.rulebook.matters(programme)
    _known("channel", words.channel, page.channels, empty=False)
    for dimension in CLASSED:
        _known(dimension, getattr(words, dimension), page.values(dimension))
    if words.disclosure not in DISCLOSURES:
        raise Refused("value_unknown", field="disclosure")
    if words.answer_by not in ("", *ANSWER_BY):
        raise Refused("value_unknown", field="answer_by")
    # What is read in public or found by a survey is a topic: whoever said it is not kept (SG-04).
    heard = authors.in_public(page, words.channel)
    if heard:
        body, words = _topic_only(body, words)
    disclosure = "anonymous" if heard else words.disclosure
    anonymous = disclosure == "anonymous"
    if words.answer_by in ("phone", "sms") and (anonymous or not words.reporter_phone.strip()):
        raise Refused("answer_needs_phone", field="answer_by")
    return Words(
        text=body,
        subject=_subject(words.subject, body),
        channel=words.channel,
        place_code=_place(by, words.place_code, county.code),
        reporter_name="" if anonymous else text.person(words.reporter_name, field="reporter_name"),
        reporter_phone=""
        if anonymous or not words.reporter_phone.strip()
        else text.phone(words.reporter_phone, field="reporter_phone"),
        disclosure=disclosure,
        programme=programme,
        kind=kind,
        nature=words.nature,
        topic=words.topic,
        intent=words.intent,
        heading=words.heading,
        handling=words.handling,
        external_id=words.external_id.strip()[:80],
        claimed_at=words.claimed_at,
        history=words.history,
        paper_on=words.paper_on,
        first_asked=words.first_asked,
        accompaniment=words.accompaniment,
        answer_by=words.answer_by,
        slip=words.slip,
        locked=words.locked,
        prepared=words.prepared,
        earlier=words.earlier,
    )


def _topic_only(body: str, words: Words) -> tuple[str, Words]:
    """What is said, and the title, without whoever said it. Raises Refused: topic_only_author, topic_id_author."""
    if authors.tells_author(words.external_id):
        raise Refused("topic_id_author", field="external_id")
    kept = authors.authorless(body).text
    if not kept:
        raise Refused("topic_only_author", field="text")
    return kept, replace(words, subject=authors.authorless(words.subject).text)


def faults(by: Viewer, words: Words, at: datetime) -> list[Refused]:
    """All that `check` refuses, one for each field, so that a form can say everything at once. Empty when it is right.

    What was refused is put aside and the rest is checked again: the rules stand in one place.
    """
    active, found = current(at), list[Refused]()
    try:
        plausible(words.paper_on, today(by, at), field="paper_on")
    except Refused as refused:
        found.append(refused)
    while len(found) < len(_ASIDE):
        try:
            check(by, words, active)
        except Refused as refused:
            found.append(refused)
            if refused.field not in _ASIDE:
                break
            words = replace(words, **_ASIDE[refused.field])
        else:
            break
    return found


_ASIDE: dict[str, dict[str, Any]] = {
    "text": {"text": "-"},
    "subject": {"subject": ""},
    "kind": {"kind": "", "programme": ""},
    "nature": {"nature": ""},
    "topic": {"topic": ""},
    "intent": {"intent": ""},
    "heading": {"heading": ""},
    "handling": {"handling": ""},
    "disclosure": {"disclosure": DISCLOSURES[0]},
    "place_code": {"place_code": ""},
    "reporter_name": {"reporter_name": ""},
    "reporter_phone": {"reporter_phone": "", "answer_by": ""},
    "answer_by": {"answer_by": ""},
}
"""What stands in the place of a refused field while the others are checked; a channel has no such value."""


def _known(field: str, value: str, table: object, *, empty: bool = True) -> None:
    if (value or not empty) and value not in table:  # type: ignore[operator]  # a mapping of the programme page
        raise Refused(f"{field}_unknown", field=field)


def _subject(given: str, body: str) -> str:
    """The given title, or the first sentence up to 30 characters."""
    title = text.line(given, most=200, field="subject")
    if title:
        return title
    first = " ".join(body.split())
    for index, character in enumerate(first[:30]):
        if character in "。！？；!?;" and index > 3:
            return first[:index]
    return first[:30]


def _place(by: Viewer, code: str, county: str) -> str:
    """A known place code, the county itself where none is given. Raises place_unknown."""
    if not code.strip():
        return county
    if not places.exists(by, code.strip()):
        raise Refused("place_unknown", field="place_code")
    return code.strip()


def _open_all(*, by: Viewer, at: datetime, batch: Sequence[Words]) -> list[Opened]:
    active = current(at)
    zone, days, ladder = active.rulebook.county.tz, books.days(), active.rulebook.county.ladder
    matters: list[Matter] = []
    parties: list[Party] = []
    moves: list[Move] = []
    running: list[Clock] = []
    conflicts: list[Conflict] = []
    opened: list[Opened] = []
    for raw, code in zip(batch, _fresh_codes(len(batch)), strict=True):
        words = check(by, raw, active)
        since = _paper(by, words, at, zone)
        start = since or (words.claimed_at if words.history and words.claimed_at else at)
        page = active.rulebook.matters(words.programme)
        finding = _held(page, words, books.roll(by, words.place_code, at))
        proof = _proof(words.slip)
        matter = _matter(words, active, code, finding.why, proof, start)
        matter.claimed_at = since or words.claimed_at
        if words.locked and finding.why == "nature":
            _lock(by, at, matter, words, finding)
        if words.disclosure != "anonymous" and (words.reporter_name or words.reporter_phone) and not matter.locked:
            parties.append(_party(matter, words))
        if words.first_asked and not matter.locked:
            matter.first_asked_id = words.first_asked
        moves.append(_first_move(matter, words, by, at))
        started = clocks.effects(
            matters=page,
            dims=Dims(kind=words.kind, nature=words.nature, level=matter.level, rung=levels.rung(ladder, matter.level)),
            step="open",
            running=(),
            at=start,
            zone=zone,
            days=days,
        ).starts
        for begun in started:
            running.append(books.clock(matter, begun, start))
        matter.due_at = min((c.due_at for c in running if c.matter is matter), default=None)
        matter.order_at = matter.due_at or start
        matter.due_provisional = any(c.provisional for c in running if c.matter is matter)
        conflicts += [Conflict(matter=matter, person_id=p, kind="suspected", at=at) for p in finding.persons]
        matters.append(matter)
        opened.append(Opened(matter, proof))
        _tell(matter, by, at)
    _store(matters, parties, moves, running, conflicts)
    return opened


def _paper(by: Viewer, words: Words, at: datetime, zone: tzinfo) -> datetime | None:
    """Since when the resident waits whose words came on paper: the beginning of the day on it, so that no clock starts
    later than the paper allows. None for none, and for today's. Raises Refused: day_ahead, paper_too_old."""
    day = plausible(words.paper_on, today(by, at), field="paper_on")
    return datetime.combine(day, time(), zone) if day else None


def _lock(by: Viewer, at: datetime, matter: Matter, words: Words, finding: complaints.Finding) -> None:
    """Lock a matter before it is written for the first time: what it says is in clear in this process only.

    Nothing where the county has no two custodians yet, or they all stand too near: then it is held as any other.
    """
    holders = sealed.apart(by, list(finding.persons), at=at, day=matter.local_day)
    if not holders:
        return
    compartment.begin(matter, holders)
    said = {"place_code": matter.place_code, "channel": matter.channel}
    compartment.close(matter, "casework.matter", str(matter.id), said, told=True)
    matter.place_code, matter.level, matter.channel = current(at).rulebook.county.code, "county", ""
    told = words.disclosure != "anonymous" and bool(words.reporter_name or words.reporter_phone)
    name, phone = (words.reporter_name, words.reporter_phone) if told else ("", "")
    compartment.share(by, at, matter, name=name, phone=phone)
    if told:
        kept = {"role": "reporter", "disclosure": words.disclosure, "accompaniment": words.accompaniment}
        compartment.reporter(by, at, matter, str(uuid7()), kept, name=name, phone=phone)


def _store(
    matters: list[Matter], parties: list[Party], moves: list[Move], running: list[Clock], conflicts: list[Conflict]
) -> None:
    """One statement a table, however many matters."""
    Matter.objects.bulk_create(matters)
    Move.objects.bulk_create(moves)
    Clock.objects.bulk_create(running)
    if parties:
        Party.objects.bulk_create(parties)
    if conflicts:
        Conflict.objects.bulk_create(conflicts)
    search.bulk_index("matter", [(m.id, (m.title, m.text)) for m in matters if not m.held], fresh=True)


def _held(page: Matters, words: Words, roll: complaints.Roll) -> complaints.Finding:
    """A nature, class or topic that the programme holds, or a text that speaks about somebody in office."""
    finding = complaints.look(f"{words.subject}\n{words.text}", roll)
    why = held_class(page, {name: getattr(words, name) for name in CLASSED})
    return complaints.Finding(why, finding.persons) if why else finding


def _proof(slip: str) -> str:
    """Of a slip always the same one (`queries.track.proof_of`), else a random one."""
    return codes.proof_from(vault().blind("casework.slip", slip)) if slip else codes.new_proof()


def prepare(by: Viewer, slip: str) -> Prepared:
    """What the proof of a slip will open, should a matter be made of the words it came with."""
    proof, identity = _proof(slip), uuid7()
    return Prepared(identity, vault().blind("casework.proof", proof), _reporter_key(proof, identity))


def _reporter_key(proof: str, identity: UUID) -> bytes:
    return boxes.public_of(boxes.secret_of(proof, str(identity)))


def _fresh_codes(count: int) -> list[str]:
    """Codes that no matter has; one look for all of them, none where who writes begins again if a code is taken."""
    if count == 1 and begun_again():
        return [codes.new_code()]
    wanted: set[str] = set()
    while len(wanted) < count:
        fresh = {codes.new_code() for _ in range(count - len(wanted))}
        wanted |= fresh - _taken(fresh)
    return list(wanted)


def _taken(wanted: set[str]) -> set[str]:
    if len(wanted) == 1:  # the usual case, with every matter that comes in
        return {code for code in wanted if lookups.value(Matter, "id", code=code)}
    return set(Matter.objects.filter(code__in=wanted).values_list("code", flat=True))


def _matter(words: Words, active: Active, code: str, why: str, proof: str, start: datetime) -> Matter:
    zone = active.rulebook.county.tz
    flow = active.rulebook.flow(words.programme, words.kind)
    given = words.prepared
    identity = uuid7() if words.disclosure == "anonymous" or words.locked else vault().fresh("matter")
    return Matter(
        id=given.id if given else identity,
        code=code,
        proof_key=given.proof_key if given else vault().blind("casework.proof", proof),
        reporter_key=given.reporter_key if given else _reporter_key(proof, identity),
        rulebook_id=active.version_id,
        programme=words.programme,
        kind=words.kind,
        channel=words.channel,
        place_code=words.place_code,
        title=words.subject,
        text=words.text,
        nature=words.nature,
        topic=words.topic,
        intent=words.intent,
        heading=words.heading,
        handling=words.handling,
        level=books.level(words.place_code),
        state=flow.initial,
        held=bool(why),
        held_why=why,
        history=words.history,
        reopened=words.earlier.reopened + 1 if words.earlier else 0,
        earlier=words.earlier,
        external_id=words.external_id or None,
        opened_at=start,
        local_day=start.astimezone(zone).date(),
    )


def _party(matter: Matter, words: Words) -> Party:
    """Name and phone under the matter's own key."""
    row = Party(id=uuid7(), matter=matter, disclosure=words.disclosure, accompaniment=words.accompaniment)
    keys, subject = vault(), f"matter:{matter.id}"
    table = "casework.party"
    if words.reporter_name:
        row.name = keys.seal(subject, table=table, column="name", row=str(row.id), text=words.reporter_name)
    if words.reporter_phone:
        row.phone = keys.seal(subject, table=table, column="phone", row=str(row.id), text=words.reporter_phone)
        row.phone_blind = keys.blind("phone", words.reporter_phone)
        row.last_four = keys.blind(f"last_four:{matter.code}", words.reporter_phone[-4:])
    return row


def _first_move(matter: Matter, words: Words, by: Viewer, at: datetime) -> Move:
    return Move(
        matter=matter,
        seq=1,
        step="open",
        source="",
        target=matter.state,
        at=at,
        by_id=by.person_id,
        on_behalf_of_id=by.on_behalf_of,
        by_name=by.name,
        data={"channel": matter.channel} | ({"answer_by": words.answer_by} if words.answer_by else {}),
    )


def _tell(matter: Matter, by: Viewer, at: datetime) -> None:
    record(
        MatterOpened(
            subject=str(matter.id),
            channel="" if matter.held else matter.channel,
            place="" if matter.held else matter.place_code[:12],
            held=matter.held,
            history=matter.history,
        ),
        by=by,
        at=at,
    )
